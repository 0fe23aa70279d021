"""A condition on a record's person only ever removes something, only from that record, and says why."""

from copy import deepcopy
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hub.sharing.agreed.matrix import changed_conditions, matrix
from hub.sharing.checking.lint import lint
from hub.sharing.decision.conditions import decide_about, holds, under_18
from hub.sharing.decision.decide import Denial, Permit, decide
from hub.sharing.decision.explain import explain
from hub.sharing.decision.minimise import minimise
from hub.sharing.terms.grants import Action
from hub.sharing.terms.protocols import Clause, Condition, Consequence, When
from hub.sharing.terms.records import records_of
from hub.sharing.terms.selecting import read_selector
from schemas.category import Category
from schemas.shape import leaves_of, values_at
from tests.unit.sharing.sharing_world import AREA, CATALOGUE, COURT, KINDS, TODAY, clause, kind_of, protocol, registry
from tests.unit.sharing.test_sharing_files import AGENCIES, PROTOCOL
from tests.unit.sharing.test_sharing_files import TODAY as LINT_DAY

LIST, RESULT = kind_of("court_list"), kind_of("hearing_result")
EVERYTHING = tuple(f"category:{category}" for category in Category)
CHILD, ADULT = "2010-05-05", "1970-05-05"


def condition(
    when: When, action: Consequence, *fields: str, unknown: Any = "applies", kinds: tuple[str, ...] = ()
) -> Condition:
    return Condition("c", when, action, tuple(map(read_selector, fields)), unknown, kinds=kinds)


def decided(
    kind: Any, payload: dict[str, Any], *conditions: Condition, on: date = TODAY, granting: Clause | None = None
) -> Permit | Denial:
    agreed = replace(protocol(granting or clause(*EVERYTHING), expires=TODAY + timedelta(9_999)), conditions=conditions)
    return decide_about(registry(agreed), sender=COURT.id, recipient=AREA.id, kind=kind, payload=payload, on=on)


def cut(kind: Any, payload: dict[str, Any], *conditions: Condition, granting: Clause | None = None) -> dict[str, Any]:
    permit = decided(kind, payload, *conditions, granting=granting)
    assert isinstance(permit, Permit)
    return minimise(payload, permit, kind).payload


def case(born: str | None, number: str = "1", **more: Any) -> dict[str, Any]:
    born_then = {"date_of_birth": born} if born else {}
    address = {"lines": ["1 Sample Street"], "postcode": "ZX99 9ZZ"}
    return {"number": number, "defendant": {"name": {"surname": "Marlow"}, "address": address} | born_then | more}


def a_list(*cases: dict[str, Any]) -> dict[str, Any]:
    return {
        "court": {"ou_code": "B10AA00"},
        "date": "2026-06-01",
        "sessions": [{"on": "2026-06-01", "cases": [*cases]}],
    }


def cases_of(payload: dict[str, Any]) -> list[dict[str, Any]]:
    return [case for session in payload["sessions"] for case in session["cases"]]


@pytest.mark.parametrize(
    ("born", "on", "under"),
    [
        ("2008-06-01", date(2026, 5, 31), True),
        ("2008-06-01", date(2026, 6, 1), False),
        ("2008-02-29", date(2026, 2, 28), True),
        ("2008-02-29", date(2026, 3, 1), False),
        ("2008", date(2026, 12, 30), True),  # of a year, the last day is used
        ("2008", date(2026, 12, 31), False),
        ("2008-06", date(2026, 6, 29), True),
        ("2008-06", date(2026, 7, 1), False),
        ("not known", date(2026, 6, 1), None),
        (None, date(2026, 6, 1), None),
    ],
)
def test_an_age_is_reckoned_on_the_day_and_in_doubt_a_person_is_under_18(
    born: str | None, on: date, under: bool | None
) -> None:
    assert under_18(born, on) is under


