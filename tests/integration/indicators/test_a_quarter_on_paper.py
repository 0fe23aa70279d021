"""The figures of a small quarter, worked out on paper.

The second quarter of 2026, asked for on 1 July at noon. Clock `report_to_prison`: sentences, by the area that must act
and by the month in which the 48 hours ended. Each line is one person.

| area        | April                    | May           | June                                             |
|-------------|--------------------------|---------------|--------------------------------------------------|
| Northumbria | 3 in time, 1 late        | 1 in time     | 1 not done                                       |
| Kent        | 2 in time, one of them   | 1 late        | 1 in time: its result was amended twice, and the |
|             | due on 1 April at 00:30  |               | two earlier deadlines, in May and June, voided;  |
|             | London, 23:30 UTC before |               | 1 taken away by a correction; 1 doubtful;        |
|             |                          |               | 1 that a person voided; 1 due before it began    |
| not known   |                          |               | 1 not done                                       |

- Northumbria: 3 + 1 in time = 4; of 4 + 1 + 1 = 6. At any time: 4 + 1 late = 5 of 6.
- Kent: 2 + 1 = 3 in time; of 3 + 1 late = 4. Left out: 1 replaced, 1 doubtful, 1 voided, 1 never possible.
- Not known: 0 of 1.
- All: 7 in time, of 6 + 4 + 1 = 11. April 5 of 6, May 1 of 2, June 1 of 3.
- In time by court: the court B04 passed the sentences of Northumbria, 4 of 6; the others came by a gateway: 3 of 5.
- A deadline of Kent on 31 March at 22:30 UTC, 23:30 in London, is of the first quarter. One due on 2 July is in none of
  them.

Clock `warrant_open`, all of the police of Durham in May: 2 executed in time, 1 late, 1 withdrawn, 1 still open; of 5.
"""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from hub.bootstrap import Knowledge
from hub.errors import ValueUnusable
from hub.indicators.figures import IndicatorFigure
from hub.indicators.periods import Every, written_period
from hub.indicators.reporting import FiguresWanted, IndicatorReports
from hub.lifecycle import ClockState
from schemas.indicators.definitions import INDICATORS
from schemas.indicators.terms import Cut, Outcome
from tests.conftest import a_database, open_store
from tests.integration.indicators.paper import COURT, PRISON, Noon, Paper

NORTHUMBRIA, KENT, DURHAM = "probation-northumbria", "probation-kent", "police-durham"
GATEWAY = "gateway-cjse"
Q2 = written_period("2026-Q2")
RESULT, WARRANT = ("hearing_result", "report_to_prison"), ("breach_warrant", "warrant_open")


