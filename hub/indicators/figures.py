"""From what was counted to figures, and which of them may be shown."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from hub.indicators.intervals import FEW, wilson
from hub.indicators.periods import Every, Period, period_of_month
from hub.indicators.suppression import Hidden, hidden_figures, hidden_together
from hub.store.overview.indicator_counts import IndicatorCount
from schemas.indicators.terms import Indicator, Outcome

NOT_KNOWN = "not known"
"""Instead of an agency or a unit: there is none in that part."""


@dataclass(frozen=True, slots=True)
class IndicatorFigure:
    """`place` is None for all agencies together. `excluded` has only what was left out, and is empty where small
    numbers are hidden. A `hidden` figure has no numbers. `predicted` is the share that was predicted, if one was."""

    indicator: Indicator
    period: str
    place: str | None
    numerator: int | None
    denominator: int | None
    excluded: Mapping[Outcome, int]
    hidden: bool = False
    predicted: float | None = None

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
    """The figure of all agencies together for each period, and where it is `divided`, of each place that has anything
    in one of the periods."""
    cells: dict[tuple[str, str, str | None], Counter[Outcome]] = {}
    predicted: Counter[tuple[str, str, str | None, Outcome]] = Counter()
    places: dict[str, set[str]] = {}
    periods = tuple(periods)
    for each in counts:
        period = period_of_month(each.month, periods[0].every)
        place = each.place or NOT_KNOWN
        places.setdefault(each.series, set()).add(place)
        for where in (None, place):
            cells.setdefault((each.series, period, where), Counter())[each.outcome] += each.number
            predicted[each.series, period, where, each.outcome] += each.predicted  # type: ignore[assignment]
    return tuple(
        _figure(
            indicator,
            str(period),
            place,
            cells.get((indicator.series.name, str(period), place), Counter()),
            sum(predicted[indicator.series.name, str(period), place, outcome] for outcome in indicator.denominator),
        )
        for indicator in indicators
        for place in (None, *(sorted(places.get(indicator.series.name, ())) if divided else ()))
        for period in periods
    )


def _figure(
    indicator: Indicator, period: str, place: str | None, outcomes: Counter[Outcome], predicted: float
) -> IndicatorFigure:
    denominator = sum(outcomes[outcome] for outcome in indicator.denominator)
    return IndicatorFigure(
        indicator,
        period,
        place,
        sum(outcomes[outcome] for outcome in indicator.numerator),
        denominator,
        {outcome: outcomes[outcome] for outcome in indicator.excluded if outcomes[outcome]},
        predicted=predicted / denominator if predicted and denominator else None,
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
    hidden = _hidden_of_series(tuple(defined), whole_year, below)
    return tuple(_protected(each, hidden.get(each.indicator.series.name, {}).get(every)) for each in shown)


def _protected(figure: IndicatorFigure, hidden: Hidden | None) -> IndicatorFigure:
    if hidden is not None and hidden.hides(figure.place):
        return IndicatorFigure(figure.indicator, figure.period, figure.place, None, None, {}, hidden=True)
    return replace(figure, excluded={})


def _hidden_of_series(
    defined: tuple[Indicator, ...], counts: Iterable[IndicatorCount], below: int
) -> Mapping[str, Mapping[Every, Hidden]]:
    """By series. All of a family hide the same, because they count the same things in other ways."""
    tables: dict[str, dict[tuple[str, str], Counter[str]]] = {}
    for each in counts:
        if part := _part(defined, each.series, each.outcome):
            cell = tables.setdefault(each.series, {}).setdefault((each.month, each.place or NOT_KNOWN), Counter())
            cell[part] += each.number
    family_of = {each.series.name: each.series.family for each in defined}
    of_family: dict[str, list[Mapping[Every, Hidden]]] = {}
    for name, months in tables.items():
        of_family.setdefault(family_of[name], []).append(hidden_figures(months, below))
    return {
        name: {every: hidden_together(hidden[every] for hidden in of_family[family_of[name]]) for every in Every}
        for name in tables
    }


def _part(defined: tuple[Indicator, ...], series: str, outcome: Outcome) -> str:
    """Outcomes that no indicator of the series tells apart are one part. Empty if none counts the outcome."""
    of_series = [each for each in defined if each.series.name == series and outcome in each.denominator]
    return " ".join(f"{each.id}:{outcome in each.numerator}" for each in of_series)
