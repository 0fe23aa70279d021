"""The quarterly report for a probation board: what each figure is, how it has changed, and a sentence that says so."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from hub.errors import ValueUnusable
from hub.indicators.figures import IndicatorFigure
from hub.indicators.periods import Every, Period
from hub.indicators.reporting import FiguresWanted
from schemas.indicators.terms import Indicator

_QUARTERS = 5
"""So the same quarter of the year before is among them."""
_A_POINT = 0.005
Figures = Callable[[FiguresWanted], tuple[IndicatorFigure, ...]]


@dataclass(frozen=True, slots=True)
class BoardSection:
    """`quarters` end with the quarter of the report, and `months` are its three months."""

    indicator: Indicator
    sentence: str
    quarters: tuple[IndicatorFigure, ...]
    months: tuple[IndicatorFigure, ...]


@dataclass(frozen=True, slots=True)
class BoardReport:
    """`nothing` are the indicators for which nothing was counted in any of the quarters."""

    quarter: Period
    agency: str | None
    sections: tuple[BoardSection, ...]
    nothing: tuple[Indicator, ...]


def quarter_before(quarter: Period) -> Period:
    if quarter.number > 1:
        return Period(Every.QUARTER, quarter.year, quarter.number - 1)
    return Period(Every.QUARTER, quarter.year - 1, 4)


def board_report(
    figures: Figures,
    quarter: Period,
    agency: str | None,
    *,
    suppress_below: int | None = None,
    with_predecessors: bool = False,
) -> BoardReport:
    """Raises ValueUnusable if the period is no quarter."""
    if quarter.every is not Every.QUARTER:
        cure = "ask for a quarter: 2026-Q3"
        raise ValueUnusable("value.unusable", f"the report is of a quarter, and {quarter} is none", cure, "--period")
    quarters = [quarter]
    while len(quarters) < _QUARTERS:
        quarters.insert(0, quarter_before(quarters[0]))

    def asked(period: Period, every: Every) -> tuple[IndicatorFigure, ...]:
        return figures(FiguresWanted(period, every, None, (), agency, suppress_below, with_predecessors))

    by_quarter = [each for period in quarters for each in asked(period, Every.QUARTER)]
    by_month = asked(quarter, Every.MONTH)
    indicators = tuple(dict.fromkeys(each.indicator for each in by_month))
    counted = {each.indicator for each in by_quarter if each.denominator or each.hidden}
    return BoardReport(
        quarter,
        agency,
        tuple(_section(each, by_quarter, by_month) for each in indicators if each in counted),
        tuple(each for each in indicators if each not in counted),
    )


def _section(
    indicator: Indicator, by_quarter: Iterable[IndicatorFigure], by_month: Iterable[IndicatorFigure]
) -> BoardSection:
    quarters = tuple(each for each in by_quarter if each.indicator == indicator)
    months = tuple(each for each in by_month if each.indicator == indicator)
    return BoardSection(indicator, sentence_of(quarters[-1], quarters[-2]), quarters, months)


def sentence_of(now: IndicatorFigure, before: IndicatorFigure) -> str:
    """What the figure is, and what it was the quarter before, in plain words."""
    if now.hidden:
        return "The figure of this quarter is hidden, because it is of very few."
    if now.share is None:
        return f"Nothing was counted this quarter: there were no {now.indicator.counted}. {_then(before)}".strip()
    said = f"Of {now.denominator} {now.indicator.counted}, {now.numerator} ({now.share:.0%}): {now.indicator.achieved}."
    if now.predicted is not None:
        said += f" {now.predicted:.0%} was predicted."
    if now.interval is not None:
        low, high = now.interval
        said += f" They are few: by chance alone the share could be from {low:.0%} to {high:.0%}."
    return f"{said} {_changed(now.share, before)}"


def _changed(share: float, before: IndicatorFigure) -> str:
    if before.share is None:
        return _then(before) or "Nothing was counted the quarter before."
    points = round(share * 100) - round(before.share * 100)
    if abs(share - before.share) < _A_POINT or points == 0:
        return f"The quarter before it was the same, {before.share:.0%}."
    more = "more" if points > 0 else "less"
    return f"The quarter before it was {before.share:.0%}: it is now {abs(points)} percentage points {more}."


def _then(before: IndicatorFigure) -> str:
    if before.hidden:
        return "The figure of the quarter before is hidden, because it is of very few."
    return "" if before.share is None else f"The quarter before it was {before.share:.0%}."
