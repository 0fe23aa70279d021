"""The second factors of people: an encrypted secret, which the person's device has too, and the last code in use."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select, text, update
from sqlalchemy.dialects.postgresql import insert

from hub.store.access.tables import second_factor
from hub.store.content.blinding import key_for
from hub.store.database.rows import Rows

_COLUMN = "second_factor.secret"
_SERVER_SECONDS = text("SELECT extract(epoch FROM clock_timestamp())::bigint")


@dataclass(frozen=True, slots=True)
class KeptFactor:
    """It counts from `confirmed_at` on. `last_step` is the step of the last code that was used."""

    account: str
    secret: bytes
    asked_at: datetime
    confirmed_at: datetime | None
    last_step: int | None


_FACTORS = Rows(KeptFactor, second_factor)


def find(connection: Connection, account: str) -> KeptFactor | None:
    return _FACTORS.first(connection.execute(select(*_FACTORS.columns).where(second_factor.c.account == account)))


def secret_of(connection: Connection, kept: KeptFactor) -> bytes:
    """Raises ContentDamaged if it is that of another account, or was changed."""
    return key_for(connection, _COLUMN).decrypt(kept.secret, _COLUMN, kept.account)


def ask(connection: Connection, account: str, secret: bytes, now: datetime) -> None:
    """Keep a new secret, which does not count yet."""
    sealed = key_for(connection, _COLUMN).encrypt(secret, _COLUMN, account)
    values = {"secret": sealed, "asked_at": now, "confirmed_at": None, "last_step": None}
    adding = insert(second_factor).values(account=account, **values)
    connection.execute(adding.on_conflict_do_update(index_elements=["account"], set_=values))


def use(connection: Connection, account: str, step: int) -> None:
    """Remember the code of that step, so that neither it nor an earlier one is accepted again."""
    connection.execute(update(second_factor).where(second_factor.c.account == account).values(last_step=step))


def confirm(connection: Connection, account: str, now: datetime) -> None:
    connection.execute(update(second_factor).where(second_factor.c.account == account).values(confirmed_at=now))


def forget(connection: Connection, account: str) -> None:
    connection.execute(delete(second_factor).where(second_factor.c.account == account))


def confirmed(connection: Connection) -> frozenset[str]:
    """Return the accounts that have one that counts."""
    query = select(second_factor.c.account).where(second_factor.c.confirmed_at.is_not(None))
    return frozenset(connection.execute(query).scalars())


def server_seconds(connection: Connection) -> int:
    """The time of the database's server, in seconds since 1970. No clock of a machine where somebody types moves it."""
    return int(connection.execute(_SERVER_SECONDS).scalar_one())
