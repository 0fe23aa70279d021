"""How much one person may give up alone. What is given up never arrives, so many items need a second person, also if
they are given up one by one. A link that is rejected and a clock that is declared void count like a delivery: because
of them something is not sent."""

from datetime import timedelta
from uuid import UUID

from hub.exchange.wiring import Wiring
from hub.lifecycle import BulkAction, TwoPersonAct
from hub.store.approval import proposals
from hub.store.approval.proposals import KeptProposal
from hub.store.database.advisory_locks import AdvisoryLock, wait_for_lock
from hub.store.database.engine import Transaction
from hub.store.journal import staff_entries
from schemas.json import JsonObject

COUNTED_FOR = timedelta(hours=1)


class GivingUp:
    def __init__(self, wiring: Wiring) -> None:
        self._clock = wiring.clock
        self._rules = wiring.rules
        self._proposals = wiring.proposals

    def is_for_one_person(self, connection: Transaction, action: BulkAction, by: str, count: int) -> bool:
        """Whether this person may do it to so many items alone. What was given up within the hour counts too."""
        limit = self._rules.current(connection).alone_up_to
        if count > limit or action is BulkAction.RELEASE:
            return count <= limit
        wait_for_lock(connection, AdvisoryLock.GIVEN_UP)  # two at the same moment are counted one after another
        before = staff_entries.given_up_alone(connection, by, self._clock.now() - COUNTED_FOR)
        return before + count <= limit

    def waits(
        self, connection: Transaction, act: TwoPersonAct, about: UUID, content: JsonObject, by: str
    ) -> KeptProposal | None:
        """None if this person may give it up alone; otherwise the proposal that a second person must approve."""
        if self.is_for_one_person(connection, BulkAction.DISCARD, by, 1):
            return None
        waiting = proposals.open_about(connection, act, str(about))
        return next(iter(waiting), None) or self._proposals.propose(connection, act, str(about), content, by)

    def open(self, connection: Transaction, act: TwoPersonAct, id: UUID) -> KeptProposal:
        """Raises ApprovalRefused."""
        return self._proposals.open(connection, act, id)

    def approve(
        self, connection: Transaction, proposal: KeptProposal, by: str, seen: str | None, content: JsonObject
    ) -> None:
        """As a second person. Raises ApprovalRefused."""
        self._proposals.approve(connection, proposal.act, proposal.id, by, seen, content)
