"""The agencies' certificates, by the digest of each."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects.postgresql import insert

from hub.store.access.tables import agency_certificate


def add(connection: Connection, **values: Any) -> bool:
    """False if it is there already, whoever's it is."""
    done = connection.execute(
        insert(agency_certificate).values(**values).on_conflict_do_nothing().returning(agency_certificate.c.thumbprint)
    )
    return done.first() is not None


def find(connection: Connection, thumbprint: str) -> Row[Any] | None:
    query = select(agency_certificate).where(agency_certificate.c.thumbprint == thumbprint)
    return connection.execute(query).one_or_none()


def listed(connection: Connection, agency: str | None) -> tuple[Row[Any], ...]:
    query = select(agency_certificate).order_by(agency_certificate.c.agency, agency_certificate.c.expires_at)
    if agency is not None:
        query = query.where(agency_certificate.c.agency == agency)
    return tuple(connection.execute(query))


def revoke(connection: Connection, thumbprint: str, now: datetime) -> str | None:
    """The agency whose it was; None if there is none in use."""
    agency: str | None = connection.execute(
        update(agency_certificate)
        .where(agency_certificate.c.thumbprint == thumbprint, agency_certificate.c.revoked_at.is_(None))
        .values(revoked_at=now)
        .returning(agency_certificate.c.agency)
    ).scalar()
    return agency
