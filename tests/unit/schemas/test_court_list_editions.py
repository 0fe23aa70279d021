"""A court list says what a later edition changed, defendant by defendant, and marks the people whom an area knows."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import schemas.kinds
from schemas.catalogue import Catalogue
from schemas.kind import Payload
from schemas.parts.supervision import Known

CATALOGUE = Catalogue.discover()
FULL = Path(schemas.kinds.__path__[0]) / "court_list" / "samples" / "full.json"
PNC = ["2012/0052494Q", "2003/0011985X"]

Change = tuple[str, str | None, str, tuple[str, ...]]


def case(number: str, forename: str, surname: str = "Quillfeather", **more: Any) -> dict[str, Any]:
    """An entry of the list. `born` and `pnc` are the defendant's; the rest is the case's."""
    person = {"name": {"forenames": [forename], "surname": surname}}
    person |= {key: more.pop(short) for key, short in (("date_of_birth", "born"), ("pnc_id", "pnc")) if short in more}
    return {"number": number, "defendant": person, "offences": [{"code": "TH68010"}]} | more


def listed(*cases: dict[str, Any], room: str = "1") -> Payload:
    session = {"on": "2026-11-20", "room": room, "starts_at": "10:00:00", "cases": cases}
    plain = {"court": {"ou_code": "B10JQ00"}, "date": "2026-11-20", "sessions": [session]}
    return CATALOGUE.latest("court_list").payload.model_validate(plain)


def changes(former: Payload, later: Payload) -> list[Change]:
    said = later.compared_with(former).model_dump()["changes"]
    return [(one["number"], one["defendant"], one["change"], one["parts"]) for one in said]


# ---- editions ----


def test_an_edition_that_changes_nothing_says_nothing() -> None:
    assert changes(listed(case("1", "Marlow")), listed(case("1", "Marlow"))) == []
    whole = CATALOGUE.latest("court_list").payload.model_validate_json(FULL.read_bytes())
    assert whole.compared_with(whole).model_dump()["changes"] == ()


def test_what_was_added_changed_and_removed_is_reported_in_the_order_of_the_list() -> None:
    former = listed(case("1", "Marlow"), case("2", "Tamsin"), case("3", "Percival"))
    later = listed(case("4", "Jocelyn"), case("2", "Tamsin", offences=[{"code": "RT88026"}]), case("3", "Percival"))
    assert changes(former, later) == [
        ("4", "Jocelyn Quillfeather", "added", ()),
        ("2", "Tamsin Quillfeather", "changed", ("offences",)),
        ("1", "Marlow Quillfeather", "removed", ()),
    ]


def test_each_of_several_defendants_of_one_case_is_distinguished() -> None:
    former = listed(case("1", "Marlow"), case("1", "Tamsin"), case("1", "Percival"))
    later = listed(case("1", "Marlow"), case("1", "Tamsin", list_number="2nd"), case("1", "Jocelyn"))
    assert changes(former, later) == [
        ("1", "Tamsin Quillfeather", "changed", ("list_number",)),
        ("1", "Jocelyn Quillfeather", "added", ()),
        ("1", "Percival Quillfeather", "removed", ()),
    ]


def test_another_room_or_hour_is_a_change_for_everybody_in_it() -> None:
    former, later = listed(case("1", "Marlow"), case("2", "Tamsin")), listed(case("1", "Marlow"), room="7")
    assert changes(former, later) == [
        ("1", "Marlow Quillfeather", "changed", ("session.room",)),
        ("2", "Tamsin Quillfeather", "removed", ()),
    ]


def test_the_courts_row_numbers_are_no_change() -> None:
    former = listed(case("1", "Marlow", id="c-1", block_id="b-1", sequence=1))
    assert changes(former, listed(case("1", "Marlow", id="c-9", block_id="b-9", sequence=2))) == []


def test_a_marked_edition_is_not_a_changed_one() -> None:
    former = listed(case("1", "Marlow")).marked({0: Known("pnc_id", "X123456")})
    assert changes(former, listed(case("1", "Marlow"))) == []


def test_a_corrected_name_is_a_change_where_a_number_shows_that_it_is_the_same_person() -> None:
    former, later = listed(case("1", "Marlo", "Quilfether", pnc=PNC[0])), listed(case("1", "Marlow", pnc=PNC[0]))
    assert changes(former, later) == [("1", "Marlow Quillfeather", "changed", ("defendant",))]


def test_a_number_that_came_later_is_a_change_and_no_new_person() -> None:
    former, later = listed(case("1", "Marlow")), listed(case("1", "Marlow", pnc=PNC[0], born="1991-04-17"))
    assert changes(former, later) == [("1", "Marlow Quillfeather", "changed", ("defendant",))]


@pytest.mark.parametrize("field", [{"pnc": PNC}, {"born": ["1961-04-17", "1991-04-17"]}])
def test_a_father_and_a_son_of_one_name_are_two_people(field: dict[str, list[str]]) -> None:
    ((name, (first, second)),) = field.items()
    former, later = listed(case("1", "Marlow", **{name: first})), listed(case("1", "Marlow", **{name: second}))
    assert [kind for _, _, kind, _ in changes(former, later)] == ["added", "removed"]
    both = listed(case("1", "Marlow", **{name: first}), case("1", "Marlow", **{name: second}))
    assert changes(both, both) == []
    assert changes(both, later) == [("1", "Marlow Quillfeather", "removed", ())]


def test_a_year_of_birth_agrees_with_a_day_in_it() -> None:
    former, later = listed(case("1", "Marlow", born="1991")), listed(case("1", "Marlow", born="1991-04-17"))
    assert [kind for _, _, kind, _ in changes(former, later)] == ["changed"]


def test_the_same_person_in_another_case_is_another_entry() -> None:
    former, later = listed(case("1", "Marlow", pnc=PNC[0])), listed(case("2", "Marlow", pnc=PNC[0]))
    assert [kind for _, _, kind, _ in changes(former, later)] == ["added", "removed"]


def test_a_name_that_is_too_long_for_the_change_is_cut() -> None:
    later = listed(case("1", "M" * 200, "Q" * 200))
    ((_, name, _, _),) = changes(listed(), later)
    assert name is not None and len(name) == 250


def test_two_people_whom_the_court_gave_one_number_are_distinguished_by_name() -> None:
    former = listed(case("1", "Tamsin", pnc=PNC[0]))
    later = listed(case("1", "Marlow", pnc=PNC[0]), case("1", "Tamsin", pnc=PNC[0]))
    assert changes(former, later) == [("1", "Marlow Quillfeather", "added", ())]


ENTRIES = st.builds(
    lambda number, person, numbered, code, sequence: case(
        number, person[0], **({"pnc": person[1]} if numbered else {}), offences=[{"code": code}], sequence=sequence
    ),
    st.sampled_from("12"),
    st.sampled_from(list(zip(["Marlow", "Tamsin"], PNC, strict=True))),
    st.booleans(),
    st.sampled_from(["TH68010", "RT88026"]),
    st.integers(0, 3),
)
LISTS = st.lists(ENTRIES, max_size=6).map(lambda cases: listed(*cases))


@given(LISTS)
def test_no_list_differs_from_itself(one: Payload) -> None:
    assert changes(one, one) == []


@given(LISTS, LISTS)
def test_every_entry_is_accounted_for_once(former: Payload, later: Payload) -> None:
    said = [change for _, _, change, _ in changes(former, later)]
    assert len(former.about()) - said.count("removed") == len(later.about()) - said.count("added")
    assert said.count("changed") <= len(later.about()) - said.count("added")
    assert said.count("removed") <= len(former.about())


@given(LISTS, LISTS)
def test_what_is_added_one_way_is_removed_the_other_way(former: Payload, later: Payload) -> None:
    there, back = changes(former, later), changes(later, former)
    assert [c for _, _, c, _ in there].count("added") == [c for _, _, c, _ in back].count("removed")


# ---- who is known ----


def test_a_mark_goes_to_the_defendant_at_that_place_and_to_nobody_else() -> None:
    whole = CATALOGUE.latest("court_list").payload.model_validate_json(FULL.read_bytes())
    marked = whole.marked({1: Known("perhaps, by linkage", None, 6.5)}).model_dump()
    known = [entry["known"] for session in marked["sessions"] for entry in session["cases"]]
    assert known == [None, {"by": "perhaps, by linkage", "crn": None, "match_weight": 6.5}, None]


@given(LISTS, st.dictionaries(st.integers(0, 5), st.sampled_from(["pnc_id", "linkage"])))
def test_marking_follows_the_order_of_about_and_changes_nothing_else(one: Payload, by: dict[int, str]) -> None:
    marked = one.marked({position: Known(how) for position, how in by.items()})
    entries = [entry for session in marked.model_dump()["sessions"] for entry in session["cases"]]
    assert [entry["known"] and entry["known"]["by"] for entry in entries] == [by.get(n) for n in range(len(entries))]
    assert marked.about() == one.about()
    assert marked.marked({}) == one


def test_a_mark_that_a_sender_makes_is_not_believed() -> None:
    """Only the exchange itself may say whom an area knows."""
    plain = json.loads(FULL.read_bytes())
    assert plain["sessions"][0]["cases"][0]["known"]
    marked = CATALOGUE.latest("court_list").payload.model_validate(plain).marked({}).model_dump()
    assert [entry["known"] for session in marked["sessions"] for entry in session["cases"]] == [None] * 3
