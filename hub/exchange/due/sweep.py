"""The sweep does the work that is due for the exchange as a whole, step by step. A step that fails does not stop the
others."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType

from hub.counting import counted
from hub.deadlines.overdue import report_overdue
from hub.errors import StoreUnavailable
from hub.exchange.due.earlier_measures import EarlierMeasures
from hub.exchange.due.listed_hearings import ListedHearings
from hub.exchange.due.mailbox_notices import MailboxNotices
from hub.exchange.due.operator_log import OperatorLog
from hub.exchange.due.protocol_notices import Notices
from hub.exchange.due.reminders import Reminders
from hub.exchange.due.server_time import RunningTime
from hub.exchange.partners.availability import Partners
from hub.exchange.repairing.approving import Approving
from hub.exchange.repairing.bulk import Bulk
from hub.exchange.repairing.refused_parts import note_abandoned
from hub.exchange.wiring import Wiring
from hub.journal.sealing import Sealing
from hub.store.access import agency_keys as access
from hub.store.content import documents
from hub.store.database.engine import Store
from hub.store.journal.covered import DECIDING
from hub.unproved import StateUnproved

_UNANSWERED_FOR = timedelta(minutes=15)
# A used assertion is kept for so long after its end, and for so long while the exchange runs, whatever the clock does.
_USED_KEPT_FOR = timedelta(hours=2)
_PROVED_EVERY = timedelta(minutes=1)
_NAMED_MAX = 10


class SweepFailed(Exception):
    """Raised after all steps were tried. It has the `errors` by step, and what the other steps have `done`."""

    def __init__(self, errors: Mapping[str, Exception], done: dict[str, int]) -> None:
        super().__init__(f"failed: {', '.join(errors)}")
        self.errors = errors
        self.done = done


class Sweep:
    """The steps that are due for the exchange as a whole, not for one message."""

    def __init__(self, wiring: Wiring, partners: Partners, bulk: Bulk, approving: Approving, sealing: Sealing) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._partners = partners
        self._bulk = bulk
        self._approving = approving
        self._sealing = sealing
        self._standstill = wiring.standstill
        self._notes = wiring.notes
        self._witnesses = wiring.witnesses
        self._next_proof = wiring.clock.now()
        self._running = RunningTime(wiring.store, wiring.log)
        self._reminders = Reminders(wiring)
        self._notices = Notices(wiring)
        self._operator_log = OperatorLog(wiring)
        self._mailboxes = MailboxNotices(wiring)
        self._hearings = ListedHearings(wiring)
        self._measuring = EarlierMeasures(wiring)

    def run(self, also: Mapping[str, Callable[[], int | None]] = MappingProxyType({})) -> dict[str, int]:
        """Do all the work that is due, and `also` what rooms above this one have. Returns how much each step did. While
        the exchange stands still, only the evidence and `also` go on. Raises SweepFailed."""
        now = self._clock.now()
        evidence = {"proved": lambda: self._refuse_unproved(now), "sealed": lambda: self._sealing.step(now), **also}
        if self._standstill.since() is not None:
            return _each_by_itself({"expired": self._approving.expire} | evidence)
        return _each_by_itself(
            {
                "time_stepped": lambda: self._running.look(now),
                "overdue": lambda: report_overdue(self._store, now),
                "abandoned": lambda: _close_unanswered(self._store, now),
                "forgotten": lambda: _forget_assertions(self._store, now),
                "hearings": self._hearings.fill_in,
                "notes": lambda: self._notes.forget(now),
                "readdressed": self._partners.readdress,
                "not_fetching": lambda: self._mailboxes.send_due(now),
                "quarantined": self._partners.quarantine_overdue,
                "expired": self._approving.expire,
                "bulk": self._bulk.work,
                "reminded": lambda: self._reminders.send_due(now),
                "notified": lambda: self._notices.send_due(now),
                "measured": self._measuring.step,
            }
            | {"witnessed": self._witnesses.step, "told": self._operator_log.step}
            | evidence
        )

    def _refuse_unproved(self, now: datetime) -> None:
        """Report, once a minute, what somebody put in or changed past the exchange. It decides nothing meanwhile.
        Raises StateUnproved."""
        if now < self._next_proof:
            return
        self._next_proof = now + _PROVED_EVERY
        with self._store.transaction() as connection:
            changed = [row for table in DECIDING for row in self._store.unproved(connection, table)]
        if changed:
            raise StateUnproved(
                f"otherwise than the journal says, {counted(len(changed), 'row')}: {', '.join(changed[:_NAMED_MAX])}",
                "find out who may write to the database: hub journal verify",
            )


def _each_by_itself(steps: Mapping[str, Callable[[], int | None]]) -> dict[str, int]:
    """How much each step did, if the step reports it. Raises SweepFailed after all were tried, or StoreUnavailable at
    once."""
    done: dict[str, int] = {}
    errors: dict[str, Exception] = {}
    for name, step in steps.items():
        try:
            count = step()
        except StoreUnavailable:
            raise
        except Exception as error:  # noqa: BLE001 - a fault in one step must not stop everybody's deadlines
            errors[name] = error
        else:
            done |= {} if count is None else {name: count}
    if errors:
        raise SweepFailed(errors, done)
    return done


def _close_unanswered(store: Store, now: datetime) -> int:
    """Show a person the documents whose sender got no answer, because the process died while it read them. Returns how
    many."""
    with store.transaction() as connection:
        abandoned = documents.abandon_unanswered(connection, now - _UNANSWERED_FOR)
        note_abandoned(connection, abandoned, now)
    return len(abandoned)


def _forget_assertions(store: Store, now: datetime) -> None:
    """Forget used assertions, long after they have expired."""
    with store.transaction() as connection:
        access.forget_used(connection, now - _USED_KEPT_FOR, _USED_KEPT_FOR.total_seconds())
