"""From counted deadlines to figures, and which of them may be shown."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub.indicators.intervals import FEW, wilson
from hub.indicators.periods import Every, Period, period_of_month
from hub.indicators.suppression import Hidden, hidden_figures
from hub.store.overview.indicator_counts import IndicatorCount
from schemas.indicators.terms import Indicator, Outcome

NOT_KNOWN = "not known"
"""Instead of an agency: the deadline has none in that part."""


@dataclass(frozen=True, slots=True)
class IndicatorFigure:
    """`place` is None for all agencies together. `excluded` has only what was left out, and is empty where small
    numbers are hidden. A `hidden` figure has no numbers."""

    indicator: Indicator
    period: str
    place: str | None
    numerator: int | None
    denominator: int | None
    excluded: Mapping[Outcome, int]
    hidden: bool = False

    @property
    def share(self) -> float | None:
        return self.numerator / self.denominator if self.numerator is not None and self.denominator else None

    @property
    def interval(self) -> tuple[float, float] | None:
        """95%, where fewer than 100 are counted."""
        if self.numerator is None or not self.denominator or self.denominator >= FEW:
            return None
        return wilson(self.numerator, self.denominator)


def figures(
    indicators: Iterable[Indicator],
    periods: Iterable[Period],
    counts: Iterable[IndicatorCount],
    *,
    divided: bool,
) -> tuple[IndicatorFigure, ...]:
    """The figure of all agencies together for each period, and where it is `divided`, of each agency that has any
    deadline in one of the periods."""
    cells: dict[tuple[str, str, str | None], Counter[Outcome]] = {}
    places: dict[str, set[str]] = {}
    periods = tuple(periods)
    for each in counts:
        period = period_of_month(each.month, periods[0].every)
        place = each.place or NOT_KNOWN
        places.setdefault(each.clock, set()).add(place)
        for where in (None, place):
            cells.setdefault((each.clock, period, where), Counter())[each.outcome] += each.deadlines
    return tuple(
        _figure(indicator, str(period), place, cells.get((indicator.clock, str(period), place), Counter()))
        for indicator in indicators
        for place in (None, *(sorted(places.get(indicator.clock, ())) if divided else ()))
        for period in periods
    )


def _figure(indicator: Indicator, period: str, place: str | None, outcomes: Counter[Outcome]) -> IndicatorFigure:
    return IndicatorFigure(
        indicator,
        period,
        place,
        sum(outcomes[outcome] for outcome in indicator.numerator),
        sum(outcomes[outcome] for outcome in indicator.denominator),
        {outcome: outcomes[outcome] for outcome in indicator.excluded if outcomes[outcome]},
    )


def without_small_numbers(
    shown: Iterable[IndicatorFigure],
    every: Every,
    defined: Iterable[Indicator],
    whole_year: Iterable[IndicatorCount],
    below: int,
) -> tuple[IndicatorFigure, ...]:
    """The same figures, those hidden from which a number from 1 to `below` - 1 would follow. `defined` are all
    indicators, because one may give away what another hides. `whole_year` are the counts of the calendar year by the
    agency that must act."""
    hidden = _hidden_of_clocks(tuple(defined), whole_year, below)
    return tuple(_protected(each, hidden.get(each.indicator.clock, {}).get(every)) for each in shown)


def _protected(figure: IndicatorFigure, hidden: Hidden | None) -> IndicatorFigure:
    if hidden is not None and hidden.hides(figure.place):
        return IndicatorFigure(figure.indicator, figure.period, figure.place, None, None, {}, hidden=True)
    return IndicatorFigure(figure.indicator, figure.period, figure.place, figure.numerator, figure.denominator, {})


def _hidden_of_clocks(
    defined: tuple[Indicator, ...], counts: Iterable[IndicatorCount], below: int
) -> Mapping[str, Mapping[Every, Hidden]]:
    tables: dict[str, dict[tuple[str, str], Counter[str]]] = {}
    for each in counts:
        if part := _part(defined, each.clock, each.outcome):
            cell = tables.setdefault(each.clock, {}).setdefault((each.month, each.place or NOT_KNOWN), Counter())
            cell[part] += each.deadlines
    return {clock: hidden_figures(months, below) for clock, months in tables.items()}


def _part(defined: tuple[Indicator, ...], clock: str, outcome: Outcome) -> str:
    """Outcomes that no indicator of the clock tells apart are one part. Empty if none counts the outcome."""
    of_clock = [each for each in defined if each.clock == clock and outcome in each.denominator]
    return " ".join(f"{each.id}:{outcome in each.numerator}" for each in of_clock)
