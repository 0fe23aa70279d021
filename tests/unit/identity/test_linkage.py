"""Record linkage: spellings, identifiers, the margin, relatives in one home, and what it never does."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.identity.linkage import Link, LinkageFailure, LinkCertainty, PersonRecord, Population, link
from hub.identity.linkage.assign import CERTAIN_UP_TO, DOUBTFUL_UP_TO, Decided, Scored, assign, names_nobody
from hub.identity.linkage.evaluate import measure
from hub.identity.linkage.files import read_side, read_truth
from hub.identity.linkage.homes import CROWDED_FROM, NO_RELATIONS, home_keys, relations_at_home
from hub.identity.linkage.model import COMPARISONS, PLACE, AgreementLevel
from hub.identity.linkage.normalise import comparable
from hub.identity.linkage.shares import Counted, Shares
from tests.conftest import ROOT
from tests.effort import tries

CERTAIN, DOUBTFUL = LinkCertainty.CERTAIN, LinkCertainty.DOUBTFUL
PNC, OTHER_PNC, CRO = ("pnc_id", "2001/0000011B"), ("pnc_id", "2002/0000022C"), ("cro_number", "000003/99D")


def person(
    id: str,
    given_name: str | None = "Orla",
    surname: str | None = "Quillfeather",
    date_of_birth: str | None = "1980-02-13",
    postcode: str | None = "ZZ1 1ZZ",
    house: str | None = None,
    street: str | None = None,
    town: str | None = None,
    identifiers: tuple[tuple[str, str], ...] = (),
) -> PersonRecord:
    return PersonRecord(
        id, given_name, surname, date_of_birth, house, street, None, town, postcode, frozenset(identifiers)
    )


def only(links: tuple[Link, ...]) -> Link:
    assert len(links) == 1, links
    return links[0]


# One spelling


@pytest.mark.parametrize(
    "written", ["1980-02-13", "19800213", "13/02/1980", "13.2.1980", " 19800213.0 ", "1980-02-13T00:00:00"]
)
def test_a_date_of_birth_is_the_same_however_it_is_written(written: str) -> None:
    assert comparable(person("a", date_of_birth=written)).born == "19800213"


@pytest.mark.parametrize(
    ("written", "born"), [("1980", "1980"), ("1980-02", "198002"), ("1900-01-01", None), ("unknown", None)]
)
def test_a_date_says_no_more_than_is_known(written: str, born: str | None) -> None:
    assert comparable(person("a", date_of_birth=written)).born == born


def test_a_day_that_does_not_exist_is_kept_because_it_resembles_the_true_one() -> None:
    assert comparable(person("a", date_of_birth="30/29/1900")).born == "19002930"


def test_case_spaces_accents_and_punctuation_do_not_part_names() -> None:
    spellings = ("O'Neíll-Smith", "ONEILL  SMITH", " oneill smith ", "O\u2019Neill Smith")
    assert {comparable(person("a", surname=name)).surname for name in spellings} == {"oneillsmith"}


def test_a_street_is_the_same_however_its_last_word_is_shortened() -> None:
    assert (
        comparable(person("a", street="St. Fern Rd.")).street == comparable(person("a", street="ST FERN ROAD")).street
    )
    assert comparable(person("a", street="St")).street == "st"


def test_a_number_that_a_spreadsheet_made_a_fraction_is_whole_again() -> None:
    assert comparable(person("a", house="12.0")).house == "12"


# Identifiers


def test_a_shared_valid_identifier_links_with_certainty_and_says_so() -> None:
    found = only(link([person("a", identifiers=(PNC,))], [person("b", surname="Quill", identifiers=(PNC, CRO))]))
    assert (found.certainty, found.by, found.match_weight) == (CERTAIN, "identifier pnc_id", None)
    assert [each.comparison for each in found.evidence] == ["pnc_id"]


def test_an_identifier_that_another_contradicts_is_doubtful() -> None:
    found = only(link([person("a", identifiers=(CRO, PNC))], [person("b", identifiers=(CRO, OTHER_PNC))]))
    assert (found.certainty, found.by) == (DOUBTFUL, "identifier cro_number")


def test_an_identifier_on_somebody_with_another_name_and_birth_date_is_doubtful() -> None:
    stranger = person("b", "Bertram", "Zavvy", "1951-11-30", identifiers=(PNC,))
    assert only(link([person("a", identifiers=(PNC,))], [stranger])).certainty is DOUBTFUL
    married = person("b", "Orla", "Zavvy", "1951-11-30", identifiers=(PNC,))
    assert only(link([person("a", identifiers=(PNC,))], [married])).certainty is CERTAIN


def test_arrest_summons_numbers_that_differ_are_no_contradiction() -> None:
    arrests = [("arrest_summons_number", f"0100000000000000000{n}Z") for n in (1, 2)]
    found = link([person("a", identifiers=(PNC, arrests[0]))], [person("b", identifiers=(PNC, arrests[1]))])
    assert only(found).certainty is CERTAIN


def test_an_identifier_of_two_people_is_doubtful_for_both() -> None:
    right = [
        person("b", identifiers=(PNC, CRO)),
        person("c", "Bertram", identifiers=(PNC, ("cro_number", "000004/99E"))),
    ]
    assert [found.certainty for found in link([person("a", identifiers=(PNC,))], right)] == [DOUBTFUL, DOUBTFUL]


def test_likeness_never_overrules_identifiers_that_differ() -> None:
    found = only(link([person("a", identifiers=(PNC,))], [person("b", identifiers=(OTHER_PNC,))]))
    assert (found.certainty, found.by) == (DOUBTFUL, "linkage")


def test_a_record_that_a_disputed_identifier_points_at_is_certain_of_nobody_else() -> None:
    left = [person("a", identifiers=(CRO, PNC))]
    right = [person("b", "Bertram", "Zavvy", "1951-11-30", identifiers=(CRO, OTHER_PNC)), person("c")]
    assert {(found.right, found.certainty) for found in link(left, right)} == {("b", DOUBTFUL), ("c", DOUBTFUL)}


# Likeness


def test_the_same_person_is_found_with_evidence_that_names_no_value() -> None:
    found = only(link([person("a")], [person("b", "ORLA", "Quilfeather", "13/02/1980")]))
    assert (found.certainty, found.by) == (CERTAIN, "linkage")
    assert found.error is not None
    assert found.error <= CERTAIN_UP_TO
    told = f"{found.evidence}{found.why}".lower()
    assert not any(value in told for value in ("orla", "quil", "1980", "zz1"))
    assert [each.comparison for each in found.evidence] == [*(each.name for each in COMPARISONS), "chance of error"]


@pytest.mark.parametrize(
    ("other", "words"),
    [
        (person("b", "Quillfeather", "Orla"), "given name and surname changed places"),
        (person("b", date_of_birth="1980-02-23"), "one digit different"),
        (person("b", "Orlla"), "one letter different"),
        (person("b", postcode="ZZ1 1ZY"), "one character different"),
    ],
)
def test_slips_of_the_pen_still_link(other: PersonRecord, words: str) -> None:
    found = only(link([person("a")], [other]))
    assert found.certainty is CERTAIN
    assert words in [each.level for each in found.evidence]


def test_a_date_of_birth_with_more_than_a_slip_is_left_to_a_person() -> None:
    assert only(link([person("a")], [person("b", date_of_birth="1980-12-03")])).certainty is DOUBTFUL


def test_a_link_says_how_often_one_like_it_is_wrong() -> None:
    sure = only(link([person("a")], [person("b")]))
    assert sure.error is not None
    assert sure.evidence[-1] == ("chance of error", f"1 in {round(1 / sure.error):,}", None)
    weak = only(link([person("a", postcode=None)], [person("b", postcode=None, date_of_birth="1980-12-03")]))
    assert weak.error is not None
    assert weak.error > 0.1
    assert weak.evidence[-1] == ("chance of error", f"{round(100 * weak.error)} in 100", None)


def test_the_20th_is_not_the_2nd() -> None:
    found = only(link([person("a", date_of_birth="1980-02-20")], [person("b", date_of_birth="1980-02-02")]))
    assert "two of year, month and day the same" in [each.level for each in found.evidence]


def test_digits_that_changed_places_and_make_no_day_are_a_slip() -> None:
    found = only(link([person("a", date_of_birth="1980-04-12")], [person("b", date_of_birth="1980-41-02")]))
    assert "different" in [each.level for each in found.evidence]
    found = only(link([person("a", date_of_birth="1980-04-12")], [person("b", date_of_birth="1980-40-12")]))
    assert "one digit different" in [each.level for each in found.evidence]


@pytest.mark.parametrize(("name", "short"), [("William", "Bill"), ("Andrew", "Andy"), ("Daniel", "Danny")])
def test_a_pet_name_is_a_short_form_and_no_other_name(name: str, short: str) -> None:
    found = only(link([person("a", name)], [person("b", short)]))
    assert "a short form of the other" in [each.level for each in found.evidence]


def test_a_street_of_the_same_name_in_another_town_is_another_street() -> None:
    """The postcodes differ. In the same town it is a postcode that was written wrong, in another town it is not."""

    def weight(town: str) -> float:
        left = person("a", "Orla", None, postcode="ZZ1 1ZZ", house="12", street="Fern Road", town="Hexham")
        right = person("b", "Orlando", None, postcode="ZZ1 2YX", house="12", street="Fern Road", town=town)
        return next(w for c, _, w in only(link([left], [right])).evidence if c == PLACE.name and w is not None)

    assert weight("Hexham") > 3
    assert weight("Penzance") < -3


def test_day_and_month_that_changed_places_still_link() -> None:
    found = only(link([person("a", date_of_birth="1980-02-07")], [person("b", date_of_birth="1980-07-02")]))
    assert found.certainty is CERTAIN
    assert "day and month changed places" in [each.level for each in found.evidence]


@pytest.mark.parametrize(
    "relation",
    [
        person("b", "Bertram"),
        person("b", "Bertram", date_of_birth="1983-07-21"),
        person("b", date_of_birth="1951-11-30"),
    ],
    ids=["twin", "brother", "father of the same name"],
)
def test_a_relation_at_the_same_address_is_doubtful(relation: PersonRecord) -> None:
    home = {"house": "12", "street": "Fern Road", "town": "Ashby"}
    mine, theirs = (PersonRecord(**(_fields(record) | home)) for record in (person("a"), relation))
    assert only(link([mine], [theirs])).certainty is DOUBTFUL


def test_of_twins_who_are_both_in_both_files_each_finds_himself() -> None:
    left = [person("a1", "Bertram"), person("a2", "Cuthwin")]
    right = [person("b2", "Cuthwin"), person("b1", "Bertram")]
    assert [(f.left, f.right) for f in link(left, right) if f.certainty is CERTAIN] == [("a1", "b1"), ("a2", "b2")]


def test_two_candidates_that_fit_alike_are_both_doubtful() -> None:
    assert {(f.right, f.certainty) for f in link([person("a")], [person("b"), person("c")])} == {
        ("b", DOUBTFUL),
        ("c", DOUBTFUL),
    }


def test_a_name_without_a_date_of_birth_is_not_certain() -> None:
    found = link([person("a", date_of_birth=None, postcode=None)], [person("b", date_of_birth="1980", postcode=None)])
    assert all(each.certainty is DOUBTFUL for each in found)


def test_strangers_are_not_linked() -> None:
    assert link([person("a")], [person("b", "Bertram", "Zavvy", "1951-11-30", "YY9 9YY")]) == ()


def test_a_side_chosen_from_many_makes_likeness_weigh_less() -> None:
    few, many = (
        only(
            link(
                [person("a", postcode=None)],
                [person("b", "Ola")],
                chosen_from=Population(people, lambda *_, of=people: of // 1000),
            )
        ).error
        for people in (1000, 64_000)
    )
    assert few is not None
    assert many is not None
    assert many > few


@pytest.mark.parametrize(("left", "right"), [([], []), ([person("a")], []), ([], [person("b")])])
def test_an_empty_side_links_nobody(left: list[PersonRecord], right: list[PersonRecord]) -> None:
    assert link(left, right) == ()


def test_records_without_anything_link_nobody() -> None:
    assert link([PersonRecord("a"), PersonRecord("b", surname="  ")], [PersonRecord("c"), PersonRecord("d")]) == ()


def test_an_id_that_occurs_twice_in_a_side_is_refused() -> None:
    with pytest.raises(LinkageFailure) as refused:
        link([person("a"), person("a")], [person("b")])
    assert refused.value.code == "linkage.id_repeated"


_TEXT = st.one_of(
    st.none(), st.text(max_size=12), st.sampled_from(["Orla", "orla ", "1980-02-13", "12", "'; drop table x"])
)
_RECORDS = st.lists(st.tuples(*[_TEXT] * 8), min_size=1, max_size=4)


@settings(max_examples=tries(3, 40), deadline=None)
@given(_RECORDS, _RECORDS)
def test_whatever_the_fields_hold_links_are_one_to_one_and_the_same_each_time(
    left: list[tuple[str | None, ...]], right: list[tuple[str | None, ...]]
) -> None:
    sides = [
        [PersonRecord(f"{name}{n}", *row) for n, row in enumerate(side)] for name, side in (("l", left), ("r", right))
    ]
    found = link(*sides)
    assert found == link(*sides)
    certain = [each for each in found if each.certainty is CERTAIN]
    assert len({each.left for each in certain}) == len({each.right for each in certain}) == len(certain)


# What is certain and what is doubtful


def scored(left: int, right: int, error: float) -> Scored:
    return Scored(left, right, error, (), {comparison.name: AgreementLevel.YES for comparison in COMPARISONS})


def decisions(*pairs: Scored) -> dict[tuple[int, int], LinkCertainty]:
    return {(d.pair.left, d.pair.right): d.certainty for d in assign(pairs, lambda _: None)}


def test_a_small_chance_of_error_is_certain_a_larger_one_doubtful_and_a_very_large_one_nothing() -> None:
    assert decisions(
        scored(0, 0, CERTAIN_UP_TO), scored(1, 1, CERTAIN_UP_TO * 1.1), scored(2, 2, DOUBTFUL_UP_TO + 0.01)
    ) == {(0, 0): CERTAIN, (1, 1): DOUBTFUL}


def test_among_very_many_sure_links_one_that_is_less_sure_is_certain_too_but_never_a_weak_one() -> None:
    sure = [scored(n, n, 1e-9) for n in range(1000)]
    found = decisions(*sure, scored(1000, 1000, 0.009), scored(1001, 1001, 0.02))
    assert found[1000, 1000] is CERTAIN
    assert found[1001, 1001] is DOUBTFUL


def test_a_person_is_shown_no_more_than_three_candidates() -> None:
    assert len(decisions(*(scored(0, n, 0.8 + n / 100) for n in range(9)))) == 3


def test_two_who_fit_alike_cast_doubt_on_each_other_and_one_who_is_somebody_elses_casts_none() -> None:
    twice = [person("b"), person("c", postcode=None)]
    assert all(each.certainty is DOUBTFUL for each in link([person("a")], twice))
    found = link([person("a"), person("d", postcode=None)], twice)
    assert len({each.left for each in found if each.certainty is CERTAIN}) in (0, 2)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4), st.floats(1e-9, 1.0)), max_size=20), st.randoms())
def test_the_order_of_pairs_changes_nothing(triples: list[tuple[int, int, int]], random: object) -> None:
    pairs = [scored(*key, weight) for key, weight in {(a, b): w for a, b, w in triples}.items()]
    shuffled = sorted(pairs, key=lambda _: random.random())  # type: ignore[attr-defined]

    def told(found: list[Decided]) -> list[tuple[int, int, str, str]]:
        return [(d.pair.left, d.pair.right, d.certainty, d.why) for d in found]

    assert told(assign(pairs, lambda _: None)) == told(assign(shuffled, lambda _: None))


def test_a_home_that_agrees_names_nobody() -> None:
    unlike = {"given name": AgreementLevel.NO, "surname": AgreementLevel.NO, "date of birth": AgreementLevel.UNKNOWN}
    pair = scored(0, 0, 20)
    assert names_nobody(pair) is None
    assert names_nobody(replace(pair, agreement={**pair.agreement, **unlike})) is not None
    assert names_nobody(replace(pair, agreement={**pair.agreement, **unlike, "surname": AgreementLevel.YES})) is None


# Homes and frequencies


def crowd(families: int) -> list[PersonRecord]:
    lone = [person(f"p{n}", f"G{n}", f"S{n % 97}", "1980-02-13", f"ZZ{n} 1ZZ") for n in range(450)]
    kin = [
        person(f"k{n}{m}", f"K{n}{m}", "Zavvy", f"19{n + 50}-01-0{m}", f"YY{n} 1YY")
        for n in range(families)
        for m in (1, 2)
    ]
    return lone + kin


def test_families_in_a_file_are_noticed_and_a_small_file_cannot_tell() -> None:
    def relations(records: list[PersonRecord]) -> object:
        return relations_at_home([[comparable(record) for record in records], []])

    assert relations(crowd(families=0)) == NO_RELATIONS
    assert relations(crowd(families=8)) not in (None, NO_RELATIONS)
    assert relations(crowd(families=0)[:100]) is None


def test_a_home_of_very_many_is_no_reason_to_compare_them() -> None:
    def keys(people: int) -> set[object]:
        side = [comparable(person(str(n), house="1", street="Gaol Lane", town="Ashby")) for n in range(people)]
        return {key for homes in home_keys([side, []])[0] for key in homes if key}

    assert keys(CROWDED_FROM)
    assert not keys(CROWDED_FROM + 1)


def test_a_common_value_is_frequent_and_one_seen_only_here_is_not_infinitely_rare() -> None:
    counted = Counted(["a", "a", "b", None], ["a", "b", "c"], kinds=94)
    assert {value: counted.share(value) for value in "abc"} == {"a": 0.02, "b": 0.01, "c": 0.01}


def test_of_people_who_were_chosen_a_name_is_as_common_as_among_all() -> None:
    some = [comparable(person("a"))]

    def share(having: int) -> float:
        return Shares(some, some, Population(50_000, lambda *_: having)).surname.share("quillfeather")

    assert share(1) < Shares(some, some, None).surname.share("quillfeather") / 20
    assert share(1_500) == pytest.approx(0.03, rel=0.1)


# Measuring


def test_quality_counts_as_it_says() -> None:
    def made(left: str, right: str, certainty: LinkCertainty) -> Link:
        return Link(left, right, certainty, 1.0, "linkage", (), "", 0.25)

    links = [made("1", "1", CERTAIN), made("2", "3", CERTAIN)]
    links += [made("3", "2", DOUBTFUL), made("3", "4", DOUBTFUL), made("1", "5", DOUBTFUL)]
    quality = measure(links, [("1", "1"), ("2", "2"), ("3", "4"), ("4", "5")], records_left=5, records_right=8)
    assert quality.as_dict() == {
        "certain": {"precision": 0.5, "recall": 0.25, "links": 2, "expected_false": 0.5},
        "with_doubtful": {"recall": 0.5},
        "doubtful_share": 0.2,
    }
    assert quality.doubtful_share_of_right == 0.375


@pytest.mark.parametrize(
    ("content", "code", "where"),
    [
        (b"", "linkage.column_missing", "line 1"),
        (b"given_name\nOrla\n", "linkage.column_missing", "line 1"),
        (b"id,shoe_size\n1,9\n", "linkage.nothing_to_compare", "line 1"),
        (b"id,surname,surname\n1,a,b\n", "linkage.column_repeated", "line 1"),
        (b"id,surname\n1,a\n1,b\n", "linkage.id_repeated", "line 3, column id"),
        (b"id,surname\n,a\n", "linkage.value_missing", "line 2, column id"),
        (b"id,surname\n1,a,b\n", "linkage.fields_wrong", "line 2"),
        (b'id,surname\n1,"a"b\n', "linkage.malformed", "line 2"),
        (b"id,surname\n1,a\n2,\xe9\n", "linkage.not_utf8", "line 3"),
    ],
)
def test_a_bad_file_is_refused_with_its_place(tmp_path: Path, content: bytes, code: str, where: str) -> None:
    file = tmp_path / "left.csv"
    file.write_bytes(content)
    with pytest.raises(LinkageFailure) as refused:
        read_side(file)
    assert refused.value.code == code
    assert refused.value.where == f"{file}, {where}"
    assert refused.value.cure


def test_a_missing_file_and_a_truth_about_nobody_are_refused(tmp_path: Path) -> None:
    with pytest.raises(LinkageFailure, match=r"linkage\.file_unreadable"):
        read_side(tmp_path / "none.csv")
    truth = tmp_path / "truth.csv"
    truth.write_text("left,right\na,b\na,c\n")
    with pytest.raises(LinkageFailure) as refused:
        read_truth(truth, (person("a"),), (person("b"),))
    assert (refused.value.code, refused.value.where) == ("linkage.truth_unknown_id", f"{truth}, line 3, column right")


# What is never done


def test_nobody_loads_splink_who_does_not_link() -> None:
    _python("import sys, hub.bootstrap.hub, hub.cli.main\nassert not {'splink', 'duckdb'} & set(sys.modules)", ROOT)


def test_linking_prints_nothing_and_leaves_no_file(tmp_path: Path) -> None:
    told = _python(
        "from hub.identity.linkage import PersonRecord, link\n"
        "sides = [[PersonRecord(f'{s}{n}', f'g{n}', f's{n}', '1980-02-13') for n in range(300)] for s in 'ab']\n"
        "assert len(link(*sides)) == 300",
        tmp_path,
    )
    assert told == ""
    assert list(tmp_path.iterdir()) == []


def _python(program: str, folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(ROOT), "HOME": str(folder), "TMPDIR": str(folder)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def _fields(record: PersonRecord) -> dict[str, object]:
    return {name: getattr(record, name) for name in PersonRecord.__slots__}