@given(st.dates(date(1900, 1, 1), date(2026, 1, 1)), st.dates(date(2000, 1, 1), date(2060, 1, 1)), st.integers(0, 9999))
def test_whoever_has_turned_18_stays_so_and_less_known_is_never_older(born: date, on: date, later: int) -> None:
    whole = under_18(born.isoformat(), on)
    if whole is False:
        assert under_18(born.isoformat(), min(on + timedelta(later), date(2099, 1, 1))) is False
    for known in (born.isoformat()[:7], born.isoformat()[:4]):
        assert under_18(known, on) or not whole


@pytest.mark.parametrize(("unknown", "held"), [("applies", True), ("does_not_apply", False)])
def test_the_protocol_says_what_is_done_about_an_unknown_age(unknown: str, held: bool) -> None:
    children = condition(When.UNDER_18, Consequence.REFUSE, unknown=unknown)
    assert holds(children, {"name": {"surname": "Marlow"}}, TODAY) is held
    assert not holds(children, {"organisation": "Sample Haulage Ltd"}, TODAY)
    assert holds(children, {"date_of_birth": CHILD}, TODAY)
    assert not holds(children, {"date_of_birth": ADULT}, TODAY)


def test_without_a_date_of_birth_whoever_the_court_treats_as_a_youth_is_under_18() -> None:
    children = condition(When.UNDER_18, Consequence.REFUSE, unknown="does_not_apply")
    assert holds(children, {"youth": True}, TODAY)
    assert not holds(children, {"youth": False}, TODAY)
    assert not holds(children, {"youth": True, "date_of_birth": ADULT}, TODAY)


def test_only_a_record_that_is_marked_restricted_is_restricted() -> None:
    restricted = condition(When.RESTRICTED, Consequence.REFUSE)
    assert [holds(restricted, {"restricted": said}, TODAY) for said in (True, False, None)] == [True, False, False]
    assert not holds(restricted, {}, TODAY)


def test_one_record_is_masked_and_the_others_of_the_list_are_not() -> None:
    sent = a_list(case(CHILD, "1"), case(ADULT, "2"))
    mask = condition(When.UNDER_18, Consequence.MASK, "sessions[].cases[].defendant.address")
    child, adult = cases_of(cut(LIST, sent, mask))
    assert child["defendant"]["address"] == {"lines": ["[withheld]"], "postcode": "ZX99"}
    assert adult == case(ADULT, "2")


def test_a_refused_record_is_no_longer_in_the_list_and_each_of_its_values_is_counted() -> None:
    sent = a_list(case(ADULT, "1"), case(CHILD, "2"), case(ADULT, "3"))
    refuse = condition(When.UNDER_18, Consequence.REFUSE)
    permit = decided(LIST, sent, refuse)
    assert isinstance(permit, Permit)
    left = minimise(sent, permit, LIST)
    assert [kept["number"] for kept in cases_of(left.payload)] == ["1", "3"]
    assert {held.path: (held.count, held.action) for held in left.withheld} == {
        f"sessions[].cases[].{path}": (1, Action.WITHHELD)
        for path in (
            *("number", "defendant.name.surname", "defendant.date_of_birth"),
            *("defendant.address.lines[]", "defendant.address.postcode"),
        )
    }
    assert all(held.reason.startswith("condition 'c' (under_18) withholds") for held in left.withheld)


def test_a_message_whose_every_record_is_refused_is_denied_and_names_the_condition() -> None:
    refuse = condition(When.RESTRICTED, Consequence.REFUSE)
    for payload, kind in (
        (a_list(case(ADULT, restricted=True)), LIST),
        ({"defendant": case(ADULT, restricted=True)["defendant"]}, RESULT),
    ):
        denial = decided(kind, payload, refuse)
        assert isinstance(denial, Denial)
        assert (denial.code, denial.protocol_id) == ("condition.refused", "p")
        assert denial.reason == "condition 'c' of protocol p version 1 refuses such records (restricted)"
    assert isinstance(decided(LIST, a_list(), refuse), Permit), "a list of nobody has no record to refuse"


