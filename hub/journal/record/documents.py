"""Entries about documents: how they came, what was refused of them, and who read them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from hub.journal.events import Event
from hub.journal.record.given import given
from hub.store.database.engine import Transaction
from hub.store.journal.appending import append
from schemas.json import JsonObject

PLACES_MAX: Final = 1_000


def record_document_received(
    connection: Transaction,
    at: datetime,
    *,
    document_id: UUID,
    sender: str,
    digest: str,
    size_bytes: int,
    signed_by: str | None = None,
    signature: str | None = None,
    by: str | None = None,
    corrects: UUID | None = None,
    through: str | None = None,
) -> None:
    """A document was kept, before it is read. Detail: its digest and size; the key and the signature if it is signed;
    `by` if a member of staff handed it in; `corrects` if it replaces a document that was refused; `through` is the
    interface by which the agency's system called."""
    optional = given(
        signed_by=signed_by,
        signature=signature,
        by=by or None,
        corrects=str(corrects) if corrects else None,
        through=through,
    )
    append(
        connection,
        Event.DOCUMENT_RECEIVED,
        at,
        raw_document_id=document_id,
        agency=sender,
        digest=digest,
        size_bytes=size_bytes,
        **optional,
    )


def record_document_repeated(connection: Transaction, at: datetime, *, document_id: UUID, sender: str) -> None:
    """The same document came again and got the same answer. No detail."""
    append(connection, Event.DOCUMENT_REPEATED, at, raw_document_id=document_id, agency=sender)


Problems = Sequence[tuple[str, str]]
"""The code and the place of each problem."""


def record_document_refused(
    connection: Transaction, at: datetime, *, document_id: UUID, sender: str, problems: Problems
) -> None:
    """Nothing of the document was accepted. Detail: code and place of the first problem. If there are several, also how
    many of each code, and the places of the first thousand."""
    _record_problems(connection, Event.DOCUMENT_REFUSED, at, document_id, sender, problems)


def record_part_refused(
    connection: Transaction, at: datetime, *, document_id: UUID, sender: str, problems: Problems
) -> None:
    """Parts were refused, other parts were accepted. Detail: the same as for a document that was refused."""
    _record_problems(connection, Event.PART_REFUSED, at, document_id, sender, problems)


def _record_problems(
    connection: Transaction, event: Event, at: datetime, document_id: UUID, sender: str, problems: Problems
) -> None:
    """One entry, however many problems there are: a document of thousands must not fill the journal."""
    code, where = problems[0]
    several: JsonObject = {}
    if len(problems) > 1:
        several = {
            "codes": dict(Counter(code for code, _ in problems)),
            "places": [where for _, where in problems[:PLACES_MAX]],
        }
    append(connection, event, at, raw_document_id=document_id, agency=sender, code=code, where=where, **several)


def record_document_abandoned(connection: Transaction, at: datetime, *, document_id: UUID) -> None:
    """The sender got no answer, because the process ended while it read the document. No detail."""
    append(connection, Event.DOCUMENT_ABANDONED, at, raw_document_id=document_id)


def record_inbox_ignored(connection: Transaction, at: datetime, *, agency: str, code: str, entry: str) -> None:
    """The exchange will never take this entry of an agency's inbox. Detail: the reason as a code, and a mark that
    replaces the file's name."""
    append(connection, Event.INBOX_IGNORED, at, agency=agency, code=code, entry=entry)


def record_body_read(
    connection: Transaction,
    at: datetime,
    *,
    message_id: UUID | None,
    document_id: UUID | None,
    person: str,
    reason: str,
    read: Iterable[str],
) -> None:
    """Somebody opened a message or a document. Detail: who, why, and which parts of it."""
    append(
        connection,
        Event.BODY_READ,
        at,
        message_id=message_id,
        raw_document_id=document_id,
        person=person,
        reason=reason,
        read=[str(each) for each in read],
    )
