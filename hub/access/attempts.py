"""Limits how often somebody may try a password. Each try is counted in the database before it is made, so two tries at
the same moment, or in other processes, count as two.

Tries for a name without an account are counted in the same way. So a block does not show whether an account exists.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from hub.approval.rules import Rules, RulesInForce
from hub.errors import TooManyTries
from hub.journal.record.accounts import record_login_blocked
from hub.store.access import accounts
from hub.store.database.engine import Store, Transaction

FORGOTTEN_AFTER = timedelta(days=1)


class Scope(StrEnum):
    NAME = "name"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class LoginLimits:
    """From failure number `name` (or `address`) on there is a pause. It doubles with each further failure."""

    name: int
    address: int
    first: timedelta
    longest: timedelta

    @classmethod
    def of(cls, rules: Rules) -> "LoginLimits":
        return cls(
            rules.login_failures_max,
            rules.login_failures_per_address_max,
            timedelta(seconds=rules.login_pause_first_seconds),
            timedelta(seconds=rules.login_pause_longest_seconds),
        )

    def pause_after(self, scope: Scope, failures: int) -> timedelta | None:
        """None while another try is allowed at once."""
        beyond = failures - (self.name if scope is Scope.NAME else self.address)
        if beyond < 0:
            return None
        doubled: int = 2 ** min(beyond, 20)
        return min(self.longest, self.first * doubled)


@dataclass(frozen=True, slots=True)
class Try:
    """A try that was counted. `keys` holds each scope with its key, in the order in which they are locked."""

    keys: tuple[tuple[Scope, str], ...]


class Attempts:
    def __init__(self, store: Store, rules: RulesInForce, secret: bytes) -> None:
        self._store = store
        self._rules = rules
        self._secret = secret

    def begin(self, name: str, address: str | None, now: datetime) -> Try:
        """Count the try as a failure until it is known to have succeeded. Raises TooManyTries."""
        keys = [(Scope.NAME, self._blind(name))]
        if address is not None:
            keys.append((Scope.ADDRESS, self._blind(address)))
        counted = Try(tuple(keys))
        with self._store.transaction() as connection:
            accounts.forget_old(connection, now, now - FORGOTTEN_AFTER)
            limits = LoginLimits.of(self._rules.or_first(connection))
            for scope, key in counted.keys:
                self._count(connection, limits, scope, key, now)
        return counted

    def _count(self, connection: Transaction, limits: LoginLimits, scope: Scope, key: str, now: datetime) -> None:
        row = accounts.attempt(connection, scope, key, now)
        if row.blocked_until is not None and now < row.blocked_until:
            raise TooManyTries((row.blocked_until - now).total_seconds())
        failures = 1 if now - row.last_at > FORGOTTEN_AFTER else row.failures + 1
        pause = limits.pause_after(scope, failures)
        accounts.count_attempt(connection, scope, key, failures, now, now + pause if pause else None)

    def was_wrong(self, counted: Try, name: str | None, now: datetime) -> None:
        """The try stays counted. If it started a pause, the journal records it. `name` is None if no account has it."""
        with self._store.transaction() as connection:
            blocked = [str(scope) for scope, key in counted.keys if accounts.is_blocked(connection, scope, key, now)]
            if blocked:
                record_login_blocked(connection, now, account=name, by=blocked)

    def was_right(self, connection: Transaction, counted: Try) -> None:
        """Forget the failures of the name. The address loses only this one try: otherwise a person with an account
        could clear the count of the address and go on guessing other passwords."""
        for scope, key in counted.keys:
            if scope is Scope.NAME:
                accounts.forget_attempts(connection, scope, key)
            else:
                accounts.uncount_attempt(connection, scope, key)

    def _blind(self, value: str) -> str:
        """People type passwords where a name belongs, and an address may be a person's. So neither is kept in readable
        form."""
        return hmac.new(self._secret, f"login|{value}".encode(), hashlib.sha256).hexdigest()
