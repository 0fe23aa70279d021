"""People's accounts. A person who manages people makes, changes and disables them. Owners cannot, and no account is
deleted."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from hub.access.names import account_name
from hub.access.passwords import Passwords
from hub.access.rights import GRANTED_INDIVIDUALLY, Right, StaffRole
from hub.access.sessions import Sessions
from hub.approval.proposals import Proposals
from hub.approval.rules import RulesInForce
from hub.approval.waiting import WaitsForSecondPerson
from hub.clock import Clock
from hub.errors import AccountRefused, ValueUnusable
from hub.journal.actors import INSTALLATION, is_unverified
from hub.journal.record.accounts import (
    AccountChange,
    record_account_added,
    record_account_changed,
    record_password_changed,
)
from hub.lifecycle import TwoPersonAct
from hub.store.access import accounts
from hub.store.access.accounts import Account
from hub.store.approval import proposals
from hub.store.approval.proposals import KeptProposal
from hub.store.database.engine import Store, Transaction
from hub.store.journal import staff_entries
from schemas.json import JsonObject


class Accounts:
    """`by` is the name that `Staff.acting` returned for the right to manage people."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        rules: RulesInForce,
        waiting: Proposals,
        passwords: Passwords,
        sessions: Sessions,
    ) -> None:
        self._store = store
        self._proposals = waiting
        self._clock = clock
        self._passwords = passwords
        self._sessions = sessions
        self._rules = rules

    def add(
        self,
        name: str,
        roles: Iterable[StaffRole],
        apart: Iterable[Right],
        password: str,
        by: str,
        expires_at: datetime | None = None,
    ) -> str:
        """Returns the name as it is kept. The installation can only make people who manage people: the first, or a new
        one when none is left. Raises AccountRefused or PasswordRefused."""
        kept, now = account_name(name), self._clock.now()
        rights = _apart(apart) | ({Right.MANAGE_PEOPLE} if by == INSTALLATION else frozenset())
        ends = expires_at or now + timedelta(days=self._rules.read().account_days)
        if ends <= now:
            raise AccountRefused("the account would already have expired", "give a day in the future")
        new = Account(
            kept,
            _sorted(roles),
            _sorted(rights),
            self._passwords.hashed(password, kept),
            must_change_password=by != INSTALLATION,
            created_at=now,
            created_by=by,
            expires_at=ends,
        )
        with self._store.transaction() as connection:
            self._still_may(connection, by, now)
            if not accounts.add(connection, new):
                raise AccountRefused(
                    "an account with that name exists already", "choose another name; see: hub people list"
                )
            record_account_added(
                connection, now, account=kept, roles=new.roles, rights=new.rights, expires_at=ends, by=by
            )
        return kept

    def listed(self) -> tuple[Account, ...]:
        with self._store.transaction() as connection:
            return accounts.listed(connection)

    def set_roles(self, name: str, roles: Iterable[StaffRole], apart: Iterable[Right], by: str) -> None:
        """Replaces all earlier roles and rights at once. Raises ValueUnusable or AccountRefused."""
        change: AccountChange = {"roles": list(_sorted(roles)), "rights": list(_sorted(_apart(apart)))}
        self._change(name, by, change)

    def disable(self, name: str, by: str) -> None:
        """Disables the account and ends its sessions at once. Raises ValueUnusable or AccountRefused."""
        self._change(name, by, {"disabled_at": self._clock.now()})

    def enable(self, name: str, by: str) -> None:
        self._change(name, by, {"disabled_at": None})

    def expire(self, name: str, expires_at: datetime, by: str) -> None:
        self._change(name, by, {"expires_at": expires_at})

    def set_password(self, name: str, password: str, by: str) -> None:
        """Sets another person's password. That person must choose a new one before anything else. Where the rules want
        two people, somebody has approved it before. Raises ValueUnusable, AccountRefused, PasswordRefused or
        WaitsForSecondPerson."""
        hashed = self._passwords.hashed(password, account_name(name))
        with self._changing(name, by) as (connection, kept, now):
            approved_by, waits = self._approved_or_waiting(connection, kept, by, now)
            if waits is None:
                accounts.change(connection, kept, password_hash=hashed, must_change_password=True)
                record_password_changed(connection, now, account=kept, by=by, approved_by=approved_by)
                accounts.end_sessions(connection, kept)
        if waits is not None:
            raise WaitsForSecondPerson(waits)

    def resetting(self, connection: Transaction, proposal: KeptProposal) -> JsonObject:
        """What the approval of a proposal to reset a password would allow now. Raises ValueUnusable."""
        return _resetting(connection, proposal.about)

    def approve_reset(self, id: UUID, by: str, seen: str | None) -> None:
        """As a second person: whoever proposed it may set the password once. Raises ApprovalRefused."""
        with self._store.transaction() as connection:
            proposal = self._proposals.open(connection, TwoPersonAct.PASSWORD_RESET, id)
            if by == proposal.about:
                raise AccountRefused("nobody may change their own account", "ask somebody else who manages people")
            content = self.resetting(connection, proposal)
            self._proposals.approve(connection, proposal.act, id, by, seen, content)

    def _approved_or_waiting(
        self, connection: Transaction, name: str, by: str, now: datetime
    ) -> tuple[str | None, KeptProposal | None]:
        """Who approved that this person sets the password now, or else the proposal that waits. Neither if the rules
        let one person do it."""
        rules, act = self._rules.current(connection), TwoPersonAct.PASSWORD_RESET
        if not rules.two_for_recovery:
            return None, None
        approved = proposals.newest_approved(connection, act, name, by, now - timedelta(hours=rules.approval_hours))
        proved = approved is not None and self._store.proved(connection, "proposal", str(approved.id))
        if approved and proved and not staff_entries.password_was_set(connection, name, approved.decided_at or now):
            return approved.decided_by, None
        waiting = next(iter(proposals.open_about(connection, act, name)), None)
        return None, waiting or self._proposals.propose(connection, act, name, _resetting(connection, name), by)

    def change_own_password(self, name: str, old: str, new: str, address: str | None = None) -> None:
        """Ends every session of the account, including this one. Raises LoginRefused, TooManyTries or
        PasswordRefused."""
        hashed = self._passwords.hashed(new, name)
        row = self._sessions.check(name, old, address)
        if self._passwords.matches(new, row.password_hash):  # also if it is written with other characters
            raise AccountRefused("the new password is the same as the old one", "choose another")
        now = self._clock.now()
        with self._store.transaction() as connection:
            current = accounts.lock(connection, row.name)
            if current is None or current.password_hash != row.password_hash:
                raise AccountRefused("somebody changed the password at the same moment", "log in again")
            accounts.change(connection, row.name, password_hash=hashed, must_change_password=False)
            ended = accounts.end_sessions(connection, row.name)
            record_password_changed(connection, now, account=row.name, by=row.name, sessions_ended=ended)

    def _change(self, name: str, by: str, change: AccountChange) -> None:
        with self._changing(name, by) as (connection, kept, now):
            accounts.change(connection, kept, **change)
            record_account_changed(connection, now, account=kept, by=by, change=change)
            if change.get("disabled_at"):
                accounts.end_sessions(connection, kept)

    @contextmanager
    def _changing(self, name: str, by: str) -> Iterator[tuple[Transaction, str, datetime]]:
        """Locks the account and yields its name as it is kept. Raises ValueUnusable or AccountRefused."""
        kept, now = account_name(name), self._clock.now()
        if kept == by:
            raise AccountRefused("nobody may change their own account", "ask somebody else who manages people")
        with self._store.transaction() as connection:
            self._still_may(connection, by, now)
            if accounts.lock(connection, kept) is None or not self._store.proved(connection, "account", kept):
                raise ValueUnusable("value.unknown", "there is no account with that name", "see: hub people list")
            yield connection, kept, now

    def _still_may(self, connection: Transaction, by: str, now: datetime) -> None:
        """Two people may both find the hub without accounts. Only one of them may make the first."""
        accounts.lock_accounts(connection)
        if is_unverified(by) or (by == INSTALLATION and accounts.anybody_can(connection, Right.MANAGE_PEOPLE, now)):
            raise AccountRefused("somebody manages people here already", "log in first: hub login NAME")


def _resetting(connection: Transaction, name: str) -> JsonObject:
    """What a second person is shown of an account whose password is to be reset. Raises ValueUnusable."""
    account = accounts.lock(connection, name)
    if account is None:
        raise ValueUnusable("value.unknown", "there is no account with that name", "see: hub people list")
    return {"account": name, "rights": [*account.roles, *account.rights], "disabled": account.disabled_at is not None}


def _apart(rights: Iterable[Right]) -> frozenset[Right]:
    wanted = frozenset(rights)
    if wanted - GRANTED_INDIVIDUALLY:
        raise AccountRefused(
            f"{', '.join(sorted(wanted - GRANTED_INDIVIDUALLY))} comes with a role and cannot be granted individually",
            f"grant the role, or one of: {', '.join(sorted(GRANTED_INDIVIDUALLY))}",
        )
    return wanted


def _sorted(values: Iterable[StaffRole | Right]) -> tuple[str, ...]:
    return tuple(sorted({str(value) for value in values}))