def test_the_day_of_the_decision_counts() -> None:
    refuse = condition(When.UNDER_18, Consequence.REFUSE)
    payload = {"defendant": {"name": {"surname": "Marlow"}, "date_of_birth": "2008-06-02"}}
    assert isinstance(decided(RESULT, payload, refuse, on=date(2026, 6, 1)), Denial)
    assert isinstance(decided(RESULT, payload, refuse, on=date(2026, 6, 2)), Permit)


def test_a_mask_does_not_let_out_what_the_clauses_keep() -> None:
    granting = clause("category:case", "defendant.name")
    mask = condition(When.UNDER_18, Consequence.MASK, "defendant.name", "defendant.address", "defendant.emails")
    person = case(CHILD, emails=["x@example.test"])["defendant"]
    assert cut(RESULT, {"defendant": person}, mask, granting=granting) == {
        "defendant": {"name": {"surname": "[withheld]"}}
    }


def test_the_explanation_has_a_line_for_each_fate_of_a_field() -> None:
    sent = a_list(case(CHILD, "1"), case(ADULT, "2"))
    permit = decided(LIST, sent, condition(When.UNDER_18, Consequence.WITHHOLD, "category:contact"))
    lines = [line for line in explain(LIST, sent, permit) if line.path.endswith("postcode")]
    assert [(line.action, line.count) for line in lines] == [(Action.PASSED, 1), (Action.WITHHELD, 1)]
    assert lines[1].clause == "condition 'c' (under_18) withholds category:contact"


def test_a_condition_covers_the_kinds_and_parties_it_names_alone() -> None:
    payload = {"defendant": case(CHILD)["defendant"]}
    refuse = condition(When.UNDER_18, Consequence.REFUSE, kinds=("court_list",))
    assert isinstance(decided(RESULT, payload, refuse), Permit)
    elsewhere = replace(
        refuse, kinds=(), recipients=protocol(clause("urn", recipient="role:prison")).clauses[0].recipients
    )
    assert isinstance(decided(RESULT, payload, elsewhere), Permit)


def test_the_records_of_a_kind_are_its_entries_about_people() -> None:
    assert {path: shape.people for path, shape in records_of(LIST.payload).items()} == {
        "sessions[].cases[]": (("defendant",),)
    }
    assert "" in records_of(RESULT.payload)
    package = records_of(kind_of("case_package").payload)
    assert {*package} == {"defendants[]"}, "victims are no persons of a record: their data have a category of their own"


def test_every_kind_about_a_person_has_one_sort_of_record_and_one_person_in_it() -> None:
    found = {kind.name: {path: shape.people for path, shape in records_of(kind.payload).items()} for kind in KINDS}
    lists = {"court_list": "sessions[].cases[]", "case_package": "defendants[]", "index_answer": "found[]"}
    nobody = {"clock_reminder", "connection_test", "mailbox_notice", "protocol_notice"}
    for name, records in found.items():
        if name in nobody:
            assert records == {}
        else:
            [(path, people)] = records.items()
            assert path == lists.get(name, "")
            assert people in ((("defendant",),), (("offender",),), (("person",),))


BIRTHS = st.sampled_from([CHILD, ADULT, "2008", "2010-01", None])
CASES = st.lists(
    st.builds(
        lambda born, more: case(born, **more),
        BIRTHS,
        st.sampled_from([{"restricted": True}, {"restricted": False}, {}]),
    ),
    max_size=4,
)
FIELDS = st.lists(
    st.sampled_from(["category:contact", "sessions[].cases[].defendant.name", "sessions[].cases[].defendant.address"]),
    min_size=1,
)
CONDITIONS = st.lists(
    st.one_of(
        st.builds(lambda when: condition(when, Consequence.REFUSE), st.sampled_from(When)),
        st.builds(
            lambda when, action, fields, unknown: condition(when, action, *fields, unknown=unknown),
            st.sampled_from(When),
            st.sampled_from([Consequence.WITHHOLD, Consequence.MASK]),
            FIELDS,
            st.sampled_from(["applies", "does_not_apply"]),
        ),
    ),
    max_size=3,
)


