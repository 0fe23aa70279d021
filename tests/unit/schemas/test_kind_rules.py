"""What the payloads declare: their recipients, the clocks that they start, stop and void, and what they replace."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import schemas.kinds
from schemas.catalogue import Catalogue
from schemas.kind import Payload, StopAt, Target
from schemas.parts.supervision import Known, Routed, SupervisionEnd

CATALOGUE = Catalogue.discover()
SAMPLES = Path(schemas.kinds.__path__[0])


def sample(kind: str, name: str, **changed: Any) -> Payload:
    """A sample with some of its fields changed; None removes a field."""
    plain = json.loads((SAMPLES / kind / "samples" / f"{name}.json").read_bytes()) | changed
    return CATALOGUE.latest(kind).payload.model_validate(
        {key: value for key, value in plain.items() if value is not None}
    )


def clocks(payload: Payload) -> Mapping[str, tuple[int, str, Target, Target]]:
    return {c.clock: (c.allowance.amount, c.allowance.unit, c.owner, c.toward) for c in payload.clocks()}


def always_stopped(kind: str) -> set[tuple[str, StopAt, Target]]:
    return {(stop.clock, stop.at, stop.toward) for stop in CATALOGUE.latest(kind).stops}


# ---- material for a report ----


@pytest.mark.parametrize("kind", ["previous_convictions", "case_package"])
def test_material_for_a_report_goes_to_the_area_and_stops_its_clock_with_the_areas_receipt(kind: str) -> None:
    payload = sample(kind, "full")
    assert payload.targets() == (Target.AREA,)
    assert payload.clocks() == () and payload.stops() == ()
    assert always_stopped(kind) == {(f"{kind}_before_report", StopAt.RECEIPT, Target.AREA)}
    asked_for = sample("report_request", "full")
    assert (f"{kind}_before_report") in clocks(asked_for)


@pytest.mark.parametrize("kind", ["previous_convictions", "case_package"])
def test_material_shares_a_case_reference_with_the_request_for_the_same_case(kind: str) -> None:
    request = sample("report_request", "full", urn="10ZZ0000426", court_case_reference=None)
    assert set(sample(kind, "full").case_references()) & set(request.case_references()) == {"10ZZ0000426"}


def test_a_record_without_court_or_urn_is_led_by_the_force() -> None:
    assert sample("previous_convictions", "minimal", force="10").facts() == {"force": "10"}
    assert sample("previous_convictions", "minimal").facts() == {}
    assert sample("previous_convictions", "minimal", urn="16ZZ0000426").facts() == {"force": "16"}


def test_a_later_dispatch_of_material_replaces_none_before_it() -> None:
    assert sample("case_package", "full").replaces() is None
    assert sample("case_package", "full").subject() == sample("case_package", "minimal").subject(), "order is kept"


def test_a_request_for_a_copy_waits_for_no_material() -> None:
    assert clocks(sample("report_request", "prison-copy")) == {}


# ---- release and feedback ----


def test_a_release_starts_the_clock_that_feedback_stops_with_the_prisons_receipt() -> None:
    notice, feedback = sample("release_notice", "full"), sample("sentence_plan_feedback", "full")
    assert notice.targets() == (Target.AREA, Target.SUPERVISOR) and feedback.targets() == (Target.PRISON,)
    assert clocks(notice) == {"feedback_after_release": (60, "working_days", Target.AREA, Target.PRISON)}
    assert [clock.remind_hours_before for clock in notice.clocks()] == [(336, 72)]
    assert always_stopped("sentence_plan_feedback") == {("feedback_after_release", StopAt.RECEIPT, Target.PRISON)}
    assert notice.case_references() == feedback.case_references() == ("REL-0001",)
    assert notice.facts() == {"prison": "prison-durham", "area": "probation-northumbria"}
    assert feedback.facts() == {"prison": "prison-durham"}


def test_another_day_of_release_replaces_the_notice_and_moves_its_clock() -> None:
    first = sample("release_notice", "full")
    later = sample("release_notice", "full", released_at="2027-03-05T09:30:00+00:00")
    other = sample("release_notice", "full", release_reference="REL-0009")
    assert first.replaces() == later.replaces() != other.replaces()
    assert later.clocks()[0].anchor - first.clocks()[0].anchor == timedelta(days=14)


# ---- warrants ----

ACKNOWLEDGED, OPEN = "warrant_acknowledged", "warrant_open"


def test_a_warrant_is_owed_by_the_police_to_the_court() -> None:
    warrant = sample("breach_warrant", "full")
    assert warrant.targets() == (Target.POLICE, Target.AREA, Target.SUPERVISOR)
    assert clocks(warrant) == {
        ACKNOWLEDGED: (2, "working_days", Target.POLICE, Target.COURT),
        OPEN: (10, "working_days", Target.POLICE, Target.COURT),
    }
    assert {clock.anchor for clock in warrant.clocks()} == {datetime(2026, 11, 20, 11, 15, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("status", "met", "void", "targets"),
    [
        ("acknowledged", {ACKNOWLEDGED}, set(), (Target.COURT, Target.AREA, Target.SUPERVISOR)),
        ("not_yet_executed", {ACKNOWLEDGED}, set(), (Target.COURT, Target.AREA, Target.SUPERVISOR)),
        ("executed", {ACKNOWLEDGED, OPEN}, set(), (Target.COURT, Target.AREA, Target.SUPERVISOR)),
        ("withdrawn", set(), {ACKNOWLEDGED, OPEN}, (Target.POLICE, Target.AREA, Target.SUPERVISOR)),
    ],
)
def test_each_step_of_a_warrant_ends_its_clocks_and_reaches_the_others(
    status: str, met: set[str], void: set[str], targets: tuple[Target, ...]
) -> None:
    update = sample("warrant_update", "executed", status=status)
    assert {stop.clock for stop in update.stops() if not stop.void} == met
    assert {stop.clock for stop in update.stops() if stop.void} == void
    assert {stop.at for stop in update.stops()} == {StopAt.ACCEPTED}
    assert update.targets() == targets
    assert update.clocks() == ()


def test_two_warrants_of_one_case_do_not_end_each_others_clocks() -> None:
    """Messages share a clock by any one reference of the case, so a warrant gives only its own."""
    first, second = sample("breach_warrant", "full"), sample("breach_warrant", "full", warrant_reference="WNT-0009")
    executed = sample("warrant_update", "executed")
    assert set(executed.case_references()) & set(first.case_references())
    assert not set(executed.case_references()) & set(second.case_references())


def test_all_messages_about_one_warrant_stay_in_order() -> None:
    subjects = {sample("breach_warrant", "full").subject()}
    subjects |= {sample("warrant_update", name).subject() for name in ("executed", "withdrawn")}
    assert subjects == {"warrant:WNT-0001"}


@pytest.mark.parametrize("kind", ["breach_warrant", "warrant_update"])
def test_a_warrant_is_led_by_the_force_it_names_else_by_the_urn_else_by_the_court(kind: str) -> None:
    def force(**fields: Any) -> str:
        return sample(kind, "minimal", **fields).facts()["force"]

    assert force(force="16", urn="12ZZ0000426") == "16"
    assert force(urn="12ZZ0000426") == "12"
    assert force() == "10"
    assert "force" not in sample(kind, "minimal", court={"ou_code": "B"}).facts()
    assert sample(kind, "minimal", area="probation-durham").facts()["area"] == "probation-durham"


# ---- the age that decides which prison ----


@pytest.mark.parametrize(
    ("born", "youth", "group"),
    [
        ("1991-04-17", None, "adult"),
        ("2005-11-21", None, "young_adult"),
        ("2008-11-21", False, "youth"),
        ("2008-11-20", None, "young_adult"),
        ("2061-05-04", None, None),  # after the hearing
        ("2016-11-21", None, None),  # nine years old
        ("1900-01-01", None, None),
        ("1991", None, None),
        (None, None, None),
        (None, False, None),
        (None, True, "youth"),
        ("1991", True, "youth"),
        ("2061-05-04", True, "youth"),
        ("2007-01-01", True, "young_adult"),  # has come of age since the court first dealt with them
    ],
)
def test_the_prison_is_chosen_by_an_age_that_can_be_else_by_the_courts_own_word(
    born: str | None, youth: bool | None, group: str | None
) -> None:
    who = {"name": {"surname": "Madeupson"}, "date_of_birth": born, "youth": youth}
    assert sample("hearing_result", "custodial", defendant=who).facts().get("age_group") == group


# ---- reconvictions ----


def test_a_reconviction_goes_to_the_area_it_names_to_whoever_supervises_and_to_research() -> None:
    assert sample("reconviction_link", "full").targets() == (Target.AREA, Target.SUPERVISOR, Target.RESEARCH)
    assert sample("reconviction_link", "full").facts() == {"area": "probation-northumbria"}
    assert sample("reconviction_link", "minimal").targets() == (Target.SUPERVISOR, Target.RESEARCH)


def test_the_exchange_says_on_a_reconviction_how_the_person_was_found() -> None:
    record = sample("reconviction_link", "minimal")
    marked = record.marked({0: Known("linkage", None, 12.25, Routed.BY_SUPERVISION)}).model_dump()
    assert (marked["linked_by"], marked["match_weight"]) == ("linkage", 12.25)
    assert marked["routed_by"] == "supervision"
    assert record.marked({}) == record


@pytest.mark.parametrize("weight", [float("nan"), float("inf"), -1_001.0])
def test_a_match_weight_is_a_number_that_odds_can_have(weight: float) -> None:
    with pytest.raises(ValidationError):
        sample("reconviction_link", "full", match_weight=weight)


# ---- transfers ----


def test_a_transfer_is_answered_within_ten_working_days_by_whom_it_names() -> None:
    transfer = sample("case_transfer", "full")
    assert transfer.targets() == (Target.NAMED,) and transfer.named() == ("probation-durham",)
    assert clocks(transfer) == {"transfer_reply": (10, "working_days", Target.NAMED, Target.SENDER)}
    reply = sample("transfer_reply", "accepted")
    assert reply.targets() == (Target.NAMED,) and reply.named() == ("probation-northumbria",)
    assert always_stopped("transfer_reply") == {("transfer_reply", StopAt.ACCEPTED, Target.NAMED)}
    assert transfer.case_references() == reply.case_references()
    assert transfer.subject() == reply.subject()


def test_an_accepted_transfer_ends_one_supervision_and_begins_another() -> None:
    assert sample("transfer_reply", "refused").supervision() == ()
    ended, begun = sample("transfer_reply", "accepted").supervision()
    assert (ended.area, ended.ended) == ("probation-northumbria", SupervisionEnd.TRANSFERRED)
    assert (begun.area, begun.ended) == (Target.SENDER, None)


def test_only_a_start_an_end_and_an_acceptance_change_who_supervises() -> None:
    for kind in ("pre_sentence_report", "breach_warrant", "release_notice", "sentence_plan_feedback"):
        assert sample(kind, "full").supervision() == ()
        assert sample(kind, "full").known_people() != ()


def test_nobody_new_is_known_before_a_transfer_is_accepted() -> None:
    accepted = sample("transfer_reply", "accepted")
    assert sample("case_transfer", "full").known_people() == ()
    assert sample("transfer_reply", "refused").known_people() == ()
    assert accepted.known_people() == accepted.about() != ()


# ---- the risk register ----


@pytest.mark.parametrize(("kind", "name"), [("risk_registration", "full"), ("risk_review", "full")])
def test_the_register_informs_the_police_and_the_areas_that_it_names(kind: str, name: str) -> None:
    assert sample(kind, name).targets() == (Target.POLICE, Target.NAMED)
    assert sample(kind, name).named() == ("probation-durham", "probation-teesside")
    assert sample(kind, name, inform=[]).targets() == (Target.POLICE,)
    assert sample(kind, name).facts() == {"force": "10"}
    assert sample(kind, name).known_people() == (), "to be told of somebody is not to know them"


def test_a_review_stops_the_clock_of_the_entry_and_starts_it_for_the_next() -> None:
    entry, review = sample("risk_registration", "full"), sample("risk_review", "full")
    assert clocks(entry) == clocks(review) == {"risk_review": (0, "working_days", Target.SENDER, Target.SENDER)}
    assert entry.case_references() == review.case_references() == ("REG-0001",)
    assert always_stopped("risk_review") == {("risk_review", StopAt.ACCEPTED, Target.SENDER)}
    assert review.clocks()[0].anchor.date() == date(2027, 5, 17)


@given(st.dates(date(1999, 1, 1), date(2099, 12, 31)))
def test_a_review_is_due_on_the_very_day_that_it_names(day: date) -> None:
    """Noon in UTC is the same day in London, in summer and in winter."""
    (clock,) = sample("risk_registration", "minimal", review_on=day.isoformat()).clocks()
    assert clock.anchor == datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    assert day.isoformat() in clock.why


def test_who_leaves_the_register_is_not_reviewed_again() -> None:
    assert sample("risk_review", "deregistered").clocks() == ()
    assert sample("risk_review", "deregistered", next_review_on="2027-12-01").clocks() == ()


@pytest.mark.parametrize("outcome", ["continued", "level_changed"])
def test_an_entry_that_stays_must_have_the_day_of_its_next_review(outcome: str) -> None:
    with pytest.raises(ValidationError, match="next review"):
        sample("risk_review", "full", outcome=outcome, next_review_on=None)


# ---- reminders, and the stops of all kinds ----


def test_a_reminder_goes_to_the_owner_and_names_no_person() -> None:
    reminder = sample("clock_reminder", "full")
    assert reminder.named() == ("probation-northumbria",) and reminder.targets() == (Target.NAMED,)
    assert reminder.about() == () and reminder.clocks() == () and reminder.stops() == ()
    assert [kind.name for kind in CATALOGUE.kinds.values() if kind.reminds] == ["clock_reminder"]


def test_a_clock_stops_at_the_receipt_of_somebody_to_whom_the_message_goes() -> None:
    for kind in CATALOGUE.kinds.values():
        targets = {
            target
            for path in (SAMPLES / kind.name / "samples").glob("*.json")
            for target in kind.payload.model_validate_json(path.read_bytes()).targets()
        } | ({Target.PRISON} if kind.name == "pre_sentence_report" else set())  # if it is forwarded
        waited_for = {stop.toward for stop in kind.stops if stop.at is StopAt.RECEIPT}
        assert waited_for <= targets, kind.name


def test_no_kind_voids_a_clock_whatever_it_says() -> None:
    assert not [stop for kind in CATALOGUE.kinds.values() for stop in kind.stops if stop.void]
