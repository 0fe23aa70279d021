"""The clocks as people see them: which are running, when they end, who must act, and what is overdue."""

from datetime import datetime

from hub.exchange.telling.story_views import ClockView, DeadlineView
from hub.exchange.wiring import Wiring
from hub.lifecycle import OPEN_CLOCKS
from hub.store.messages import clocks, contents
from hub.store.messages.clocks import KeptClock


class DeadlineBoard:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock

    def listed(self, *, stopped_too: bool = False, name: str | None = None) -> list[DeadlineView]:
        """Every running clock, the most urgent first. `name` limits them to one name. `stopped_too` adds the clocks
        that do not run."""
        now = self._clock.now()
        with self._store.transaction() as connection:
            found = clocks.listed(connection, stopped_too=stopped_too, name=name)
            references = contents.references_of(connection, [each.clock.message_id for each in found])
            return [
                {
                    **clock_view(each.clock, now),
                    "kind": each.kind,
                    "sender": each.sender,
                    "reference": references.get(each.clock.message_id),
                    "age_days": (now - each.clock.starts_at).days,
                }
                for each in found
            ]


def clock_view(clock: KeptClock, now: datetime) -> ClockView:
    running = clock.state in OPEN_CLOCKS
    return {
        "id": str(clock.id),
        "clock": clock.name,
        "state": clock.state,
        "overdue": running and clock.due_at < now,
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
