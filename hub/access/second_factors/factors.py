"""Second factors of people: set up, used at each login, and reset by two people.

A code counts by the time of the database's server, which no command moves.
"""

import base64
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from hub.access.second_factors.codes import accepted_step, codes_of
from hub.approval.proposals import Proposals
from hub.clock import Clock
from hub.errors import AccountRefused
from hub.journal.record.accounts import record_second_factor_added, record_second_factor_reset
from hub.lifecycle import TwoPersonAct
from hub.store.access import accounts, second_factors
from hub.store.access.second_factors import KeptFactor
from hub.store.approval import proposals
from hub.store.approval.proposals import KeptProposal
from hub.store.database.engine import Store, Transaction
from schemas.json import JsonObject

_SECRET_BYTES = 20
_CONFIRMED_WITHIN = timedelta(minutes=15)
_TABLE = "second_factor"


@dataclass(frozen=True, slots=True)
class NewFactor:
    """What the person gives to their device. It is shown only this once."""

    secret: str = field(repr=False)
    address: str = field(repr=False)


class SecondFactors:
    """`name` is that of an account, as it is kept."""

    def __init__(self, store: Store, clock: Clock, waiting: Proposals, issuer: str) -> None:
        self._store = store
        self._clock = clock
        self._proposals = waiting
        self._issuer = issuer

    def begin(self, name: str) -> NewFactor:
        """A new secret, which counts after its first code. The caller has checked the password. Raises
        AccountRefused."""
        secret = secrets.token_bytes(_SECRET_BYTES)
        with self._store.transaction() as connection:
            accounts.lock(connection, name)
            if not self._is_sound(connection, name) or self._confirmed(connection, name) is not None:
                raise AccountRefused(
                    "the account has a second factor already",
                    "if it is lost, two people who manage people reset it: hub people reset-second-factor NAME",
                )
            second_factors.ask(connection, name, secret, self._clock.now())
        address = codes_of(secret).get_provisioning_uri(name, self._issuer)
        return NewFactor(base64.b32encode(secret).decode(), address)

    def confirm(self, name: str, code: str) -> None:
        """The first code shows that the device has the secret. All sessions of the account end, so that each has a
        code. Raises AccountRefused."""
        now = self._clock.now()
        with self._store.transaction() as connection:
            accounts.lock(connection, name)
            kept = second_factors.find(connection, name) if self._is_sound(connection, name) else None
            if kept is None or kept.confirmed_at is not None or kept.asked_at + _CONFIRMED_WITHIN < now:
                raise AccountRefused("no second factor waits for its first code", "begin: hub people second-factor")
            if not self._use(connection, kept, code):
                raise AccountRefused("that is not the code that the device shows now", "begin again")
            second_factors.confirm(connection, name, now)
            ended = accounts.end_sessions(connection, name)
            record_second_factor_added(connection, now, account=name, sessions_ended=ended)

    def shown(self, connection: Transaction, name: str, code: str) -> bool | None:
        """Whether this code of the account's second factor is right, and False if the account has none; None if nobody
        may log in with it. A factor that was changed or taken out past the exchange lets nobody in. The caller has
        locked the account."""
        if not self._is_sound(connection, name):
            return None
        kept = self._confirmed(connection, name)
        if kept is None:
            return False
        return True if self._use(connection, kept, code) else None

    def confirmed_at(self, connection: Transaction, name: str) -> KeptFactor | None:
        """The second factor that counts for this account, as the journal knows it."""
        return self._confirmed(connection, name) if self._is_sound(connection, name) else None

    def listed(self) -> frozenset[str]:
        """The accounts that have one."""
        with self._store.transaction() as connection:
            return second_factors.confirmed(connection)

    def propose_reset(self, name: str, by: str) -> KeptProposal:
        """For a device that is lost: a second person who manages people must approve. Raises AccountRefused."""
        with self._store.transaction() as connection:
            if waiting := proposals.open_about(connection, TwoPersonAct.SECOND_FACTOR_RESET, name):
                return waiting[0]
            content = self._resetting(connection, name)
            if name == by:
                raise AccountRefused("nobody may reset their own second factor", "ask others who manage people")
            return self._proposals.propose(connection, TwoPersonAct.SECOND_FACTOR_RESET, name, content, by)

    def resetting(self, connection: Transaction, proposal: KeptProposal) -> JsonObject:
        """What the approval would do now. Raises AccountRefused."""
        return self._resetting(connection, proposal.about)

    def approve_reset(self, id: UUID, by: str, seen: str | None) -> None:
        """All sessions of the account end, and its person enrols again. Raises ApprovalRefused or AccountRefused."""
        now, act = self._clock.now(), TwoPersonAct.SECOND_FACTOR_RESET
        with self._store.transaction() as connection:
            proposal = self._proposals.open(connection, act, id)
            name = proposal.about
            if by == name:
                raise AccountRefused("nobody may reset their own second factor", "ask others who manage people")
            accounts.lock(connection, name)
            self._proposals.approve(connection, act, id, by, seen, self._resetting(connection, name))
            second_factors.forget(connection, name)
            accounts.end_sessions(connection, name)
            record_second_factor_reset(connection, now, account=name, by=proposal.proposed_by, approved_by=by)

    def _resetting(self, connection: Transaction, name: str) -> JsonObject:
        kept = second_factors.find(connection, name)
        if kept is None and self._is_sound(connection, name):
            raise AccountRefused("the account has no second factor", "see: hub people list")
        since = kept.confirmed_at.isoformat() if kept and kept.confirmed_at else None
        return {"account": name, "second_factor_since": since}

    def _confirmed(self, connection: Transaction, name: str) -> KeptFactor | None:
        kept = second_factors.find(connection, name)
        return kept if kept is not None and kept.confirmed_at is not None else None

    def _is_sound(self, connection: Transaction, name: str) -> bool:
        """Whether it stands as the journal says: there and unchanged, or never there."""
        return bool(self._store.stands(connection, _TABLE, name))

    def _use(self, connection: Transaction, kept: KeptFactor, code: str) -> bool:
        secret, seconds = second_factors.secret_of(connection, kept), second_factors.server_seconds(connection)
        step = accepted_step(secret, code, seconds, kept.last_step)
        if step is not None:
            second_factors.use(connection, kept.account, step)
        return step is not None
