"""The fixtures: real servers, a fresh database for each test, a hub on it, and agencies that receive."""

import atexit
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID, uuid4

import hypothesis
import psycopg
import pytest
from psycopg.rows import TupleRow
from sqlalchemy import make_url
from xdist.remote import Producer

from hub.access.pseudonym_key import pseudonym_key
from hub.bootstrap import Hub, Knowledge, build_knowledge
from hub.clock import SystemClock
from hub.journal.signing_keys import signing_keys
from hub.local.demonstration.agencies import SimulatedAgencies
from hub.local.demonstration.stories import Step, stories
from hub.local.servers import LocalServers
from hub.local.state import StateFolder
from hub.settings import Servers, Settings
from hub.sharing.terms.agencies import Agency, AgencyRole
from hub.starting import quick_start
from hub.store.database.engine import Store
from hub.store.schema import migrate
from hub.telemetry.logs import configure_logs
from hub.vault.master_keys import MasterKeyFile
from hub.vault.vault import Vault
from tests.commands import Ran, a_process, within_this_process
from tests.distribution import Grouped, arrange
from tests.effort import tries
from tests.left_behind import left_behind, mark
from tests.played import Played, play
from tests.served import Api, served

# Otherwise each process that the tests start would compile the whole exchange again, a third of a second of work.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# The tests check whether a rule holds, not how fast: another process may be at work at the same time.
hypothesis.settings.register_profile(
    "exchange",
    deadline=None,
    max_examples=tries(30, 1_000),
    suppress_health_check=[hypothesis.HealthCheck.too_slow],
)
hypothesis.settings.load_profile("exchange")

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT.parent / "shared" / "samples"

ROLES_WHERE_FEW_RECEIVE = {AgencyRole.COURT, AgencyRole.POLICE, AgencyRole.CPS}
RECEIVE = {
    *("court-b04ah", "court-b07dm", "court-b10jq", "court-b42az", "court-b46db"),
    *("cps-london", "cps-northumbria"),
    *("police-cheshire", "police-essex", "police-kent", "police-lancashire", "police-northumbria"),
}
"""Those that receive in tests. The exchange of each test would read the endpoints of five hundred others in vain."""


