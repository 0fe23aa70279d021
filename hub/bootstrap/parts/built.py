"""What every part is built from, and the checks that no transaction goes without."""

from hub.access.own_database import OwnDatabase
from hub.bootstrap.knowledge import Knowledge
from hub.bootstrap.wired import build_wiring
from hub.clock import Clock
from hub.store.database.engine import Store
from hub.telemetry.logs import Log


class Built:
    """The wiring, and the database that lets only its own exchange write."""

    def __init__(self, knowledge: Knowledge, store: Store, clock: Clock, log: Log) -> None:
        self.knowledge, self.settings, self.store, self.clock = knowledge, knowledge.settings, store, clock
        wiring = self.wiring = build_wiring(knowledge, store, clock, log)
        self.agencies, self.standstill = wiring.agencies, wiring.standstill
        self.limits, self.signing, self.interfaces = wiring.limits, wiring.signing, wiring.interfaces
        self.own_database = OwnDatabase(wiring.settings, wiring.signing, clock, wiring.attesting, wiring.witnesses)
        store.attested_by(wiring.attesting)
        store.guarded_by(self.own_database.check)
