"""Reports every overdue clock exactly once, even if nobody looked when its time passed."""

from datetime import datetime

from hub.journal.record.clocks import ClockInMessage, record_clock_overdue
from hub.store.database.engine import Store
from hub.store.messages import clocks


def report_overdue(store: Store, now: datetime) -> int:
    """Returns how many clocks were newly found overdue."""
    with store.transaction() as connection:
        overdue = clocks.take_overdue(connection, now)
        for clock in overdue:
            known = ClockInMessage(clock.message_id, clock.id, clock.owner, clock.name)
            record_clock_overdue(connection, now, known, due_at=clock.due_at)
        return len(overdue)
