"""Sessions: a person logs in with a password and is then known by a token, until the session ends.

Only the token's hash is kept. The rights of a session are read from its account each time, so a change takes effect at
once.
"""

import hashlib
import secrets
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hub.access.attempts import Attempts, Try
from hub.access.names import name_or_none
from hub.access.passwords import Passwords
from hub.access.rights import Right, StaffRole, rights_of
from hub.access.second_factors.factors import SecondFactors
from hub.approval.rules import RulesInForce
from hub.clock import Clock
from hub.errors import LoginRefused, NotLoggedIn, PasswordToChange
from hub.journal.record.accounts import record_logged_in, record_logged_out, record_password_changed
from hub.store.access import accounts
from hub.store.access.accounts import Account
from hub.store.database.engine import Store, Transaction

_TOKEN_BYTES = 32
_USE_NOTED_EVERY = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Person:
    """The person who is logged in, and their rights at this moment."""

    name: str
    roles: tuple[StaffRole, ...]
    rights: frozenset[Right]
    must_change_password: bool
    session_ends_at: datetime
    second_factor: bool
    """Whether the session was opened with a code of their second factor."""


@dataclass(frozen=True, slots=True)
class Opened:
    """`token` is given only this once."""

    person: Person
    token: str = field(repr=False)


class Sessions:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: RulesInForce,
        passwords: Passwords,
        attempts: Attempts,
        factors: SecondFactors,
    ) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules
        self._passwords = passwords
        self._attempts = attempts
        self._factors = factors

    def open(
        self,
        name: str,
        password: str,
        address: str | None = None,
        code: str = "",
        machine: str | None = None,
    ) -> Opened:
        """`address` is the caller's network address, if there is one. `code` is that of the second factor, if the
        account has one. At a command line `machine` names the account of the machine, and the session opens nothing
        elsewhere. Raises LoginRefused, TooManyTries or LoginBusy."""
        counted, row = self._with_password(name, password, address)
        now, token = self._clock.now(), secrets.token_urlsafe(_TOKEN_BYTES)
        with self._store.transaction() as connection:
            current = accounts.lock(connection, row.name)
            if current is None or current.password_hash != row.password_hash or not self._counts(connection, current):
                raise login_refused()  # The password was changed while this one was being checked.
            shown = self._factors.shown(connection, row.name, code)
            if shown is not None:
                self._attempts.was_right(connection, counted)
                if self._passwords.is_outdated(row.password_hash):
                    accounts.change(connection, row.name, password_hash=self._passwords.hashed_again(password))
                ends = now + timedelta(seconds=self._rules.or_first(connection).session_seconds)
                accounts.open_session(connection, _hash(token, machine), row.name, now, ends)
                record_logged_in(connection, now, person=row.name, remote=address is not None)
        if shown is None:
            self._attempts.was_wrong(counted, row.name, now)
            raise login_refused()
        return Opened(_person(current, ends, second_factor=shown), token)

    def open_known(self, name: str) -> Opened:
        """For somebody whom the provider of their organisation has signed in. An account with a second factor of this
        exchange is signed in here alone. A password that somebody else gave them opens nothing from now on. Raises
        LoginRefused."""
        now, token = self._clock.now(), secrets.token_urlsafe(_TOKEN_BYTES)
        with self._store.transaction() as connection:
            row = accounts.lock(connection, name)
            if row is None or not self._counts(connection, row) or self._factors.shown(connection, name, "") is None:
                raise login_refused()
            if row.must_change_password:
                unknown = self._passwords.hashed_again(secrets.token_urlsafe(_TOKEN_BYTES))
                accounts.change(connection, name, password_hash=unknown, must_change_password=False)
                record_password_changed(connection, now, account=name, by=name, approved_by=None)
                row = replace(row, must_change_password=False)
            ends = now + timedelta(seconds=self._rules.or_first(connection).session_seconds)
            accounts.open_session(connection, _hash(token, None), name, now, ends)
            record_logged_in(connection, now, person=name, remote=True)
        return Opened(_person(row, ends, second_factor=False), token)

    def check(self, name: str, password: str, address: str | None) -> Account:
        """The account that has this password. Raises LoginRefused, TooManyTries or LoginBusy."""
        counted, row = self._with_password(name, password, address)
        with self._store.transaction() as connection:
            self._attempts.was_right(connection, counted)
        return row

    def _with_password(self, name: str, password: str, address: str | None) -> tuple[Try, Account]:
        """The try that was counted as a failure, and the account that has this password."""
        now, known = self._clock.now(), name_or_none(name)
        counted = self._attempts.begin(known or name.strip().casefold(), address, now)
        with self._store.transaction() as connection:
            row = accounts.find(connection, known or "")
            counts = row is not None and self._counts(connection, row)
        matches = self._passwords.matches(password, row.password_hash if row else None)
        if row is None or not matches or not counts:
            self._attempts.was_wrong(counted, row.name if row else None, now)
            raise login_refused()
        return counted, row

    def person(self, token: str | None, *, changing_password: bool = False, machine: str | None = None) -> Person:
        """Raises NotLoggedIn. Raises PasswordToChange until the person has chosen a password of their own."""
        now = self._clock.now()
        hashed = _hash(token, machine) if token else b""
        with self._store.transaction() as connection:
            session = accounts.session(connection, hashed)
            if session is None or not self._counts(connection, session.account):
                raise not_logged_in()
            if not self._store.proved(connection, "staff_session", f"\\x{hashed.hex()}"):
                raise not_logged_in()
            rules = self._rules.or_first(connection)
            idle = timedelta(seconds=min(rules.session_idle_seconds, rules.session_seconds))
            if session.expires_at <= now or session.used_at + idle <= now:
                raise not_logged_in()
            if now - session.used_at > min(_USE_NOTED_EVERY, idle / 10):
                accounts.use_session(connection, hashed, now)
            factor = self._factors.confirmed_at(connection, session.account.name)
        # Each login since the second factor counts has shown a code of it, and the sessions of before have ended.
        shown = factor is not None and factor.confirmed_at is not None and session.opened_at > factor.confirmed_at
        person = _person(session.account, session.expires_at, second_factor=shown)
        if person.must_change_password and not changing_password:
            raise PasswordToChange("somebody else gave you this password", "choose your own: hub people password")
        return person

    def end(self, token: str, machine: str | None = None) -> str:
        """Returns whose session it was. Raises NotLoggedIn."""
        with self._store.transaction() as connection:
            name = accounts.end_session(connection, _hash(token, machine))
            if name is None:
                raise not_logged_in()
            record_logged_out(connection, self._clock.now(), person=name)
        return name

    def _counts(self, connection: Transaction, account: Account) -> bool:
        """Whether the account may be used, and is as the hub itself made it."""
        active = account.disabled_at is None and account.expires_at > self._clock.now()
        return active and bool(self._store.proved(connection, "account", account.name))


def not_logged_in() -> NotLoggedIn:
    return NotLoggedIn("nobody is logged in here, or the session has ended", "log in: hub login NAME")


def login_refused() -> LoginRefused:
    return LoginRefused(
        "the name, the password or the code is wrong, or the account is disabled or has expired",
        "try again, or ask a person who manages people",
    )


def _person(account: Account, ends_at: datetime, *, second_factor: bool) -> Person:
    roles = tuple(StaffRole(role) for role in account.roles)
    rights = rights_of(roles, (Right(right) for right in account.rights))
    return Person(account.name, roles, rights, account.must_change_password, ends_at, second_factor)


def _hash(token: str, machine: str | None) -> bytes:
    """A session of a command line is found only from the account of the machine that opened it, and never by a call
    over the network."""
    bound = token if machine is None else f"{token}\0{machine}"
    return hashlib.sha256(bound.encode()).digest()