def pytest_configure() -> None:
    mark()


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[object]:
    """What is imported and collected stays; to look through it for garbage would take two thirds of the time."""
    with quick_start():
        return (yield)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if getattr(getattr(item, "function", None), "is_hypothesis_test", False):
            item.add_marker("long")
    arrange(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Grouped:
    return Grouped(config, log)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """The processes of pytest-xdist leave this check to the process that started them, because it ends last."""
    if not hasattr(session.config, "workerinput") and (left := left_behind()):
        sys.stderr.write("\nThe tests have left processes behind:\n" + "\n".join(left) + "\n")
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@contextmanager
def state_folder() -> Iterator[Path]:
    """A state folder that leaves nothing behind. It is not below `tmp_path`, whose mode of 0700 would shut out the
    account that runs PostgreSQL when we are root; the data would then be put elsewhere."""
    path = Path(tempfile.mkdtemp(prefix="hub-test-", dir=_quick_folder()))
    path.chmod(0o755)
    state = StateFolder(path / "state")
    try:
        yield state.path
    finally:
        state.remove()
        shutil.rmtree(path)


def _quick_folder() -> str | None:
    """Use memory if there is room: a database for each test would keep a slow disk busy for minutes."""
    memory = Path("/dev/shm")
    roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 3_000_000_000
    return str(memory) if roomy else None


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The servers in HUB_DATABASE_URL and HUB_BROKER_URL, or embedded ones of our own."""
    given = Settings()
    if given.database_url and given.broker_url:
        yield given.servers()
        return
    with own_servers() as servers:
        yield servers


@contextmanager
def own_servers() -> Iterator[Servers]:
    with state_folder() as path, LocalServers(StateFolder(path)) as urls:
        yield Servers(urls.database, urls.broker)


def master_keys() -> Path:
    """The master keys of all databases of these tests. TEST_MASTER_KEYS names those of a database that was given."""
    if given := os.environ.get("TEST_MASTER_KEYS"):
        return Path(given)
    folder = Path(tempfile.gettempdir()) / f"hub-test-keys-{os.getpid()}"
    if not folder.exists():
        folder.mkdir(mode=0o700)
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder / "master.keys"


def own_keys() -> dict[str, Path]:
    """The other files that belong to a database, as settings; the same for all databases of these tests."""
    folder = master_keys().parent
    files = {"pseudonym_key_file": folder / "pseudonym.key", "signing_key_file": folder / "signing.keys"}
    pseudonym_key(files["pseudonym_key_file"])
    signing_keys(files["signing_key_file"], datetime.now(UTC))
    if not (instance := folder / "instance").exists():
        instance.write_text(_instance(instance))
    return files | {"instance_file": instance}


@cache
def _instance(file: Path) -> str:
    return file.read_text() if file.exists() else uuid4().hex


def _as_in_the_template() -> None:
    """A test that moves the exchange to another state folder has written a new mark."""
    if (file := own_keys()["instance_file"]).read_text() != _instance(file):
        file.write_text(_instance(file))


def open_store(database_url: str) -> Store:
    return Store(database_url, Vault(MasterKeyFile(master_keys())))


@pytest.fixture(scope="session")
def template(servers: Servers) -> Iterator[str]:
    """The name of a migrated, empty database to copy: the one in TEST_TEMPLATE, or our own."""
    if given := os.environ.get("TEST_TEMPLATE"):
        yield given
        return
    with migrated(servers) as name:
        yield name


@contextmanager
def migrated(servers: Servers) -> Iterator[str]:
    name = f"template_{uuid4().hex[:12]}"
    _administer(servers, f"CREATE DATABASE {name}")
    store = open_store(_named(servers, name))
    migrate(store)
    store.close()
    _agree_what_is_shipped(_named(servers, name))
    yield name
    _administer(servers, f"DROP DATABASE {name}")


def _agree_what_is_shipped(url: str) -> None:
    """Done once, so that the exchange of each test does not begin with it. What other protocols a test gives its
    exchange is not agreed; such a test begins with `fresh_database_url`."""
    settings = Settings(state_dir=Path("nowhere"), master_key_file=master_keys(), **own_keys())
    hub = Hub(replace(shipped_knowledge(), settings=settings), open_store(url), SystemClock(), configure_logs("test"))
    hub.protocols.live.refresh()
    hub.close()


@contextmanager
def a_database(servers: Servers, template: str) -> Iterator[str]:
    name = f"test_{uuid4().hex[:12]}"
    _administer(servers, f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
    yield _named(servers, name)
    _administer(servers, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(servers: Servers, template: str) -> Iterator[str]:
    with a_database(servers, template) as url:
        yield url


@pytest.fixture
def empty_database_url(servers: Servers) -> Iterator[str]:
    """A database in which no migration has run."""
    name = f"test_{uuid4().hex[:12]}"
    _administer(servers, f"CREATE DATABASE {name}")
    yield _named(servers, name)
    _administer(servers, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def fresh_database_url(empty_database_url: str) -> str:
    """A migrated database in which nothing is agreed yet: for an exchange with protocols of its own."""
    store = open_store(empty_database_url)
    migrate(store)
    store.close()
    return empty_database_url


@pytest.fixture
def copied(servers: Servers) -> Iterator[Callable[[str], str]]:
    """Returns a function that copies a database that nobody is connected to, as a backup would restore it."""
    names: list[str] = []

    def copy(url: str) -> str:
        names.append(f"copy_{uuid4().hex[:12]}")
        _administer(servers, f"CREATE DATABASE {names[-1]} TEMPLATE {make_url(url).database}")
        return _named(servers, names[-1])

    yield copy
    for name in names:
        _administer(servers, f"DROP DATABASE {name} WITH (FORCE)")


def _named(servers: Servers, name: str) -> str:
    return make_url(servers.database).set(database=name).render_as_string(hide_password=False)


@cache
def _administrator(database: str) -> psycopg.Connection[TupleRow]:
    """One connection for all databases that are made and dropped: a new one each time costs as much as a database."""
    url = make_url(database).set(drivername="postgresql").render_as_string(hide_password=False)
    connection = psycopg.connect(url, autocommit=True)
    atexit.register(connection.close)
    return connection


def _administer(servers: Servers, statement: str) -> None:
    connection = _administrator(servers.database)
    for _ in range(50):
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege:
            time.sleep(0.1)  # the server's own vacuuming may still be connected; it ends by itself
        else:
            return
    connection.execute(statement)


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

    def story(self) -> dict[str, Step]:
        """Documents of the demonstration, by what they are, with references of their own."""
        told = {story.name: story.steps for story in stories(self.clock.now(), uuid4().hex)}
        return {
            "list": told["court_list"][0],
            "second_list": told["court_list"][1],
            "request": told["report_to_prison"][0],
            "report": told["report_to_prison"][1],
            "sentence": told["report_to_prison"][2],
            "sentence_without_report": told["no_report_held"][0],
            "result": told["amended_result"][0],
            "corrected_result": told["amended_result"][1],
            "release": told["release_and_feedback"][0],
            "feedback": told["release_and_feedback"][1],
            "warrant": told["breach_warrant"][0],
            "acknowledged": told["breach_warrant"][1],
            "executed": told["breach_warrant"][2],
            "supervised": told["reconviction"][0],
            "record": told["reconviction"][1],
        }


@pytest.fixture
def agencies(tmp_path: Path) -> Iterator[SimulatedAgencies]:
    with receiving(tmp_path / "agencies") as agencies:
        yield agencies


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


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return shipped_knowledge()


def _receives(agency: Agency) -> bool:
    if agency.role in ROLES_WHERE_FEW_RECEIVE:
        return agency.id in RECEIVE
    return agency.role not in (AgencyRole.GATEWAY, AgencyRole.HUB)


@pytest.fixture
def settings(tmp_path: Path, agencies: SimulatedAgencies, knowledge: Knowledge) -> Settings:
    return settings_of(tmp_path, agencies, knowledge)


def settings_of(folder: Path, agencies: SimulatedAgencies, knowledge: Knowledge) -> Settings:
    """Settings with an endpoint for each agency that receives in tests."""
    _as_in_the_template()
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


@pytest.fixture
def bench(settings: Settings, knowledge: Knowledge, database_url: str, agencies: SimulatedAgencies) -> Iterator[Bench]:
    with bench_of(settings, knowledge, database_url, agencies) as bench:
        yield bench


@contextmanager
def bench_of(
    settings: Settings, knowledge: Knowledge, database_url: str, agencies: SimulatedAgencies
) -> Iterator[Bench]:
    clock = AdjustableClock()
    hub = Hub(replace(knowledge, settings=settings), open_store(database_url), clock, configure_logs("test"))
    yield Bench(hub, clock, agencies)
    hub.close()


@pytest.fixture(scope="session")
def played() -> Iterator[Played]:
    with state_folder() as state, play(state) as played:
        yield played


@pytest.fixture
def api(bench: Bench) -> Iterator[Api]:
    with served(bench, waits=False) as api:
        yield api


def run_hub(*arguments: str, state: Path, typed: str | None = None, **environment: str) -> Ran:
    """The command line within this process, on a database of these tests, with their master keys."""
    return within_this_process(arguments, _environment(state, environment), typed)


def run_hub_process(*arguments: str, state: Path, typed: str | None = None, **environment: str) -> Ran:
    """The same as a user runs it: at least once for each group of commands, and for tests that need a process."""
    return a_process(arguments, _environment(state, environment), typed)


def _environment(state: Path, given: dict[str, str]) -> dict[str, str]:
    keys = {"master_key_file": master_keys()} | own_keys() if "HUB_DATABASE_URL" in given else {}
    keys = {name: file for name, file in keys.items() if not (state / file.name).exists()}
    return {"HUB_STATE_DIR": str(state)} | {f"HUB_{name.upper()}": str(file) for name, file in keys.items()} | given
