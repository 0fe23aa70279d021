"""A later version migrates the database while this one runs under load: nobody waits long, and nothing is lost."""

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import psycopg
import pytest
from alembic.script import ScriptDirectory

from hub.settings import Servers
from tests.conftest import ROOT, Bench
from tests.effort import LONG
from tests.processes import Processes, Sender, until

READING_SECONDS = 8.0
STALL_SECONDS_MAX = READING_SECONDS / 2
"""How long anybody may wait for an answer while the schema changes, on a machine that is busy with other tests. Whoever
waits behind an ALTER TABLE waits as long as it does, about READING_SECONDS."""
_COLUMNS = """
from alembic import op

revision = "later_1"
down_revision = "{head}"


def upgrade():
    for statement in (
        "CREATE TABLE later (id UUID PRIMARY KEY, delivery_id UUID REFERENCES delivery (id))",
        "ALTER TABLE message ADD COLUMN later TEXT",
        "ALTER TABLE delivery ADD COLUMN later INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE raw_document ADD COLUMN later JSONB",
    ):
        op.get_bind().exec_driver_sql(statement)
"""
_INDEX = """
from hub.store.database.concurrent_index import create_index

revision = "later_2"
down_revision = "later_1"


def upgrade():
    create_index("delivery_later", "delivery (later, position)")
"""


@pytest.fixture(scope="module")
def later_version(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This version with two further migrations."""
    tree = tmp_path_factory.mktemp("later")
    for package in ("schemas", "adapters", "hub", "workers"):
        shutil.copytree(ROOT / package, tree / package, ignore=shutil.ignore_patterns("__pycache__"))
    migrations = tree / "hub" / "store" / "migrations"
    head = ScriptDirectory(str(migrations)).get_current_head()
    (migrations / "versions" / "later_1.py").write_text(_COLUMNS.format(head=head))
    (migrations / "versions" / "later_2.py").write_text(_INDEX)
    return tree


@pytest.fixture
def processes(bench: Bench, servers: Servers, tmp_path: Path) -> Iterator[Processes]:
    running = Processes(bench, servers, tmp_path)
    yield running
    running.stop()


def _migrate(tree: Path, processes: Processes) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "hub.cli", "migrate"],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=tree,
        env=os.environ | processes.environment | {"PYTHONPATH": str(tree)},
        check=False,
    )


_WAITING = "SELECT FROM pg_stat_activity WHERE query LIKE 'ALTER TABLE%' AND wait_event_type = 'Lock'"


class _LongReader:
    """A reader with one long transaction, such as a report or a backup. It continues for READING_SECONDS after an ALTER
    TABLE began to wait for it."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://")
        self._reading = threading.Event()
        self._thread = threading.Thread(target=self._read)
        self.held_up = False

    def _read(self) -> None:
        with psycopg.connect(self._url) as reading, psycopg.connect(self._url, autocommit=True) as looking:
            reading.execute("SELECT FROM delivery, message, raw_document LIMIT 1")
            self._reading.set()
            until(lambda: looking.execute(_WAITING).rowcount, 30)
            self.held_up = True
            time.sleep(READING_SECONDS)

    def __enter__(self) -> Self:
        self._thread.start()
        self._reading.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._thread.join()


@pytest.mark.skipif(not LONG, reason="messages flow while it migrates, for half a minute: make test-long")
def test_the_running_version_survives_the_migration_of_the_next_and_nobody_waits(
    bench: Bench, processes: Processes, later_version: Path
) -> None:
    for name in ("api", "relay", "worker"):
        processes.start(name)
    processes.wait_until_ready()
    sender = Sender(bench, processes.address)
    with sender.sending():
        time.sleep(2)
        sender.longest_seconds = 0.0
        with _LongReader(bench.hub.store.url) as reader:
            migrated = _migrate(later_version, processes)
        assert migrated.returncode == 0, migrated.stderr
        assert "The schema is at later_2" in migrated.stdout
        assert reader.held_up
        before = len(sender.accepted)
        time.sleep(2)
    assert len(sender.accepted) > before, "what was accepted afterwards was accepted under the later schema"
    sender.wait_until_all_arrived()
    assert sender.failures == []
    assert sender.longest_seconds < STALL_SECONDS_MAX
    assert set(sender.arrivals().values()) == {1}
    processes.wait_until_ready()
    assert bench.hub.evidence.verify().whole


def test_a_former_version_starts_on_the_schema_of_a_later_one_and_leaves_it_alone(
    bench: Bench, processes: Processes, later_version: Path
) -> None:
    assert _migrate(later_version, processes).returncode == 0
    back = _migrate(ROOT, processes)
    assert back.returncode == 0, back.stderr
    assert "The schema is at later_2" in back.stdout
    processes.start("api")
    processes.wait_until_ready()
    sender = Sender(bench, processes.address)
    sender.hand_in(1)
    assert sender.failures == []
