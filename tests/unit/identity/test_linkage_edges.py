"""Edges of linkage: limits that decide, what contradicts an identifier, spellings, families and homes."""

from dataclasses import replace

import pytest

from hub.identity.linkage.assign import (
    CANDIDATES_MAX,
    CERTAIN_AMONG_SURE_ONES,
    CERTAIN_UP_TO,
    DOUBTFUL_UP_TO,
    FALSE_SHARE_MAX,
    Scored,
    assign,
    may_be_kin,
    names_nobody,
)
from hub.identity.linkage.evaluate import measure
from hub.identity.linkage.identifiers import identifiers_differ, link_by_identifier
from hub.identity.linkage.model import COMPARISONS, AgreementLevel
from hub.identity.linkage.normalise import Comparable, comparable
from hub.identity.linkage.records import Link, LinkCertainty, PersonRecord

CERTAIN, DOUBTFUL = LinkCertainty.CERTAIN, LinkCertainty.DOUBTFUL
ALL_AGREE = {each.name: AgreementLevel.YES for each in COMPARISONS}


def _scored(left: int, right: int, error: float, **unlike: AgreementLevel) -> Scored:
    named = {name.replace("_", " "): level for name, level in unlike.items()}
    return Scored(left, right, error, (), ALL_AGREE | named)


def _decided(*pairs: Scored, objection: str | None = None) -> list[tuple[int, int, LinkCertainty, str]]:
    found = assign(pairs, lambda _: objection)
    return [(each.pair.left, each.pair.right, each.certainty, each.why) for each in found]


# ---- what is certain


def test_a_pair_at_a_limit_is_within_it() -> None:
    assert [row[2] for row in _decided(_scored(0, 0, CERTAIN_UP_TO))] == [CERTAIN]
    assert [row[2] for row in _decided(_scored(0, 0, CERTAIN_UP_TO + 1e-9))] == [DOUBTFUL]
    assert [row[2] for row in _decided(_scored(0, 0, DOUBTFUL_UP_TO))] == [DOUBTFUL]
    assert _decided(_scored(0, 0, DOUBTFUL_UP_TO + 1e-9)) == []


def test_the_expected_share_of_false_links_is_kept_to_the_figure() -> None:
    """Many sure links leave room for one that is less sure, and for no second one."""
    sure = [_scored(n, n, 0.0) for n in range(100)]
    room = FALSE_SHARE_MAX * 101
    assert CERTAIN_UP_TO < room < CERTAIN_AMONG_SURE_ONES
    first, second = _scored(100, 100, room), _scored(101, 101, room + 1e-6)
    found = {row[0]: row[2] for row in _decided(*sure, first, second)}
    assert (found[100], found[101]) == (CERTAIN, DOUBTFUL)
    assert {row[0]: row[2] for row in _decided(*sure, replace(first, error=room + 1e-6))}[100] is DOUBTFUL


def test_each_person_has_one_certain_counterpart_and_whoever_has_one_is_no_candidate() -> None:
    pairs = [_scored(0, 0, 1e-9), _scored(0, 1, 1e-8), _scored(1, 0, 1e-7), _scored(1, 1, 1e-6), _scored(2, 1, 0.5)]
    assert [row[:3] for row in _decided(*pairs)] == [(0, 0, CERTAIN), (1, 1, CERTAIN)]


def test_an_objection_makes_a_pair_doubtful_and_is_its_reason() -> None:
    assert _decided(_scored(0, 0, 1e-9), objection="kin") == [(0, 0, DOUBTFUL, "kin")]


def test_a_rival_is_the_reason_if_there_is_one_and_counts_only_while_it_may_be_shown() -> None:
    one, other = _decided(_scored(0, 0, 0.5), _scored(0, 1, 0.6))
    assert "another candidate" in one[3] and "another candidate" in other[3]
    (alone,) = _decided(_scored(0, 0, 0.5), _scored(0, 1, DOUBTFUL_UP_TO + 0.01))
    assert "not strong enough" in alone[3]


def test_the_best_candidates_are_shown_of_each_record() -> None:
    pairs = [_scored(left, right, 0.9 - right / 10) for left in (0, 1) for right in range(5)]
    found = _decided(*pairs)
    assert len(found) == 2 * CANDIDATES_MAX
    assert [row[1] for row in found if row[0] == 0] == [4, 3, 2]


