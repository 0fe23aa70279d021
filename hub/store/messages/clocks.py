"""Clocks: one row for each clock that a message started."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid5

from sqlalchemy import ARRAY, Connection, Text, Uuid, any_, bindparam, func, select, text, tuple_, update

from hub.lifecycle import OPEN_CLOCKS, ClockState
from hub.store.database.gathered import add_row
from hub.store.database.rows import Rows, UntypedRow
from hub.store.messages.standings import ACTED_ON
from hub.store.messages.tables import clock, message


@dataclass(frozen=True, slots=True)
class NewClock:
    name: str
    message_id: UUID
    owner: str | None
    toward: str | None
    toward_target: str
    forward_kind: str | None
    starts_at: datetime
    due_at: datetime
    why: str
    state: ClockState
    remind_at: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class KeptClock:
    """A clock as it is now. `remind_at` holds all its reminders, `next_reminder_at` the next one. `forward_kind` is the
    kind of message that `toward` must be sent."""

    id: UUID
    name: str
    message_id: UUID
    owner: str | None
    toward: str | None
    toward_target: str
    forward_kind: str | None
    starts_at: datetime
    due_at: datetime
    why: str
    state: ClockState
    stopped_at: datetime | None
    stopped_by: UUID | None
    remind_at: list[str]
    next_reminder_at: datetime | None


@dataclass(frozen=True, slots=True)
class ListedClock:
    """A clock, with the kind and the sender of the message that started it."""

    clock: KeptClock
    kind: str
    sender: str


_CLOCKS = Rows(KeptClock, clock)
# Written out, because only then the server sees that an index of open clocks has them.
_IS_OPEN = clock.c.state.in_(bindparam("open", sorted(OPEN_CLOCKS), expanding=True, literal_execute=True))


def start(connection: Connection, new: NewClock) -> UUID:
    """Start a clock. Its id is derived from its message, so that after a backup is restored, reminders about it keep
    their ids."""
    id = uuid5(new.message_id, f"{new.name} {new.due_at.isoformat()}")
    add_row(
        connection,
        clock,
        {
            "id": id,
            "name": new.name,
            "message_id": new.message_id,
            "owner": new.owner,
            "toward": new.toward,
            "toward_target": new.toward_target,
            "forward_kind": new.forward_kind,
            "starts_at": new.starts_at,
            "due_at": new.due_at,
            "why": new.why,
            "state": new.state,
            "remind_at": [moment.isoformat() for moment in new.remind_at],
            "next_reminder_at": min(new.remind_at, default=None),
        },
    )
    return id


def open_of(connection: Connection, message_id: UUID) -> tuple[KeptClock, ...]:
    """Return and lock the open clocks that this message started."""
    query = select(*_CLOCKS.columns).where(clock.c.message_id == message_id, _IS_OPEN)
    return _CLOCKS.all(connection.execute(query.order_by(clock.c.id).with_for_update()))


def open_of_editions(connection: Connection, message_id: UUID) -> tuple[KeptClock, ...]:
    """Return and lock the open clocks that this message started, or an earlier edition that it replaces: a clock that
    an edition starts again stays with the edition that first started it."""
    editions = (
        select(message.c.id, message.c.supersedes).where(message.c.id == message_id).cte("editions", recursive=True)
    )
    former = message.alias("former")
    editions = editions.union(select(former.c.id, former.c.supersedes).where(former.c.id == editions.c.supersedes))
    query = select(*_CLOCKS.columns).where(clock.c.message_id.in_(select(editions.c.id)), _IS_OPEN)
    return _CLOCKS.all(connection.execute(query.order_by(clock.c.id).with_for_update()))


def take_reminders(connection: Connection, now: datetime, limit: int) -> tuple[KeptClock, ...]:
    """Return running and doubtful clocks whose owner must be reminded now. Each reminder is returned once; missed
    reminders are not sent later."""
    query = (
        select(*_CLOCKS.columns)
        .where(_IS_OPEN, clock.c.next_reminder_at <= now)
        .order_by(clock.c.next_reminder_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    due = _CLOCKS.all(connection.execute(query))
    for each in due:
        later = [moment for moment in map(datetime.fromisoformat, each.remind_at) if moment > now]
        connection.execute(update(clock).where(clock.c.id == each.id).values(next_reminder_at=min(later, default=None)))
    return due


# Begin with the few messages of the case and go to their clocks: as many clocks of one name run as there are open
# cases.
_OF_CASE = clock.c.message_id == any_(
    func.array(ACTED_ON.union_all(select(bindparam("own_message", type_=Uuid))).scalar_subquery())
)
_RUNNING_OF_CASE = select(*_CLOCKS.columns).where(_OF_CASE, clock.c.state == ClockState.RUNNING).order_by(clock.c.id)
_OF_NAMES = _RUNNING_OF_CASE.where(clock.c.name == any_(bindparam("names", type_=ARRAY(Text)))).with_for_update()
_AWAITING = _RUNNING_OF_CASE.where(clock.c.forward_kind == bindparam("kind"))


def running(
    connection: Connection, names: Collection[str], keys: Collection[str], keepers: Collection[str], own_message: UUID
) -> tuple[KeptClock, ...]:
    """Return and lock running clocks of these names that the message itself started, or a message of the matters of
    these keepers that shares a case key."""
    if not names:
        return ()
    given = {"names": list(names), "keys": sorted(keys), "keepers": sorted(keepers), "own_message": own_message}
    return _CLOCKS.all(connection.execute(_OF_NAMES, given))


# A clock counts that the message itself has started, or any message that shares a case key with it.
_MAY_STOP = text("""
    SELECT sent.id FROM unnest(CAST(:ids AS uuid[])) AS sent (id) WHERE EXISTS (
        SELECT FROM clock c WHERE c.message_id = sent.id AND c.state = 'running' AND c.name = ANY (:names)
    ) OR EXISTS (
        SELECT FROM case_key mine JOIN case_key theirs ON theirs.key = mine.key
        JOIN clock c ON c.message_id = theirs.message_id AND c.state = 'running' AND c.name = ANY (:names)
        WHERE mine.message_id = sent.id
    )
