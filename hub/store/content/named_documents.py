"""Documents by the names that their senders gave them. The names are blinded: they may be those of a hearing."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, insert, select

from hub.lifecycle import DocumentState
from hub.store.content import content_keys
from hub.store.content.blinding import blinder
from hub.store.content.documents import read_receipt
from hub.store.content.tables import named_document, raw_document
from schemas.json import JsonObject


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document that was handed in under a name."""

    raw_document_id: UUID
    named_at: datetime
    state: DocumentState
    message_ids: tuple[UUID, ...]


_ROWS = select(
    named_document.c.raw_document_id, named_document.c.named_at, raw_document.c.state, raw_document.c.message_ids
).join(raw_document, raw_document.c.id == named_document.c.raw_document_id)


def add(connection: Connection, agency: str, interface: str, name: str, document: UUID, at: datetime) -> None:
    values = {"raw_document_id": document, "agency": agency, "interface": interface, "named_at": at}
    connection.execute(insert(named_document).values(name=_key(connection, agency, interface, name), **values))


def digests_of(connection: Connection, agency: str, interface: str, name: str) -> frozenset[str]:
    """Return the digests of the documents of this name. Whoever asks next under the same name waits for the end of this
    transaction."""
    key = _key(connection, agency, interface, name)
    connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 17))))
    found = (
        select(raw_document.c.digest)
        .join(named_document, named_document.c.raw_document_id == raw_document.c.id)
        .where(named_document.c.agency == agency, named_document.c.interface == interface, named_document.c.name == key)
    )
    return frozenset(connection.execute(found).scalars())


def named(connection: Connection, agency: str, interface: str, name: str) -> tuple[NamedDocument, ...]:
    """Return the documents of this name, the oldest first."""
    key = _key(connection, agency, interface, name)
    query = _ROWS.where(named_document.c.agency == agency, named_document.c.interface == interface)
    found = connection.execute(query.where(named_document.c.name == key).order_by(named_document.c.named_at))
    return tuple(NamedDocument(row[0], row[1], row[2], tuple(row[3])) for row in found)


def between(
    connection: Connection, agency: str, interface: str, since: datetime, until: datetime | None, limit: int
) -> tuple[NamedDocument, ...]:
    """Return the documents that were handed in after `since`, the oldest first."""
    query = _ROWS.where(
        named_document.c.agency == agency,
        named_document.c.interface == interface,
        named_document.c.named_at > since,
        raw_document.c.state != DocumentState.RECEIVED,
    )
    if until is not None:
        query = query.where(named_document.c.named_at <= until)
    order = (named_document.c.named_at, named_document.c.raw_document_id)
    found = connection.execute(query.order_by(*order).limit(limit))
    return tuple(NamedDocument(row[0], row[1], row[2], tuple(row[3])) for row in found)


def receipt_of(connection: Connection, document: UUID) -> JsonObject | None:
    """Return the receipt of a document of which something was accepted. Raises ContentDestroyed."""
    row = connection.execute(
        select(raw_document.c.receipt, raw_document.c.receipt_after).where(raw_document.c.id == document)
    ).one()
    after: JsonObject | None = row.receipt_after
    if after is not None or row.receipt is None:
        return after
    return read_receipt(content_keys.open_key(connection, document), row.receipt, document)


def _key(connection: Connection, agency: str, interface: str, name: str) -> str:
    return blinder(connection, "name of a document")(f"{agency}|{interface}|{name}")
