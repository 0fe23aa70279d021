"""Entries about the hub's own staff: their accounts, their logins, and what they may not do."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypedDict

from hub.journal.events import Event
from hub.journal.record.given import given
from hub.store.database.engine import Transaction
from hub.store.journal.appending import append
from schemas.json import JsonObject


class AccountChange(TypedDict, total=False):
    """The new values of an account. If it is enabled again, `disabled_at` is None."""

    roles: Sequence[str]
    rights: Sequence[str]
    disabled_at: datetime | None
    expires_at: datetime


def record_account_added(
    connection: Transaction,
    at: datetime,
    *,
    account: str,
    roles: Sequence[str],
    rights: Sequence[str],
    expires_at: datetime,
    by: str,
) -> None:
    """An account was made. Detail: its name, its roles, rights granted individually, when it ends, and who made it."""
    append(
        connection,
        Event.ACCOUNT_ADDED,
        at,
        account=account,
        roles=list(roles),
        rights=list(rights),
        expires_at=expires_at.isoformat(),
        by=by,
    )


def record_account_changed(
    connection: Transaction, at: datetime, *, account: str, by: str, change: AccountChange
) -> None:
    """An account got other roles or another end, or was disabled or enabled. Detail: its name, who did it, and what is
    new."""
    detail: JsonObject = {
        name: value.isoformat() if isinstance(value, datetime) else value for name, value in change.items()
    }
    append(connection, Event.ACCOUNT_CHANGED, at, account=account, by=by, **detail)


def record_password_changed(
    connection: Transaction,
    at: datetime,
    *,
    account: str,
    by: str,
    sessions_ended: int | None = None,
    approved_by: str | None = None,
) -> None:
    """An account has another password. Detail: its name and who changed it; if its owner did, how many sessions
    ended; if it took two people, who approved it."""
    more = given(sessions_ended=sessions_ended, approved_by=approved_by)
    append(connection, Event.PASSWORD_CHANGED, at, account=account, by=by, **more)


def record_second_factor_added(connection: Transaction, at: datetime, *, account: str, sessions_ended: int) -> None:
    """Somebody has shown the first code of their second factor, so it counts. Detail: whose, and how many sessions
    ended."""
    append(connection, Event.SECOND_FACTOR_ADDED, at, account=account, by=account, sessions_ended=sessions_ended)


def record_second_factor_reset(
    connection: Transaction, at: datetime, *, account: str, by: str, approved_by: str
) -> None:
    """Two people took away a second factor that was lost. Detail: whose, who proposed it, and who approved it."""
    append(connection, Event.SECOND_FACTOR_RESET, at, account=account, by=by, approved_by=approved_by)


def record_logged_in(connection: Transaction, at: datetime, *, person: str, remote: bool) -> None:
    """Somebody logged in. Detail: who, and whether over the network."""
    append(connection, Event.LOGGED_IN, at, person=person, remote=remote)


def record_logged_out(connection: Transaction, at: datetime, *, person: str) -> None:
    """Somebody logged out. Detail: who."""
    append(connection, Event.LOGGED_OUT, at, person=person)


def record_login_blocked(connection: Transaction, at: datetime, *, account: str | None, by: Sequence[str]) -> None:
    """After too many wrong passwords, no login is tried for a while. Detail: the account, null if no account has that
    name, and what is blocked: the name, the address or both."""
    append(connection, Event.LOGIN_BLOCKED, at, account=account, by=list(by))


def record_access_denied(connection: Transaction, at: datetime, *, person: str, right: str) -> None:
    """Somebody tried what they may not do. Detail: who, and the missing right."""
    append(connection, Event.ACCESS_DENIED, at, person=person, right=right)
