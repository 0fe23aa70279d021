"""Standings: for each message whose matter it is, who became a party by it, and whether its sender was one."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Text, any_, bindparam, select, text, update

from hub.store.database.gathered import add_row
from hub.store.database.rows import Rows
from hub.store.messages.tables import case_key, message_standing


@dataclass(frozen=True, slots=True)
class KeptStanding:
    """`acts_for` are the keepers in whose matters the message may act. `within` is the matter that orders its
    deliveries. `stands` is False for a message that changes nothing, and `reason` says why. `believed_by` is the person
    who gave it its standing."""

    message_id: UUID
    matter: str
    keeper: str | None
    sender: str
    acts_for: list[str]
    parties: list[str]
    within: str
    stands: bool
    reason: str | None
    believed_by: str | None


@dataclass(frozen=True, slots=True)
class MessagesAlike:
    """Messages that share the same `keys` of a case and say the same about their matter: it is enough to know them
    once. `correlation` and `within` are those of the oldest. `without_standing` are messages that an earlier version
    recorded; then nothing else is known."""

    keys: list[str]
    correlation: UUID
    within: str | None
    without_standing: list[UUID]
    matter: str | None
    keeper: str | None
    sender: str | None
    acts_for: list[str] | None
    parties: list[str] | None
    stands: bool | None
    believed: bool


_ROWS = Rows(KeptStanding, message_standing)
# A case may have hundreds of messages that differ in nothing that decides who is a party of it.
_SHARING = text("""
    WITH shared AS (
        SELECT message_id, array_agg(key ORDER BY key) AS keys FROM case_key WHERE key = ANY (:keys) GROUP BY message_id
    )
    SELECT shared.keys, (array_agg(m.correlation ORDER BY m.accepted_at, m.id))[1] AS correlation,
        (array_agg(s.within ORDER BY m.accepted_at, m.id))[1] AS within,
        coalesce(array_agg(m.id) FILTER (WHERE s.message_id IS NULL), '{}') AS without_standing,
        s.matter, s.keeper, s.sender, s.acts_for, s.parties, s.stands, s.believed_by IS NOT NULL AS believed
    FROM shared
    JOIN message m ON m.id = shared.message_id
    LEFT JOIN message_standing s ON s.message_id = shared.message_id
    GROUP BY shared.keys, s.matter, s.keeper, s.sender, s.acts_for, s.parties, s.stands, s.believed_by
    ORDER BY min(m.accepted_at), min(m.id::text)
""")
_KEEPERS = bindparam("keepers", type_=ARRAY(Text))
_IS_OF_KEEPERS = (message_standing.c.keeper == any_(_KEEPERS)) | message_standing.c.acts_for.has_any(_KEEPERS)
ACTED_ON = (
    select(case_key.c.message_id)
    .outerjoin(message_standing, message_standing.c.message_id == case_key.c.message_id)
    .where(case_key.c.key == any_(bindparam("keys", type_=ARRAY(Text))))
    .where(
        message_standing.c.message_id.is_(None)  # an earlier version recorded it
        | (message_standing.c.stands & _IS_OF_KEEPERS)
    )
)
"""The messages of the matters that a standing acts in: those of these `keepers` that share one of these `keys`. What
has taken a matter over, and acts in it, belongs to both."""


def sharing(connection: Connection, keys: Collection[str]) -> tuple[MessagesAlike, ...]:
    """Messages that share a key, the oldest first."""
    if not keys:
        return ()
    return tuple(MessagesAlike(**row) for row in connection.execute(_SHARING, {"keys": sorted(keys)}).mappings())


def keep(connection: Connection, new: KeptStanding) -> None:
    add_row(
        connection,
        message_standing,
        {
            "message_id": new.message_id,
            "matter": new.matter,
            "keeper": new.keeper,
            "sender": new.sender,
            "acts_for": new.acts_for,
            "parties": new.parties,
            "within": new.within,
            "stands": new.stands,
            "reason": new.reason,
            "believed_by": new.believed_by,
        },
    )


def find(connection: Connection, message_id: UUID) -> KeptStanding | None:
    query = select(*_ROWS.columns).where(message_standing.c.message_id == message_id)
    return _ROWS.first(connection.execute(query))


def believe(connection: Connection, message_id: UUID, acts_for: Collection[str], within: str, by: str) -> None:
    """The message has standing from now on."""
    values = {"stands": True, "acts_for": sorted(acts_for), "within": within, "believed_by": by}
    connection.execute(update(message_standing).where(message_standing.c.message_id == message_id).values(**values))


def add_party(connection: Connection, message_id: UUID, agency: str) -> None:
    """The agency that the exchange has sent the message to is a party of its matter, as if the sender had named it."""
    kept = find(connection, message_id)
    if kept is not None and agency not in kept.parties:
        values = {"parties": sorted((*kept.parties, agency))}
        connection.execute(update(message_standing).where(message_standing.c.message_id == message_id).values(**values))


def are_outside(connection: Connection, ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the messages whose sender had no standing, and that nobody has believed."""
    query = select(message_standing.c.message_id).where(
        message_standing.c.message_id.in_(ids), message_standing.c.stands.is_(False)
    )
    return frozenset(connection.execute(query).scalars())
