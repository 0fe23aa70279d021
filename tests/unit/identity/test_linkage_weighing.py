"""The chances of a known example: what each level of each comparison weighs, and how sure each pair is.

The figures stand in the folder `weighed`, as they were when docs/linkage.md was measured. Every one of them decides who
is linked, so they change only on purpose: `python -m tests.unit.identity.test_linkage_weighing` writes them anew.
"""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from hub.identity.linkage.homes import NO_RELATIONS, Relations
from hub.identity.linkage.model import ADDRESS, BORN, COMPARISONS, GIVEN, PLACE, POSTCODE, SURNAME, AgreementLevel
from hub.identity.linkage.normalise import Comparable
from hub.identity.linkage.posterior import Sides, likely
from hub.identity.linkage.records import Population
from hub.identity.linkage.shares import Counted, Shares
from hub.identity.linkage.weigh import UNKNOWN, Pair, agreement, weigh

FOLDER = Path(__file__).parent / "weighed"
GIVENS = ("orla", "orla", "orlo", "bert", "bertram", "ann", "anna", "william")
SURNAMES = ("quill", "quill", "quills", "zavvy", "zavvi", "orla", "fern")


def _town(size: int, shift: int) -> list[Comparable]:
    """Made-up people. Some share a name, a day, a postcode or a street; some have no address."""
    return [
        Comparable(
            given=GIVENS[(n + shift) % len(GIVENS)],
            surname=SURNAMES[(n * 3 + shift) % len(SURNAMES)],
            born=f"19{50 + n % 40}{1 + n % 12:02}{1 + n % 28:02}" if n % 9 else "19800101",
            house=str(n % 5 + 1) if n % 4 else None,
            street=("fernroad", "gaollane")[n % 2] if n % 4 else None,
            locality=("ashby", "upton")[n % 2] if n % 3 else None,
            town=("madeupton", "madeupham", "notthere")[n % 3],
            postcode=f"ne{1 + n % 3}{n % 4}aa" if n % 5 else None,
        )
        for n in range(size)
    ]


LEFT, RIGHT = _town(36, 0), _town(60, 1)
CHOSEN_FROM = Population(500, lambda field, value: len(field) * len(value))
ONE = Comparable("orla", "quill", "19800203", "12", "fernroad", "ashby", "madeupton", "ne11aa")
OTHER = Comparable("orlo", "zavvy", "19830302", "14", "gaollane", "upton", "madeupham", "ne12aa")
LIKE = Comparable("orla", "quill", "19800203", "12", "fernroad", "ashby", "madeupton", "ne11aa")


def _levels() -> Iterator[tuple[int, ...]]:
    """Each level of each comparison where all else agrees, and the parts of an address with each other."""
    sizes = [len(each.levels) for each in COMPARISONS]
    for number, size in enumerate(sizes):
        for level in (UNKNOWN, *range(size)):
            yield tuple(level if at == number else 0 for at in range(len(sizes)))
    places = [COMPARISONS.index(each) for each in (POSTCODE, ADDRESS, PLACE)]
    for chosen in product(*((UNKNOWN, *range(sizes[place])) for place in places)):
        yield tuple(chosen[places.index(at)] if at in places else 0 for at in range(len(sizes)))


def _figure(value: float | None) -> str:
    return "-" if value is None else f"{value:.5g}"


def _weighed(chosen_from: Population | None) -> Iterator[str]:
    shares = Shares(LEFT, RIGHT, chosen_from)
    for other in (LIKE, OTHER):
        for levels in _levels():
            found = weigh(Pair(0, 0, levels), ONE, other, shares)
            chances, same = (" ".join(map(_figure, values)) for values in (found.chances, found.same))
            yield f"{' '.join(map(str, levels))} | {chances} | {same}"


