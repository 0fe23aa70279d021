"""What an operator does by hand while the exchange runs."""

from hub.clock import Clock
from hub.exchange.accepting.follow import Follower
from hub.exchange.accepting.intake import Intake
from hub.exchange.message.assess import Assessor
from hub.exchange.partners.availability import Partners
from hub.exchange.repairing.bulk import Bulk
from hub.exchange.repairing.correction import Correcting
from hub.exchange.repairing.quarantine import Quarantine
from hub.exchange.repairing.refused_parts import RefusedParts
from hub.exchange.repairing.replay import Replay
from hub.exchange.sending.preparation import Preparing
from hub.journal.signing_keys import SigningKeys
from hub.settings import Settings
from hub.sharing.terms.agencies import Agencies
from hub.store.database.engine import Store
from schemas.catalogue import Catalogue


class Operation:
    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: Settings,
        agencies: Agencies,
        assessor: Assessor,
        catalogue: Catalogue,
        intake: Intake,
        follower: Follower,
        keys: SigningKeys,
        preparing: Preparing,
    ) -> None:
        correcting = Correcting(store, clock, assessor, catalogue, follower, keys)
        self.partners = Partners(store, clock, settings, agencies)
        self.quarantine = Quarantine(store, clock, RefusedParts(store, clock, assessor, intake), correcting)
        self.bulk = Bulk(store, clock, self.quarantine, settings.bulk_alone_up_to)
        self.replay = Replay(store, clock, assessor, preparing)
