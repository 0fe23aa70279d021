"""The agencies' public keys, and which assertions were used."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select, update
from sqlalchemy.dialects.postgresql import insert

from hub.store.access.tables import agency_key, used_assertion


def add(
    connection: Connection,
    *,
    id: UUID,
    agency: str,
    algorithm: str,
    public_key: dict[str, Any],
    not_before: datetime,
    expires_at: datetime,
) -> None:
    connection.execute(
        insert(agency_key).values(
            id=id,
            agency=agency,
            algorithm=algorithm,
            public_key=public_key,
            not_before=not_before,
            expires_at=expires_at,
        )
    )


def find(connection: Connection, id: UUID) -> Row[Any] | None:
    return connection.execute(select(agency_key).where(agency_key.c.id == id)).one_or_none()


def listed(connection: Connection, agency: str | None) -> tuple[Row[Any], ...]:
    query = select(agency_key).order_by(agency_key.c.agency, agency_key.c.not_before, agency_key.c.id)
    if agency is not None:
        query = query.where(agency_key.c.agency == agency)
    return tuple(connection.execute(query))


def revoke(connection: Connection, id: UUID, now: datetime) -> str | None:
    """The agency whose key it was; None if there is no such key or it was revoked before."""
    agency: str | None = connection.execute(
        update(agency_key)
        .where(agency_key.c.id == id, agency_key.c.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(agency_key.c.agency)
    ).scalar()
    return agency


def calls_are_over_at(connection: Connection, agency: str, calls_max: int, since: datetime) -> datetime | None:
    """When the oldest of the last `calls_max` calls was made, if all of them were made after `since`. Each call of
    every process is counted once it is committed: calls of the same moment may be a few too many."""
    query = (
        select(used_assertion.c.used_at)
        .where(used_assertion.c.agency == agency, used_assertion.c.used_at > since)
        .order_by(used_assertion.c.used_at.desc())
        .offset(calls_max - 1)
        .limit(1)
    )
    found: datetime | None = connection.execute(query).scalar()
    return found


def use_once(connection: Connection, agency: str, jti: str, expires_at: datetime, now: datetime) -> bool:
    """False if it was used before, by whichever process: of two at the same moment one waits for the other."""
    used = connection.execute(
        insert(used_assertion)
        .values(agency=agency, jti=jti, expires_at=expires_at, used_at=now)
        .on_conflict_do_nothing()
        .returning(used_assertion.c.jti)
    )
    return used.first() is not None


def forget_used(connection: Connection, expired_before: datetime) -> int:
    return connection.execute(delete(used_assertion).where(used_assertion.c.expires_at < expired_before)).rowcount