@settings(deadline=None)
@given(CASES, CONDITIONS)
def test_conditions_only_take_away_and_every_value_is_accounted_for(
    cases: list[dict[str, Any]], conditions: list[Condition]
) -> None:
    sent = a_list(*cases)
    before = deepcopy(sent)
    without, decision = decided(LIST, sent), decided(LIST, sent, *conditions)
    assert isinstance(without, Permit)
    told = explain(LIST, sent, decision)
    for leaf in leaves_of(LIST.payload):
        present = sum(1 for _ in values_at(sent, leaf.path))
        assert sum(line.count for line in told if line.path == leaf.path) == present
        if isinstance(decision, Permit):
            left = [value for _, value in values_at(minimise(sent, decision, LIST).payload, leaf.path)]
            free = [value for _, value in values_at(minimise(sent, without, LIST).payload, leaf.path)]
            assert len(left) <= len(free)
            passed = sum(line.count for line in told if line.path == leaf.path and line.passed)
            assert sum(value in free for value in left) >= passed
    assert sent == before
    if isinstance(decision, Denial):
        assert cases and decision.code == "condition.refused"


def test_where_no_condition_covers_a_message_nothing_changes() -> None:
    for kind in KINDS:
        assert isinstance(
            decide(registry(protocol(clause(*EVERYTHING))), sender=COURT.id, recipient=AREA.id, kind=kind, on=TODAY),
            Permit,
        )
        assert isinstance(decided(kind, {}), Permit)


def test_the_matrix_and_a_difference_show_that_there_is_a_condition() -> None:
    old = protocol(clause("category:case"))
    new = replace(old, version=2, conditions=(condition(When.UNDER_18, Consequence.WITHHOLD, "category:contact"),))
    assert {cell.conditions for cell in matrix((new,), CATALOGUE)} == {("under_18: withhold category:contact",)}
    found = changed_conditions(old, new, CATALOGUE)
    assert {(before, after) for *_, before, after in found} == {((), ("under_18: withhold category:contact",))}
    assert changed_conditions(new, replace(new, version=3), CATALOGUE) == ()


CONDITION = '\n[[condition]]\nid = "children"\nwhen = "under_18"\naction = "withhold"\nfields = ["defendant.address"]\n'


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("", ""), None),
        (('"under_18"', '"under_21"'), "toml.value_invalid"),
        (('"withhold"', '"hide"'), "toml.value_invalid"),
        (('fields = ["defendant.address"]\n', ""), "condition.fields_missing"),
        (('"withhold"', '"refuse"'), "condition.fields_unused"),
        (("defendant.address", "defendant.adress"), "field.unknown"),
        (('"withhold"\nfields = ["defendant.address"]', '"mask"\nfields = ["defendant.sex"]'), "mask.impossible"),
        (("fields", 'kinds = ["court_list"]\nfields'), "condition.not_covered"),
        (("fields", 'recipients = ["role:police"]\nfields'), "condition.not_covered"),
        (('"under_18"', '"restricted"\nunknown = "does_not_apply"'), "condition.unknown_unused"),
        (("\n[[condition]]", CONDITION + "\n[[condition]]"), "condition.duplicate"),
        (("fields", 'felds = ["x"]\nfields'), "toml.key_unknown"),
    ],
)
def test_a_condition_that_could_not_do_what_it_says_is_an_error(
    tmp_path: Path, change: tuple[str, str], code: str | None
) -> None:
    for name, text in (("agencies", AGENCIES), ("protocols", PROTOCOL + CONDITION.replace(*change))):
        (tmp_path / name).mkdir()
        (tmp_path / name / "all.toml").write_text(text)
    found = lint(tmp_path / "agencies", tmp_path / "protocols", CATALOGUE, LINT_DAY)
    assert [problem.code for problem in found] == ([code] if code else [])
    assert all("protocols/all.toml line" in problem.where for problem in found)
