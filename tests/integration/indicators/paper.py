"""Writes messages, their deadlines and what is counted about them into the tables, as figures on paper have them."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Table, insert, select

from hub.lifecycle import ClockState, MessageState
from hub.store.database.engine import Store
from hub.store.messages.tables import clock, message
from hub.store.overview.measures import KeptMeasures, keep_later

COURT, PRISON = "court-b04ah", "prison-durham"
NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)


class Noon:
    def now(self) -> datetime:
        return NOW


class Paper:
    """Writes messages and their deadlines into the tables."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._written = 0

    def message(
        self,
        kind: str,
        sender: str,
        supersedes: UUID | None = None,
        causation: UUID | None = None,
        correlation: UUID | None = None,
    ) -> UUID:
        row = {
            "id": uuid4(),
            "kind": kind,
            "version": 1,
            "sender": sender,
            "sender_reference": uuid4().hex,
            "subject": "paper",
            "correlation": correlation or uuid4(),
            "causation": causation,
            "sent_at": NOW,
            "accepted_at": NOW,
            "digest": "",
            "payload": b"",
            "doubts": [],
            "counts": {},
            "state": MessageState.IN_PROGRESS,
            "supersedes": supersedes,
        }
        with self._store.transaction() as connection:
            connection.execute(insert(message).values(row))
        return UUID(str(row["id"]))

    def follows(self, cause: UUID, kind: str) -> None:
        """A message that follows from another."""
        with self._store.transaction() as connection:
            correlation = connection.execute(select(message.c.correlation).where(message.c.id == cause)).scalar_one()
        self.message(kind, "hub", causation=cause, correlation=correlation)

    def add(self, table: Table, **row: object) -> None:
        with self._store.transaction() as connection:
            connection.execute(insert(table).values(row))

    def deadline(
        self,
        started_by: UUID,
        name: str,
        owner: str | None,
        due: datetime,
        state: ClockState,
        *,
        stopped_by: UUID | None = None,
        began: datetime | None = None,
        stopped_at: datetime | None = None,
    ) -> None:
        row = {
            "id": uuid4(),
            "name": name,
            "message_id": started_by,
            "owner": owner,
            "toward": PRISON if name == "report_to_prison" else COURT,
            "toward_target": "prison",
            "starts_at": began or due - timedelta(hours=48),
            "due_at": due,
            "why": "on paper",
            "state": state,
            "stopped_by": stopped_by,
            "stopped_at": stopped_at,
        }
        with self._store.transaction() as connection:
            connection.execute(insert(clock).values(row))

    def sentence(self, owner: str | None, due: datetime, state: ClockState, sender: str = "gateway-cjse") -> UUID:
        started = self.message("hearing_result", sender)
        self.deadline(started, "report_to_prison", owner, due, state)
        return started

    def says(self, id: UUID, kind: str, sender: str, day: date, about: str, **measures: str) -> None:
        """Of messages with the same `about`, the one that is written last counts."""
        self._written += 1
        at = NOW + timedelta(seconds=self._written)
        with self._store.transaction() as connection:
            keep_later(connection, KeptMeasures(id, kind, sender, day, about, at, measures))

    def said(self, kind: str, sender: str, day: date, about: str = "", **measures: str) -> UUID:
        """A new message that says this."""
        id = self.message(kind, sender)
        self.says(id, kind, sender, day, about or id.hex, **measures)
        return id
