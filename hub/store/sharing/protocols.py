"""The versions of the sharing protocols: who proposed each, who approved it, and the agreed text."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, insert, select, true, update

from hub.lifecycle import AGREED, VersionState
from hub.store.database.advisory_locks import AdvisoryLock, wait_for_lock
from hub.store.database.rows import Rows
from hub.store.sharing.tables import protocol_version


@dataclass(frozen=True, slots=True)
class KeptVersion:
    """A version. `proposed_by` is None if it was in the folder of protocols when the exchange began."""

    id: UUID
    protocol: str
    version: int
    text: str
    state: VersionState
    proposed_by: str | None
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


_VERSIONS = Rows(KeptVersion, protocol_version)


def one_change_at_a_time(connection: Connection) -> None:
    """Let nobody else adopt, propose or decide until the transaction ends."""
    wait_for_lock(connection, AdvisoryLock.PROTOCOLS)


def count_agreed(connection: Connection) -> int:
    """Return how many versions were agreed. The number only grows, so a caller sees by it whether anything is new."""
    query = select(func.count()).where(protocol_version.c.state.in_(AGREED))
    return int(connection.execute(query).scalar_one())


def agreed(connection: Connection) -> tuple[KeptVersion, ...]:
    return _read(connection, protocol_version.c.state.in_(AGREED))


def listed(connection: Connection, protocol: str | None = None) -> tuple[KeptVersion, ...]:
    """Return every version, rejected ones included."""
    return _read(connection, protocol_version.c.protocol == protocol if protocol else true())


def find(connection: Connection, id: UUID) -> KeptVersion | None:
    return next(iter(_read(connection, protocol_version.c.id == id)), None)


def add(connection: Connection, versions: Iterable[KeptVersion]) -> None:
    rows = [{name: getattr(each, name) for name in KeptVersion.__slots__} for each in versions]
    if rows:
        connection.execute(insert(protocol_version), rows)


def decide(connection: Connection, id: UUID, state: VersionState, by: str, reason: str | None, now: datetime) -> None:
    connection.execute(
        update(protocol_version)
        .where(protocol_version.c.id == id)
        .values(state=state, decided_by=by, decided_at=now, reason=reason)
    )


def _read(connection: Connection, condition: ColumnElement[bool]) -> tuple[KeptVersion, ...]:
    query = select(*_VERSIONS.columns).where(condition)
    order = (protocol_version.c.protocol, protocol_version.c.version, protocol_version.c.proposed_at)
    return _VERSIONS.all(connection.execute(query.order_by(*order)))
