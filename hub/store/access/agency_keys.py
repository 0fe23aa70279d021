"""The agencies' public keys, and the assertions that were used."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, func, select, text, update

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
# Always in one order, so that two transactions never wait for each other.
_USE = text("""
    INSERT INTO used_assertion (agency, jti, expires_at, used_at, used_elapsed)
    SELECT agency, jti, ends, :now, :elapsed
    FROM unnest(CAST(:agencies AS text[]), CAST(:jtis AS text[]), CAST(:ends AS timestamptz[]))
        AS given (agency, jti, ends)
    ORDER BY agency, jti
    ON CONFLICT DO NOTHING RETURNING agency, jti
""")
KEYS = Credentials(agency_key, RegisteredKey, "id", ("agency", "not_before", "id"))


def is_registered(connection: Connection, public_key: JsonObject) -> bool:
    """Return whether this public key is registered, for any agency and under any id. Revoked keys count."""
    found = select(agency_key.c.id).where(agency_key.c.public_key == public_key).limit(1)
    return connection.execute(found).first() is not None


_OVER = text("""
    SELECT agency, (
        SELECT used_at FROM used_assertion used WHERE used.agency = given.agency AND used_at > :since
        ORDER BY used_at DESC OFFSET given.allowed - 1 LIMIT 1
    ) AS oldest
    FROM unnest(CAST(:agencies AS text[]), CAST(:allowed AS int[])) AS given (agency, allowed)
""")


def calls_are_over(connection: Connection, calls_max: Mapping[str, int], since: datetime) -> dict[str, datetime]:
    """Return the agencies that have made so many calls since `since`, and when the oldest of the last so many was made.

    Calls of all processes are counted, each from its commit on. Calls at the same moment can therefore exceed the limit
    by a few.
    """
    if not calls_max:
        return {}
    given = {"agencies": list(calls_max), "allowed": list(calls_max.values()), "since": since}
    return {row.agency: row.oldest for row in connection.execute(_OVER, given) if row.oldest is not None}


@dataclass(frozen=True, slots=True)
class Use:
    """An assertion of an agency that is used for a call."""

    agency: str
    jti: str
    expires_at: datetime


def use_once(connection: Connection, uses: Sequence[Use], now: datetime) -> tuple[bool, ...]:
    """Record that these assertions are used. For each, returns False if any process has used it before, or another one
    of these is the same, or if it may have been used: its use is forgotten by then. When two transactions use it at the
    same moment, the second waits for the first."""
    if not uses:
        return ()
    running = connection.execute(_RUNNING).one()
    forgotten = running.forgotten_until
    may = [each for each in uses if forgotten is None or each.expires_at > forgotten]
    given = {
        "agencies": [each.agency for each in may],
        "jtis": [each.jti for each in may],
        "ends": [each.expires_at for each in may],
        "now": now,
        "elapsed": math.ceil(running.elapsed_seconds),
    }
    new = {(row.agency, row.jti) for row in connection.execute(_USE, given)} if may else set()
    fresh = []
    for each in uses:
        fresh.append((each.agency, each.jti) in new)
        new.discard((each.agency, each.jti))
    return tuple(fresh)


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
