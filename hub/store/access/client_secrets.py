"""The secrets with which agencies' systems ask for tokens. Only their digests are kept."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection, select

from hub.store.access.credentials import Credential, Credentials
from hub.store.access.tables import client_secret


@dataclass(frozen=True, slots=True)
class RegisteredSecret(Credential):
    """A secret of an agency. `secret_hash` is its SHA-256: the secret has 256 random bits, so nobody can guess it from
    that."""

    id: UUID
    secret_hash: bytes


SECRETS = Credentials(client_secret, RegisteredSecret, "id", ("agency", "not_before", "id"))


def id_of(connection: Connection, secret_hash: bytes) -> UUID | None:
    found: UUID | None = connection.execute(
        select(client_secret.c.id).where(client_secret.c.secret_hash == secret_hash)
    ).scalar()
    return found
