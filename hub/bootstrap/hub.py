"""The hub: the parts of the exchange, put together on one database. Its faces use the parts, and nothing else."""

from contextlib import suppress

from hub.access.master_key_care import MasterKeyCare
from hub.access.own_database import OwnDatabase, refuse_lost_keys
from hub.access.pseudonym_key import pseudonym_key
from hub.access.staff import Staff
from hub.approval.rule_changes import RuleChanges
from hub.bootstrap.acts import ActParts
from hub.bootstrap.knowledge import Knowledge, build_knowledge
from hub.bootstrap.wired import build_wiring
from hub.clock import Clock, SystemClock
from hub.disposal.ending import EndOfLife
from hub.errors import SchemaOutdated, StoreUnavailable
from hub.exchange.accepting.capacity import Capacity
from hub.exchange.accepting.collection import Collecting
from hub.exchange.accepting.follow import Follower
from hub.exchange.accepting.intake import Intake
from hub.exchange.accepting.withdrawing import Withdrawing
from hub.exchange.due.linking import Linking
from hub.exchange.due.sweep import Sweep
from hub.exchange.partners.agency_access import AgencyAccess
from hub.exchange.partners.agency_certificates import AgencyCertificates
from hub.exchange.partners.availability import Partners
from hub.exchange.repairing.after_restore import AfterRestore
from hub.exchange.repairing.approving import Approving
from hub.exchange.repairing.believing import Believing
from hub.exchange.repairing.bulk import Bulk
from hub.exchange.repairing.correction import Correcting
from hub.exchange.repairing.doubtful_clocks import DoubtfulClocks
from hub.exchange.repairing.quarantine import Quarantine
from hub.exchange.repairing.refused_parts import RefusedParts
from hub.exchange.repairing.replay import Replay
from hub.exchange.sending.delivery import Delivering
from hub.exchange.sending.mailbox import Mailbox
from hub.exchange.sending.outbox import Outbox
from hub.exchange.sending.preparation import Preparing
from hub.exchange.telling.body_reading import BodyReading
from hub.exchange.telling.deadline_board import DeadlineBoard
from hub.exchange.telling.earlier_answers import EarlierAnswers
from hub.exchange.telling.evidence import Evidence
from hub.exchange.telling.message_search import MessageSearch
from hub.exchange.telling.status import StatusBoard
from hub.exchange.telling.stories import Stories
from hub.journal.sealing import Sealing
from hub.settings import Settings
from hub.sharing.agreed.protocol_changes import ProtocolChanges
from hub.store.database.engine import Store
from hub.telemetry.logs import Log
from hub.vault.vault import vault_for


