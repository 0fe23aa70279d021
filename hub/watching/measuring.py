"""Measures the exchange as it stands. All figures come from the database, so every process tells the same."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from importlib.metadata import version
from threading import Lock

from hub.deadlines.london import LONDON
from hub.durable_files import free_bytes
from hub.exchange.wiring import Wiring
from hub.lifecycle import LinkState
from hub.store.access.agency_keys import KEYS
from hub.store.access.certificates import CERTIFICATES
from hub.store.access.client_secrets import SECRETS
from hub.store.database.engine import Transaction
from hub.store.journal import entries, seals
from hub.store.messages import backlog
from hub.store.overview import measured
from hub.store.overview.measured import Measured
from hub.store.persons import people
from hub.store.watching import habits
from hub.watching import metrics
from hub.watching.habit import usual_seconds
from hub.watching.metrics import WINDOW_MINUTES, Metric, Sample

_LATELY = timedelta(minutes=WINDOW_MINUTES)
_STUCK_AFTER = timedelta(minutes=1)
_SOON = timedelta(hours=6)
_QUANTILES = ("0.5", "0.95", "1")


class Measuring:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._settings = wiring.settings
        self._live = wiring.live
        self._counting = Lock()
        self._counted_up_to = 0
        self._counted: Counter[tuple[str, ...]] = Counter()

    def now(self) -> tuple[Sample, ...]:
        """Every sample of every metric. Raises StoreUnavailable."""
        now = self._clock.now()
        self._live.refresh()
        with self._store.transaction() as connection:
            found = [
                *self._flow(connection, now),
                *_clocks(connection, now),
                *_to_be_settled(connection),
                *_partners(connection),
                *self._journal(connection, now),
                *_silence(connection, now),
                *self._ends(connection, now),
            ]
        free = free_bytes(self._settings.state_dir)
        return (
            Sample(metrics.BUILD, (version("justice-exchange"),), 1),
            Sample(metrics.DISK_FREE, (), free),
            Sample(metrics.DISK_MIN, (), self._settings.disk_free_bytes_min),
            *found,
        )

    def _flow(self, connection: Transaction, now: datetime) -> Iterator[Sample]:
        yield from _of(metrics.ACCEPTED, measured.accepted(connection, now - _LATELY))
        count, *times = measured.delivered(connection, now - _LATELY)
        yield from _of(metrics.DELIVERED, count)
        for quantile, seconds in zip(_QUANTILES, times, strict=True):
            yield from (Sample(metrics.DELIVERY_SECONDS, (*each.about, quantile), each.value) for each in seconds)
        yield from _of(metrics.OPEN, measured.open_deliveries(connection))
        yield from _of(metrics.OLDEST_READY, measured.oldest_ready(connection, now))
        stuck = backlog.something_ready_since(connection, now - _STUCK_AFTER, now)
        yield Sample(metrics.STUCK, (), int(stuck))
        yield from _of(metrics.OLDEST_PLACED, measured.oldest_placed(connection, now))

    def _journal(self, connection: Transaction, now: datetime) -> Iterator[Sample]:
        newest = seals.newest(connection)
        sealed = newest.last_position if newest else 0
        unsealed = seals.oldest_entry_after(connection, sealed)
        age = max(0.0, (now - unsealed).total_seconds()) if unsealed else 0.0
        yield Sample(metrics.UNSEALED_SECONDS, (), age)
        yield Sample(metrics.UNSEALED_ENTRIES, (), seals.count_entries_after(connection, sealed))
        for about, count in self._events(connection, sealed).items():
            yield Sample(metrics.EVENTS, about, count)

    def _events(self, connection: Transaction, sealed: int) -> Counter[tuple[str, ...]]:
        """What is sealed does not change any more, so it is counted once."""
        with self._counting:
            if sealed > self._counted_up_to:
                self._counted.update(_counts(measured.events(connection, self._counted_up_to, sealed)))
                self._counted_up_to = sealed
            newest = entries.newest_position(connection)
            return self._counted + _counts(measured.events(connection, self._counted_up_to, newest))

    def _ends(self, connection: Transaction, now: datetime) -> Iterator[Sample]:
        registry, today = self._live.current(), now.astimezone(LONDON).date()
        for protocol in registry.protocols:
            if registry.in_force(protocol, today):
                ends = datetime.combine(protocol.expires, datetime.max.time(), LONDON)
                yield Sample(metrics.ENDS, ("protocol", protocol.id), (ends - now).total_seconds())
        for what, kept in (("key", KEYS), ("certificate", CERTIFICATES), ("secret", SECRETS)):
            last: dict[str, datetime] = {}
            for each in kept.listed(connection, None):
                if each.is_valid(now):
                    last[each.agency] = max(each.expires_at, last.get(each.agency, each.expires_at))
            for agency, ends in last.items():
                yield Sample(metrics.ENDS, (what, agency), (ends - now).total_seconds())


def _clocks(connection: Transaction, now: datetime) -> Iterator[Sample]:
    of_each = (metrics.CLOCKS_RUNNING, metrics.CLOCKS_AT_RISK, metrics.CLOCKS_OVERDUE, metrics.CLOCKS_DOUBTFUL)
    for metric, found in zip(of_each, measured.clocks(connection, now, now + _SOON), strict=True):
        yield from _of(metric, found)


def _to_be_settled(connection: Transaction) -> Iterator[Sample]:
    yield from _of(metrics.QUARANTINED, measured.quarantined(connection))
    yield from _of(metrics.REFUSED_PARTS, measured.refused_parts(connection))
    yield Sample(metrics.LINKS_DOUBTFUL, (), len(people.links(connection, LinkState.DOUBTFUL)))


def _partners(connection: Transaction) -> Iterator[Sample]:
    of_each = (metrics.PARTNER_FAILURES, metrics.BREAKER_OPEN, metrics.PARTNER_PAUSED)
    for metric, found in zip(of_each, measured.partners(connection), strict=True):
        yield from _of(metric, found)


def _silence(connection: Transaction, now: datetime) -> Iterator[Sample]:
    for habit in habits.known(connection).values():
        if (usual := usual_seconds(habit, now)) is not None:
            yield Sample(metrics.SILENT_SECONDS, (habit.sender,), (now - habit.last_at).total_seconds())
            yield Sample(metrics.HABIT_SECONDS, (habit.sender,), usual)


def _of(metric: Metric, found: Iterable[Measured]) -> Iterator[Sample]:
    return (Sample(metric, each.about, each.value) for each in found)


def _counts(found: Iterable[Measured]) -> Counter[tuple[str, ...]]:
    return Counter({each.about: int(each.value) for each in found})
