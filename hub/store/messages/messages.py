"""Messages: kept once, found by what they share, and brought to a state by their deliveries."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Text, any_, bindparam, exists, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert

from hub.lifecycle import DeliveryState, MessageState, message_state
from hub.store.content import content_keys
from hub.store.content.blinding import Blinded, edition_key, reference_key, subject_key
from hub.store.content.tables import raw_document
from hub.store.database.gathered import add_row
from hub.store.database.rows import Rows, UntypedSelect
from hub.store.database.shortened_ids import ENOUGH, begins_with
from hub.store.messages.contents import encrypted, keep_attachments
from hub.store.messages.standings import ACTED_ON
from hub.store.messages.tables import case_key, message, message_standing
from schemas.json import JsonObject
from schemas.parts.document import Attachment


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be kept. Only its case keys are blinded already. `digest` covers kind, version, payload and
    attachments, but no ids or times."""

    id: UUID
    raw_document_id: UUID | None
    kind: str
    version: int
    sender: str
    sender_reference: str
    subject: str
    correlation: UUID
    causation: UUID | None
    sent_at: datetime
    accepted_at: datetime
    digest: str
    payload: JsonObject
    attachments: tuple[Attachment, ...]
    doubts: list[dict[str, str]]
    counts: dict[str, int]
    case_keys: frozenset[str]
    replaces_key: str | None = None
    supersedes: UUID | None = None
    edition_at: datetime | None = None
    """When the source made this edition, if the source says so."""
    overtaken_by: UUID | None = None
    """The newer edition that was already here when this one came."""
    state: MessageState = MessageState.IN_PROGRESS


@dataclass(frozen=True, slots=True)
class Edition:
    """A kept message that a later edition replaces."""

    id: UUID
    edition_at: datetime | None
    digest: str
    raw_document_id: UUID | None
    accepted_at: datetime
    replaces_key: str | None
    """Blinded."""


@dataclass(frozen=True, slots=True)
class KeptBefore:
    """The message that is already kept under the same sender and sender's reference."""

    id: UUID
    digest: str
    accepted_at: datetime


@dataclass(frozen=True, slots=True)
class KeptMessage:
    """Everything about a message except its encrypted content."""

    id: UUID
    raw_document_id: UUID | None
    kind: str
    version: int
    sender: str
    correlation: UUID
    causation: UUID | None
    supersedes: UUID | None
    overtaken_by: UUID | None
    sent_at: datetime
    accepted_at: datetime
    digest: str
    doubts: list[dict[str, str]]
    counts: dict[str, int]
    state: MessageState


@dataclass(frozen=True, slots=True)
class RelatedMessage:
    """A message, as far as the other messages of the same exchange show it."""

    id: UUID
    kind: str
    sender: str
    state: MessageState


_MESSAGES = Rows(KeptMessage, message)
_RELATED = Rows(RelatedMessage, message)
_EDITIONS = Rows(Edition, message)

