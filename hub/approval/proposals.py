"""The one mechanism for everything that takes two people.

One person proposes. Another is shown what it would do, with the digest of that, and approves this digest. If it would
do something else meanwhile, or if too much time has passed, nobody can approve it.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID, uuid4

from hub.approval.rules import RulesInForce
from hub.approval.two_persons import may_be_one_person
from hub.clock import Clock
from hub.errors import CodedFailure
from hub.journal.actors import is_unverified, same_person
from hub.journal.record.installation import (
    ProposedAct,
    record_proposal_approved,
    record_proposal_expired,
    record_proposal_made,
    record_proposal_rejected,
)
from hub.lifecycle import ProposalState, TwoPersonAct
from hub.store.approval import proposals
from hub.store.approval.proposals import KeptProposal
from hub.store.database.engine import Store, Transaction
from schemas.json import JsonObject

_TABLE = "proposal"
_SHOWN_DIGITS = 16
Expire = Callable[[Transaction, KeptProposal], None]


class ApprovalRefused(CodedFailure):
    """The proposal cannot be approved, or not by this person."""

    status = 409


@dataclass(frozen=True, slots=True)
class _Codes:
    same_person: str = "approval.same_person"
    unverified: str = "approval.proposer_unverified"


_CODES: Mapping[TwoPersonAct, _Codes] = {
    TwoPersonAct.PROTOCOL: _Codes("protocol.same_person", "protocol.proposer_unverified"),
    TwoPersonAct.BULK: _Codes("bulk.second_person", "bulk.second_person"),
}
"""The codes of acts that are older than this mechanism."""


class Proposals:
    """`content` says what the act would do now, in codes, ids and counts. The caller makes it anew each time."""

    def __init__(self, store: Store, clock: Clock, rules: RulesInForce) -> None:
        self._store = store
        self._clock = clock
        self._rules = rules

    def propose(
        self,
        connection: Transaction,
        act: TwoPersonAct,
        about: str,
        content: JsonObject,
        by: str,
        id: UUID | None = None,
    ) -> KeptProposal:
        """`id` is that of the thing itself, if it has one of its own."""
        now, id = self._clock.now(), id or uuid4()
        ends = now + timedelta(hours=self._rules.current(connection).approval_hours)
        digest = _digest(id, act, about, content)
        new = KeptProposal(id, act, about, content, digest, ProposalState.OPEN, by, now, ends, None, None, None)
        proposals.add(connection, new)
        record_proposal_made(connection, now, _named(new, digest), by=by, expires_at=ends)
        return new

    def seen(self, proposal: KeptProposal, content: JsonObject) -> str:
        """The value that names exactly this proposal and what it would do now. It is shown to the second person."""
        return _digest(proposal.id, proposal.act, proposal.about, content)[:_SHOWN_DIGITS]

    def waiting(self, connection: Transaction, id: UUID) -> KeptProposal | None:
        """The proposal, if it waits for somebody."""
        found = proposals.find(connection, id)
        return found if found is not None and found.state is ProposalState.OPEN else None

    def lock(self, connection: Transaction, id: UUID) -> None:
        """Hold the proposal, if there is one, before the row of the thing itself: so no two wait for each other."""
        proposals.lock(connection, id)

    def refuse_decided(self, connection: Transaction, id: UUID) -> None:
        """Raises ApprovalRefused if somebody decided about it, or if it has expired."""
        found = proposals.find(connection, id)
        if found is not None and found.state is not ProposalState.OPEN:
            raise ApprovalRefused("approval.not_open", f"it is {found.state} already", "see: hub approvals list --all")

    def open(self, connection: Transaction, act: TwoPersonAct, id: UUID) -> KeptProposal:
        """The open proposal, locked. Raises ApprovalRefused if there is none, or if the journal does not know it."""
        found = proposals.lock(connection, id)
        if found is None or found.act is not act or found.state is not ProposalState.OPEN:
            was = f"it is {found.state} already" if found and found.act is act else "no such proposal is known"
            raise ApprovalRefused("approval.not_open", was, "see what waits: hub approvals list; or propose it again")
        if not self._store.proved(connection, _TABLE, str(id)):
            raise ApprovalRefused(
                "approval.unproved",
                "the journal knows the proposal otherwise: somebody changed it, or put it into the database",
                "find out who may write to the database: hub journal verify",
            )
        return found

    def approve(
        self, connection: Transaction, act: TwoPersonAct, id: UUID, by: str, seen: str | None, content: JsonObject
    ) -> KeptProposal:
        """`seen` is what the second person was shown, `content` what it would do now. While nobody can log in, nobody
        knows who was shown what; then `seen` may be left out. Raises ApprovalRefused."""
        proposal = self.open(connection, act, id)
        self._refuse_one_person(connection, proposal, by)
        digest = _digest(id, act, proposal.about, content)
        if seen is None and not is_unverified(by):
            raise ApprovalRefused(
                "approval.not_seen",
                "it is not said what was seen of the proposal",
                f"look at it, and give the value that is shown: hub approvals show {id}",
            )
        said = proposal.digest[:_SHOWN_DIGITS] if seen is None else seen
        if said != digest[:_SHOWN_DIGITS]:
            raise ApprovalRefused(
                "approval.changed",
                "it would not do the same any longer as what was seen",
                f"look at it again: hub approvals show {id}",
            )
        return self._approved(connection, proposal, by, digest)

    def approve_alone(self, connection: Transaction, act: TwoPersonAct, id: UUID, by: str) -> KeptProposal:
        """For what a rule lets one person do. Raises ApprovalRefused if it is not open any longer."""
        proposal = self.open(connection, act, id)
        self._refuse_expired(proposal)
        return self._approved(connection, proposal, by, proposal.digest)

    def approved(self, connection: Transaction, id: UUID) -> KeptProposal | None:
        """The proposal, if two people approved it, or one where a rule says so, as the journal knows."""
        found = proposals.find(connection, id)
        if found is None or found.state is not ProposalState.APPROVED:
            return None
        return found if self._store.proved(connection, _TABLE, str(id)) else None

    def reject(self, connection: Transaction, id: UUID, by: str, reason: str | None) -> None:
        """Its proposer may withdraw it this way. Does nothing if it does not wait any longer."""
        now, proposal = self._clock.now(), proposals.lock(connection, id)
        if proposal is None or proposal.state is not ProposalState.OPEN:
            return
        proposals.decide(connection, proposal.id, ProposalState.REJECTED, by, reason, now)
        record_proposal_rejected(connection, now, _named(proposal, proposal.digest), by=by, reason=reason)

    def expire_due(self, ends: Mapping[TwoPersonAct, Expire]) -> tuple[KeptProposal, ...]:
        """End what nobody approved in time, and what waits for it. `ends` says how, by act."""
        now, expired = self._clock.now(), []
        with self._store.transaction() as connection:
            due = proposals.due(connection, now)
        for each in due:
            with self._store.transaction() as connection:
                proposal = proposals.lock(connection, each.id)
                if proposal is None or proposal.state is not ProposalState.OPEN:
                    continue  # somebody decided about it at the same moment
                proposals.decide(connection, proposal.id, ProposalState.EXPIRED, None, None, now)
                by = proposal.proposed_by
                record_proposal_expired(connection, now, _named(proposal, proposal.digest), by=by)
                if proposal.act in ends:
                    ends[proposal.act](connection, proposal)
                expired.append(proposal)
        return tuple(expired)

    def _approved(self, connection: Transaction, proposal: KeptProposal, by: str, digest: str) -> KeptProposal:
        now = self._clock.now()
        proposals.decide(connection, proposal.id, ProposalState.APPROVED, by, None, now)
        record_proposal_approved(connection, now, _named(proposal, digest), by=by, proposed_by=proposal.proposed_by)
        return proposal

    def _refuse_one_person(self, connection: Transaction, proposal: KeptProposal, by: str) -> None:
        """Two people, and in time."""
        codes = _CODES.get(proposal.act, _Codes())
        now, proposer = self._clock.now(), proposal.proposed_by
        if same_person(by, proposer):
            raise ApprovalRefused(
                codes.same_person, f"{by} proposed it and cannot approve it", "ask somebody else to approve it"
            )
        apart = self._rules.current(connection).apart
        if may_be_one_person(connection, by, proposer, now, apart):
            raise ApprovalRefused(
                codes.same_person,
                f"one of the two accounts was made, reset or given rights in the last {apart.days} days by who may be"
                " behind both, or has a second factor that was set up so soon after such a reset",
                "ask a person whose account nobody has changed lately, or wait; two people reset the second factor",
            )
        if is_unverified(proposer) and not is_unverified(by):
            raise ApprovalRefused(
                codes.unverified,
                "it was proposed under a name that nobody checked, so the same person may have proposed it",
                "reject it, and ask a person who is logged in to propose it",
            )
        self._refuse_expired(proposal)

    def _refuse_expired(self, proposal: KeptProposal) -> None:
        if self._clock.now() >= proposal.expires_at:
            raise ApprovalRefused(
                "approval.expired",
                f"nobody approved it until {proposal.expires_at:%Y-%m-%d %H:%M} UTC, and it has expired",
                "propose it again",
            )


def _digest(id: UUID, act: TwoPersonAct, about: str, content: JsonObject) -> str:
    said = {"id": str(id), "act": str(act), "about": about, "content": content}
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


def _named(proposal: KeptProposal, digest: str) -> ProposedAct:
    return ProposedAct(proposal.id, str(proposal.act), proposal.about, digest)
