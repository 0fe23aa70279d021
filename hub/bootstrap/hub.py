"""The composition root: the one place where the parts are put together. Nothing is built at import."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from uuid import UUID, uuid4

from adapters.catalogue import Adapters
from hub.access.keys import Signature, signature_missing
from hub.access.master_key_care import MasterKeyCare
from hub.access.pseudonym_key import pseudonym_key
from hub.access.staff import Staff
from hub.clock import Clock, SystemClock
from hub.codes.keeping import load_code_lists
from hub.deadlines.watch import report_overdue
from hub.disposal.ending import EndOfLife
from hub.errors import Busy, Failure, SchemaOutdated
from hub.exchange.accepting.backlog import Pressure
from hub.exchange.accepting.collection import Collected, Collecting
from hub.exchange.accepting.follow import Follower
from hub.exchange.accepting.intake import Intake
from hub.exchange.accepting.unpack import body_limit, unpack
from hub.exchange.due.linking import Linking
from hub.exchange.due.protocol_notices import Notifying
from hub.exchange.due.reminders import Reminding
from hub.exchange.due.sweep import close_unanswered, each_by_itself, forget_assertions
from hub.exchange.message.assess import Assessor
from hub.exchange.message.preview import preview
from hub.exchange.message.receipts import Answer
from hub.exchange.message.stages import Assessment, Received
from hub.exchange.partners.agency_access import AgencyAccess
from hub.exchange.partners.agency_certificates import AgencyCertificates
from hub.exchange.partners.breaker import BreakerPolicy
from hub.exchange.partners.endpoints import load_endpoints
from hub.exchange.partners.inboxes import load_inboxes
from hub.exchange.partners.limits import load_limits
from hub.exchange.repairing.operation import Operation
from hub.exchange.sending.delivery import Delivering
from hub.exchange.sending.mailbox import Mailbox
from hub.exchange.sending.preparation import Preparing
from hub.exchange.sending.retry import RetryPolicy
from hub.exchange.stopping import Stopping
from hub.exchange.telling.body_reading import Reading
from hub.exchange.telling.evidence import Evidence
from hub.exchange.telling.story import deadlines, find_message, story_for, story_of
from hub.journal.sealing import Sealing
from hub.journal.signing_keys import signing_keys
from hub.lifecycle import LinkState
from hub.settings import Settings
from hub.sharing.agreed.agreement import Agreement
from hub.sharing.agreed.live import LiveRegistry
from hub.sharing.checking.registry import Loaded, SharingRegistry, examine
from hub.sharing.terms.agencies import Agency
from hub.store.database.engine import Store
from hub.store.messages import claims
from hub.store.messages.claims import Claimed
from hub.store.schema import check_keys, is_usable, migrate
from hub.telemetry.logs import Log
from hub.vault.vault import vault_for
from schemas.catalogue import Catalogue
from schemas.document import Attachment
from schemas.problem import Refused


@dataclass(frozen=True, slots=True)
class Knowledge:
    """What the exchange knows without a database: kinds, adapters, agencies and protocols."""

    settings: Settings
    catalogue: Catalogue
    adapters: Adapters
    folders: Loaded
    registry: SharingRegistry
    assessor: Assessor

    def preview(self, body: bytes, sender: str | None, clock: Clock) -> dict[str, Any]:
        """What would happen to this document; writes nothing."""
        try:
            caller = self.registry.agencies.named(sender) if sender else None
            unpacked = unpack(body, None, body_limit(self.settings, body))
            received = Received(uuid4(), caller, unpacked, "", {}, clock.now())
            assessment = self.assessor.assess(received)
        except Refused as refused:
            assessment = Assessment((), refused.problems)
        except Failure as failure:
            assessment = Assessment((), (failure.as_problem(),))
        return preview(assessment)


def build_knowledge(settings: Settings, key: bytes | None = None) -> Knowledge:
    """`key` makes the pseudonyms; without one those of this process are like no others, which is enough to preview.

    Raises RegistryInvalid when the agencies or protocols do not hold together, Refused when a kept code list or a
    profile is broken.
    """
    catalogue = Catalogue.discover()
    adapters = Adapters.discover(settings.profiles_dir)
    folders = examine(*registry_folders(settings), catalogue)
    registry = folders.sound()
    codes = load_code_lists(settings.codes_folder())
    assessor = Assessor(adapters, catalogue, registry, codes, key or secrets.token_bytes(32))
    return Knowledge(settings, catalogue, adapters, folders, registry, assessor)


def registry_folders(settings: Settings) -> tuple[Traversable, Traversable]:
    """The operator's agencies and protocols, or the shipped ones."""
    shipped = files("schemas")
    return settings.agencies_dir or shipped / "agencies", settings.protocols_dir or shipped / "protocols"


