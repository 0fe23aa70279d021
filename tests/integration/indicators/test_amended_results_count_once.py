"""What agencies really send, amended and repeated, counts once in the figures."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from hub.indicators.figures import IndicatorFigure
from hub.indicators.periods import Every, period_of
from hub.indicators.reporting import FiguresWanted
from tests.conftest import Bench

INDICATOR = "report_at_prison_48_hours"


def _figure(bench: Bench) -> IndicatorFigure:
    """Of the month in which the first of the deadlines was due, five days after everything was sent."""
    [due, *_] = (each["due_at"] for each in bench.hub.deadlines.listed(stopped_too=True, name="report_to_prison"))
    month = period_of(datetime.fromisoformat(due), Every.MONTH)
    bench.clock.advance(timedelta(days=5))
    [figure] = bench.hub.indicators.figures(FiguresWanted(month, Every.MONTH, indicators=(INDICATOR,)))
    return figure


def test_a_result_that_was_amended_and_stays_custodial_counts_once(bench: Bench) -> None:
    step = bench.story()["result"]
    longer = step.body.replace(b"3 months", b"4 months").replace(b"-1&lt;", b"-9&lt;").replace(b"-1</", b"-9</")
    for body in (step.body, step.body, longer):
        bench.send(replace(step, body=body))
    figure = _figure(bench)
    assert (figure.numerator, figure.denominator, figure.excluded) == (0, 1, {})


@pytest.mark.parametrize("days_later", [0, 4], ids=["before its deadline", "after its deadline"])
def test_a_result_that_is_amended_after_the_report_arrived_counts_once_as_met(bench: Bench, days_later: int) -> None:
    story = bench.story()
    for name in ("request", "report", "sentence"):
        bench.send(story[name])
    bench.drain()
    sentence = story["sentence"]
    bench.clock.advance(timedelta(days=days_later))
    amended = sentence.body.replace(b"-3&lt;", b"-9&lt;").replace(b"-3</", b"-9</").replace(b"months", b"weeks")
    later = bench.send(replace(sentence, body=amended))["messages"][0]["id"]  # type: ignore[index]
    assert bench.hub.stories.show(later)["supersedes"] is not None
    bench.drain()
    figure = _figure(bench)
    assert (figure.numerator, figure.denominator) == (1, 1)


def test_a_result_whose_sentence_was_taken_away_is_left_out_with_its_reason(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["result"])
    bench.send(story["corrected_result"])
    figure = _figure(bench)
    assert (figure.denominator, dict(figure.excluded)) == (0, {"replaced": 1})
