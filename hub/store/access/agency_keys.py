"""The agencies' public keys, and which assertions were used."""

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
    """`public_key` is a JWK."""

    id: UUID
    algorithm: str
    public_key: JsonObject


KEYS = Credentials(agency_key, RegisteredKey, "id", ("agency", "not_before", "id"))


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
