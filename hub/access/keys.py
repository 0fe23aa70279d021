"""Each agency's own credential: a long random secret, shown once, kept only as a digest."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hub.errors import Unauthenticated
from hub.store import access
from hub.store.engine import Store

_BYTES = 32
VALID_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class IssuedKey:
    """`secret` is never shown again."""

    id: UUID
    agency: str
    secret: str
    expires_at: datetime


def issue_key(store: Store, agency: str, now: datetime) -> IssuedKey:
    secret = f"hub_{secrets.token_urlsafe(_BYTES)}"
    expires_at = now + VALID_FOR
    with store.transaction() as connection:
        id = access.issue(connection, agency, _digest(secret), now, expires_at)
    return IssuedKey(id, agency, secret, expires_at)


def caller_of(store: Store, secret: str, now: datetime) -> str:
    """The agency whose key this is. Raises Unauthenticated, whatever is wrong with the key."""
    with store.transaction() as connection:
        agency = access.agency_of(connection, _digest(secret), now)
    if agency is None:
        raise Unauthenticated("the key is not known, has expired or was revoked", "ask the exchange for a new key")
    return agency


def _digest(secret: str) -> str:
    # A plain digest is enough for 256 random bits: there is nothing to guess.
    return hashlib.sha256(secret.encode()).hexdigest()
