"""The clocks as people see them: which are running, when they end, who must act, and what is overdue."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from hub.deadlines.ladder import ChaseStep, step_reached
from hub.deadlines.view import clock_view
from hub.errors import ValueUnusable
from hub.exchange.telling.story_views import DeadlineView
from hub.exchange.wiring import Wiring
from hub.lifecycle import ClockState
from hub.store.messages import clocks, contents
from hub.store.messages.clocks import KeptClock
from schemas.nearest import did_you_mean


class DeadlineBoard:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._catalogue = wiring.catalogue

    def listed(self, *, stopped_too: bool = False, name: str | None = None) -> list[DeadlineView]:
        """Every running clock, the most urgent first. `name` limits them to one name. `stopped_too` adds the clocks
        that do not run. Raises ValueUnusable if no kind starts a clock of that name."""
        known = {started for kind in self._catalogue.kinds.values() for started in kind.starts}
        if name is not None and name not in known:
            raise ValueUnusable("value.unknown", "there is no clock of that name", did_you_mean(name, known), "clock")
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
                    "step": _reached_step(each.clock, now),
                }
                for each in found
            ]


def _reached_step(clock: KeptClock, now: datetime) -> ChaseStep | None:
    if clock.state is not ClockState.RUNNING or not clock.remind_at:
        return None
    return step_reached(clock.due_at, map(datetime.fromisoformat, clock.remind_at), now)


def late_by_agency(clocks: Iterable[DeadlineView]) -> Mapping[tuple[str, str], Counter[ChaseStep | None]]:
    """How many clocks that are late have gone to whom, by who must act and by the name of the clock. The key is `""`
    where nobody must act."""
    found: dict[tuple[str, str], Counter[ChaseStep | None]] = {}
    for clock in clocks:
        if clock["overdue"]:
            found.setdefault((clock["owner"] or "", clock["clock"]), Counter())[clock["step"]] += 1
    return dict(sorted(found.items()))
