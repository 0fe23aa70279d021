"""How long a clock runs, and the words for it."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.deadlines.due import due_at
from hub.deadlines.ladder import ChaseStep, Ladder, step_reached, strictest
from hub.deadlines.terms import bounded, ending_before, still_to_send, terms_of
from hub.deadlines.view import clock_view
from hub.deadlines.words import allowed_words, duration_words, state_words
from hub.lifecycle import ClockState
from hub.store.messages.clocks import KeptClock
from schemas.kind import ALLOWED, Allowance, ClockStart, Target

FRIDAY = datetime(2026, 11, 20, 10, tzinfo=UTC)
RECEIVED = datetime(2026, 11, 19, 9, tzinfo=UTC)
ALLOWANCES = st.builds(Allowance, st.integers(1, 90), st.sampled_from(["hours", "working_days"]))


def start(amount: int, unit: str, *, doubtful: bool = False, remind: tuple[int, ...] = ()) -> ClockStart:
    return ClockStart(
        "lanterns",
        FRIDAY,
        Allowance(amount, unit),
        Target.AREA,
        Target.COURT,
        f"lanterns are lit within {ALLOWED}",
        doubtful=doubtful,
        remind_hours_before=remind,
    )


def test_without_a_protocol_the_time_of_the_kind_counts() -> None:
    terms = terms_of(start(2, "working_days"), (), RECEIVED)
    assert terms.starts_at == FRIDAY
    assert terms.due_at == datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC)
    assert terms.why == "lanterns are lit within two working days"


def test_what_a_protocol_sets_counts_even_where_it_allows_more_than_the_kind() -> None:
    terms = terms_of(start(2, "working_days"), [Allowance(3, "working_days")], RECEIVED)
    assert terms.due_at == datetime(2026, 11, 25, 23, 59, 59, tzinfo=UTC)
    assert terms.why == "lanterns are lit within three working days"


def test_hours_and_working_days_are_compared_by_when_they_are_due() -> None:
    one_day, seventy_hours = Allowance(1, "working_days"), Allowance(70, "hours")
    for agreed in ([one_day, seventy_hours], [seventy_hours, one_day]):
        assert terms_of(start(48, "hours"), agreed, RECEIVED).why == "lanterns are lit within 70 hours", (
            "over a weekend"
        )


@given(st.lists(ALLOWANCES, min_size=1))
def test_the_strictest_counts_in_whatever_order_they_come(agreed: list[Allowance]) -> None:
    due = terms_of(start(48, "hours"), agreed, RECEIVED).due_at
    assert due == min(due_at(FRIDAY, each) for each in agreed)


@pytest.mark.parametrize("amount", [-24, 0])
def test_a_clock_that_runs_up_to_its_anchor_starts_at_receipt_and_counts_back_what_a_protocol_sets(amount: int) -> None:
    alone = terms_of(start(amount, "hours"), (), RECEIVED)
    assert (alone.starts_at, alone.due_at) == (RECEIVED, FRIDAY + timedelta(hours=amount))
    hours = terms_of(start(amount, "hours"), [Allowance(30, "hours"), Allowance(48, "hours")], RECEIVED)
    assert (hours.starts_at, hours.due_at) == (RECEIVED, FRIDAY - timedelta(hours=48))
    assert hours.why == "lanterns are lit within 48 hours"
    days = terms_of(start(amount, "hours"), [Allowance(5, "working_days")], RECEIVED)
    assert days.due_at == datetime(2026, 11, 13, 23, 59, 59, tzinfo=UTC)


def test_the_owner_is_reminded_before_and_when_it_is_overdue_and_of_a_doubtful_clock_after_an_hour() -> None:
    terms = terms_of(start(48, "hours", remind=(3, 24)), (), RECEIVED)
    due = FRIDAY + timedelta(hours=48)
    team, division, area = (due_at(due, Allowance(days, "working_days")) for days in (1, 3, 5))
    assert terms.remind_at == (due - timedelta(hours=24), due - timedelta(hours=3), due, team, division, area)
    assert terms.reminders_after(due - timedelta(hours=3)) == (due, team, division, area), "what is past is not sent"
    late = due + timedelta(days=2)
    assert terms.reminders_after(late)[:2] == (late, division), "what is overdue when it comes is chased at once"
    moments = (due - timedelta(1), due, team, division, area)
    assert [step_reached(due, terms.remind_at, at) for at in moments] == [None, *ChaseStep]
    doubtful = terms_of(start(48, "hours", doubtful=True, remind=(3,)), (), RECEIVED)
    assert doubtful.remind_at == (FRIDAY + timedelta(hours=1), due)
    assert terms_of(start(48, "hours"), (), RECEIVED).remind_at == (), "a kind that reminds nobody"


@pytest.mark.parametrize(
    ("allowance", "words"),
    [
        (Allowance(1, "working_days"), "one working day"),
        (Allowance(2, "working_days"), "two working days"),
        (Allowance(10, "working_days"), "ten working days"),
        (Allowance(11, "working_days"), "11 working days"),
        (Allowance(1, "hours"), "one hour"),
        (Allowance(-24, "hours"), "24 hours"),
    ],
)
def test_a_time_in_words(allowance: Allowance, words: str) -> None:
    assert allowed_words(allowance) == words


def test_a_time_is_written_as_protocols_write_it() -> None:
    assert str(Allowance(10, "working_days")) == "10 working days"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.4, "0.4 s"),
        (89, "89.0 s"),
        (90, "1 min"),
        (3600, "1 h 0 min"),
        (48 * 3600, "48 h 0 min"),
        (-(48 * 3600 - 60), "47 h 59 min"),
        (3 * 86400 + 5, "3 days"),
    ],
)
def test_a_duration_in_words(seconds: float, words: str) -> None:
    assert duration_words(seconds) == words


def clock(state: ClockState, due_in: timedelta) -> KeptClock:
    """A clock as the store has it."""
    known = {
        "id": UUID(int=1),
        "name": "lanterns",
        "message_id": UUID(int=2),
        "starts_at": RECEIVED,
        "due_at": FRIDAY + due_in,
        "state": state,
        "why": "it is dark",
    }
    return KeptClock(**{each.name: known.get(each.name) for each in fields(KeptClock)})


@pytest.mark.parametrize(
    ("state", "due_in", "words"),
    [
        (ClockState.RUNNING, timedelta(hours=2), "lanterns running, 2 h 0 min left"),
        (ClockState.RUNNING, timedelta(), "lanterns running, 0.0 s left"),
        (ClockState.RUNNING, timedelta(hours=-2), "lanterns overdue by 2 h 0 min"),
        (ClockState.DOUBTFUL, timedelta(hours=-2), "lanterns doubtful: it is dark"),
        (ClockState.MET, timedelta(hours=-2), "lanterns met"),
        (ClockState.VOID, timedelta(hours=2), "lanterns void"),
    ],
)
def test_the_state_of_a_clock_in_words(state: ClockState, due_in: timedelta, words: str) -> None:
    assert state_words(clock_view(clock(state, due_in), FRIDAY)) == words


def test_only_what_is_still_owed_is_overdue() -> None:
    late = timedelta(seconds=-1)
    views = {state: clock_view(clock(state, late), FRIDAY) for state in ClockState}
    assert {state for state, view in views.items() if view["overdue"]} == {ClockState.RUNNING, ClockState.DOUBTFUL}
    assert {state for state, view in views.items() if view["seconds_left"] == -1} == {
        ClockState.RUNNING,
        ClockState.DOUBTFUL,
    }


def _ending_before(requested: datetime, hearing: datetime | None, report_due: datetime) -> datetime:
    report = ClockStart("report", report_due, Allowance(0, "hours"), Target.AREA, Target.COURT, "the report")
    material = ClockStart(
        "material",
        requested,
        Allowance(-3, "working_days"),
        Target.CPS,
        Target.AREA,
        "the material",
        ends_before=("report",),
        not_after=hearing,
    )
    others = {"report": terms_of(report, (), requested)}
    return bounded(terms_of(ending_before(material, others), (), requested), material).due_at


@given(
    st.integers(0, 730 * 24 * 60).map(lambda minutes: FRIDAY + timedelta(minutes=minutes)),
    st.timedeltas(timedelta(0), timedelta(days=40)),
    st.timedeltas(timedelta(0), timedelta(days=40)),
)
def test_material_ends_before_the_report_and_never_after_the_hearing(
    requested: datetime, until_hearing: timedelta, until_due: timedelta
) -> None:
    hearing, report_due = requested + until_hearing, requested + until_due
    due = _ending_before(requested, hearing, report_due)
    one_day = due_at(requested, Allowance(1, "working_days"))
    assert due <= hearing
    assert due <= max(report_due, one_day)
    assert due == min(max(due_at(report_due, Allowance(-3, "working_days")), one_day), hearing)


@given(
    st.tuples(*[st.integers(1, 10)] * 3).map(lambda gaps: (gaps[0], gaps[0] + gaps[1], sum(gaps))),
    st.integers(0, 24 * 60),
)
def test_each_step_of_an_agreed_ladder_is_reached_at_its_day_also_if_it_comes_late(
    days: tuple[int, int, int], hours_late: int
) -> None:
    steps = list(ChaseStep)[1:]
    ladder: Ladder = strictest(
        [[(step.value, Allowance(n, "working_days")) for step, n in zip(steps, days, strict=True)]]
    )
    terms = terms_of(start(48, "hours", remind=(3,)), (), RECEIVED, ladder)
    due = FRIDAY + timedelta(hours=48)
    moments = [due, *(due_at(due, Allowance(n, "working_days")) for n in days)]
    arrived = due + timedelta(hours=hours_late)
    kept = still_to_send(terms.remind_at, due, arrived)
    reached = sum(moment <= arrived for moment in moments)
    assert step_reached(due, kept, arrived) == list(ChaseStep)[reached - 1]
    assert [step_reached(due, kept, at) for at in moments[reached:]] == list(ChaseStep)[reached:]


def test_of_two_ladders_each_step_comes_when_the_first_has_it() -> None:
    slow, quick = ([("team", 2), ("division", 9), ("area", 10)], [("team", 3), ("division", 4), ("area", 12)])
    agreed = [[(step, Allowance(days, "working_days")) for step, days in each] for each in (slow, quick)]
    assert [each.amount for each in strictest(agreed)] == [2, 4, 10]
    assert [each.amount for each in strictest([()])] == [1, 3, 5], "the usual one"
