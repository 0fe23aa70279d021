"""What an operator does by hand while the exchange runs."""

from hub.clock import Clock
from hub.exchange.assess import Assessor
from hub.exchange.bulk import Bulk
from hub.exchange.correct import Correcting
from hub.exchange.follow import Follower
from hub.exchange.intake import Intake
from hub.exchange.partners import Partners
from hub.exchange.prepare import Preparing
from hub.exchange.quarantine import Quarantine
from hub.exchange.refused_parts import RefusedParts
from hub.exchange.replay import Replay
from hub.journal.signing_keys import SigningKeys
from hub.settings import Settings
from hub.sharing.agencies import Agencies
from hub.store.engine import Store
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
