"""The fixtures: real servers, a fresh database for each test, a hub on it, and agencies that receive."""

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import hypothesis
import pytest
from sqlalchemy import make_url
from xdist.remote import Producer

from hub.bootstrap import Knowledge
from hub.local.demonstration.agencies import SimulatedAgencies
from hub.settings import Servers, Settings
from hub.starting import quick_start
from hub.store.schema import migrate
from tests.commands import Ran, a_process, within_this_process
from tests.distribution import Grouped, arrange
from tests.effort import tries
from tests.exchanges import Bench, bench_of, receiving, settings_of, shipped_knowledge
from tests.left_behind import left_behind, mark
from tests.played import Played, play
from tests.served import Api, served
from tests.stores.databases import a_database, administer, databases, named, nobody_restores, open_store
from tests.stores.keys import master_keys, own_keys
from tests.stores.template import migrated, own_servers, state_folder

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


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The servers in HUB_DATABASE_URL and HUB_BROKER_URL, or embedded ones of our own."""
    given = Settings()
    if given.database_url and given.broker_url:
        yield given.servers()
        return
    with own_servers() as servers:
        yield servers


@pytest.fixture(scope="session")
def template(servers: Servers) -> Iterator[str]:
    """The name of a migrated, empty database to copy: the one in TEST_TEMPLATE, or our own."""
    if given := os.environ.get("TEST_TEMPLATE"):
        yield given
        databases(servers.database, given).close()
        return
    with migrated(servers) as name:
        yield name
        databases(servers.database, name).close()


@pytest.fixture
def database_url(servers: Servers, template: str) -> Iterator[str]:
    with a_database(servers, template) as url:
        yield url


@pytest.fixture
def empty_database_url(servers: Servers) -> Iterator[str]:
    """A database in which no migration has run."""
    name = f"test_{uuid4().hex[:12]}"
    administer(servers.database, f"CREATE DATABASE {name}")
    yield named(servers.database, name)
    administer(servers.database, f"DROP DATABASE {name} WITH (FORCE)")


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
        nobody_restores(url)
        names.append(f"copy_{uuid4().hex[:12]}")
        administer(servers.database, f"CREATE DATABASE {names[-1]} TEMPLATE {make_url(url).database}")
        return named(servers.database, names[-1])

    yield copy
    for name in names:
        administer(servers.database, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def agencies(tmp_path: Path) -> Iterator[SimulatedAgencies]:
    with receiving(tmp_path / "agencies") as agencies:
        yield agencies


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return shipped_knowledge()


@pytest.fixture
def settings(tmp_path: Path, agencies: SimulatedAgencies, knowledge: Knowledge) -> Settings:
    return settings_of(tmp_path, agencies, knowledge)


@pytest.fixture
def bench(settings: Settings, knowledge: Knowledge, database_url: str, agencies: SimulatedAgencies) -> Iterator[Bench]:
    with bench_of(settings, knowledge, database_url, agencies) as bench:
        yield bench


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