def _day(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


def _write(paper: Paper) -> None:
    met, missed, running, void = ClockState.MET, ClockState.MISSED, ClockState.RUNNING, ClockState.VOID
    for month, state in ((4, met), (4, met), (4, met), (4, missed), (5, met), (6, running)):
        paper.sentence(NORTHUMBRIA, _day(month, 10), state, COURT)
    paper.sentence(KENT, _day(4, 10), met)
    paper.sentence(KENT, datetime(2026, 3, 31, 23, 30, tzinfo=UTC), met)
    paper.sentence(KENT, datetime(2026, 3, 31, 22, 30, tzinfo=UTC), met)
    paper.sentence(KENT, _day(5, 10), missed)
    paper.sentence(KENT, _day(7, 2), met)
    paper.sentence(None, _day(6, 12), running)

    first = paper.message(RESULT[0], GATEWAY)
    second = paper.message(RESULT[0], GATEWAY, first)
    third = paper.message(RESULT[0], GATEWAY, second)
    paper.deadline(first, RESULT[1], KENT, _day(5, 30), void, stopped_by=second)
    paper.deadline(second, RESULT[1], KENT, _day(6, 2), void, stopped_by=third)
    paper.deadline(third, RESULT[1], KENT, _day(6, 3), met)

    former = paper.message(RESULT[0], GATEWAY)
    later = paper.message(RESULT[0], GATEWAY, former)
    paper.deadline(former, RESULT[1], KENT, _day(6, 4), void, stopped_by=later)
    paper.sentence(KENT, _day(6, 5), ClockState.DOUBTFUL)
    paper.sentence(KENT, _day(6, 6), void)
    asked_late = paper.message(RESULT[0], GATEWAY)
    paper.deadline(asked_late, RESULT[1], KENT, _day(6, 7), running, began=_day(6, 8))

    for state in (met, met, missed, void, running):
        warrant = paper.message(WARRANT[0], COURT)
        update = None if state is running else paper.message("warrant_update", DURHAM)
        paper.deadline(warrant, WARRANT[1], DURHAM, _day(5, 20), state, stopped_by=update)


@pytest.fixture(scope="module")
def reports(servers, template: str, knowledge: Knowledge) -> Iterator[IndicatorReports]:  # type: ignore[no-untyped-def]
    with a_database(servers, template) as url:
        store = open_store(url)
        _write(Paper(store))
        yield IndicatorReports(store, Noon(), knowledge.registry.agencies)
        store.close()


def _said(found: tuple[IndicatorFigure, ...]) -> dict[tuple[str, str | None], tuple[int | None, int | None]]:
    return {(each.period, each.place): (each.numerator, each.denominator) for each in found}


def _asked(
    reports: IndicatorReports, id: str, by: Cut | None = None, every: Every = Every.QUARTER, **more: int | str
) -> tuple[IndicatorFigure, ...]:
    return reports.figures(FiguresWanted(Q2, every, by, (id,), **more))  # type: ignore[arg-type]


def test_the_share_at_the_prison_within_48_hours_is_that_on_paper(reports: IndicatorReports) -> None:
    found = _asked(reports, "report_at_prison_48_hours", Cut.AGENCY)
    assert _said(found) == {
        ("2026-Q2", None): (7, 11),
        ("2026-Q2", NORTHUMBRIA): (4, 6),
        ("2026-Q2", KENT): (3, 4),
        ("2026-Q2", "not known"): (0, 1),
    }
    left_out = {
        Outcome.REPLACED: 1,
        Outcome.DOUBTFUL: 1,
        Outcome.VOIDED: 1,
        Outcome.NEVER_POSSIBLE: 1,
    }
    assert [each.excluded for each in found if each.place in (None, KENT)] == [left_out, left_out]


def test_each_month_is_that_on_paper(reports: IndicatorReports) -> None:
    found = _asked(reports, "report_at_prison_48_hours", every=Every.MONTH)
    assert _said(found) == {("2026-04", None): (5, 6), ("2026-05", None): (1, 2), ("2026-06", None): (1, 3)}


def test_late_reports_count_where_any_time_is_asked_for(reports: IndicatorReports) -> None:
    found = _said(_asked(reports, "report_at_prison", Cut.AGENCY))
    assert (found["2026-Q2", NORTHUMBRIA], found["2026-Q2", KENT]) == ((5, 6), (4, 4))


def test_a_court_is_known_only_where_a_court_sent_the_result(reports: IndicatorReports) -> None:
    found = _said(_asked(reports, "report_at_prison_48_hours", Cut.COURT))
    assert found == {("2026-Q2", None): (7, 11), ("2026-Q2", COURT): (4, 6), ("2026-Q2", "not known"): (3, 5)}


def test_by_prison_and_for_one_agency(reports: IndicatorReports) -> None:
    found = _said(_asked(reports, "report_at_prison_48_hours", Cut.PRISON, agency=KENT))
    assert found == {("2026-Q2", None): (3, 4), ("2026-Q2", PRISON): (3, 4)}


@pytest.mark.parametrize(
    ("id", "numerator"),
    [
        ("warrants_executed_in_time", 2),
        ("warrants_executed_late", 1),
        ("warrants_withdrawn", 1),
        ("warrants_still_open", 1),
    ],
)
def test_warrants_by_outcome(reports: IndicatorReports, id: str, numerator: int) -> None:
    assert _said(_asked(reports, id)) == {("2026-Q2", None): (numerator, 5)}


def test_the_deadline_before_midnight_in_london_is_of_the_first_quarter(reports: IndicatorReports) -> None:
    first = FiguresWanted(written_period("2026-Q1"), Every.QUARTER, None, ("report_at_prison_48_hours",))
    assert _said(reports.figures(first)) == {("2026-Q1", None): (1, 1)}
    third = FiguresWanted(written_period("2026-Q3"), Every.QUARTER, None, ("report_at_prison_48_hours",))
    [figure] = reports.figures(third)
    assert (figure.denominator, figure.share, figure.excluded) == (0, None, {Outcome.NOT_DUE: 1})


@pytest.mark.parametrize("every", [Every.MONTH, Every.QUARTER])
@pytest.mark.parametrize("by", [Cut.AGENCY, Cut.COURT, Cut.PRISON])
def test_the_parts_add_up_to_the_whole(reports: IndicatorReports, by: Cut, every: Every) -> None:
    whole = {each.indicator.id: each for each in reports.figures(FiguresWanted(Q2, Every.QUARTER))}
    found = reports.figures(FiguresWanted(Q2, every, by))
    for id in {each.indicator.id for each in found}:
        parts = [each for each in found if each.indicator.id == id and each.place is not None]
        totals = [each for each in found if each.indicator.id == id and each.place is None]
        for some in (parts, totals):
            assert sum(each.numerator or 0 for each in some) == whole[id].numerator
            assert sum(each.denominator or 0 for each in some) == whole[id].denominator
            for outcome in Outcome:
                assert sum(each.excluded.get(outcome, 0) for each in some) == whole[id].excluded.get(outcome, 0)


@pytest.mark.parametrize("indicator", INDICATORS, ids=lambda each: each.id)
def test_a_figure_leads_to_just_its_messages(reports: IndicatorReports, indicator) -> None:  # type: ignore[no-untyped-def]
    [figure] = _asked(reports, indicator.id)
    behind = reports.messages(indicator.id, Q2, None, 1_000)
    assert len({each.message_id for each in behind}) == len(behind)
    assert sum(each.outcome in indicator.numerator for each in behind) == figure.numerator
    assert sum(each.outcome in indicator.denominator for each in behind) == figure.denominator
    assert len(behind) == (figure.denominator or 0) + sum(figure.excluded.values())
    assert len(reports.messages(indicator.id, Q2, None, 1)) <= 1


def test_small_numbers_are_hidden_together_with_what_tells_them(reports: IndicatorReports) -> None:
    """On paper, below 2. Of the year Northumbria has 1 late, Kent 1 late, and not known 1: all are hidden. Together
    they have 8 in time, 2 late and 2 not done, so the total of the year is shown: 8 of 12. The first quarter has 1 in
    all, so the totals of quarters are hidden: the year without the other quarters would tell it."""
    year = FiguresWanted(written_period("2026"), Every.YEAR, Cut.AGENCY, ("report_at_prison_48_hours",), None, 2)
    found = reports.figures(year)
    hidden = (None, None)
    areas = dict.fromkeys((("2026", NORTHUMBRIA), ("2026", KENT), ("2026", "not known")), hidden)
    assert _said(found) == {("2026", None): (8, 12), **areas}
    quarter = _asked(reports, "report_at_prison_48_hours", Cut.AGENCY, suppress_below=2)
    assert set(_said(quarter).values()) == {hidden}
    assert not any(each.excluded for each in (*found, *quarter))


def test_one_area_alone_is_as_hidden_as_among_all(reports: IndicatorReports) -> None:
    [figure] = _asked(reports, "report_at_prison_48_hours", agency=KENT, suppress_below=2)
    assert (figure.place, figure.hidden, figure.numerator) == (KENT, True, None)


def test_what_another_indicator_of_the_clock_tells_is_hidden_too(reports: IndicatorReports) -> None:
    [figure] = _asked(reports, "warrants_executed_in_time", suppress_below=2)
    assert figure.hidden


@pytest.mark.parametrize("by", [Cut.COURT, Cut.PRISON])
def test_small_numbers_by_another_party_are_refused(reports: IndicatorReports, by: Cut) -> None:
    with pytest.raises(ValueUnusable, match="small numbers cannot be hidden"):
        _asked(reports, "report_at_prison_48_hours", by, suppress_below=5)


def test_an_unknown_indicator_is_named_with_its_nearest(reports: IndicatorReports) -> None:
    with pytest.raises(ValueUnusable, match=r"there is no indicator feedback_return$"):
        _asked(reports, "feedback_return")
