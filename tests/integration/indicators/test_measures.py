"""What is counted about a message is kept with it, made up for older messages, and counts once."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select

from hub.bootstrap import Knowledge
from hub.indicators.periods import Every, Period, written_period
from hub.indicators.reporting import FiguresWanted, IndicatorReports
from hub.local.demonstration.stories import stories
from hub.store.database.engine import Store
from hub.store.overview.tables import message_measure
from schemas.indicators.terms import Cut
from tests.conftest import Bench, a_database, open_store
from tests.effort import tries
from tests.integration.indicators.paper import Noon, Paper

ETHNICITY = "ethnicity_complete"


def _rows(bench: Bench) -> list[tuple[str, str, dict[str, str]]]:
    with bench.hub.wiring.store.reading() as connection:
        found = connection.execute(select(message_measure).order_by(message_measure.c.message_id))
        return [(row.kind, row.sender, row.measures) for row in found]


def test_measures_are_kept_with_the_message_and_made_up_for_those_of_an_earlier_version(bench: Bench) -> None:
    told = {story.name: story.steps for story in stories(bench.clock.now() - timedelta(days=30), "measures")}
    bench.send(told["supervision"][0])
    [(kind, sender, measures)] = _rows(bench)
    assert (kind, sender) == ("supervision_started", "probation-northumbria")
    assert measures["order"] and not any("Wexcombe" in value for value in measures.values())

    kept = _rows(bench)
    with bench.hub.wiring.store.transaction() as connection:
        connection.execute(delete(message_measure))
    assert bench.hub.sweep.run()["measured"] == 1
    assert _rows(bench) == kept
    assert bench.hub.sweep.run()["measured"] == 0


@pytest.fixture(scope="module")
def store(servers, template: str) -> Iterator[Store]:  # type: ignore[no-untyped-def]
    with a_database(servers, template) as url:
        store = open_store(url)
        yield store
        store.close()


_YEARS = iter(range(2027, 9_000))
_said = st.tuples(
    st.sampled_from(("probation-kent", "probation-surrey")),
    st.sampled_from(("first", "second", "third")),
    st.integers(1, 12),
    st.sampled_from(("W1", "NS", "")),
)


@settings(max_examples=tries(12, 300), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_said, min_size=1, max_size=8))
def test_what_is_said_again_counts_once_and_parts_add_up(
    store: Store, knowledge: Knowledge, said: list[tuple[str, str, int, str]]
) -> None:
    """By a model: of each order of each area, only what was said last counts, in its own month."""
    year, paper = next(_YEARS), Paper(store)
    last: dict[tuple[str, str], tuple[int, str]] = {}
    for area, about, month, ethnicity in said:
        says = {"ethnicity": ethnicity} if ethnicity else {}
        paper.said("supervision_started", area, date(year, month, 5), f"{year} {about}", **says)
        last[area, about] = (month, ethnicity)
    reports = IndicatorReports(store, Noon(), knowledge.registry.agencies)
    months = reports.figures(FiguresWanted(written_period(str(year)), Every.MONTH, Cut.AGENCY, (ETHNICITY,)))
    for figure in months:
        counted = [
            ethnicity
            for (area, _), (month, ethnicity) in last.items()
            if str(Period(Every.MONTH, year, month)) == figure.period and figure.place in (None, area)
        ]
        assert (figure.numerator, figure.denominator) == (counted.count("W1"), len(counted))
    [whole] = reports.figures(FiguresWanted(written_period(str(year)), Every.YEAR, None, (ETHNICITY,)))
    assert whole.denominator == len(last)