""")


def may_be_stopped(connection: Connection, ids: Collection[UUID], names: Collection[str]) -> frozenset[UUID]:
    """Those of these messages that may stop a running clock of these names. Only these need a closer look."""
    if not ids or not names:
        return frozenset()
    return frozenset(connection.execute(_MAY_STOP, {"ids": list(ids), "names": list(names)}).scalars())


def awaiting(
    connection: Connection, kind: str, keys: Collection[str], keepers: Collection[str]
) -> tuple[KeptClock, ...]:
    """Return running clocks of the same person and matter that wait for a message of `kind` to be forwarded."""
    given = {"kind": kind, "keys": sorted(keys), "keepers": sorted(keepers), "own_message": None}
    return _CLOCKS.all(connection.execute(_AWAITING, given))


def take_doubtful(connection: Connection, id: UUID) -> KeptClock | None:
    """Return and lock the clock; None if it is not doubtful (any more)."""
    query = select(*_CLOCKS.columns).where(clock.c.id == id, clock.c.state == ClockState.DOUBTFUL)
    return _CLOCKS.first(connection.execute(query.with_for_update()))


def run(connection: Connection, id: UUID, forward_kind: str | None, remind_at: tuple[datetime, ...]) -> None:
    """Let a doubtful clock run from now on. Its times stay as they are."""
    values = {
        "state": ClockState.RUNNING,
        "forward_kind": forward_kind,
        "remind_at": [moment.isoformat() for moment in remind_at],
        "next_reminder_at": min(remind_at, default=None),
    }
    connection.execute(update(clock).where(clock.c.id == id).values(**values))


def pass_on(connection: Connection, id: UUID, owner: str) -> None:
    """Another agency owes it from now on."""
    connection.execute(update(clock).where(clock.c.id == id).values(owner=owner))


def stop(connection: Connection, id: UUID, state: ClockState, at: datetime, by: UUID | None) -> None:
    """End a clock. `by` is the message that ended it; None if a person ended it."""
    connection.execute(update(clock).where(clock.c.id == id).values(state=state, stopped_at=at, stopped_by=by))


def take_overdue(connection: Connection, now: datetime) -> tuple[KeptClock, ...]:
    """Return clocks, doubtful ones included, that are past their time and not yet reported. Each is returned once."""
    overdue = (
        update(clock)
        .where(_IS_OPEN, clock.c.due_at < now, clock.c.overdue_reported.is_(False))
        .values(overdue_reported=True)
        .returning(*_CLOCKS.columns)
    )
    return _CLOCKS.all(connection.execute(overdue))


def due_between(connection: Connection, after: datetime, until: datetime) -> tuple[KeptClock, ...]:
    """Return the running clocks that are due after `after` and not after `until`."""
    query = select(*_CLOCKS.columns).where(clock.c.state == ClockState.RUNNING)
    return _CLOCKS.all(connection.execute(query.where(clock.c.due_at > after, clock.c.due_at <= until)))


def open_now(connection: Connection) -> tuple[KeptClock, ...]:
    """Return the open clocks, in no order."""
    return _CLOCKS.all(connection.execute(select(*_CLOCKS.columns).where(clock.c.state.in_(OPEN_CLOCKS))))


_LISTED = select(message.c.kind, message.c.sender, *_CLOCKS.columns).join(message, message.c.id == clock.c.message_id)


def listed(
    connection: Connection,
    *,
    stopped_too: bool,
    name: str | None = None,
    after: tuple[datetime, UUID] | None = None,
    limit: int | None = None,
) -> tuple[ListedClock, ...]:
    """Return clocks, the most urgent first; with `after`, those that come after the one with that end and id."""
    query = _LISTED
    if name is not None:
        query = query.where(clock.c.name == name)
    if not stopped_too:
        query = query.where(_IS_OPEN)
    if after is not None:
        query = query.where(tuple_(clock.c.due_at, clock.c.id) > tuple_(*after))
    return _listed(connection.execute(query.order_by(clock.c.due_at, clock.c.id).limit(limit)))


def find(connection: Connection, id: UUID) -> ListedClock | None:
    """Return the clock, whether or not it runs."""
    return next(iter(_listed(connection.execute(_LISTED.where(clock.c.id == id)))), None)


def _listed(rows: Iterable[UntypedRow]) -> tuple[ListedClock, ...]:
    return tuple(ListedClock(KeptClock(*columns), kind, sender) for kind, sender, *columns in rows)


def of_message(connection: Connection, id: UUID) -> tuple[KeptClock, ...]:
    """Return the clocks that this message started or stopped."""
    # Two questions, because one index answers each.
    started, ended = (select(clock.c.id).where(column == id) for column in (clock.c.message_id, clock.c.stopped_by))
    of_both = func.array(started.union_all(ended).scalar_subquery())
    query = select(*_CLOCKS.columns).where(clock.c.id == any_(of_both))
    return _CLOCKS.all(connection.execute(query.order_by(clock.c.due_at)))
