"""Legal holds: everything about a person or a case is kept until somebody ends the hold."""

from datetime import datetime
from typing import TypedDict
from uuid import UUID

from hub.disposal.person_named import Wanted
from hub.disposal.subject_index import SubjectIndex
from hub.errors import NotFound
from hub.journal.record.disposal import record_hold_ended, record_hold_placed
from hub.store.database.engine import Store
from hub.store.persons import subjects


class PlacedHold(TypedDict):
    """A hold, what it is placed by, and how many messages it covers."""

    id: str
    by: str
    covers: int


class HoldView(PlacedHold):
    """The form of a hold in the list of holds: the JSON of `hub hold list --json`."""

    kind: str
    placed_by: str
    placed_at: str
    reason: str
    ended_at: str | None
    ended_by: str | None
    ended_because: str | None


class Holds:
    def __init__(self, store: Store, index: SubjectIndex) -> None:
        self._store = store
        self._index = index

    def place(self, wanted: Wanted, by: str, reason: str, now: datetime) -> PlacedHold:
        """Returns the hold's id, and how many messages it covers now. The journal does not record whom it is about."""
        self._index.catch_up()
        scheme, key = wanted.key(self._index)
        with self._store.transaction() as connection:
            id = subjects.place(connection, scheme, key, by, reason, now)
            covered = subjects.covered_by(connection, id)
            record_hold_placed(connection, now, hold=str(id), scheme=scheme, covers=covered, by=by, reason=reason)
        return {"id": str(id), "by": scheme, "covers": covered}

    def end(self, id: UUID, by: str, reason: str, now: datetime) -> None:
        """Raises NotFound if there is no such hold, or no longer."""
        with self._store.transaction() as connection:
            if not subjects.end(connection, id, by, reason, now):
                raise NotFound("there is no open hold with that id", "see: hub hold list")
            record_hold_ended(connection, now, hold=str(id), by=by, reason=reason)

    def listed(self, *, ended_too: bool = False) -> list[HoldView]:
        with self._store.transaction() as connection:
            return [
                {
                    "id": str(row.id),
                    "kind": row.kind,
                    "by": row.scheme,
                    "covers": subjects.covered_by(connection, row.id),
                    "placed_by": row.placed_by,
                    "placed_at": row.placed_at.isoformat(),
                    "reason": row.reason,
                    "ended_at": row.ended_at.isoformat() if row.ended_at else None,
                    "ended_by": row.ended_by,
                    "ended_because": row.ended_because,
                }
                for row in subjects.holds(connection, ended_too=ended_too)
            ]
