"""The agencies' public keys, and the assertions that were used."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects.postgresql import insert

from hub.store.access.credentials import Credential, Credentials
from hub.store.access.tables import agency_key, used_assertion
from schemas.json import JsonObject


@dataclass(frozen=True, slots=True)
class RegisteredKey(Credential):
    """A key of an agency. `public_key` is a JWK."""

    id: UUID
    algorithm: str
    public_key: JsonObject


KEYS = Credentials(agency_key, RegisteredKey, "id", ("agency", "not_before", "id"))


def calls_are_over_at(connection: Connection, agency: str, calls_max: int, since: datetime) -> datetime | None:
    """Return when the oldest of the last `calls_max` calls was made; None if there were fewer calls since `since`.

    Calls of all processes are counted, each from its commit on. Calls at the same moment can therefore exceed the limit
    by a few.
    """
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
    """Record that the assertion is used. Returns False if any process has used it before. When two use it at the same
    moment, the second waits for the first."""
    used = connection.execute(
        insert(used_assertion)
        .values(agency=agency, jti=jti, expires_at=expires_at, used_at=now)
        .on_conflict_do_nothing()
        .returning(used_assertion.c.jti)
    )
    return used.first() is not None


def forget_used(connection: Connection, expired_before: datetime) -> int:
    return connection.execute(delete(used_assertion).where(used_assertion.c.expires_at < expired_before)).rowcount
