"""Answers that are sent to the senders of documents later: which are due, and how each attempt ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Update, func, insert, select, update

from hub.lifecycle import DocumentState
from hub.store.content.tables import later_answer, raw_document
from hub.store.database.rows import Rows


@dataclass(frozen=True, slots=True)
class DueAnswer:
    """`attempts` counts this one too."""

    raw_document_id: UUID
    agency: str
    interface: str
    asked_at: datetime
    attempts: int


_DUE = Rows(DueAnswer, later_answer)
_OPEN = later_answer.c.ended_at.is_(None)
_ANSWERED = (raw_document.c.id == later_answer.c.raw_document_id) & (raw_document.c.state != DocumentState.RECEIVED)


def add(connection: Connection, agency: str, interface: str, document: UUID, at: datetime) -> None:
    values = {"raw_document_id": document, "agency": agency, "interface": interface, "asked_at": at, "due_at": at}
    connection.execute(insert(later_answer).values(values))


def count_due(connection: Connection, now: datetime) -> int:
    query = select(func.count()).select_from(later_answer).join(raw_document, _ANSWERED)
    return int(connection.execute(query.where(_OPEN, later_answer.c.due_at <= now)).scalar_one())


def claim_due(connection: Connection, now: datetime, lease: timedelta, limit: int) -> Sequence[DueAnswer]:
    """Take the oldest that are due. Until the end of the lease nobody else takes them; then they are due again."""
    due = (
        select(later_answer.c.raw_document_id)
        .join(raw_document, _ANSWERED)
        .where(_OPEN, later_answer.c.due_at <= now)
        .order_by(later_answer.c.due_at)
        .limit(limit)
        .with_for_update(of=later_answer, skip_locked=True)
    )
    claimed = (
        update(later_answer)
        .where(later_answer.c.raw_document_id.in_(due.scalar_subquery()))
        .values(due_at=now + lease, attempts=later_answer.c.attempts + 1)
        .returning(*_DUE.columns)
    )
    return sorted(_DUE.all(connection.execute(claimed)), key=lambda each: each.asked_at)


def end(connection: Connection, document: UUID, now: datetime, why_code: str | None = None) -> None:
    """The answer was sent, or with `why_code` is given up."""
    connection.execute(_of(document).values(ended_at=now, why_code=why_code))


def postpone(connection: Connection, document: UUID, until: datetime, why_code: str) -> None:
    connection.execute(_of(document).values(due_at=until, why_code=why_code))


def _of(document: UUID) -> Update:
    return update(later_answer).where(later_answer.c.raw_document_id == document, _OPEN)
