"""The exchange of a test: a hub with a database of its own, and agencies that really receive."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

from hub.bootstrap import Hub, Knowledge, build_knowledge
from hub.local.demonstration.agencies import SimulatedAgencies
from hub.local.demonstration.stories import Step, stories
from hub.settings import Settings
from hub.sharing.terms.agencies import Agency, AgencyRole
from hub.telemetry.logs import configure_logs
from tests.stores.databases import a_store
from tests.stores.keys import master_keys, own_keys, restore_mark

ROLES_WHERE_FEW_RECEIVE = {AgencyRole.COURT, AgencyRole.POLICE, AgencyRole.CPS, AgencyRole.PROBATION, AgencyRole.PRISON}
_AREAS = (
    "northumbria cheshire cumbria kent london essex durham greater-manchester teesside suffolk lancashire "
    "inner-london cornwall devon-and-cornwall west-midlands thames-valley avon-and-somerset hampshire sussex "
    "south-wales"
)
_PRISONS = (
    "durham bedford feltham wetherby swansea peterborough manchester elmley werrington wandsworth preston parc "
    "new-hall high-down foston-hall chelmsford cardiff birmingham altcourse wormwood-scrubs low-newton hull "
    "leeds eastwood-park bronzefield"
)
RECEIVE = {
    *("court-b04ah", "court-b07dm", "court-b10jq", "court-b42az", "court-b46db"),
    *("cps-london", "cps-northumbria"),
    *("police-cheshire", "police-essex", "police-kent", "police-lancashire", "police-northumbria"),
    *(f"probation-{name}" for name in _AREAS.split()),
    *(f"prison-{name}" for name in _PRISONS.split()),
}
"""Those that receive in tests. The exchange of each test would read the endpoints of five hundred others in vain."""


PLACES = {
    "list": ("court_list", 0),
    "second_list": ("court_list", 1),
    "request": ("report_to_prison", 0),
    "report": ("report_to_prison", 1),
    "sentence": ("report_to_prison", 2),
    "sentence_without_report": ("no_report_held", 0),
    "result": ("amended_result", 0),
    "corrected_result": ("amended_result", 1),
    "release": ("release_and_feedback", 0),
    "feedback": ("release_and_feedback", 1),
    "warrant": ("breach_warrant", 0),
    "acknowledged": ("breach_warrant", 1),
    "executed": ("breach_warrant", 2),
    "supervised": ("reconviction", 0),
    "record": ("reconviction", 1),
}
"""Which step of which story a document of the tests is."""


class AdjustableClock:
    """The real time, which a test can move on. After it is stopped, only the test moves it."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        self._stands_at: datetime | None = None

    def now(self) -> datetime:
        return (self._stands_at or datetime.now(UTC)) + self.ahead

    def stand_still(self) -> None:
        """Waits for what must not have happened yet, however long a busy machine takes to look."""
        self._stands_at = datetime.now(UTC)

    def advance(self, by: timedelta) -> None:
        self.ahead += by


@dataclass
class Bench:
    """A hub with a database of its own, which delivers in this process to agencies that really receive."""

    hub: Hub
    clock: AdjustableClock
    agencies: SimulatedAgencies

    def agree(self, **rules: object) -> None:
        """Let two people change rules of the installation."""
        proposal = self.hub.rules.propose({name: str(value) for name, value in rules.items()}, "rule.maker")
        self.hub.rules.approve(proposal.id, "rule.approver", self.seen(proposal.id))

    def seen(self, proposal: UUID) -> str | None:
        """What the second person gives after looking at the proposal."""
        return self.hub.approving.show(str(proposal))["seen"]

    def send(self, step: Step) -> dict[str, object]:
        answer = self.hub.intake.receive(
            self.hub.knowledge.registry.agencies.named(step.caller), step.body, step.media_type
        )
        assert answer.receipt is not None, answer.refused
        return answer.receipt

    def drain(self) -> int:
        """Deliver what is due until nothing is; returns how many were delivered."""
        delivered = 0
        while claims := self.hub.outbox.claim():
            for claimed in claims:
                delivered += self.hub.delivery.deliver(claimed.ids, claimed.token)
        return delivered

    def story(self) -> Mapping[str, Step]:
        """Documents of the demonstration, by what they are, with references of their own."""
        return Documents(self.clock.now(), uuid4().hex)


class Documents(Mapping[str, Step]):
    """Each story is read when one of its documents is asked for."""

    def __init__(self, now: datetime, run: str) -> None:
        self._now, self._run = now, run
        self._read: dict[str, tuple[Step, ...]] = {}

    def __getitem__(self, what: str) -> Step:
        name, number = PLACES[what]
        if name not in self._read:
            (story,) = stories(self._now, self._run, name)
            self._read[name] = story.steps
        return self._read[name][number]

    def __iter__(self) -> Iterator[str]:
        return iter(PLACES)

    def __len__(self) -> int:
        return len(PLACES)


@contextmanager
def receiving(folder: Path) -> Iterator[SimulatedAgencies]:
    agencies = SimulatedAgencies(folder)
    agencies.start()
    yield agencies
    agencies.stop()


@cache
def shipped_knowledge() -> Knowledge:
    """What the exchange is shipped with. Reading it takes a second."""
    nowhere = Path("nowhere")  # a developer's own code lists are not read
    knowledge = build_knowledge(Settings(state_dir=nowhere, agencies_dir=None, protocols_dir=None))
    knowledge.catalogue.load()
    return knowledge


def _receives(agency: Agency) -> bool:
    if agency.role in ROLES_WHERE_FEW_RECEIVE:
        return agency.id in RECEIVE
    return agency.role not in (AgencyRole.GATEWAY, AgencyRole.HUB)


def settings_of(folder: Path, agencies: SimulatedAgencies, knowledge: Knowledge) -> Settings:
    """Settings with an endpoint for each agency that receives in tests."""
    restore_mark()
    settings = Settings(
        state_dir=folder / "state",
        endpoints=folder / "endpoints.toml",
        master_key_file=master_keys(),
        **own_keys(),
        database_url=None,
        broker_url=None,
        retry_first_seconds=1,
        attempts_max=4,
    )
    settings.endpoints_file().write_text(
        "\n".join(
            f'[[endpoint]]\nagency = "{agency.id}"\nsystem = "hub_json"\ntransport = "https_push"\n'
            f'settings = {{ url = "{agencies.endpoint_url(agency.id)}", read_timeout_seconds = "2" }}\n'
            for agency in knowledge.registry.agencies.by_id.values()
            if _receives(agency)
        )
    )
    return settings


@contextmanager
def bench_of(
    settings: Settings, knowledge: Knowledge, database_url: str, agencies: SimulatedAgencies
) -> Iterator[Bench]:
    clock = AdjustableClock()
    with a_store(database_url) as store:
        hub = Hub(replace(knowledge, settings=settings), store, clock, configure_logs("test"))
        yield Bench(hub, clock, agencies)
        hub.knowledge.adapters.close()
