"""How each act that takes two people is approved."""

from collections.abc import Mapping
from dataclasses import dataclass

from hub.access.rights import Right
from hub.access.staff import Staff
from hub.approval.rule_changes import RuleChanges
from hub.exchange.due.linking import Linking
from hub.exchange.repairing.after_restore import AfterRestore
from hub.exchange.repairing.approving import ActFace
from hub.exchange.repairing.bulk import Bulk
from hub.exchange.repairing.doubtful_clocks import DoubtfulClocks
from hub.exchange.repairing.quarantine import Quarantine
from hub.lifecycle import TwoPersonAct
from hub.sharing.agreed.protocol_changes import ProtocolChanges


@dataclass(frozen=True, slots=True)
class ActParts:
    """The parts of the exchange that have an act that takes two people."""

    protocols: ProtocolChanges
    bulk: Bulk
    quarantine: Quarantine
    rules: RuleChanges
    staff: Staff
    linking: Linking
    doubtful_clocks: DoubtfulClocks
    after_restore: AfterRestore

    def faces(self) -> Mapping[TwoPersonAct, ActFace]:
        protocols, bulk = self.protocols, self.bulk
        factors, accounts = self.staff.second_factors, self.staff.accounts
        return {
            TwoPersonAct.PROTOCOL: ActFace(
                Right.APPROVE_PROTOCOLS, protocols.seen, protocols.approve, protocols.reject, protocols.expire
            ),
            TwoPersonAct.BULK: ActFace(
                Right.RELEASE_QUARANTINE, bulk.content, bulk.approve, lambda id, by, _: bulk.stop(id, by), bulk.expire
            ),
            TwoPersonAct.DISCARD: ActFace(
                Right.RELEASE_QUARANTINE, self.quarantine.discarding, self.quarantine.approve_discard
            ),
            TwoPersonAct.RULES: ActFace(Right.APPROVE_PROTOCOLS, self.rules.content, self.rules.approve),
            TwoPersonAct.SECOND_FACTOR_RESET: ActFace(Right.MANAGE_PEOPLE, factors.resetting, factors.approve_reset),
            TwoPersonAct.PASSWORD_RESET: ActFace(Right.MANAGE_PEOPLE, accounts.resetting, accounts.approve_reset),
            TwoPersonAct.LINK_REJECTED: ActFace(
                Right.DECIDE_LINKS, self.linking.rejecting, self.linking.approve_rejection
            ),
            TwoPersonAct.CLOCK_VOIDED: ActFace(
                Right.DECIDE_CLOCKS, self.doubtful_clocks.voiding, self.doubtful_clocks.approve_void
            ),
            TwoPersonAct.STANDSTILL_ENDED: ActFace(
                Right.BACK_UP, self.after_restore.ending, self.after_restore.approve_end
            ),
        }
