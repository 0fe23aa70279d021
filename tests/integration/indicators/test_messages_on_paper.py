"""The figures of what messages say, worked out on paper. The second quarter of 2026, asked for on 1 July at noon.

Reports of the area Kent, by the day on which they were completed; Surrey has one, a standard one that nobody asked for:

| day      | type              | team   | asked for here            |
|----------|-------------------|--------|---------------------------|
| 10 April | standard          | North  | yes: it ended a clock      |
| 11 April | specific sentence | North  | no                        |
| 12 May   | oral              | South  | no                        |
| 13 May   | not given         | South  | no                        |
| 20 June  | standard, then amended to specific sentence; the first of them ended a clock | South | yes |

- Specific among those with a type: April 1 of 2, May 0 of 1, June 1 of 1; Kent 2 of 4, Surrey 0 of 1; all 2 of 5. Left
  out: 1 without a type. By team: Kent North 1 of 2, Kent South 1 of 2, Surrey not known 0 of 1.
- Referrals: Kent 2 of 5; all 2 of 6. The message of 14 May that is outside its matter counts nowhere.
- Requests of the three types, due in May: 1 standard in time, 1 specific late, 1 oral not done: 2 of 3 came here.

Previous convictions, due on 15 May: 1 in time; 1 late; 1 not done; 1 voided by the report of 20 May, so written
without them; 1 voided by a report of 10 May, before it was due; 1 voided by another kind. In time: 1 of 4. Written
without them: 2 of 5.

Breaches of Kent, due in June: 1 laid in time, 1 not laid: 1 of 2; the one laid is of the team South.

Enquiries of Kent: 1 answered, 1 not: 1 of 2.

Supervisions that began in May. Kent: a community order with ethnicity W1 (stated twice by two messages about the same
order, so it counts once), a licence with NS, a licence without: 1 of 3. Avon and Somerset: 1 of 1. By order: community
order 2 of 2, licence 0 of 2. Avon, which was merged into it, has 1 of 1 from before.

Two years after May 2024. Kent: three community orders with predicted 60, 40 and 20 percent, and one without a
prediction. The first was convicted within the two years, the second one day after their end, the third before the
start. So 1 of 3; predicted (60 + 40 + 20) / 3 = 40 percent; left out: 1 not predicted. A rejected link of the third
counts for nothing.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest

from hub.bootstrap import Knowledge
from hub.errors import ValueUnusable
from hub.indicators.figures import IndicatorFigure
from hub.indicators.periods import Every, written_period
from hub.indicators.reporting import FiguresWanted, IndicatorReports
from hub.lifecycle import ClockState, LinkState
from hub.store.messages.tables import message_standing
from hub.store.persons.tables import person_link, supervised_identifier, supervised_person, supervision
from schemas.indicators.terms import Cut, Outcome
from tests.conftest import a_database, open_store
from tests.integration.indicators.paper import COURT, NOW, Noon, Paper

KENT, SURREY, MERGED, FORMER = "probation-kent", "probation-surrey", "probation-avon-and-somerset", "probation-avon"
Q2 = written_period("2026-Q2")
REPORT, STARTED = "pre_sentence_report", "supervision_started"
COMPLETED = ("report_completed", "specific_sentence_report_completed", "oral_report_completed")


def _reports(paper: Paper) -> None:
    def report(day: date, about: str = "", team: str = "South", **says: str) -> UUID:
        return paper.said(REPORT, KENT, day, about, team=team, **says)

    def asked(ended_by: UUID) -> None:
        request = paper.message("report_request", COURT)
        paper.deadline(request, COMPLETED[0], KENT, _noon(7, 5), ClockState.MET, stopped_by=ended_by)

    asked(report(date(2026, 4, 10), team="North", report_type="standard"))
    report(date(2026, 4, 11), team="North", report_type="specific_sentence")
    report(date(2026, 5, 12), report_type="oral")
    report(date(2026, 5, 13))
    asked(report(date(2026, 6, 20), "case", report_type="standard"))
    report(date(2026, 6, 20), "case", report_type="specific_sentence")
    paper.said(REPORT, SURREY, date(2026, 4, 9), report_type="standard")
    outside = report(date(2026, 5, 14), report_type="specific_sentence")
    paper.add(message_standing, message_id=outside, matter="case", sender=KENT, acts_for=[], parties=[], within="x",
              stands=False)  # fmt: skip
    for name, state in zip(COMPLETED, (ClockState.MET, ClockState.MISSED, ClockState.RUNNING), strict=True):
        paper.deadline(paper.message("report_request", COURT), name, KENT, _noon(5, 20), state)


def _owed(paper: Paper) -> None:
    def owed(state: ClockState, ended_by: str | None = None, day: int = 1) -> None:
        request = paper.message("report_request", COURT)
        by = paper.message(ended_by, KENT) if ended_by else None
        paper.deadline(
            request,
            "previous_convictions_before_report",
            "cps-kent",
            _noon(5, 15),
            state,
            stopped_by=by,
            stopped_at=_noon(5, day) if by else None,
        )

    for state in (ClockState.MET, ClockState.MISSED, ClockState.RUNNING):
        owed(state)
    owed(ClockState.VOID, REPORT, 20)
    owed(ClockState.VOID, REPORT, 10)
    owed(ClockState.VOID, "breach_warrant", 20)
    for state, team in ((ClockState.MET, "South"), (ClockState.RUNNING, "North")):
        started = paper.message("breach_information", KENT)
        laid = paper.said("breach_information", KENT, date(2026, 6, 1), team=team) if team == "South" else None
        paper.deadline(started, "breach_information_laid", KENT, _noon(6, 10), state, stopped_by=laid)


def _supervisions(paper: Paper) -> None:
    def began(area: str, order: str, about: str = "", **says: str) -> UUID:
        return paper.said(STARTED, area, date(2026, 5, 4), about, order=order, **says)

    began(KENT, "community_order", "first")
    began(KENT, "community_order", "first", ethnicity="W1")
    began(KENT, "licence", ethnicity="NS")
    began(KENT, "licence")
    began(MERGED, "community_order", ethnicity="B1")
    began(FORMER, "community_order", ethnicity="B1")
    for answered in (True, False):
        enquiry = paper.message("index_enquiry", KENT)
        paper.says(enquiry, "index_enquiry", KENT, date(2026, 5, 5), enquiry.hex)
        if answered:
            paper.follows(enquiry, "index_answer")


def _reconvictions(paper: Paper) -> None:
    def began(predicted: str, convicted: date | None = None, state: LinkState = LinkState.CERTAIN) -> None:
        says = {"predicted": predicted} if predicted else {}
        started = paper.said(STARTED, KENT, date(2024, 5, 4), order="community_order", ethnicity="W1", **says)
        entries, number = (uuid4(), uuid4()), uuid4().hex
        for entry in entries:
            paper.add(supervised_person, id=entry, area=KENT, message_id=started, person=b"", since=NOW)
            paper.add(supervised_identifier, person_id=entry, scheme="crn", value=number)
        paper.add(supervision, id=uuid4(), person_id=entries[0], area=KENT, message_id=started)
        if convicted:
            record = paper.said("reconviction_link", "police", convicted, convicted_on=convicted.isoformat())
            paper.add(person_link, id=uuid4(), message_id=record, person_id=entries[1], area=KENT, state=state,
                      found_by="crn", evidence={}, why="", found_at=NOW)  # fmt: skip

    began("60", date(2026, 5, 4))
    began("40", date(2026, 5, 5))
    began("20", date(2024, 5, 3))
    began("", date(2025, 1, 1))


def _noon(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def reports(servers, template: str, knowledge: Knowledge) -> Iterator[IndicatorReports]:  # type: ignore[no-untyped-def]
    with a_database(servers, template) as url:
        store = open_store(url)
        paper = Paper(store)
        for write in (_reports, _owed, _supervisions, _reconvictions):
            write(paper)
        yield IndicatorReports(store, Noon(), knowledge.registry.agencies)
        store.close()


def _asked(
    reports: IndicatorReports, id: str, by: Cut | None = None, every: Every = Every.QUARTER, **more: object
) -> tuple[IndicatorFigure, ...]:
    return reports.figures(FiguresWanted(Q2, every, by, (id,), **more))  # type: ignore[arg-type]


def _by_place(found: tuple[IndicatorFigure, ...]) -> dict[str | None, tuple[int | None, int | None]]:
    return {each.place: (each.numerator, each.denominator) for each in found}


def test_specific_sentence_reports_by_area_month_and_team(reports: IndicatorReports) -> None:
    found = _asked(reports, "specific_report_share", Cut.AGENCY)
    assert _by_place(found) == {None: (2, 5), KENT: (2, 4), SURREY: (0, 1)}
    assert found[0].excluded == {Outcome.NOT_TYPED: 1}
    months = _asked(reports, "specific_report_share", every=Every.MONTH, agency=KENT)
    assert [(each.numerator, each.denominator) for each in months] == [(1, 2), (0, 1), (1, 1)]
    teams = _by_place(_asked(reports, "specific_report_share", Cut.TEAM))
    assert teams == {None: (2, 5), f"{KENT} / North": (1, 2), f"{KENT} / South": (1, 2), "not known": (0, 1)}


def test_what_came_by_the_exchange(reports: IndicatorReports) -> None:
    assert _by_place(_asked(reports, "referrals_electronic", Cut.AGENCY))[KENT] == (2, 5)
    assert _by_place(_asked(reports, "referrals_electronic")) == {None: (2, 6)}
    assert _by_place(_asked(reports, "reports_electronic")) == {None: (2, 3)}


def test_reports_written_without_what_the_prosecutors_owed(reports: IndicatorReports) -> None:
    [in_time] = _asked(reports, "previous_convictions_in_time")
    assert (in_time.numerator, in_time.denominator) == (1, 4)
    assert in_time.excluded == {Outcome.WITHDRAWN: 1, Outcome.EARLY: 1}
    assert _by_place(_asked(reports, "reports_without_previous_convictions")) == {None: (2, 5)}


def test_the_time_from_the_third_failure_to_the_information(reports: IndicatorReports) -> None:
    found = _by_place(_asked(reports, "information_laid_in_time", Cut.TEAM))
    assert found == {None: (1, 2), f"{KENT} / South": (1, 1), "not known": (0, 1)}


def test_enquiries_that_were_answered(reports: IndicatorReports) -> None:
    assert _by_place(_asked(reports, "enquiries_answered", Cut.AGENCY)) == {None: (1, 2), KENT: (1, 2)}


def test_ethnicity_by_area_and_order_and_a_merged_area_with_its_predecessors(reports: IndicatorReports) -> None:
    found = _by_place(_asked(reports, "ethnicity_complete", Cut.AGENCY))
    assert found == {None: (3, 5), KENT: (1, 3), MERGED: (1, 1), FORMER: (1, 1)}
    assert _by_place(_asked(reports, "ethnicity_complete", Cut.ORDER)) == {
        None: (3, 5),
        "community_order": (3, 3),
        "licence": (0, 2),
    }
    merged = _asked(reports, "ethnicity_complete", Cut.AGENCY, with_predecessors=True)
    assert _by_place(merged) == {None: (3, 5), KENT: (1, 3), MERGED: (2, 2)}
    alone = _asked(reports, "ethnicity_complete", agency=MERGED, with_predecessors=True)
    assert _by_place(alone) == {None: (2, 2)}
    assert len(reports.messages("ethnicity_complete", Q2, MERGED, 9, with_predecessors=True)) == 2


def test_reconvictions_stand_beside_what_was_predicted(reports: IndicatorReports) -> None:
    [all, order] = _asked(reports, "reconvicted_within_two_years", Cut.ORDER)
    for figure in (all, order):
        assert (figure.numerator, figure.denominator, figure.excluded) == (1, 3, {Outcome.NOT_PREDICTED: 1})
        assert figure.predicted == pytest.approx(0.4)
    assert order.place == "community_order"


@pytest.mark.parametrize(
    ("by", "every"), [(Cut.AGENCY, Every.QUARTER), (Cut.TEAM, Every.MONTH), (Cut.ORDER, Every.MONTH)]
)
def test_the_parts_of_what_messages_say_add_up_to_the_whole(reports: IndicatorReports, by: Cut, every: Every) -> None:
    whole = {each.indicator.id: each for each in reports.figures(FiguresWanted(Q2, Every.QUARTER))}
    found = reports.figures(FiguresWanted(Q2, every, by))
    assert found
    for id in {each.indicator.id for each in found}:
        for some in (True, False):
            parts = [each for each in found if each.indicator.id == id and (each.place is None) is some]
            assert sum(each.numerator or 0 for each in parts) == whole[id].numerator
            assert sum(each.denominator or 0 for each in parts) == whole[id].denominator
            assert sum(sum(each.excluded.values()) for each in parts) == sum(whole[id].excluded.values())


@pytest.mark.parametrize(
    "id", ["specific_report_share", "enquiries_answered", "reconvicted_within_two_years", "reports_electronic"]
)
def test_each_figure_of_what_messages_say_leads_to_them(reports: IndicatorReports, id: str) -> None:
    [figure] = _asked(reports, id)
    behind = reports.messages(id, Q2, None, 1_000)
    assert len({each.message_id for each in behind}) == len(behind)
    assert sum(each.outcome in figure.indicator.numerator for each in behind) == figure.numerator
    assert sum(each.outcome in figure.indicator.denominator for each in behind) == figure.denominator
    assert len(behind) == (figure.denominator or 0) + sum(figure.excluded.values())


def test_what_is_hidden_of_one_series_is_hidden_of_all_that_count_the_same(reports: IndicatorReports) -> None:
    """Below 2. Of requests for a report there are three, of any type: none is small by itself except the one that was
    not done. So the areas of all series about reports are hidden."""
    found = reports.figures(FiguresWanted(Q2, Every.QUARTER, Cut.AGENCY, suppress_below=2))
    series = [each for each in found if each.indicator.series.family == "reports"]
    assert series
    assert all(each.hidden for each in series if each.place == KENT)


@pytest.mark.parametrize("more", [{"by": Cut.TEAM}, {"by": Cut.ORDER}, {"with_predecessors": True}])
def test_small_numbers_by_unit_order_or_predecessor_are_refused(
    reports: IndicatorReports, more: dict[str, object]
) -> None:
    with pytest.raises(ValueUnusable, match="small numbers cannot be hidden"):
        _asked(reports, "ethnicity_complete", suppress_below=5, **more)  # type: ignore[arg-type]