# a conflict on the reference is also one on the id
_KEEP = insert(message).on_conflict_do_nothing().returning(message.c.id)
_OF_MATTER = select(message.c.id, message.c.sender, message_standing.c.keeper).join(
    message_standing, message_standing.c.message_id == message.c.id
)
_ABOUT_SAME = _OF_MATTER.where(message.c.id.in_(ACTED_ON)).order_by(message.c.accepted_at.desc()).limit(50)
_later = message.alias("later")
_SUPERSEDED = exists().where(_later.c.supersedes == message.c.id)
_OF_KIND = (
    _OF_MATTER.where(message.c.kind == bindparam("kind"), message.c.id.in_(ACTED_ON), ~_SUPERSEDED)
    .where(message.c.overtaken_by.is_(None))
    .order_by(message.c.accepted_at.desc())
    .limit(20)
)
_CASE_KEYS = select(case_key.c.key).where(case_key.c.message_id == bindparam("of"))
_UNDER_REFERENCE = select(message.c.id, message.c.digest, message.c.accepted_at).where(
    message.c.sender == bindparam("sender"), message.c.sender_reference == bindparam("reference")
)
_OUTSIDE = exists().where(message_standing.c.message_id == message.c.id, message_standing.c.stands.is_(False))
_STANDING = (
    select(*_EDITIONS.columns)
    .where(~_OUTSIDE)
    .where(message.c.kind == bindparam("kind"), message.c.sender == bindparam("sender"))
    .where(message.c.overtaken_by.is_(None))
    .order_by(message.c.accepted_at.desc(), message.c.id)
    .limit(20)
)
_WITH_KEY = _STANDING.where(message.c.replaces_key == bindparam("replaces_key"))
_WITH_CASE_KEY = _STANDING.where(
    message.c.id.in_(select(case_key.c.message_id).where(case_key.c.key == any_(bindparam("keys", type_=ARRAY(Text)))))
)
# `FOR NO KEY UPDATE` avoids a conflict with the shared lock that each worker already holds because a row of its own
# refers to the message. Rows are locked in one order, so that two workers never wait for each other.
_TO_SETTLE = text("SELECT id, state FROM message WHERE id = ANY (:ids) ORDER BY id FOR NO KEY UPDATE")
_STATES = text("SELECT message_id, state FROM delivery WHERE message_id = ANY (:ids)")
_SETTLE = text("""
    UPDATE message SET state = follows
    FROM unnest(CAST(:ids AS uuid[]), CAST(:states AS text[])) AS settled (settled_id, follows) WHERE id = settled_id
""")


def keep(connection: Connection, new: NewMessage, *, is_first: bool = False) -> KeptBefore | None:
    """Keep the message. Returns None, or the message that is already kept under the same reference. If two transactions
    keep the same message, the second waits for the first. `is_first`: the caller has looked, and none is kept under it;
    if there is one all the same, the transaction fails."""
    reference = reference_key(connection, new.sender, new.sender_reference)
    key, wrapped = content_keys.new_key(connection)
    row = {
        "id": new.id,
        "raw_document_id": new.raw_document_id,
        "kind": new.kind,
        "version": new.version,
        "sender": new.sender,
        "sender_reference": reference,
        "subject": subject_key(connection, new.subject),
        "correlation": new.correlation,
        "causation": new.causation,
        "sent_at": new.sent_at,
        "accepted_at": new.accepted_at,
        "digest": new.digest,
        "doubts": new.doubts,
        "counts": new.counts,
        "state": new.state,
        "replaces_key": edition_key(connection, new.replaces_key) if new.replaces_key else None,
        "supersedes": new.supersedes,
        "edition_at": new.edition_at,
        "overtaken_by": new.overtaken_by,
        **encrypted(key, new.id, new.sender_reference, new.payload),
    }
    if is_first:
        add_row(connection, message, row)
    elif connection.execute(_KEEP, row).scalar() is None:
        before = connection.execute(_UNDER_REFERENCE, {"sender": new.sender, "reference": reference}).one()
        return KeptBefore(before.id, before.digest, before.accepted_at)
    content_keys.add(connection, new.id, key, wrapped)
    keep_attachments(connection, key, new.id, new.attachments)
    for case in sorted(new.case_keys):
        add_row(connection, case_key, {"message_id": new.id, "key": case})
    return None


def under_reference(connection: Connection, sender: str, sender_reference: str) -> UUID | None:
    """Return the message that the sender has sent under this reference."""
    given = {"sender": sender, "reference": reference_key(connection, sender, sender_reference)}
    return next((row.id for row in connection.execute(_UNDER_REFERENCE, given)), None)


@dataclass(frozen=True, slots=True)
class OfMatter:
    """A message of a matter, with its sender and the keeper that it named."""

    id: UUID
    sender: str
    keeper: str | None


def about_same(connection: Connection, keys: Collection[str], keepers: Collection[str]) -> tuple[OfMatter, ...]:
    """Return messages of any kind of the matters of these keepers that share a case key. The newest come first."""
    return _of_matter(connection, _ABOUT_SAME, keys, keepers)


def of_kind(connection: Connection, keys: Collection[str], keepers: Collection[str], kind: str) -> tuple[OfMatter, ...]:
    """Return messages of `kind` of the matters of these keepers that share a case key. The newest come first. Messages
    that another message supersedes are left out."""
    return _of_matter(connection, _OF_KIND, keys, keepers, kind=kind)