@pytest.mark.parametrize("level", [AgreementLevel.YES, AgreementLevel.PARTLY])
@pytest.mark.parametrize("name", ["given_name", "surname", "date_of_birth"])
def test_a_name_or_a_date_that_agrees_even_in_part_names_somebody(name: str, level: AgreementLevel) -> None:
    unlike = dict.fromkeys(("given_name", "surname", "date_of_birth"), AgreementLevel.NO)
    assert names_nobody(_scored(0, 0, 0.1, **unlike)) is not None
    assert names_nobody(_scored(0, 0, 0.1, **(unlike | {name: level}))) is None


def test_relations_are_told_apart_by_given_name_and_date_of_birth() -> None:
    assert may_be_kin(_scored(0, 0, 0.1)) is None
    assert may_be_kin(_scored(0, 0, 0.1, surname=AgreementLevel.NO)) is None
    only_name = may_be_kin(_scored(0, 0, 0.1, given_name=AgreementLevel.PARTLY))
    assert only_name is not None and "given name" in only_name and "date of birth" not in only_name
    both = may_be_kin(_scored(0, 0, 0.1, given_name=AgreementLevel.NO, date_of_birth=AgreementLevel.UNKNOWN))
    assert both is not None and "given name and date of birth" in both


# ---- identifiers


PNC, OTHER_PNC = ("pnc_id", "2001/0000011B"), ("pnc_id", "2002/0000022C")
CRO, OTHER_CRO = ("cro_number", "000003/99D"), ("cro_number", "000004/99E")
CRN = ("crn", "X123456")


def _record(id: str, *identifiers: tuple[str, str], **parts: str | None) -> PersonRecord:
    given: dict[str, str | None] = {"given_name": "Orla", "surname": "Quillfeather", "date_of_birth": "1980-02-13"}
    return PersonRecord(id, **(given | parts), identifiers=frozenset(identifiers))  # type: ignore[arg-type]


def _links(left: PersonRecord, *right: PersonRecord) -> list[tuple[str, str, str]]:
    found = link_by_identifier([left], right)
    told = [(link.right, str(link.certainty), link.by) for link in (*found.certain, *found.doubtful)]
    if found.certain:
        assert found.settled_right == {record.id for record in right if record.identifiers & left.identifiers}
    else:
        assert not found.settled_right
    return told


def test_the_record_that_shares_most_numbers_is_linked_and_the_others_are_settled_too() -> None:
    told = _links(_record("a", PNC, CRO), _record("b", CRO), _record("c", PNC, CRO), _record("d", PNC))
    assert told == [("c", "certain", "identifier cro_number")]


def test_a_rival_that_shares_no_number_with_the_best_makes_all_doubtful() -> None:
    told = _links(_record("a", PNC, CRO, CRN), _record("b", PNC, CRN), _record("c", CRO))
    assert [row[:2] for row in told] == [("b", "doubtful"), ("c", "doubtful")]
    found = link_by_identifier([_record("a", PNC, CRO, CRN)], [_record("b", PNC, CRN), _record("c", CRO)])
    assert all("two cannot be one person" in link.why for link in found.doubtful)


def test_a_rival_whose_other_number_differs_makes_all_doubtful() -> None:
    told = _links(_record("a", PNC), _record("b", PNC, CRO), _record("c", PNC, OTHER_CRO))
    assert [row[:2] for row in told] == [("b", "doubtful"), ("c", "doubtful")]


def test_nobody_shares_a_number_and_nobody_is_linked() -> None:
    assert _links(_record("a", PNC), _record("b", OTHER_PNC), _record("c")) == []


def test_two_numbers_of_one_kind_differ_unless_one_is_shared_or_people_have_many() -> None:
    assert identifiers_differ(_record("a", PNC), _record("b", OTHER_PNC))
    assert not identifiers_differ(_record("a", PNC, OTHER_PNC), _record("b", OTHER_PNC))
    assert not identifiers_differ(_record("a", PNC), _record("b", CRO))
    arrests = [("arrest_summons_number", f"0100000000000000000{n}Z") for n in (1, 2)]
    assert not identifiers_differ(_record("a", arrests[0]), _record("b", arrests[1]))


STRANGER = {"given_name": "Bertram", "surname": "Zavvy", "date_of_birth": "1951-11-30"}


