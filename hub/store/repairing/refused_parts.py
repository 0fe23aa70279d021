"""Documents and parts of documents that were refused, until a person has settled them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select, update

from hub.lifecycle import PartState
from hub.store.content.tables import raw_document
from hub.store.database.rows import Rows, UntypedSelect
from hub.store.database.shortened_ids import ENOUGH, begins_with
from hub.store.persons.tables import is_destroyed
from hub.store.repairing.tables import refused_part

LISTED_MAX = 1_000


@dataclass(frozen=True, slots=True)
class Refusal:
    """A problem that was answered to a sender, with what is kept of it."""

    code: str
    place: str
    problem: str
    cure: str


def add(connection: Connection, raw_document_id: UUID, refusals: Sequence[Refusal], now: datetime) -> None:
    """Keep what was refused of one document as one item, however much it is. Of more than a thousand problems the first
    are listed: reading the document again finds them all."""
    if refusals:
        connection.execute(
            insert(refused_part).values(
                id=uuid4(),
                raw_document_id=raw_document_id,
                number=1,
                at=now,
                **asdict(refusals[0]),
                problems=len(refusals),
                others=[asdict(refusal) for refusal in refusals[1:LISTED_MAX]] or None,
                state=PartState.OPEN,
            )
        )


@dataclass(frozen=True, slots=True)
class RefusedPart:
    """What was refused of a document: the first problem, and the `others` in the same form. `problems` counts all. With
    the sender and the media type of the document."""

    id: UUID
    raw_document_id: UUID
    at: datetime
    code: str
    place: str
    problem: str
    cure: str
    problems: int
    others: Sequence[Mapping[str, str]] | None
    caller: str
    media_type: str


_PARTS = Rows(RefusedPart, refused_part, raw_document)


def _parts(*conditions: ColumnElement[bool]) -> UntypedSelect:
    """Return open parts whose document still exists."""
    return (
        select(*_PARTS.columns)
        .join(raw_document, raw_document.c.id == refused_part.c.raw_document_id)
        .where(refused_part.c.state == PartState.OPEN, ~is_destroyed(refused_part.c.raw_document_id), *conditions)
        .order_by(refused_part.c.at, refused_part.c.raw_document_id, refused_part.c.number)
    )


def _about_parts(sender: str | None, code: str | None) -> list[ColumnElement[bool]]:
    conditions = [raw_document.c.caller == sender] if sender else []
    return conditions + (
        [or_(refused_part.c.code == code, refused_part.c.others.contains([{"code": code}]))] if code else []
    )


def listed(connection: Connection, sender: str | None, code: str | None, limit: int) -> tuple[RefusedPart, ...]:
    return _PARTS.all(connection.execute(_parts(*_about_parts(sender, code)).limit(limit)))


def count(connection: Connection, sender: str | None, code: str | None) -> int:
    chosen = _parts(*_about_parts(sender, code)).with_only_columns(func.count()).order_by(None)
    return int(connection.execute(chosen).scalar_one())


def problems_of(connection: Connection, sender: str, at_most: int) -> int:
    """Return how many refused parts of this sender wait for a person; counted only up to `at_most`."""
    chosen = _parts(raw_document.c.caller == sender).with_only_columns(refused_part.c.problems).limit(at_most)
    return min(at_most, sum(int(row.problems) for row in connection.execute(chosen)))


def beginning_with(connection: Connection, characters: str) -> tuple[RefusedPart, ...]:
    """Return at most two open parts whose ids begin with these characters."""
    return _PARTS.all(connection.execute(_parts(begins_with(refused_part.c.id, characters)).limit(ENOUGH)))


def of_document(connection: Connection, raw_document_id: UUID) -> tuple[RefusedPart, ...]:
    return _PARTS.all(connection.execute(_parts(refused_part.c.raw_document_id == raw_document_id)))


def refusals_of(connection: Connection, raw_document_id: UUID) -> tuple[Refusal, ...]:
    """Return everything that was refused of a document, also what a person has settled since."""
    query = (
        select(refused_part.c.code, refused_part.c.place, refused_part.c.problem, refused_part.c.cure)
        .where(refused_part.c.raw_document_id == raw_document_id)
        .order_by(refused_part.c.number)
    )
    return tuple(Refusal(row.code, row.place, row.problem, row.cure) for row in connection.execute(query))


def close(
    connection: Connection,
    ids: Sequence[UUID],
    state: PartState,
    *,
    by: str,
    because: str,
    received_again_as: UUID | None,
    now: datetime,
) -> None:
    connection.execute(
        update(refused_part)
        .where(refused_part.c.id.in_(ids), refused_part.c.state == PartState.OPEN)
        .values(state=state, closed_at=now, closed_by=by, closed_because=because, received_again_as=received_again_as)
    )
