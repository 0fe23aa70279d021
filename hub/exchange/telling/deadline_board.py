"""The clocks as people see them: which are running, when they end, who must act, and what is overdue."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from hub.deadlines.ladder import ChaseStep, step_reached
from hub.deadlines.view import clock_view
from hub.errors import ValueUnusable
from hub.exchange.telling.story_views import DeadlineView
from hub.exchange.wiring import Wiring
from hub.lifecycle import ClockState
from hub.store.database.engine import Transaction
from hub.store.messages import clocks, contents
from hub.store.messages.clocks import KeptClock, ListedClock
from schemas.nearest import did_you_mean


class DeadlineBoard:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._catalogue = wiring.catalogue

    def listed(
        self,
        *,
        stopped_too: bool = False,
        name: str | None = None,
        after: UUID | None = None,
        limit: int | None = None,
    ) -> list[DeadlineView]:
        """Every running clock, the most urgent first. `name` limits them to one name. `stopped_too` adds the clocks
        that do not run. A page has at most `limit`, and begins behind the clock `after`. Raises ValueUnusable if no
        kind starts a clock of that name, or if there is no clock `after`."""
        known = {started for kind in self._catalogue.kinds.values() for started in kind.starts}
        if name is not None and name not in known:
            raise ValueUnusable("value.unknown", "there is no clock of that name", did_you_mean(name, known), "clock")
        with self._store.transaction() as connection:
            last = clocks.find(connection, after) if after is not None else None
            if after is not None and last is None:
                cure = "give the id of the last clock of the page before"
                raise ValueUnusable("value.unknown", "there is no clock with that id", cure, "after")
            place = (last.clock.due_at, last.clock.id) if last is not None else None
            found = clocks.listed(connection, stopped_too=stopped_too, name=name, after=place, limit=limit)
            return self._shown(connection, found)

    def find(self, id: UUID) -> DeadlineView | None:
        """The clock, whether or not it runs."""
        with self._store.transaction() as connection:
            found = clocks.find(connection, id)
            return self._shown(connection, [found])[0] if found is not None else None

    def _shown(self, connection: Transaction, found: Sequence[ListedClock]) -> list[DeadlineView]:
        now = self._clock.now()
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
