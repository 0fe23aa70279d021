"""What one agency sent and got within a time: counts, codes and digests."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, text


@dataclass(frozen=True, slots=True)
class SentKind:
    """`digest` is that of the newest document of this kind: both parties can find it again."""

    kind: str
    version: int
    messages: int
    last_at: datetime
    digest: str | None


@dataclass(frozen=True, slots=True)
class GotKind:
    kind: str
    sender: str
    state: str
    deliveries: int
    proved: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class RefusedAs:
    code: str
    times: int
    last_at: datetime


_SENT = text("""
    SELECT m.kind, m.version, count(*), max(m.accepted_at), (array_agg(r.digest ORDER BY m.accepted_at DESC))[1]
    FROM message m LEFT JOIN raw_document r ON r.id = m.raw_document_id
    WHERE m.accepted_at >= :since AND m.sender = :agency GROUP BY 1, 2 ORDER BY 1, 2
""")
_GOT = text("""
    SELECT m.kind, m.sender, d.state, count(*), count(*) FILTER (WHERE d.receipt IS NOT NULL), max(m.accepted_at)
    FROM message m JOIN delivery d ON d.message_id = m.id
    WHERE m.accepted_at >= :since AND d.recipient = :agency GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
""")
_REFUSED = text("""
    SELECT p.code, count(*), max(p.at) FROM refused_part p JOIN raw_document r ON r.id = p.raw_document_id
    WHERE p.at >= :since AND r.caller = :agency GROUP BY 1 ORDER BY 1
""")
_DOCUMENTS = text(
    "SELECT count(*) FROM raw_document WHERE received_at >= :since AND caller = :agency AND state = :state"
)


def sent(connection: Connection, agency: str, since: datetime) -> tuple[SentKind, ...]:
    return tuple(SentKind(*row) for row in connection.execute(_SENT, {"agency": agency, "since": since}))


def got(connection: Connection, agency: str, since: datetime) -> tuple[GotKind, ...]:
    return tuple(GotKind(*row) for row in connection.execute(_GOT, {"agency": agency, "since": since}))


def refused(connection: Connection, agency: str, since: datetime) -> tuple[RefusedAs, ...]:
    """Parts of documents, and whole documents, that it handed in, by the code of the reason."""
    return tuple(RefusedAs(*row) for row in connection.execute(_REFUSED, {"agency": agency, "since": since}))


def documents_in(connection: Connection, agency: str, since: datetime, state: str) -> int:
    return int(connection.execute(_DOCUMENTS, {"agency": agency, "since": since, "state": state}).scalar_one())
