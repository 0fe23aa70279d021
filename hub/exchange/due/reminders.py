"""Reminders: the agency that owes something is reminded before it is due, and once when it is overdue."""

from datetime import datetime

from hub.exchange.message.matters import Matters
from hub.exchange.message.own_messages import write_own_message
from hub.exchange.message.recording import Recorded
from hub.exchange.wiring import Wiring
from hub.journal.record.clocks import ClockInMessage, record_reminded
from hub.lifecycle import ClockState
from hub.store.database.engine import Transaction
from hub.store.messages import clocks, contents, messages
from hub.store.messages.clocks import KeptClock
from hub.store.messages.messages import KeptMessage

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
        kind = self._catalogue.reminder()
        started_by = messages.find(connection, clock.message_id)
        if kind is None or clock.owner is None or started_by is None:
            return False
        reference = self._reference(connection, clock.owner, started_by)
        if clock.next_reminder_at is None:
            return False
        payload = {
            "clock": clock.name,
            "due_at": clock.due_at.isoformat(),
            "overdue": clock.due_at < now,
            "why": _why(clock),
            "owner": clock.owner,
            "message_id": str(clock.message_id),
            "reference": reference,
            "sender": started_by.sender,
            "kind": started_by.kind,
            "started_at": clock.starts_at.isoformat(),
        } | ({"toward": clock.toward} if clock.toward else {})
        own_reference = f"reminder/{clock.id}/{clock.next_reminder_at.isoformat()}"
        written = write_own_message(connection, self._matters, kind, payload, own_reference, clock.message_id, now)
        if not isinstance(written, Recorded):
            return False
        reminded = ClockInMessage(clock.message_id, clock.id, clock.owner, clock.name)
        record_reminded(connection, now, reminded, reminder=written.message_id)
        return True

    def _reference(self, connection: Transaction, owner: str, message: KeptMessage) -> str:
        """Return the reference by which the owner knows the message. A recipient does not know the sender's reference,
        which may name anybody."""
        if not messages.sent_by(connection, message.id, owner):
            return str(message.id)
        return contents.references_of(connection, [message.id]).get(message.id, str(message.id))[:_REFERENCE_MAX]