def _of_matter(
    connection: Connection, query: UntypedSelect, keys: Collection[str], keepers: Collection[str], **given: str
) -> tuple[OfMatter, ...]:
    if not keys or not keepers:
        return ()
    found = connection.execute(query, {"keys": sorted(keys), "keepers": sorted(keepers), **given})
    return tuple(OfMatter(row.id, row.sender, row.keeper) for row in found)


def set_edition(
    connection: Connection, id: UUID, replaces_key: str, edition_at: datetime | None, supersedes: UUID | None
) -> None:
    """Make a message an edition. It was none while it had no standing."""
    values = {"replaces_key": edition_key(connection, replaces_key), "edition_at": edition_at, "supersedes": supersedes}
    connection.execute(update(message).where(message.c.id == id).values(**values))


def is_superseded(connection: Connection, id: UUID) -> bool:
    """Return whether another message replaces it, or a newer edition was here before it came."""
    gone = _SUPERSEDED | message.c.overtaken_by.is_not(None)
    return connection.execute(select(message.c.id).where(message.c.id == id, gone)).first() is not None


def case_keys_of(connection: Connection, id: UUID) -> frozenset[Blinded]:
    return frozenset(connection.execute(_CASE_KEYS, {"of": id}).scalars())


def find(connection: Connection, id: UUID) -> KeptMessage | None:
    return _MESSAGES.first(connection.execute(select(*_MESSAGES.columns).where(message.c.id == id)))


def beginning_with(connection: Connection, characters: str) -> tuple[UUID, ...]:
    """Return at most two messages whose ids begin with these characters."""
    query = select(message.c.id).where(begins_with(message.c.id, characters))
    return tuple(connection.execute(query.limit(ENOUGH)).scalars())


def settle(connection: Connection, ids: frozenset[UUID]) -> None:
    """Set each message's state from the states of its deliveries."""
    locked = connection.execute(_TO_SETTLE, {"ids": list(ids)}).all()
    states: dict[UUID, list[DeliveryState]] = {row.id: [] for row in locked}
    for each in connection.execute(_STATES, {"ids": list(ids)}):
        states[each.message_id].append(DeliveryState(each.state))
    now = {row.id: message_state(tuple(states[row.id])) for row in locked}
    changed = [row.id for row in locked if now[row.id] != row.state]
    if changed:
        connection.execute(_SETTLE, {"ids": changed, "states": [str(now[id]) for id in changed]})


def related(connection: Connection, correlation: UUID) -> tuple[RelatedMessage, ...]:
    """Return the messages of one exchange, in the order in which they were accepted."""
    query = select(*_RELATED.columns).where(message.c.correlation == correlation)
    return _RELATED.all(connection.execute(query.order_by(message.c.accepted_at, message.c.id)))


def correlation_of(connection: Connection, id: UUID) -> UUID:
    return UUID(str(connection.execute(select(message.c.correlation).where(message.c.id == id)).scalar_one()))


def sent_by(connection: Connection, id: UUID, agency: str) -> bool:
    """Return whether this agency is the sender, or handed in the document for the sender."""
    query = (
        select(message.c.id)
        .outerjoin(raw_document, raw_document.c.id == message.c.raw_document_id)
        .where(message.c.id == id, (message.c.sender == agency) | (raw_document.c.caller == agency))
    )
    return connection.execute(query).first() is not None


def standing_editions(
    connection: Connection, kind: str, sender: str, replaces_key: str, case_keys: Collection[str] = ()
) -> tuple[Edition, ...]:
    """Return the messages with this key, or with one of these case keys, that no newer edition has overtaken. The
    newest edition of a message is the one accepted last, and comes first."""
    given: dict[str, object] = {"kind": kind, "sender": sender}
    key = edition_key(connection, replaces_key)
    found = {each.id: each for each in _EDITIONS.all(connection.execute(_WITH_KEY, given | {"replaces_key": key}))}
    if case_keys:
        rows = connection.execute(_WITH_CASE_KEY, given | {"keys": sorted(case_keys)})
        found |= {each.id: each for each in _EDITIONS.all(rows)}
    return tuple(sorted(found.values(), key=lambda each: each.accepted_at, reverse=True))
