"""Which figures must be hidden so that no small number follows from those that are shown. Pure.

One table is the deadlines of one clock in one calendar year, by month and agency, each divided into parts. A reader may
add and subtract months, quarters, years, agencies and totals as they like.

Why nothing follows: an agency that is hidden at one length of period is hidden in all such periods of the year and in
all shorter ones, and never alone. So a deadline can be moved, in thought, between two hidden agencies in one month and
back in another of the same quarter (or quarter of the year, or not back at all), and every shown figure stays as it is.
If the totals are hidden as well, the move is between two months of one agency.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from hub.indicators.periods import Every, period_of_month

Parts = Mapping[str, int]
"""The number of deadlines in each part."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """What is hidden at one length of period: these agencies, or `everything`, the totals too."""

    agencies: frozenset[str]
    everything: bool

    def hides(self, agency: str | None) -> bool:
        """`agency` is None for the total."""
        return self.everything or agency in self.agencies


def hidden_figures(months: Mapping[tuple[str, str], Parts], below: int) -> Mapping[Every, Hidden]:
    """`months` has the parts of each month (`2026-08`) of one year and each agency. Numbers from 1 to `below` - 1 are
    small."""
    hidden: dict[Every, Hidden] = {}
    longer = Hidden(frozenset(), everything=False)
    for every in (Every.YEAR, Every.QUARTER, Every.MONTH):
        table = _by_period(months, every)
        longer = hidden[every] = _hidden_at(table, longer, below)
    return hidden


def hidden_together(several: Iterable[Hidden]) -> Hidden:
    """What is hidden in tables that count the same things: what any of them hides. One more hidden agency makes nothing
    known: it has no small number, so the hidden ones together have none either."""
    listed = tuple(several)
    agencies = frozenset().union(*(each.agencies for each in listed))
    return Hidden(agencies, everything=any(each.everything for each in listed))


_Table = dict[str, dict[str, Counter[str]]]
"""By agency and period."""


def _by_period(months: Mapping[tuple[str, str], Parts], every: Every) -> _Table:
    table: _Table = {}
    for (month, agency), parts in months.items():
        table.setdefault(agency, {}).setdefault(period_of_month(month, every), Counter()).update(parts)
    return table


def _hidden_at(table: _Table, longer: Hidden, below: int) -> Hidden:
    small = {agency for agency, periods in table.items() if _has_small(periods.values(), below)}
    hidden = set(longer.agencies) | small
    others = sorted(table.keys() - hidden, key=lambda agency: (_size(table[agency]), agency))
    while others and _has_small(_totals(table, hidden), below):  # one that is hidden alone is always small
        hidden.add(others.pop(0))
    return Hidden(frozenset(hidden), everything=_has_small(_totals(table, table), below))


def _totals(table: _Table, agencies: Iterable[str]) -> Iterable[Counter[str]]:
    """The parts of these agencies together, in each period."""
    totals: dict[str, Counter[str]] = {}
    for agency in agencies:
        for period, parts in table[agency].items():
            totals.setdefault(period, Counter()).update(parts)
    return totals.values()


def _has_small(counted: Iterable[Parts], below: int) -> bool:
    return any(0 < number < below for parts in counted for number in parts.values())


def _size(periods: Mapping[str, Counter[str]]) -> int:
    return sum(parts.total() for parts in periods.values())
