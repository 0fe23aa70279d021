"""Checks the selectors of a clause against the fields of its kinds, and clauses against each other. Pure."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from functools import partial
from itertools import combinations

from hub.sharing.terms.agencies import Agencies
from hub.sharing.terms.grants import Action, Verdict, possible, verdicts
from hub.sharing.terms.protocols import Clause
from hub.sharing.terms.selecting import Selector
from hub.sharing.terms.source import Source
from schemas.catalogue import Catalogue
from schemas.kind import MessageKind
from schemas.problem import Problem
from schemas.shape import Leaf, leaves_of

Place = tuple[str, int]

_IMPOSSIBLE: Mapping[str, tuple[Action, str, str, str]] = {
    "mask": (Action.MASKED, "mask.impossible", "cannot be masked: its type has no shorter form", "withhold it"),
    "pseudonymise": (
        Action.PSEUDONYMISED,
        "pseudonym.impossible",
        "cannot be a pseudonym: it is neither a name nor an identifier of a person or case",
        "mask or withhold it",
    ),
}


def check_selectors(clause: Clause, source: Source, place: Place, catalogue: Catalogue) -> Iterator[Problem]:
    """Each selector must match a field, and its list must do something to that field."""
    leaves = tuple(leaf for kind in _kinds_of(clause, catalogue) for leaf in leaves_of(kind.payload))
    if not leaves:
        return  # The kinds are unknown, which is reported elsewhere.
    lists = {
        "fields": clause.fields,
        "mask": clause.masked,
        "pseudonymise": clause.pseudonymised,
        "except": clause.excepted,
    }
    for key, selectors in lists.items():
        for selector in selectors:
            place_of = partial(source.where, (*place, key), str(selector))
            yield from picks_something(selector, leaves, place_of, ", ".join(clause.kinds))
    yield from _excepts_something(clause, leaves, source, place)
    left = tuple(leaf for leaf in leaves if not _picked(leaf, clause.excepted))
    yield from _granted_once(clause, left, source, place)
    for key, (action, code, says, cure) in _IMPOSSIBLE.items():
        for selector in lists[key]:
            unfit = next((leaf for leaf in left if selector.picks(leaf) and not possible(leaf, action)), None)
            if unfit is not None:
                where = source.where((*place, key), str(selector))
                yield Problem(code, where, f"{unfit.path} {says}", f"{cure}, or name the fields that are meant")


def check_agreement(
    clauses: Sequence[Clause], source: Source, agencies: Agencies, catalogue: Catalogue
) -> Iterator[Problem]:
    """Two clauses that cover one message must do the same to a field that both grant."""
    for (number, first), (index, second) in combinations(enumerate(clauses), 2):
        if not any((first.masked, first.pseudonymised, second.masked, second.pseudonymised)):
            continue
        differing = next(_disagreements(first, second, catalogue), None)
        if differing is not None and first.meets(second, agencies):
            says, said = differing
            yield Problem(
                "field.granted_twice",
                source.where(("permit", index)),
                f"{says.path} is {says.action} by clause {second.id} and {said.action} by clause {first.id}: see "
                + source.where(("permit", number)),
                "grant it in one clause only, or do the same in both",
            )


def nearest(text: str, known: Iterable[str]) -> str:
    """`; did you mean X?`, or an empty text."""
    close = get_close_matches(text, list(known), n=1)
    return f"; did you mean {close[0]}?" if close else ""


def _kinds_of(clause: Clause, catalogue: Catalogue) -> tuple[MessageKind, ...]:
    """Every version of the known kinds that the clause names."""
    return tuple(kind for (name, _), kind in sorted(catalogue.kinds.items()) if name in clause.kinds)


def _picked(leaf: Leaf, selectors: Iterable[Selector]) -> bool:
    return any(selector.picks(leaf) for selector in selectors)


def picks_something(
    selector: Selector, leaves: Sequence[Leaf], where: Callable[[], str], kinds: str
) -> Iterator[Problem]:
    """`where` finds the line in the file, which takes longer than the check and is needed only for a problem."""
    if any(map(selector.picks, leaves)):
        return
    if selector.path is None:
        yield Problem(
            "selector.matches_nothing",
            where(),
            f"{kinds}: no field is of the category {selector.category}",
            "remove the selector, or correct the kinds",
        )
    else:
        cure = "write it as schemas/kinds shows it, with [] for each of a list"
        cure += nearest(selector.path, [leaf.path for leaf in leaves])
        yield Problem("field.unknown", where(), f"{kinds}: there is no field {selector.path}", cure)


def _excepts_something(clause: Clause, leaves: Sequence[Leaf], source: Source, place: Place) -> Iterator[Problem]:
    granted = [leaf for leaf in leaves if _picked(leaf, (*clause.fields, *clause.masked, *clause.pseudonymised))]
    for selector in clause.excepted:
        if any(map(selector.picks, leaves)) and not any(map(selector.picks, granted)):
            yield Problem(
                "selector.withholds_nothing",
                source.where((*place, "except"), str(selector)),
                f"{selector} excepts what no selector of this clause lists, so it protects nothing",
                "remove it, or correct it",
            )


def _granted_once(clause: Clause, leaves: Sequence[Leaf], source: Source, place: Place) -> Iterator[Problem]:
    """No field may be both masked and made a pseudonym. A field that `fields` lists must not be changed as a whole, but
    a narrower selector may mask a part of what a wider one passes."""
    changed = (*clause.masked, *clause.pseudonymised)
    for selector in clause.fields:
        picks = [leaf for leaf in leaves if selector.picks(leaf)]
        if picks and all(_picked(leaf, changed) for leaf in picks):
            says = f"all of {selector} is masked or made a pseudonym by this clause, so none of it is sent in full"
            where = source.where((*place, "fields"), str(selector))
            yield Problem("field.granted_twice", where, says, "remove it from one of the lists")
    for selector in clause.pseudonymised:
        both = next((leaf for leaf in leaves if selector.picks(leaf) and _picked(leaf, clause.masked)), None)
        if both is not None:
            says = f"{both.path} is masked by this clause and made a pseudonym too"
            where = source.where((*place, "pseudonymise"), str(selector))
            yield Problem("field.granted_twice", where, says, "remove it from one of the lists")


def _disagreements(first: Clause, second: Clause, catalogue: Catalogue) -> Iterator[tuple[Verdict, Verdict]]:
    """(what the second does, what the first does) for each field to which they would do different things."""
    for kind in _kinds_of(first, catalogue):
        if kind.name in second.kinds:
            for said, says in zip(verdicts((first,), kind.payload), verdicts((second,), kind.payload), strict=True):
                if Action.WITHHELD not in (said.action, says.action) and said.action is not says.action:
                    yield says, said