class Hub:
    """The exchange as its faces see it. Build one in each process: connections do not survive a fork."""

    def __init__(self, knowledge: Knowledge, store: Store, clock: Clock, log: Log) -> None:
        self.knowledge, self.settings, self.store, self.clock = knowledge, knowledge.settings, store, clock
        wiring = self.wiring = build_wiring(knowledge, store, clock, log)
        agencies = wiring.agencies
        follower, preparing = Follower(wiring), Preparing(wiring)

        self.own_database = OwnDatabase(wiring.settings, wiring.signing, clock, wiring.attesting, wiring.witnesses)
        store.attested_by(wiring.attesting)
        store.guarded_by(self.own_database.check)

        self.standstill = wiring.standstill
        self.staff = Staff(store, clock, self.settings)
        self.access = AgencyAccess(store, clock, self.settings, agencies, wiring.limits, wiring.signing)
        self.certificates = AgencyCertificates(store, clock, self.settings, agencies)
        self.master_keys = MasterKeyCare(store, clock)
        self.limits, self.signing, self.interfaces = wiring.limits, wiring.signing, wiring.interfaces
        self.sealing = Sealing(store, wiring.signing)
        self.protocols = ProtocolChanges(store, clock, wiring.catalogue, wiring.live, wiring.proposals)
        self.rules = RuleChanges(store, clock, wiring.rules, wiring.proposals)
        self.partners = Partners(store, clock, self.settings, agencies)

        self.capacity = Capacity(wiring)
        self.intake = Intake(wiring, follower, self.certificates)
        self.withdrawing = Withdrawing(wiring, self.intake)
        self.collection = Collecting(wiring, self.intake, self.capacity)
        self.outbox = Outbox(wiring)
        self.delivery = Delivering(wiring, preparing)
        self.mailbox = Mailbox(wiring, preparing)

        parts, believing = RefusedParts(wiring, self.intake), Believing(wiring, follower)
        self.quarantine = Quarantine(wiring, parts, Correcting(wiring, follower), believing)
        self.bulk = Bulk(wiring, self.quarantine)
        self.replay = Replay(wiring, preparing)
        self.linking = Linking(wiring)
        self.doubtful_clocks = DoubtfulClocks(wiring, follower, believing)
        self.after_restore = AfterRestore(wiring)
        acts = ActParts(
            protocols=self.protocols,
            bulk=self.bulk,
            quarantine=self.quarantine,
            rules=self.rules,
            staff=self.staff,
            linking=self.linking,
            doubtful_clocks=self.doubtful_clocks,
            after_restore=self.after_restore,
        )
        self.approving = Approving(wiring, acts.faces())

        self.sweep = Sweep(wiring, self.partners, self.bulk, self.approving, self.sealing)
        self.stories = Stories(wiring)
        self.earlier_answers = EarlierAnswers(wiring)
        self.messages = MessageSearch(wiring)
        self.deadlines = DeadlineBoard(wiring)
        self.status = StatusBoard(wiring, self.deadlines, self.partners, self.access, self.certificates)
        self.reading = BodyReading(wiring)
        self.evidence = Evidence(wiring)
        self.end_of_life = EndOfLife(wiring)

    def load(self) -> None:
        """Reads the operator's files, which are else read when they are first needed: no process serves with a faulty
        one. Builds what checks messages, before there are threads. Raises SettingsWrong."""
        self.knowledge.catalogue.load()
        self.wiring.endpoints.current()
        self.collection.load()
        self.limits.load()
        self.interfaces.current()

    def check_ready(self) -> None:
        """Raises StoreUnavailable, SchemaOutdated, KeysUnusable, or what LiveRegistry.refresh raises when a process
        starts."""
        from hub.store.schema import check_keys, is_usable  # takes long to import, and only this looks at the schema

        if not is_usable(self.store):
            raise SchemaOutdated("the database has not been migrated to this version", "run: hub migrate")
        check_keys(self.store)
        self.protocols.live.refresh()

    def refuse_wrong_database(self) -> None:
        """When a process starts. A database that does not answer yet is asked before its first transaction. Raises
        WrongInstallation."""
        with suppress(StoreUnavailable):
            self.store.check_guard()

    def close(self) -> None:
        self.knowledge.adapters.close()
        self.store.close()


def build_hub(settings: Settings, database_url: str, log: Log, clock: Clock | None = None) -> Hub:
    """Makes the keys of a new database. Raises WrongInstallation, SettingsWrong, RegistryInvalid or Refused."""
    return open_hub(keyed_knowledge(settings, database_url), database_url, log, clock)


def keyed_knowledge(settings: Settings, database_url: str) -> Knowledge:
    """With the key that makes the pseudonyms of this database; a new key only for a new database."""
    store = Store(database_url, vault_for(settings))
    try:
        refuse_lost_keys(settings, store)
    finally:
        store.close()
    return build_knowledge(settings, pseudonym_key(settings.pseudonym_key()))


def open_hub(knowledge: Knowledge, database_url: str, log: Log, clock: Clock | None = None) -> Hub:
    """In the process that uses it; `knowledge` may have been built before a fork."""
    return Hub(knowledge, Store(database_url, vault_for(knowledge.settings)), clock or SystemClock(), log)
