"""Entries about partners: paused, resumed, tested, no longer answering, answering again."""

from datetime import datetime
from uuid import UUID

from hub.journal.events import Event
from hub.journal.record.given import moment
from hub.store.database.engine import Transaction
from hub.store.journal.appending import append


def record_partner_paused(connection: Transaction, at: datetime, *, partner: str, by: str, reason: str) -> None:
    """Nothing more is sent to the partner. Detail: who paused it and why."""
    append(connection, Event.PARTNER_PAUSED, at, agency=partner, by=by, reason=reason)


def record_partner_resumed(connection: Transaction, at: datetime, *, partner: str, by: str) -> None:
    """Messages are sent to the partner again. Detail: who resumed it."""
    append(connection, Event.PARTNER_RESUMED, at, agency=partner, by=by)


def record_partner_tested(connection: Transaction, at: datetime, *, partner: str, message_id: UUID, by: str) -> None:
    """A person had a test message sent to the partner. Detail: who."""
    append(connection, Event.PARTNER_TESTED, at, agency=partner, message_id=message_id, by=by)


def record_partner_silent(
    connection: Transaction,
    at: datetime,
    *,
    partner: str,
    code: str | None,
    why: str | None,
    failures: int,
    since: datetime | None,
    next_try_at: datetime | None,
) -> None:
    """The partner counts as not answering. Detail: the last failure as a code and in words, how many there were one
    after another, since when, and when it is tried again."""
    append(
        connection,
        Event.PARTNER_SILENT,
        at,
        agency=partner,
        code=code,
        why=why,
        failures=failures,
        since=moment(since),
        next_try_at=moment(next_try_at),
    )


def record_partner_answers(
    connection: Transaction,
    at: datetime,
    *,
    partner: str,
    since: datetime | None,
    next_try_at: datetime | None,
) -> None:
    """The partner answers again. Detail: since when it did not, and when the next try was planned."""
    append(
        connection,
        Event.PARTNER_ANSWERS,
        at,
        agency=partner,
        since=moment(since),
        next_try_at=moment(next_try_at),
    )


def record_partner_not_fetching(
    connection: Transaction, at: datetime, *, partner: str, since: datetime, messages: int
) -> None:
    """Something has been in the partner's mailbox for too long. Detail: since when, and how many messages are there."""
    append(connection, Event.PARTNER_NOT_FETCHING, at, agency=partner, since=moment(since), messages=messages)
