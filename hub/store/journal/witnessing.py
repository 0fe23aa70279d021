"""What the witnesses of the journal are told of each seal."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, func, select, text

from hub.store.journal.tables import journal_seal


@dataclass(frozen=True, slots=True)
class SealedDecisions:
    """`decides` has the digest of each row that decides something and was written in this range. `given_up` are the
    deliveries that a person discarded."""

    last_position: int
    head: str
    decides: Mapping[str, str]
    given_up: tuple[str, ...]


def newest_number(connection: Connection) -> int:
    """0 if nothing is sealed yet."""
    return int(connection.execute(select(func.coalesce(func.max(journal_seal.c.number), 0))).scalar_one())


def head_of(connection: Connection, number: int) -> str | None:
    head: str | None = connection.execute(select(journal_seal.c.head).where(journal_seal.c.number == number)).scalar()
    return head


_DECISIONS = text("""
    SELECT detail->>'row' AS row, split_part(detail->>'left', ' ', -1) AS digest, delivery_id FROM journal
    WHERE position BETWEEN :first AND :last
        AND (event = 'state.decides' OR event = 'quarantine.discarded' AND delivery_id IS NOT NULL)
    ORDER BY position
""")


def sealed(connection: Connection, number: int) -> SealedDecisions:
    columns = (journal_seal.c.first_position, journal_seal.c.last_position, journal_seal.c.head)
    first, last, head = connection.execute(select(*columns).where(journal_seal.c.number == number)).one()
    found = connection.execute(_DECISIONS, {"first": first, "last": last}).all()
    given_up: tuple[UUID, ...] = tuple(row.delivery_id for row in found if row.delivery_id is not None)
    decides = {row.row: row.digest for row in found if row.delivery_id is None}
    return SealedDecisions(last, head, decides, tuple(map(str, given_up)))
