"""Accounts of staff, their sessions, and the count of failed logins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict, Unpack

from sqlalchemy import Connection, any_, delete, exists, func, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert

from hub.store.access.tables import account, login_attempt, staff_session
from hub.store.database.advisory_locks import AdvisoryLock, wait_for_lock
from hub.store.database.rows import Rows, UntypedSelect

_FORGOTTEN_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Account:
    """An account of a member of staff. `rights` are the rights that were granted individually."""

    name: str
    roles: tuple[str, ...]
    rights: tuple[str, ...]
    password_hash: str
    must_change_password: bool
    created_at: datetime
    created_by: str
    expires_at: datetime
    disabled_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A session, with its account as it is now."""

    opened_at: datetime
    used_at: datetime
    expires_at: datetime
    account: Account


@dataclass(frozen=True, slots=True)
class LoginFailures:
    """Consecutive failed logins for one name or from one address."""

    failures: int
    last_at: datetime
    blocked_until: datetime | None


class AccountValues(TypedDict, total=False):
    """New values for an account. A key that is missing leaves its value unchanged."""

    roles: Sequence[str]
    rights: Sequence[str]
    password_hash: str
    must_change_password: bool
    expires_at: datetime
    disabled_at: datetime | None


_ACCOUNTS = Rows(Account, account)
_FAILURES = Rows(LoginFailures, login_attempt)


def lock_accounts(connection: Connection) -> None:
    """Lock all accounts until this transaction ends: nobody else can add or change one."""
    wait_for_lock(connection, AdvisoryLock.ACCOUNTS)


def add(connection: Connection, new: Account) -> bool:
    """Add the account. Returns False if an account with that name exists."""
    added = connection.execute(
        insert(account)
        .values(
            name=new.name,
            roles=list(new.roles),
            rights=list(new.rights),
            password_hash=new.password_hash,
            must_change_password=new.must_change_password,
            created_at=new.created_at,
            created_by=new.created_by,
            expires_at=new.expires_at,
        )
        .on_conflict_do_nothing()
        .returning(account.c.name)
    )
    return added.first() is not None


def find(connection: Connection, name: str) -> Account | None:
    return _ACCOUNTS.first(connection.execute(_named(name)))


def lock(connection: Connection, name: str) -> Account | None:
    """Return the account and lock it until this transaction ends; None if there is none."""
    return _ACCOUNTS.first(connection.execute(_named(name).with_for_update()))


def _named(name: str) -> UntypedSelect:
    return select(*_ACCOUNTS.columns).where(account.c.name == name)


def change(connection: Connection, name: str, **values: Unpack[AccountValues]) -> None:
    connection.execute(update(account).where(account.c.name == name).values(**values))


def listed(connection: Connection) -> tuple[Account, ...]:
    return _ACCOUNTS.all(connection.execute(select(*_ACCOUNTS.columns).order_by(account.c.name)))


def any_exists(connection: Connection) -> bool:
    return bool(connection.execute(select(exists(select(account.c.name)))).scalar_one())


def anybody_can(connection: Connection, right: str, now: datetime) -> bool:
    """Return whether an active account has this right, granted individually."""
    query = select(account.c.name).where(
        account.c.disabled_at.is_(None), account.c.expires_at > now, any_(account.c.rights) == right
    )
    return connection.execute(query.limit(1)).first() is not None


def open_session(connection: Connection, token_hash: bytes, name: str, now: datetime, expires_at: datetime) -> None:
    connection.execute(
        insert(staff_session).values(
            token_hash=token_hash, account=name, opened_at=now, used_at=now, expires_at=expires_at
        )
    )


def session(connection: Connection, token_hash: bytes) -> StaffSession | None:
    columns = staff_session.c
    query = select(columns.opened_at, columns.used_at, columns.expires_at, *_ACCOUNTS.columns).join(
        account, account.c.name == columns.account
    )
    row = connection.execute(query.where(staff_session.c.token_hash == token_hash)).one_or_none()
    if row is None:
        return None
    opened_at, used_at, expires_at, *of_account = row
    return StaffSession(opened_at, used_at, expires_at, Account(*of_account))


def use_session(connection: Connection, token_hash: bytes, now: datetime) -> None:
    connection.execute(update(staff_session).where(staff_session.c.token_hash == token_hash).values(used_at=now))


def end_session(connection: Connection, token_hash: bytes) -> str | None:
    """End the session. Returns the name of its account, or None if there is no such session."""
    name: str | None = connection.execute(
        delete(staff_session).where(staff_session.c.token_hash == token_hash).returning(staff_session.c.account)
    ).scalar()
    return name


def end_sessions(connection: Connection, name: str) -> int:
    return connection.execute(delete(staff_session).where(staff_session.c.account == name)).rowcount


def attempt(connection: Connection, scope: str, key: str, now: datetime) -> LoginFailures:
    """Return the failures so far and lock the row until this transaction ends, so that parallel attempts are counted
    one after another."""
    # This update changes nothing. It locks the row, and creates the row again if another process deletes it while we
    # wait.
    held = (
        insert(login_attempt)
        .values(scope=scope, key=key, failures=0, last_at=now)
        .on_conflict_do_update(index_elements=["scope", "key"], set_={"scope": scope})
        .returning(*_FAILURES.columns)
    )
    return _FAILURES.all(connection.execute(held))[0]


def count_attempt(
    connection: Connection, scope: str, key: str, failures: int, now: datetime, blocked_until: datetime | None
) -> None:
    connection.execute(
        update(login_attempt)
        .where(login_attempt.c.scope == scope, login_attempt.c.key == key)
        .values(failures=failures, last_at=now, blocked_until=blocked_until)
    )


def is_blocked(connection: Connection, scope: str, key: str, now: datetime) -> bool:
    query = select(login_attempt.c.blocked_until).where(login_attempt.c.scope == scope, login_attempt.c.key == key)
    until = connection.execute(query).scalar()
    return until is not None and until > now


def forget_attempts(connection: Connection, scope: str, key: str) -> None:
    connection.execute(delete(login_attempt).where(login_attempt.c.scope == scope, login_attempt.c.key == key))


def uncount_attempt(connection: Connection, scope: str, key: str) -> None:
    """Take back one counted failure, because the attempt was not a failure."""
    connection.execute(
        update(login_attempt)
        .where(login_attempt.c.scope == scope, login_attempt.c.key == key)
        .values(failures=func.greatest(login_attempt.c.failures - 1, 0), blocked_until=None)
    )


def forget_old(connection: Connection, now: datetime, attempts_before: datetime) -> None:
    """Delete ended sessions and old attempts. Rows that somebody has locked are left for the next call."""
    old = select(login_attempt.c.scope, login_attempt.c.key).where(login_attempt.c.last_at < attempts_before)
    connection.execute(
        delete(login_attempt).where(
            tuple_(login_attempt.c.scope, login_attempt.c.key).in_(
                old.limit(_FORGOTTEN_AT_ONCE).with_for_update(skip_locked=True)
            )
        )
    )
    over = select(staff_session.c.token_hash).where(staff_session.c.expires_at < now)
    connection.execute(
        delete(staff_session).where(
            staff_session.c.token_hash.in_(over.limit(_FORGOTTEN_AT_ONCE).with_for_update(skip_locked=True))
        )
    )
