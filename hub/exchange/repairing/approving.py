"""Everything that waits for a second person, in one place: what waits, what it would do, and how it is approved."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TypedDict
from uuid import UUID

from hub.access.rights import Right
from hub.approval.proposals import Expire, Proposals
from hub.errors import NotFound
from hub.exchange.shortened_ids import NotOne, only_one
from hub.exchange.wiring import Wiring
from hub.journal.actors import same_person
from hub.lifecycle import TwoPersonAct
from hub.store.approval import proposals
from hub.store.approval.proposals import KeptProposal
from hub.store.database.engine import Transaction
from schemas.json import JsonObject

_NO_PROPOSAL = NotOne(
    NotFound,
    no_id="that is not the id of a proposal",
    none="there is no such proposal",
    several="several proposals have ids that begin with that",
    cure="see: hub approvals list",
)


class ProposalView(TypedDict):
    id: str
    act: TwoPersonAct
    about: str
    state: str
    proposed_by: str
    proposed_at: str
    expires_at: str
    decided_by: str | None


class ProposalContent(ProposalView):
    """What the proposal would do now. `seen` names exactly this; None if it does not wait any longer."""

    content: JsonObject
    seen: str | None


@dataclass(frozen=True, slots=True)
class ActFace:
    """How one act is approved: the right that it needs, what it would do now, and what to call. `reject` and `expire`
    are for acts that have rows of their own."""

    right: Right
    content: Callable[[Transaction, KeptProposal], JsonObject]
    approve: Callable[[UUID, str, str | None], object]
    reject: Callable[[UUID, str, str], object] | None = None
    expire: Expire | None = None


class Approving:
    """`wanted` is the id of a proposal, or its first characters. Each method with it raises NotFound."""

    def __init__(self, wiring: Wiring, faces: Mapping[TwoPersonAct, ActFace]) -> None:
        self._store = wiring.store
        self._log = wiring.log
        self._proposals: Proposals = wiring.proposals
        self.faces = faces

    def listed(self, *, decided_too: bool = False) -> list[ProposalView]:
        """The newest 200 that wait, or the newest 200 of all."""
        with self._store.transaction() as connection:
            return [_view(each) for each in proposals.listed(connection, decided_too=decided_too)]

    def find(self, wanted: str) -> KeptProposal:
        with self._store.transaction() as connection:
            id = only_one(wanted, lambda first: proposals.beginning_with(connection, first), _NO_PROPOSAL)
            found = proposals.find(connection, id)
        assert found is not None  # noqa: S101 - proposals are never deleted
        return found

    def right_for(self, wanted: str) -> Right:
        """The right that its approval needs."""
        return self.faces[self.find(wanted).act].right

    def may_withdraw(self, wanted: str, by: str) -> bool:
        """Whether this person proposed it."""
        return same_person(self.find(wanted).proposed_by, by)

    def show(self, wanted: str) -> ProposalContent:
        """What it would do now, and the value to approve exactly that."""
        found = self.find(wanted)
        with self._store.transaction() as connection:
            if self._proposals.waiting(connection, found.id) is None:
                return {**_view(found), "content": found.content, "seen": None}
            content = self.faces[found.act].content(connection, found)
            return {**_view(found), "content": content, "seen": self._proposals.seen(found, content)}

    def seen(self, id: UUID) -> str | None:
        """The value to approve what the proposal would do now; None if it does not wait."""
        with self._store.transaction() as connection:
            waiting = self._proposals.waiting(connection, id)
            if waiting is None:
                return None
            return self._proposals.seen(waiting, self.faces[waiting.act].content(connection, waiting))

    def approve(self, wanted: str, by: str, seen: str | None) -> KeptProposal:
        """As a second person. Raises ApprovalRefused, and what the act itself raises."""
        found = self.find(wanted)
        self.faces[found.act].approve(found.id, by, seen)
        return found

    def reject(self, wanted: str, by: str, reason: str) -> KeptProposal:
        """Whoever proposed it may withdraw it this way. Raises ApprovalRefused if it does not wait any longer."""
        found = self.find(wanted)
        with self._store.transaction() as connection:
            self._proposals.refuse_decided(connection, found.id)
        if (reject := self.faces[found.act].reject) is not None:
            reject(found.id, by, reason)
        else:
            with self._store.transaction() as connection:
                self._proposals.reject(connection, found.id, by, reason)
        return found

    def expire(self) -> int | None:
        """End and report each proposal that nobody approved in time. None if there is none."""
        ends = {act: face.expire for act, face in self.faces.items() if face.expire is not None}
        expired = self._proposals.expire_due(ends)
        for each in expired:
            self._log.warning("approval.expired", proposal=str(each.id), act=str(each.act))
        return len(expired) or None


def _view(proposal: KeptProposal) -> ProposalView:
    return {
        "id": str(proposal.id),
        "act": proposal.act,
        "about": proposal.about,
        "state": str(proposal.state),
        "proposed_by": proposal.proposed_by,
        "proposed_at": proposal.proposed_at.isoformat(),
        "expires_at": proposal.expires_at.isoformat(),
        "decided_by": proposal.decided_by,
    }
