"""Reminders: the agency that owes something is reminded before it is due, and once at each step when it is overdue. The
agency that waits is told once."""

from collections.abc import Mapping
from datetime import datetime

from hub.deadlines.ladder import step_reached
from hub.exchange.message.matters import Matters
from hub.exchange.message.own_messages import HUB, write_own_message
from hub.exchange.message.recording import Recorded
from hub.exchange.wiring import Wiring
from hub.journal.record.clocks import ClockInMessage, record_reminded
from hub.lifecycle import ClockState
from hub.store.database.engine import Transaction
from hub.store.messages import clocks, contents, deliveries, messages
from hub.store.messages.clocks import KeptClock
from hub.store.messages.messages import KeptMessage
from schemas.kind import Target
from schemas.problem import Problem

_AT_ONCE_MAX = 200


_TO_DECIDE = "it is doubtful, and a person must decide: "
_WHY_MAX = 250
_REFERENCE_MAX = 250


def _why(clock: KeptClock) -> str:
    return (_TO_DECIDE + clock.why if clock.state is ClockState.DOUBTFUL else clock.why)[:_WHY_MAX]


class Reminders:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._assessor = wiring.assessor
        self._catalogue = wiring.catalogue
        self._matters = Matters(wiring.assessor, wiring.catalogue)

    def send_due(self, now: datetime) -> int:
        """Send every reminder that is due. Returns how many agencies were reminded."""
        self._assessor.refresh()
        with self._store.transaction() as connection:
            due = clocks.take_reminders(connection, now, _AT_ONCE_MAX)
            return sum(self._remind(connection, clock, now) for clock in due)

    def _remind(self, connection: Transaction, clock: KeptClock, now: datetime) -> bool:
        started_by = messages.find(connection, clock.message_id)
        if clock.owner is None or started_by is None or clock.next_reminder_at is None:
            return False
        moments = map(datetime.fromisoformat, clock.remind_at)
        step = step_reached(clock.due_at, moments, now) if clock.state is ClockState.RUNNING else None
        said = self._said(clock, now, started_by) | ({"step": step.value} if step else {})
        # A step has one id, also after a restore, when the clock starts again and is late at once.
        which = f"{clock.due_at.isoformat()}/{step.value}" if step else clock.next_reminder_at.isoformat()
        own_reference = f"reminder/{clock.id}/{which}"
        written = self._write(connection, clock, clock.owner, started_by, said, own_reference, now)
        if step is not None:
            self._tell_who_waits(connection, clock, started_by, now)
        if not isinstance(written, Recorded):
            return False
        reminded = ClockInMessage(clock.message_id, clock.id, clock.owner, clock.name)
        record_reminded(connection, now, reminded, reminder=written.message_id)
        return True

    def _tell_who_waits(
        self, connection: Transaction, clock: KeptClock, started_by: KeptMessage, now: datetime
    ) -> None:
        """Tell the agency that waits, once. It is not told who owes it if the exchange found that agency by searching:
        it would learn who supervises the person."""
        own_reference = f"overdue/{clock.id}"
        told_before = messages.under_reference(connection, HUB, own_reference) is not None
        if clock.toward is None or clock.toward == clock.owner or told_before:
            return
        sent = deliveries.of_recipient(connection, clock.message_id, clock.owner or "")
        if sent is not None and sent.target == Target.SUPERVISOR:
            return
        said = self._said(clock, now, started_by) | {"to": clock.toward}
        self._write(connection, clock, clock.toward, started_by, said, own_reference, now)

    def _said(self, clock: KeptClock, now: datetime, started_by: KeptMessage) -> dict[str, object]:
        return {
            "clock": clock.name,
            "due_at": clock.due_at.isoformat(),
            "overdue": clock.due_at < now,
            "why": _why(clock),
            "owner": clock.owner,
            "message_id": str(clock.message_id),
            "sender": started_by.sender,
            "kind": started_by.kind,
            "started_at": clock.starts_at.isoformat(),
        } | ({"toward": clock.toward} if clock.toward else {})

    def _write(
        self,
        connection: Transaction,
        clock: KeptClock,
        to: str,
        started_by: KeptMessage,
        said: Mapping[str, object],
        own_reference: str,
        now: datetime,
    ) -> Recorded | Problem | None:
        kind = self._catalogue.reminder()
        if kind is None:
            return None
        payload = {**said, "reference": self._reference(connection, to, started_by)}
        return write_own_message(connection, self._matters, kind, payload, own_reference, clock.message_id, now)

    def _reference(self, connection: Transaction, owner: str, message: KeptMessage) -> str:
        """Return the reference by which the owner knows the message. A recipient does not know the sender's reference,
        which may name anybody."""
        if not messages.sent_by(connection, message.id, owner):
            return str(message.id)
        return contents.references_of(connection, [message.id]).get(message.id, str(message.id))[:_REFERENCE_MAX]
