"""The watch: every clock that passes its time is reported, once, even if nobody was looking when it did."""

from datetime import datetime

from hub.journal.events import Event
from hub.store.database.engine import Store
from hub.store.journal import entries as journal
from hub.store.messages import clocks


def report_overdue(store: Store, now: datetime) -> int:
    """Returns how many clocks were newly found overdue."""
    with store.transaction() as connection:
        overdue = clocks.take_overdue(connection, now)
        for clock in overdue:
            journal.append(
                connection,
                Event.CLOCK_OVERDUE,
                now,
                message_id=clock.message_id,
                clock_id=clock.id,
                agency=clock.owner,
                clock=clock.name,
                due_at=clock.due_at.isoformat(),
            )
        return len(overdue)
