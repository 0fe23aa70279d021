"""The servers of the tests, and the database that the others are copied from."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

from hub.bootstrap import Hub
from hub.clock import SystemClock
from hub.local.servers import LocalServers
from hub.local.state import StateFolder
from hub.settings import Servers, Settings
from hub.store.schema import migrate
from hub.telemetry.logs import configure_logs
from tests.exchanges import shipped_knowledge
from tests.stores.databases import administer, named, open_store
from tests.stores.keys import master_keys, own_keys


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


@contextmanager
def own_servers() -> Iterator[Servers]:
    with state_folder() as path, LocalServers(StateFolder(path)) as urls:
        yield Servers(urls.database, urls.broker)


@contextmanager
def migrated(servers: Servers) -> Iterator[str]:
    name = f"template_{uuid4().hex[:12]}"
    administer(servers.database, f"CREATE DATABASE {name}")
    store = open_store(named(servers.database, name))
    migrate(store)
    store.close()
    _agree_what_is_shipped(named(servers.database, name))
    yield name
    administer(servers.database, f"DROP DATABASE {name}")


def _agree_what_is_shipped(url: str) -> None:
    """Done once, so that the exchange of each test does not begin with it. What other protocols a test gives its
    exchange is not agreed; such a test begins with `fresh_database_url`."""
    settings = Settings(state_dir=Path("nowhere"), master_key_file=master_keys(), **own_keys())
    hub = Hub(replace(shipped_knowledge(), settings=settings), open_store(url), SystemClock(), configure_logs("test"))
    hub.protocols.live.refresh()
    hub.close()