class Hub:
    """The exchange as its faces see it. Build one in each process: connections do not survive a fork."""

    def __init__(self, knowledge: Knowledge, store: Store, clock: Clock, log: Log) -> None:
        settings = knowledge.settings
        self.knowledge = knowledge
        self.settings = settings
        self.clock = clock
        self.store = store
        agencies = self._agencies = knowledge.registry.agencies
        live = LiveRegistry(store, clock, knowledge.folders, knowledge.catalogue)
        self.protocols = Agreement(store, clock, knowledge.catalogue, live)
        assessor = knowledge.assessor.following(live)
        follower = Follower(assessor, knowledge.catalogue)
        self._reminding = Reminding(store, assessor, knowledge.catalogue)
        self._notifying = Notifying(store, assessor, knowledge.catalogue)
        self._linking = Linking(store, assessor, knowledge.catalogue)
        self.signing = signing_keys(settings.signing_keys(), clock.now())
        self.sealing = Sealing(store, self.signing)
        self.limits = load_limits(settings, agencies)
        self.pressure = Pressure(store, clock, settings)
        self._intake = Intake(store, clock, assessor, follower, self.signing, self.limits)
        self.certificates = AgencyCertificates(store, clock, settings, agencies)
        self.access = AgencyAccess(store, clock, settings, agencies, self.limits)
        self.staff = Staff(store, clock, settings)
        self.reading = Reading(store, clock)
        self.evidence = Evidence(store, clock, self.signing, live, knowledge.catalogue)
        self.end_of_life = EndOfLife(store, clock, settings, knowledge.catalogue, live, self.signing)
        self.master_keys = MasterKeyCare(store, clock)
        file, adapters = settings.endpoints_file(), knowledge.adapters
        endpoints = load_endpoints(file, adapters, agencies)
        preparing = Preparing(assessor, knowledge.catalogue, adapters, endpoints)
        accepting = (assessor, knowledge.catalogue, self._intake, follower, self.signing)
        self.operation = Operation(store, clock, settings, agencies, *accepting, preparing)
        held_recheck = timedelta(seconds=settings.held_recheck_seconds)
        self._delivering = Delivering(
            store,
            clock,
            preparing,
            adapters,
            endpoints,
            RetryPolicy.of(settings),
            BreakerPolicy.of(settings),
            held_recheck,
            timedelta(seconds=settings.lease_seconds),
            log,
        )
        self._collecting = Collecting(
            store,
            clock,
            self.receive,
            load_inboxes(file, adapters, agencies),
            adapters.collectors,
            max(settings.xml_body_bytes_max, settings.json_body_bytes_max),
            settings.attempts_max,
            log,
        )
        self.mailbox = Mailbox(store, clock, preparing, timedelta(seconds=settings.mailbox_pause_seconds), held_recheck)

    def receive(
        self,
        caller: Agency,
        body: bytes,
        media_type: str = "",
        content_encoding: str | None = None,
        attached: Mapping[str, Attachment] | None = None,
        signature: Signature | None = None,
        *,
        required: bool = False,
        handed_in_by: str | None = None,
    ) -> Answer:
        """Accept a document; signed, if that is `required`. `handed_in_by` is a person who does it for the agency.
        Returns only after everything is durable; raises Failure with nothing accepted."""
        unpacked = unpack(body, content_encoding, body_limit(self.settings, body))
        signed = signature or self.certificates.signature_within(caller, unpacked)
        if signed is None and required:
            raise signature_missing()
        return self._intake.receive(caller, unpacked, media_type, attached or {}, signed, handed_in_by)

    def claim(self) -> tuple[Claimed, ...]:
        """Lease what is due, for the relay to publish."""
        with self.store.transaction() as connection:
            return claims.claim(
                connection,
                now=self.clock.now(),
                lease=timedelta(seconds=self.settings.lease_seconds),
                batch_size=self.settings.batch_size_max,
                batches_per_recipient=self.settings.batches_per_recipient_max,
            )

    def give_back(self, claimed: Claimed) -> None:
        """The broker did not take it: due again, at once."""
        with self.store.transaction() as connection:
            claims.give_back(connection, claimed.ids, claimed.token, self.clock.now())

    def deliver(self, ids: tuple[UUID, ...], token: UUID, stopping: Stopping | None = None) -> int:
        return self._delivering.deliver(ids, token, stopping or Stopping())

    def claim_inboxes(self) -> tuple[str, ...]:
        """The agencies whose inboxes are due, for the relay to publish: none while the exchange is busy, and files stay
        where they are."""
        try:
            self.pressure.check()
        except Busy:
            return ()
        return self._collecting.claim_due()

    def collect(self, agency: str, stopping: Stopping | None = None) -> Collected:
        """Look into the agency's inbox once. Raises NoInbox."""
        return self._collecting.collect(self._agencies.named(agency), stopping or Stopping())

    def settle_seconds(self, agency: str) -> float:
        """How long a file in the agency's inbox must rest before it is taken. Raises NoInbox."""
        return self._collecting.settle_seconds(self._agencies.named(agency))

    def sweep(self) -> dict[str, int]:
        """Do everything that is due and belongs to nobody. Raises SweepFailed."""
        now = self.clock.now()
        return each_by_itself(
            {
                "overdue": lambda: report_overdue(self.store, now),
                "abandoned": lambda: close_unanswered(self.store, now),
                "forgotten": lambda: forget_assertions(self.store, now),
                "readdressed": self.operation.partners.readdress,
                "quarantined": self.operation.partners.quarantine_overdue,
                "bulk": self.operation.bulk.work,
                "reminded": lambda: self._reminding.send_due(now),
                "told": lambda: self._notifying.send_due(now),
                "sealed": lambda: self.sealing.step(now),
            }
        )

    def records_to_link(self) -> int:
        """How many messages wait until their person has been looked for."""
        return self._linking.waiting(self.clock.now())

    def link(self) -> dict[str, int]:
        """Look for the people of the messages that wait; certain links go out."""
        return self._linking.run(self.clock.now())

    def links(self, state: LinkState | None) -> tuple[Any, ...]:
        return self._linking.listed(state)

    def decide_link(self, link_id: UUID, *, same: bool, by: str) -> None:
        """A person's answer to a doubtful link; confirmed, it goes out. Raises NotFound."""
        self._linking.decide(link_id, same=same, by=by, now=self.clock.now())

    def show(self, wanted: str) -> dict[str, Any]:
        return story_of(self.store, find_message(self.store, wanted), self.clock.now())

    def show_to(self, caller: Agency, message_id: UUID) -> dict[str, Any]:
        return story_for(self.store, message_id, caller.id)

    def deadlines(self, *, stopped_too: bool = False, name: str | None = None) -> list[dict[str, Any]]:
        return deadlines(self.store, self.clock.now(), stopped_too=stopped_too, name=name)

    def migrate(self) -> tuple[str | None, str | None]:
        return migrate(self.store)

    def check_ready(self) -> None:
        """Raises StoreUnavailable, SchemaOutdated, KeysUnusable, or what LiveRegistry.refresh raises when a process
        starts."""
        if not is_usable(self.store):
            raise SchemaOutdated("the database has not been migrated to this version", "run: hub migrate")
        check_keys(self.store)
        self.protocols.live.refresh()

    def close(self) -> None:
        self.knowledge.adapters.close()
        self.store.close()


def build_hub(settings: Settings, database_url: str, log: Log, clock: Clock | None = None) -> Hub:
    """Makes the pseudonym key where there is none. Raises SettingsWrong, RegistryInvalid or Refused."""
    return open_hub(build_knowledge(settings, pseudonym_key(settings.pseudonym_key())), database_url, log, clock)


def open_hub(knowledge: Knowledge, database_url: str, log: Log, clock: Clock | None = None) -> Hub:
    """In the process that uses it; what it knows may have been built before a fork."""
    return Hub(knowledge, Store(database_url, vault_for(knowledge.settings)), clock or SystemClock(), log)