def _sure(relations: Relations) -> Iterator[str]:
    shares = Shares(LEFT, RIGHT, None)
    unlike = tuple(len(each.levels) - 1 for each in COMPARISONS)
    kinds = [
        tuple(0 for _ in COMPARISONS),
        tuple(unlike[at] if each is GIVEN else 0 for at, each in enumerate(COMPARISONS)),
        tuple(unlike[at] if each is BORN else 0 for at, each in enumerate(COMPARISONS)),
        tuple(unlike[at] if each in (POSTCODE, ADDRESS) else 0 for at, each in enumerate(COMPARISONS)),
        tuple(UNKNOWN if each is SURNAME else 0 for each in COMPARISONS),
        tuple(UNKNOWN if each is BORN else 0 for each in COMPARISONS),
        unlike,
    ]
    pairs = [
        Pair(left, right, kinds[(left * 3 + right) % len(kinds)]) for left in range(8) for right in range(left, 10, 3)
    ]
    found = likely(
        [weigh(pair, LEFT[pair.left], RIGHT[pair.right], shares) for pair in pairs], Sides(36, 60, 90, relations)
    )
    for each in found:
        ratios = " ".join(map(_figure, each.ratios))
        yield f"{each.weighed.pair.left} {each.weighed.pair.right} | {_figure(each.error)} | {ratios}"


def _common(chosen_from: Population | None) -> Iterator[str]:
    shares = Shares(LEFT, RIGHT, chosen_from)
    for name in ("orla", "orlo", "bert", "bertram", "ann", "nobody"):
        given = shares.given
        values = (given.share(name), given.misspelt(name), given.near(name), given.beginning_alike(name))
        more = (given.share_of_either(name), shares.given_of(name, "19800203"), shares.given_of(name, None))
        yield f"given {name} {given.others(name)} {' '.join(map(_figure, (*values, *more)))}"
    for name in ("quill", "quills", "zavvy", "nobody"):
        surname = shares.surname
        values = (surname.share(name), surname.misspelt(name), surname.near(name), surname.share_of_either(name))
        yield f"surname {name} {' '.join(map(_figure, values))}"
    for born in ("19800101", "19610213", "20200101"):
        yield f"born {born} {_figure(shares.day(born))} {_figure(shares.year(born))}"
    for postcode in ("ne11aa", "ne20aa", "zz99zz"):
        yield f"postcode {postcode} {_figure(shares.district(postcode))} {_figure(shares.postcode.share(postcode))}"
    beside = (shares.street_beside_postcode, shares.house_beside_postcode, shares.town_beside_postcode)
    yield f"beside a postcode {' '.join(map(_figure, beside))}"
    for column, found in shares.by_column().items():
        yield f"{column} {len(found)} {_figure(sum(found.values()))}"


EXAMPLES = {
    "levels": lambda: _weighed(None),
    "levels-of-chosen": lambda: _weighed(CHOSEN_FROM),
    "sure": lambda: _sure(NO_RELATIONS),
    "sure-beside-relations": lambda: _sure(Relations(0.02, 0.05)),
    "common": lambda: _common(None),
    "common-of-chosen": lambda: _common(CHOSEN_FROM),
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_no_figure_changes_unless_somebody_writes_them_anew(name: str) -> None:
    assert list(EXAMPLES[name]()) == (FOLDER / f"{name}.txt").read_text().splitlines()


def test_a_value_is_common_among_others_than_the_two_that_are_compared() -> None:
    counted = Counted(["a", "a", "b"], ["a", "c"], kinds=5)
    assert {value: counted.others(value) for value in "abcd"} == {"a": 1, "b": 0, "c": 0, "d": 0}
    assert counted.total() == 10


def test_a_short_name_is_alike_to_what_begins_with_it_and_to_its_own_beginnings() -> None:
    counted = Counted(["bert", "bertram", "ber"], ["bertie", "albert"], kinds=5)
    assert counted.beginning_alike("bert") == 0.4, "bert itself, bertram, bertie and ber"
    assert counted.beginning_alike("zoe") == 0.1, "nobody counts as one"


def test_what_is_not_known_agrees_in_nothing() -> None:
    known = agreement(Pair(0, 0, tuple(0 for _ in COMPARISONS)))
    assert known[GIVEN.name] is AgreementLevel.YES
    assert set(agreement(Pair(0, 0, tuple(UNKNOWN for _ in COMPARISONS))).values()) == {AgreementLevel.UNKNOWN}
    assert agreement(Pair(0, 0, tuple(len(each.levels) - 1 for each in COMPARISONS)))[GIVEN.name] is AgreementLevel.NO


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, made in EXAMPLES.items():
        (FOLDER / f"{name}.txt").write_text("\n".join(made()) + "\n")


if __name__ == "__main__":
    main()
