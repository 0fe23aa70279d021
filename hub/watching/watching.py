"""Watches the figures: an alert begins with its cause, is told, told again until a person acknowledges it, and ends
when the cause is gone."""

import time
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from hub.errors import NotFound
from hub.exchange.shortened_ids import NotOne, only_one
from hub.exchange.wiring import Wiring
from hub.journal.actors import given_reason
from hub.journal.record.installation import record_alert_acknowledged
from hub.store.database.advisory_locks import AdvisoryLock, try_lock
from hub.store.database.engine import Transaction
from hub.store.watching import alerts as kept_alerts
from hub.store.watching import habits
from hub.store.watching.alerts import KeptAlert
from hub.watching.alerts import ALERTS, Alert, Urgency
from hub.watching.habit import with_sent
from hub.watching.measuring import Measuring
from hub.watching.metrics import Sample
from hub.watching.notice import in_short, notice
from hub.watching.receivers import NotTold, Receiver, Told, receivers
from schemas.json import JsonObject

_EVERY_SECONDS = 60.0
_FIRST_LOOK_BACK = timedelta(days=7)
_COMMITTED_LATER = timedelta(minutes=2)
"""A message may be seen so long after the moment at which it was accepted."""
_AGAIN_AFTER = {Urgency.NOW: timedelta(hours=4), Urgency.TODAY: timedelta(days=1), Urgency.SOON: timedelta(days=7)}
_BY_NAME = {alert.name: alert for alert in ALERTS}
_LISTED_MAX = 500
_NOT_ONE = NotOne(
    NotFound, "that is no id of an alert", "there is no such alert", "several alerts begin so", "see: hub alerts list"
)


class Watching:
    def __init__(self, wiring: Wiring, measuring: Measuring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._log = wiring.log
        self._settings = wiring.settings
        self._adapters = wiring.adapters
        self._measuring = measuring
        self._next = 0.0
        self._receivers: tuple[Receiver, ...] | None = None

    def step(self) -> None:
        """Look once a minute, and let one process at a time do it. Raises StoreUnavailable."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + _EVERY_SECONDS
            self.look()

    def look(self) -> None:
        """What is told may be told twice, if the process dies between telling it and noting that."""
        now = self._clock.now()
        with self._store.transaction() as connection:
            if not try_lock(connection, AdvisoryLock.WATCHING):
                return
            _learn_habits(connection, now)
        samples = self._measuring.now()
        with self._store.transaction() as connection:
            if not try_lock(connection, AdvisoryLock.WATCHING):
                return
            ended = _reconcile(connection, samples, now)
            begun = [each for each in kept_alerts.open_now(connection) if _is_to_be_told(each, now)]
            if (begun or ended) and self._tell(notice(begun, ended)):
                kept_alerts.write_told(connection, [each.id for each in begun], now)

    def _tell(self, told: Told) -> bool:
        """Whether anybody took it. Without receivers the log has it."""
        named = self._named()
        for each in told.plain["begun"]:
            self._log.warning("alert.begun", alert=each["alert"], about=each["about"])
        for each in told.plain["ended"]:
            self._log.info("alert.ended", alert=each["alert"], about=each["about"])
        taken = 0
        for receiver in named:
            try:
                receiver.tell(told)
                taken += 1
            except NotTold as error:
                self._log.error("alert.not_told", receiver=receiver.name, why=str(error))
        return taken > 0 or not named

    def _named(self) -> tuple[Receiver, ...]:
        if self._receivers is None:
            self._receivers = receivers(self._settings.alerts, "hub", self._adapters)
        return self._receivers

    def check(self) -> None:
        """Raises SettingsWrong for a receiver that cannot be used."""
        self._named()

    def try_receivers(self) -> dict[str, str | None]:
        """Tell each receiver something for a try. Returns why one did not take it."""
        id = str(uuid5(NAMESPACE_URL, f"alerts tried {self._clock.now().isoformat()}"))
        told = Told(
            id, {"id": id, "begun": [], "ended": [], "try": True}, "This is a try of the alerts. Nothing is wrong.\n"
        )
        found: dict[str, str | None] = {}
        for receiver in self._named():
            try:
                receiver.tell(told)
                found[receiver.name] = None
            except NotTold as error:
                found[receiver.name] = str(error)
        return found

    def listed(self, *, ended_too: bool = False) -> list[JsonObject]:
        with self._store.transaction() as connection:
            found = kept_alerts.newest(connection, _LISTED_MAX) if ended_too else kept_alerts.open_now(connection)
        return [_view(each) for each in found]

    def acknowledge(self, id: str, by: str, reason: str) -> KeptAlert:
        """Nobody is told of it again, until its cause is gone and comes back. Raises NotFound, ValueUnusable or
        ReasonMissing."""
        reason, now = given_reason(reason), self._clock.now()
        with self._store.transaction() as connection:
            found = only_one(id, lambda characters: kept_alerts.beginning_with(connection, characters), _NOT_ONE)
            if not kept_alerts.acknowledge(connection, found.id, by, now):
                raise NotFound("that alert has ended, or somebody has acknowledged it", "see: hub alerts list --all")
            record_alert_acknowledged(connection, now, alert=found.name, about=found.about, by=by, reason=reason)
        return found


def _view(kept: KeptAlert) -> JsonObject:
    return in_short(kept) | {
        "told_at": kept.told_at.isoformat() if kept.told_at else None,
        "acknowledged_by": kept.acknowledged_by,
        "ended_at": kept.ended_at.isoformat() if kept.ended_at else None,
    }


def _learn_habits(connection: Transaction, now: datetime) -> None:
    newest = habits.newest(connection)
    known = habits.known(connection)
    since = now - _FIRST_LOOK_BACK if newest is None else newest - _COMMITTED_LATER
    for sent in habits.sent_since(connection, since):
        if sent.sender != "hub":
            habits.write(connection, with_sent(known.get(sent.sender), sent))


def _reconcile(connection: Transaction, samples: Iterable[Sample], now: datetime) -> list[KeptAlert]:
    """Begin, go on and end alerts as the figures say. Returns those that ended and had been told."""
    figures = list(samples)
    causes = {(alert.name, about): value for alert in ALERTS for about, value in alert.causes(figures).items()}
    ended: list[KeptAlert] = []
    for kept in kept_alerts.open_now(connection):
        value = causes.pop((kept.name, kept.about), None)
        if value is None:
            kept_alerts.end(connection, kept.id, now)
            ended += [kept] if kept.told_at else []
        elif value != kept.value:
            kept_alerts.write_value(connection, kept.id, value)
    for (name, labels), value in causes.items():
        kept_alerts.begin(connection, name, labels, value, now)
    return ended


def _is_to_be_told(kept: KeptAlert, now: datetime) -> bool:
    alert: Alert | None = _BY_NAME.get(kept.name)
    if alert is None or kept.acknowledged_at is not None:
        return False
    if kept.told_at is not None:
        return now - kept.told_at >= _AGAIN_AFTER[alert.urgency]
    return (now - kept.since).total_seconds() >= alert.after_seconds
