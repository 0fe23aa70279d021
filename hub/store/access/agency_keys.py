"""The agencies' public keys, and the assertions that were used."""

import math
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert

from hub.store.access.credentials import Credential, Credentials
from hub.store.access.tables import agency_key, server_time, used_assertion
from schemas.json import JsonObject


@dataclass(frozen=True, slots=True)
class RegisteredKey(Credential):
    """A key of an agency. `public_key` is a JWK."""

    id: UUID
    algorithm: str
    public_key: JsonObject


_RUNNING = select(server_time.c.elapsed_seconds, server_time.c.forgotten_until)
KEYS = Credentials(agency_key, RegisteredKey, "id", ("agency", "not_before", "id"))


def is_registered(connection: Connection, public_key: JsonObject) -> bool:
    """Return whether this public key is registered, for any agency and under any id. Revoked keys count."""
    found = select(agency_key.c.id).where(agency_key.c.public_key == public_key).limit(1)
    return connection.execute(found).first() is not None


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
    """Record that the assertion is used. Returns False if any process has used it before, or may have: its use is
    forgotten by then. When two use it at the same moment, the second waits for the first."""
    running = connection.execute(_RUNNING).one()
    if running.forgotten_until is not None and expires_at <= running.forgotten_until:
        return False
    elapsed = math.ceil(running.elapsed_seconds)
    used = connection.execute(
        insert(used_assertion)
        .values(agency=agency, jti=jti, expires_at=expires_at, used_at=now, used_elapsed=elapsed)
        .on_conflict_do_nothing()
        .returning(used_assertion.c.jti)
    )
    return used.first() is not None


def forget_used(connection: Connection, expired_before: datetime, kept_for_seconds: float) -> int:
    """Forget the assertions that had expired by then and that the exchange has kept for so long while it ran. From then
    on no assertion counts that ends as early as one of those. Returns how many."""
    running = connection.execute(_RUNNING).one()
    used_by = func.coalesce(used_assertion.c.used_elapsed, 0)
    forgotten = connection.execute(
        delete(used_assertion)
        .where(used_assertion.c.expires_at < expired_before)
        .where(used_by <= running.elapsed_seconds - kept_for_seconds)
        .returning(used_assertion.c.expires_at)
    ).scalars()
    ends = tuple(forgotten)
    if ends:
        until = func.greatest(server_time.c.forgotten_until, max(ends))
        connection.execute(update(server_time).values(forgotten_until=until))
    return len(ends)
