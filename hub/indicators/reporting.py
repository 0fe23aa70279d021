"""The indicators of a period, as `hub report` prints them, and the messages behind one."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from hub.clock import Clock
from hub.deadlines.london import LONDON
from hub.errors import ValueUnusable
from hub.indicators.figures import IndicatorFigure, figures, without_small_numbers
from hub.indicators.periods import Every, Period, period_of
from hub.sharing.terms.agencies import Agencies, AgencyRole
from hub.store.database.engine import Store
from hub.store.overview.indicator_counts import (
    OF_UNIT,
    CountedMessage,
    DeadlinesWanted,
    IndicatorCount,
    counted_messages,
    indicator_counts,
)
from hub.store.overview.record_counts import RecordsWanted, record_counts, record_messages
from schemas.indicators.definitions import INDICATORS
from schemas.indicators.terms import Counted, Cut, Deadlines, Indicator, Party
from schemas.nearest import did_you_mean

_ROLES: Mapping[Cut, AgencyRole] = {Cut.COURT: AgencyRole.COURT, Cut.PRISON: AgencyRole.PRISON}


@dataclass(frozen=True, slots=True)
class FiguresWanted:
    """`every` is not longer than the period. `by` is None for all agencies together. `indicators` are ids; none means
    all. `agency` limits them to what this agency must do. Numbers from 1 to `suppress_below` - 1 are hidden. What the
    predecessors of a merged area did counts for it if they are counted `with_predecessors`."""

    period: Period
    every: Every
    by: Cut | None = None
    indicators: Collection[str] = ()
    agency: str | None = None
    suppress_below: int | None = None
    with_predecessors: bool = False


class IndicatorReports:
    def __init__(self, store: Store, clock: Clock, agencies: Agencies) -> None:
        self._store = store
        self._clock = clock
        self._agencies = agencies

    def figures(self, wanted: FiguresWanted) -> tuple[IndicatorFigure, ...]:
        """Indicators that cannot be divided in the way asked for are left out. Raises ValueUnusable for an unknown
        indicator, and where small numbers would follow from a division."""
        chosen = [each for each in _chosen(wanted.indicators) if wanted.by is None or each.party(wanted.by)]
        periods = _divided(wanted.period, wanted.every)
        if wanted.suppress_below is not None:
            return self._protected(wanted, chosen, periods, wanted.suppress_below)
        owners = self._owners(wanted.agency, with_predecessors=wanted.with_predecessors)
        counts = self._counts(chosen, wanted.period, wanted.by or Cut.AGENCY, owners)
        if wanted.with_predecessors:
            counts = tuple(replace(each, place=self._successor(each.place)) for each in counts)
        return figures(chosen, periods, counts, divided=wanted.by is not None)

    def messages(
        self, indicator: str, period: Period, agency: str | None, limit: int, *, with_predecessors: bool = False
    ) -> tuple[CountedMessage, ...]:
        """The messages behind an indicator, and those that it leaves out; at most `limit`."""
        (found,) = _chosen([indicator])
        everything = {*found.denominator, *found.excluded}
        owners = self._owners(agency, with_predecessors=with_predecessors)
        series = found.series
        with self._store.reading() as connection:
            if isinstance(series, Deadlines):
                wanted = self._deadlines([found], period, Cut.AGENCY, owners)
                return counted_messages(connection, wanted, everything, limit)
            records = self._records(series, period, Party.OWNER, owners)
            return record_messages(connection, records, everything, LONDON.key, limit)

    def _protected(
        self, wanted: FiguresWanted, chosen: Collection[Indicator], periods: tuple[Period, ...], below: int
    ) -> tuple[IndicatorFigure, ...]:
        """What is hidden follows from the whole calendar year and from all indicators, whatever is asked for."""
        if wanted.with_predecessors:
            raise ValueUnusable(
                "value.unusable",
                "small numbers cannot be hidden with predecessors: the figures without them would tell the difference",
                "ask without --with-predecessors",
                "--with-predecessors",
            )
        if wanted.by not in (None, Cut.AGENCY):
            raise ValueUnusable(
                "value.unusable",
                f"small numbers cannot be hidden by {wanted.by}: it lies across agencies, so one table tells the other",
                "ask with --by agency, or without --by",
                "--by",
            )
        whole = self._counts(INDICATORS, Period(Every.YEAR, wanted.period.year), Cut.AGENCY, ())
        one = wanted.agency is not None
        made = figures(chosen, periods, whole, divided=one or wanted.by is not None)
        shown = without_small_numbers(made, wanted.every, INDICATORS, whole, below)
        if not one:
            return shown
        own = {each.indicator.id for each in shown if each.place == wanted.agency}
        nothing = [each for each in shown if each.place is None and each.indicator.id not in own]
        return tuple(
            [each for each in shown if each.place == wanted.agency]
            + [replace(each, place=wanted.agency, numerator=0, denominator=0, hidden=False) for each in nothing]
        )

    def _counts(
        self, chosen: Iterable[Indicator], period: Period, by: Cut, owners: Collection[str]
    ) -> tuple[IndicatorCount, ...]:
        """Of all series that the chosen indicators need, each once."""
        of_series = {each.series.name: each for each in chosen}
        timed = [each for each in of_series.values() if isinstance(each.series, Deadlines)]
        counts: list[IndicatorCount] = []
        with self._store.reading() as connection:
            if timed:
                found = indicator_counts(connection, self._deadlines(timed, period, by, owners))
                counts += _by_series(found, timed)
            for each in of_series.values():
                if not isinstance(each.series, Deadlines):
                    wanted = self._records(each.series, period, each.party(by), owners)
                    counts += record_counts(connection, wanted)
        return tuple(replace(each, place=self._in_role(each.place, by)) for each in counts)

    def _deadlines(
        self, chosen: Iterable[Indicator], period: Period, by: Cut, owners: Collection[str]
    ) -> DeadlinesWanted:
        clocks = {clock: each for each in chosen for clock in _clocks(each)}
        return DeadlinesWanted(
            parties={clock: each.party(by) for clock, each in clocks.items()},
            since=period.since,
            until=period.until,
            zone=LONDON.key,
            now=self._clock.now(),
            owners=owners,
            needed_by={clock: kind for clock, each in clocks.items() if (kind := _needed_by(each))},
        )

    def _records(self, series: Counted, period: Period, party: Party | None, owners: Collection[str]) -> RecordsWanted:
        today = self._clock.now().astimezone(LONDON).date()
        return RecordsWanted(series, period.since.date(), period.until.date(), today, party, owners)

    def _owners(self, agency: str | None, *, with_predecessors: bool) -> Collection[str]:
        if agency is None:
            return ()
        return (agency, *(each.id for each in self._agencies.history_of(agency) if with_predecessors))

    def _successor(self, place: str | None) -> str | None:
        """The agency that continues its work; of a unit, the agency before the unit."""
        if place is None:
            return None
        agency, of, unit = place.partition(OF_UNIT)
        today = self._clock.now().astimezone(LONDON).date()
        return self._agencies.current_id(agency, today) + of + unit

    def _in_role(self, place: str | None, by: Cut) -> str | None:
        """A court or prison only if the registry knows it as one; a gateway that sent for a court is none."""
        if place is None or by not in _ROLES:
            return place
        agency = self._agencies.get(place)
        return place if agency is not None and agency.role is _ROLES[by] else None

    def now_in(self, every: Every) -> Period:
        """The period that runs now."""
        return period_of(self._clock.now(), every)


def _clocks(indicator: Indicator) -> tuple[str, ...]:
    return indicator.series.clocks if isinstance(indicator.series, Deadlines) else ()


def _needed_by(indicator: Indicator) -> str | None:
    return indicator.series.needed_by if isinstance(indicator.series, Deadlines) else None


def _by_series(counts: Iterable[IndicatorCount], chosen: Iterable[Indicator]) -> Iterator[IndicatorCount]:
    """The counts of clocks as those of the series that count them. A clock may be in several."""
    series: dict[str, list[str]] = {}
    for each in chosen:
        for clock in _clocks(each):
            series.setdefault(clock, []).append(each.series.name)
    for count in counts:
        yield from (replace(count, series=name) for name in series[count.series])


def _chosen(ids: Collection[str]) -> tuple[Indicator, ...]:
    known = {each.id: each for each in INDICATORS}
    for id in ids:
        if id not in known:
            raise ValueUnusable("value.unknown", f"there is no indicator {id}", did_you_mean(id, known), "--indicator")
    return tuple(each for each in INDICATORS if not ids or each.id in ids)


def _divided(period: Period, every: Every) -> tuple[Period, ...]:
    try:
        return period.divided(every)
    except ValueError as error:
        cure = f"ask for a longer period, or for every {period.every}"
        raise ValueUnusable("value.unusable", str(error), cure, "--every") from error
