"""The secrets of agencies' systems: made once, shown once, kept as a digest. Several may be valid at a time, so that a
new one replaces an old one without a gap. A revoked one stops working immediately, and so do its tokens."""

import hashlib
import secrets
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from hub.errors import NotFound
from hub.journal.record.keys import record_key_added, record_key_revoked
from hub.store.access.client_secrets import SECRETS, RegisteredSecret, id_of
from hub.store.database.engine import Store, Transaction

VALID_FOR = timedelta(days=365)
_PREFIX = "jxs_"  # so that a search for leaked secrets can find one
_BYTES = 32
_LENGTH_MAX = 200


@dataclass(frozen=True, slots=True)
class IssuedSecret:
    """`text` is not kept, so it is shown once. The client's id is the id of its agency."""

    id: UUID
    agency: str
    expires_at: datetime
    text: str = field(repr=False)


def issue(store: Store, agency: str, now: datetime, valid_for: timedelta, by: str) -> IssuedSecret:
    made = IssuedSecret(uuid4(), agency, now + valid_for, _PREFIX + secrets.token_urlsafe(_BYTES))
    with store.transaction() as connection:
        SECRETS.add(connection, RegisteredSecret(agency, now, made.expires_at, None, made.id, _digest(made.text)))
        record_key_added(connection, now, agency=agency, key=str(made.id), algorithm="client_secret", by=by)
    return made


def revoke(store: Store, id: UUID, now: datetime, by: str) -> str:
    """Returns the agency whose secret it was. Raises NotFound."""
    with store.transaction() as connection:
        agency = SECRETS.revoke(connection, id, now)
        if agency is None:
            raise NotFound("no secret in use has that id", "see their ids: hub secrets list")
        record_key_revoked(connection, now, agency=agency, key=str(id), by=by)
    return agency


def listed(store: Store, agency: str | None) -> tuple[RegisteredSecret, ...]:
    with store.transaction() as connection:
        return SECRETS.listed(connection, agency)


def found(store: Store, connection: Transaction, agency: str, text: str, now: datetime) -> RegisteredSecret | None:
    """The secret, if it is one of this agency and valid now. It is found by its digest, so the time that the search
    takes tells nothing about the secret."""
    id = id_of(connection, _digest(text)) if len(text) <= _LENGTH_MAX else None
    secret = in_use(store, connection, id, now) if id is not None else None
    return secret if secret is not None and secret.agency == agency else None


def in_use(store: Store, connection: Transaction, id: UUID, now: datetime) -> RegisteredSecret | None:
    secret = SECRETS.find(connection, id)
    if secret is None or not secret.is_valid(now) or not store.proved(connection, "client_secret", str(id)):
        return None
    return secret


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
