"""When clocks are due."""

from datetime import UTC, date, datetime, time, timedelta
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.deadlines.calendar import is_working_day, working_days_after
from hub.deadlines.due import due_at
from hub.deadlines.ladder import ChaseStep
from hub.deadlines.london import LONDON
from hub.exchange.telling.deadline_board import late_by_agency
from hub.exchange.telling.story_views import DeadlineView
from schemas.kind import Allowance

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
MOMENTS = st.builds(datetime.combine, DAYS, st.times(), st.just(LONDON))


def test_forty_eight_hours_are_real_hours_when_the_clocks_go_forward() -> None:
    sentenced = datetime(2026, 3, 28, 12, 0, tzinfo=LONDON)
    due = due_at(sentenced, Allowance(48, "hours"))
    assert due.astimezone(LONDON) == datetime(2026, 3, 30, 13, 0, tzinfo=LONDON)


def test_forty_eight_hours_are_real_hours_when_the_clocks_go_back() -> None:
    sentenced = datetime(2026, 10, 24, 12, 0, tzinfo=LONDON)
    assert due_at(sentenced, Allowance(48, "hours")).astimezone(LONDON).hour == 11


def test_forty_eight_hours_run_through_a_weekend() -> None:
    friday = datetime(2026, 11, 20, 16, 0, tzinfo=LONDON)
    assert due_at(friday, Allowance(48, "hours")).astimezone(LONDON) == datetime(2026, 11, 22, 16, 0, tzinfo=LONDON)


def test_fifteen_working_days_skip_christmas_and_new_year() -> None:
    asked = datetime(2026, 12, 14, 9, 0, tzinfo=LONDON)
    due = due_at(asked, Allowance(15, "working_days")).astimezone(LONDON)
    # 25 December, 28 December (for Boxing Day, a Saturday) and 1 January are bank holidays.
    assert due.date() == date(2027, 1, 7)
    assert (due.hour, due.minute) == (23, 59)


def test_a_day_with_two_holidays_in_a_row_is_no_working_day() -> None:
    assert not is_working_day(date(2026, 4, 3)), "Good Friday"
    assert not is_working_day(date(2026, 4, 6)), "Easter Monday"
    assert is_working_day(date(2026, 4, 7))
    assert is_working_day(date(2026, 11, 30)), "Saint Andrew's day is a holiday of Scotland"


def test_twenty_four_hours_before_count_back() -> None:
    hearing = datetime(2026, 3, 29, 10, 0, tzinfo=LONDON)
    assert due_at(hearing, Allowance(-24, "hours")) == hearing.astimezone(UTC) - timedelta(hours=24)


@given(DAYS, st.integers(1, 60))
def test_the_last_day_is_a_working_day_and_the_count_is_right(start: date, days: int) -> None:
    last = working_days_after(start, days)
    assert is_working_day(last)
    between = (start + timedelta(days=n) for n in range(1, (last - start).days + 1))
    assert sum(is_working_day(day) for day in between) == days


@given(MOMENTS, st.integers(0, 500))
def test_hours_never_depend_on_the_zone_that_the_moment_is_given_in(moment: datetime, hours: int) -> None:
    allowance = Allowance(hours, "hours")
    assert due_at(moment, allowance) == due_at(moment.astimezone(UTC), allowance)


@given(MOMENTS, st.integers(1, 40))
def test_working_days_never_depend_on_the_zone_that_the_moment_is_written_in(moment: datetime, days: int) -> None:
    allowance = Allowance(days, "working_days")
    assert due_at(moment, allowance) == due_at(moment.astimezone(UTC), allowance)


@pytest.mark.parametrize(
    ("asked", "last_day"),
    [
        ("2026-07-09T22:59:59+00:00", date(2026, 7, 10)),  # still Thursday in London
        ("2026-07-09T23:00:00+00:00", date(2026, 7, 13)),  # Friday already, so the weekend is in between
        ("2026-11-26T23:30:00+00:00", date(2026, 11, 27)),  # in winter both clocks agree
    ],
)
def test_a_request_late_on_a_summer_evening_counts_from_the_day_that_it_is_in_london(
    asked: str, last_day: date
) -> None:
    due = due_at(datetime.fromisoformat(asked), Allowance(1, "working_days"))
    assert due.astimezone(LONDON) == datetime.combine(last_day, time(23, 59, 59), LONDON)
    assert due.tzinfo is UTC


def test_a_unit_that_no_clock_counts_in_is_refused() -> None:
    with pytest.raises(ValueError, match="fortnights"):
        due_at(datetime(2026, 7, 9, tzinfo=UTC), Allowance(1, "fortnights"))


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2026, ["01-01", "04-03", "04-06", "05-04", "05-25", "08-31", "12-25", "12-28"]),
        (2027, ["01-01", "03-26", "03-29", "05-03", "05-31", "08-30", "12-27", "12-28"]),
    ],
)
def test_the_holidays_are_those_of_england_and_wales_and_no_others_of_the_kingdom(year: int, days: list[str]) -> None:
    first = date(year, 1, 1).toordinal()
    weekdays = [day for n in range(365) if (day := date.fromordinal(first + n)).weekday() < 5]
    assert [f"{day:%m-%d}" for day in weekdays if not is_working_day(day)] == days


@given(st.lists(st.tuples(st.sampled_from(["one", "two", None]), st.booleans(), st.sampled_from(ChaseStep))))
def test_each_late_clock_is_counted_once_by_who_must_act_and_no_other_is(
    found: list[tuple[str | None, bool, ChaseStep]],
) -> None:
    clocks = [{"owner": owner, "clock": "report", "overdue": late, "step": step} for owner, late, step in found]
    counted = late_by_agency(cast("list[DeadlineView]", clocks))
    assert sum(steps.total() for steps in counted.values()) == sum(late for _, late, _ in found)
    for (owner, _), steps in counted.items():
        assert all(
            number == sum(each == (owner or None, True, step) for each in found) for step, number in steps.items()
        )