@pytest.mark.parametrize(
    ("parts", "certainty"),
    [
        (STRANGER, "doubtful"),
        (STRANGER | {"given_name": "Orla"}, "certain"),
        (STRANGER | {"given_name": "Quillfeather"}, "certain"),
        (STRANGER | {"given_name": None}, "certain"),
        (STRANGER | {"surname": None}, "certain"),
        (STRANGER | {"date_of_birth": None}, "certain"),
        (STRANGER | {"date_of_birth": "1980-02-14"}, "certain"),
        (STRANGER | {"date_of_birth": "1981-03-13"}, "certain"),
        (STRANGER | {"date_of_birth": "1981-03-14"}, "doubtful"),
        (STRANGER | {"date_of_birth": "1980-13-02"}, "certain"),
        (STRANGER | {"given_name": "Orlo"}, "certain"),
        (STRANGER | {"given_name": "Olive"}, "doubtful"),
    ],
)
def test_a_shared_number_is_doubted_only_if_names_and_dates_are_both_far_apart(
    parts: dict[str, str | None], certainty: str
) -> None:
    assert [row[1] for row in _links(_record("a", PNC), _record("b", PNC, **parts))] == [certainty]
    assert [row[1] for row in _links(_record("b", PNC, **parts), _record("a", PNC))] == [certainty]


def test_the_evidence_of_an_identifier_names_its_kinds_and_no_value() -> None:
    (link,) = link_by_identifier([_record("a", PNC, CRO)], [_record("b", PNC, CRO)]).certain
    assert [(one.comparison, one.level, one.weight) for one in link.evidence] == [
        ("cro_number", "the same", None),
        ("pnc_id", "the same", None),
    ]
    assert (link.left, link.right, link.match_weight, link.error) == ("a", "b", None, None)


# ---- spellings


@pytest.mark.parametrize(
    ("written", "born"),
    [
        ("1980-02-13", "19800213"),
        ("1980/02/13", "19800213"),
        ("1980.02.13 00:00", "19800213"),
        ("3/2/1980", "19800203"),
        ("03 02 1980", "19800203"),
        ("1980.0", "1980"),
        ("99991231", None),
        ("1901-01-01", None),
        ("19801", None),
        ("3/2/80", None),
        ("", None),
    ],
)
def test_a_date_of_birth_is_digits_with_the_year_first(written: str, born: str | None) -> None:
    assert comparable(_record("a", date_of_birth=written)).born == born


def test_each_part_of_a_record_is_compared_in_one_spelling() -> None:
    parts = {"house": " 12.0 ", "street": "High St", "locality": "Up Ton", "town": "MADEUPTON", "postcode": "ne1 1aa"}
    assert comparable(_record("a", **parts)) == Comparable(
        "orla", "quillfeather", "19800213", "12", "highstreet", "upton", "madeupton", "ne11aa"
    )
    nothing = comparable(PersonRecord("a", house="  ", street="", postcode="-"))
    assert nothing == Comparable(None, None, None, None, None, None, None, None)
    assert comparable(_record("a", house="12.05")).house != "12"
    assert comparable(_record("a", street="St Ann Close")).street == "stannclose"


# ---- measuring


def _link(left: str, right: str, certainty: LinkCertainty, error: float | None) -> Link:
    return Link(left, right, certainty, None, "linkage", (), "", error)


def test_nothing_linked_and_nothing_to_find_count_as_faultless() -> None:
    none = measure([], [], 0, 0)
    assert (none.precision, none.recall, none.recall_with_doubtful) == (1.0, 1.0, 1.0)
    assert (none.doubtful_share, none.doubtful_share_of_right, none.expected_false) == (0.0, 0.0, 0)
    missed = measure([], [("1", "1")], 1, 1)
    assert (missed.precision, missed.recall) == (1.0, 0.0)


def test_only_certain_links_are_expected_to_be_false_and_an_identifier_never() -> None:
    links = [_link("1", "1", CERTAIN, 0.25), _link("2", "2", CERTAIN, None), _link("3", "3", DOUBTFUL, 0.5)]
    quality = measure(links, [("1", "1")], 4, 2)
    assert (quality.certain, quality.doubtful, quality.expected_false) == (2, 1, 0.25)
    assert (quality.doubtful_share, quality.doubtful_share_of_right) == (0.25, 0.5)
