"""A clock as it is shown, at a moment: whether it is overdue, and how long it has left."""

from datetime import datetime

from hub.deadlines.words import ClockView
from hub.lifecycle import OPEN_CLOCKS
from hub.store.messages.clocks import KeptClock


def clock_view(clock: KeptClock, now: datetime) -> ClockView:
    running = clock.state in OPEN_CLOCKS
    return {
        "id": str(clock.id),
        "clock": clock.name,
        "state": clock.state,
        "overdue": running and clock.due_at < now,
        "late_from_start": clock.starts_at >= clock.due_at,
        "starts_at": clock.starts_at.isoformat(),
        "due_at": clock.due_at.isoformat(),
        "seconds_left": int((clock.due_at - now).total_seconds()) if running else None,
        "stopped_at": clock.stopped_at.isoformat() if clock.stopped_at else None,
        "owner": clock.owner,
        "toward": clock.toward,
        "why": clock.why,
        "started_by": str(clock.message_id),
        "stopped_by": str(clock.stopped_by) if clock.stopped_by else None,
    }
