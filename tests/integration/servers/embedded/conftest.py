"""Embedded servers in folders of their own."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.local.servers import LocalServers
from hub.local.state import StateFolder
from tests.integration.servers.embedded.running import passable


@pytest.fixture(scope="session")
def memory() -> Path | None:
    """Memory if there is room, so that files cost no disk writes: a busy disk only makes these tests slow."""
    folder = Path("/dev/shm")
    roomy = folder.is_dir() and shutil.disk_usage(folder).free > 2_000_000_000
    return folder if roomy and not os.statvfs(folder).f_flag & os.ST_NOEXEC else None


@pytest.fixture
def place(memory: Path | None) -> Iterator[Path]:
    folder = passable(memory)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def prepared(memory: Path | None) -> Iterator[Path]:
    """A state folder with an empty database, so that not every test has to wait for one."""
    folder = passable(memory)
    with LocalServers(StateFolder(folder / "state"), shared=folder / "shared"):
        pass
    yield folder / "state"
    shutil.rmtree(folder)


@pytest.fixture
def servers(place: Path, prepared: Path) -> Iterator[LocalServers]:
    subprocess.run(["cp", "-a", str(prepared), str(place / "state")], check=True)
    servers = LocalServers(StateFolder(place / "state"), shared=place / "shared")
    yield servers
    servers.stop()


@pytest.fixture
def new_servers(place: Path) -> Iterator[LocalServers]:
    servers = LocalServers(StateFolder(place / "state"), shared=place / "shared")
    yield servers
    servers.stop()
