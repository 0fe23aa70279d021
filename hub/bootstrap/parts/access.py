"""Who may do what: people, agencies, keys, protocols, rules. Each part is imported and built at its first use."""

from functools import cached_property
from typing import TYPE_CHECKING

from hub.bootstrap.parts.built import Built

if TYPE_CHECKING:
    from hub.access.master_key_care import MasterKeyCare
    from hub.access.staff import Staff
    from hub.approval.rule_changes import RuleChanges
    from hub.exchange.partners.agency_access import AgencyAccess
    from hub.exchange.partners.agency_certificates import AgencyCertificates
    from hub.exchange.partners.availability import Partners
    from hub.exchange.partners.signed_calls import SignedCalls
    from hub.journal.sealing import Sealing
    from hub.sharing.agreed.protocol_changes import ProtocolChanges


class AccessParts(Built):
    @cached_property
    def staff(self) -> "Staff":
        from hub.access.staff import Staff

        return Staff(self.store, self.clock, self.settings)

    @cached_property
    def access(self) -> "AgencyAccess":
        from hub.exchange.partners.agency_access import AgencyAccess

        return AgencyAccess(self.store, self.clock, self.settings, self.agencies, self.limits, self.signing)

    @cached_property
    def signed_calls(self) -> "SignedCalls":
        from hub.exchange.partners.signed_calls import SignedCalls

        return SignedCalls(self.store, self.clock, self.settings, self.limits, self.interfaces, self.wiring.log)

    @cached_property
    def certificates(self) -> "AgencyCertificates":
        from hub.exchange.partners.agency_certificates import AgencyCertificates

        return AgencyCertificates(self.store, self.clock, self.settings, self.agencies)

    @cached_property
    def master_keys(self) -> "MasterKeyCare":
        from hub.access.master_key_care import MasterKeyCare

        return MasterKeyCare(self.store, self.clock)

    @cached_property
    def sealing(self) -> "Sealing":
        from hub.journal.sealing import Sealing

        return Sealing(self.store, self.signing)

    @cached_property
    def protocols(self) -> "ProtocolChanges":
        from hub.sharing.agreed.protocol_changes import ProtocolChanges

        wiring = self.wiring
        return ProtocolChanges(self.store, self.clock, wiring.catalogue, wiring.live, wiring.proposals)

    @cached_property
    def rules(self) -> "RuleChanges":
        from hub.approval.rule_changes import RuleChanges

        return RuleChanges(self.store, self.clock, self.wiring.rules, self.wiring.proposals)

    @cached_property
    def partners(self) -> "Partners":
        from hub.exchange.partners.availability import Partners

        return Partners(self.store, self.clock, self.settings, self.agencies)
