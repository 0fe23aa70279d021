"""Standings: for each message whose matter it is, who became a party by it, and whether its sender was one."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ARRAY, Connection, Text, any_, bindparam, func, insert, select, update

from hub.store.database.rows import Rows
from hub.store.messages.tables import case_key, message, message_standing


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
class SharingKeys:
    """A message that shares `keys` of a case. `standing` is None if an earlier version recorded the message."""

    keys: frozenset[str]
    message_id: UUID
    correlation: UUID
    standing: KeptStanding | None


_ROWS = Rows(KeptStanding, message_standing)
# One row for each message: a message shares up to ten keys, and each would repeat everything about it.
_SHARED = (
    select(case_key.c.message_id, func.array_agg(case_key.c.key).label("keys"))
    .where(case_key.c.key == any_(bindparam("keys", type_=ARRAY(Text))))
    .group_by(case_key.c.message_id)
    .subquery()
)
_SHARING = (
    select(_SHARED.c["keys"], message.c.id, message.c.correlation, *_ROWS.columns)
    .join(message, message.c.id == _SHARED.c.message_id)
    .outerjoin(message_standing, message_standing.c.message_id == message.c.id)
    .order_by(message.c.accepted_at, message.c.id)
)
_KEEP = insert(message_standing)
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


def sharing(connection: Connection, keys: Collection[str]) -> tuple[SharingKeys, ...]:
    """Messages that share a key, the oldest first."""
    if not keys:
        return ()
    rows = connection.execute(_SHARING, {"keys": sorted(keys)}).all()
    return tuple(
        SharingKeys(frozenset(shared), id, correlation, KeptStanding(*columns) if columns[0] is not None else None)
        for shared, id, correlation, *columns in rows
    )


def keep(connection: Connection, new: KeptStanding) -> None:
    connection.execute(
        _KEEP,
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


def are_outside(connection: Connection, ids: Collection[UUID]) -> frozenset[UUID]:
    """Those of the messages whose sender had no standing, and that nobody has believed."""
    query = select(message_standing.c.message_id).where(
        message_standing.c.message_id.in_(ids), message_standing.c.stands.is_(False)
    )
    return frozenset(connection.execute(query).scalars())
