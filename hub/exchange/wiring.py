"""What the parts of the exchange are built from. The composition root makes one, and each part takes it whole."""

from dataclasses import dataclass

from adapters.catalogue import Adapters
from hub.access.standstill import Standstill
from hub.approval.proposals import Proposals
from hub.approval.rules import RulesInForce
from hub.clock import Clock
from hub.exchange.message.assess import Assessor
from hub.exchange.partners.endpoints import Endpoints
from hub.exchange.partners.interface_settings import InterfaceSettings
from hub.exchange.partners.limits import LimitsByAgency
from hub.exchange.partners.operator_file import OperatorFile
from hub.journal.acceptance_notes import AcceptanceNotes
from hub.journal.attesting import Attesting
from hub.journal.signing_keys import SigningKeys
from hub.journal.witnesses import Witnesses
from hub.settings import Settings
from hub.sharing.agreed.live import LiveRegistry
from hub.sharing.terms.agencies import Agencies
from hub.store.database.engine import Store
from hub.telemetry.logs import Log
from schemas.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Wiring:
    """`assessor` decides by what `live` says at each moment. `agencies` stay the same while the process runs."""

    settings: Settings
    clock: Clock
    log: Log
    store: Store
    catalogue: Catalogue
    adapters: Adapters
    agencies: Agencies
    live: LiveRegistry
    assessor: Assessor
    signing: SigningKeys
    attesting: Attesting
    standstill: Standstill
    notes: AcceptanceNotes
    witnesses: Witnesses
    endpoints: OperatorFile[Endpoints]
    interfaces: OperatorFile[InterfaceSettings]
    limits: LimitsByAgency
    rules: RulesInForce
    proposals: Proposals
