"""The agencies' keys. Only a digest of a secret is ever kept."""

from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import Connection, insert, select, update

from hub.store.tables import agency_key


def issue(connection: Connection, agency: str, secret_sha256: str, issued_at: datetime, expires_at: datetime) -> UUID:
    id = uuid4()
    connection.execute(
        insert(agency_key).values(
            id=id, agency=agency, secret_sha256=secret_sha256, issued_at=issued_at, expires_at=expires_at
        )
    )
    return id


def agency_of(connection: Connection, secret_sha256: str, now: datetime) -> str | None:
    agency: str | None = connection.execute(
        select(agency_key.c.agency).where(
            agency_key.c.secret_sha256 == secret_sha256,
            agency_key.c.revoked_at.is_(None),
            agency_key.c.expires_at > now,
        )
    ).scalar()
    return agency


def revoke(connection: Connection, id: UUID, now: datetime) -> bool:
    changed = connection.execute(
        update(agency_key).where(agency_key.c.id == id, agency_key.c.revoked_at.is_(None)).values(revoked_at=now)
    )
    return changed.rowcount == 1
