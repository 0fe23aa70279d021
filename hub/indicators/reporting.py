"""The indicators of a period, as `hub report` prints them, and the messages behind one."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from hub.clock import Clock
from hub.deadlines.london import LONDON
from hub.errors import ValueUnusable
from hub.indicators.figures import IndicatorFigure, figures, without_small_numbers
from hub.indicators.periods import Every, Period, period_of
from hub.sharing.terms.agencies import Agencies, AgencyRole
from hub.store.database.engine import Store
from hub.store.overview.indicator_counts import (
    CountedMessage,
    DeadlinesWanted,
    IndicatorCount,
    counted_messages,
    indicator_counts,
)
from schemas.indicators.definitions import INDICATORS
from schemas.indicators.terms import Cut, Indicator
from schemas.nearest import did_you_mean

_ROLES: Mapping[Cut, AgencyRole] = {Cut.COURT: AgencyRole.COURT, Cut.PRISON: AgencyRole.PRISON}


@dataclass(frozen=True, slots=True)
class FiguresWanted:
    """`every` is not longer than the period. `by` is None for all agencies together. `indicators` are ids; none means
    all. `agency` limits them to what this agency must do. Numbers from 1 to `suppress_below` - 1 are hidden."""

    period: Period
    every: Every
    by: Cut | None = None
    indicators: Collection[str] = ()
    agency: str | None = None
    suppress_below: int | None = None


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
        counts = self._counts(chosen, wanted.period, wanted.by or Cut.AGENCY, wanted.agency)
        return figures(chosen, periods, counts, divided=wanted.by is not None)

    def messages(self, indicator: str, period: Period, agency: str | None, limit: int) -> tuple[CountedMessage, ...]:
        """The messages behind an indicator, and those that it leaves out; at most `limit`."""
        (found,) = _chosen([indicator])
        everything = {*found.denominator, *found.excluded}
        wanted = self._wanted([found], period, Cut.AGENCY, agency)
        with self._store.reading() as connection:
            return counted_messages(connection, wanted, everything, limit)

    def _protected(
        self, wanted: FiguresWanted, chosen: Collection[Indicator], periods: tuple[Period, ...], below: int
    ) -> tuple[IndicatorFigure, ...]:
        """What is hidden follows from the whole calendar year and from all indicators, whatever is asked for."""
        if wanted.by not in (None, Cut.AGENCY):
            raise ValueUnusable(
                "value.unusable",
                f"small numbers cannot be hidden by {wanted.by}: courts lie in areas, so one table tells the other",
                "ask with --by agency, or without --by",
                "--by",
            )
        whole = self._counts(INDICATORS, Period(Every.YEAR, wanted.period.year), Cut.AGENCY, None)
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
        self, chosen: Iterable[Indicator], period: Period, by: Cut, agency: str | None
    ) -> tuple[IndicatorCount, ...]:
        with self._store.reading() as connection:
            counts = indicator_counts(connection, self._wanted(chosen, period, by, agency))
        return tuple(replace(each, place=self._in_role(each.place, by)) for each in counts)

    def _wanted(self, chosen: Iterable[Indicator], period: Period, by: Cut, agency: str | None) -> DeadlinesWanted:
        return DeadlinesWanted(
            parties={each.clock: each.party(by) for each in chosen},
            since=period.since,
            until=period.until,
            zone=LONDON.key,
            now=self._clock.now(),
            owner=agency,
        )

    def _in_role(self, place: str | None, by: Cut) -> str | None:
        """A court or prison only if the registry knows it as one; a gateway that sent for a court is none."""
        if place is None or by not in _ROLES:
            return place
        agency = self._agencies.get(place)
        return place if agency is not None and agency.role is _ROLES[by] else None

    def now_in(self, every: Every) -> Period:
        """The period that runs now."""
        return period_of(self._clock.now(), every)


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
