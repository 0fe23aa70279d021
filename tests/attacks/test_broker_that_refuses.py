"""A broker that refuses to work is a broker that is away: nothing ends, and work goes on once it is back."""

import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis as client
from kombu.exceptions import OperationalError

from hub.local.embedded import redis
from hub.local.embedded.redis import RedisServer
from hub.local.state import StateFolder
from tests.conftest import state_folder
from workers.app import QUEUE, create_app

_WORKER = """
import sys
from workers.app import create_app
app = create_app(sys.argv[1], 1)

@app.task(name="touch")
def touch(path):
    open(path, "w").close()

app.worker_main(["worker", "--loglevel=WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"])
"""
REFUSALS = {
    "only_reads": (("REPLICAOF", "127.0.0.1", "1"), ("REPLICAOF", "NO", "ONE")),
    "has_no_memory_left": (("CONFIG", "SET", "maxmemory", "1"), ("CONFIG", "SET", "maxmemory", "0")),
    "wants_a_password": (("CONFIG", "SET", "requirepass", "x"), ("CONFIG", "SET", "requirepass", "")),
}


@contextmanager
def _broker() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hub-") as sockets, state_folder() as path:  # a path that a socket may have
        state = StateFolder(path)
        state.lock()
        server = RedisServer(state, Path(sockets))
        try:
            server.launch(lambda _: None)
            server.wait()
            yield Path(sockets)
        finally:
            server.stop()
            state.unlock()


@contextmanager
def _worker(url: str, log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as words:
        process = subprocess.Popen([sys.executable, "-c", _WORKER, url], stdout=words, stderr=words)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def test_a_worker_lives_through_a_broker_that_refuses_and_works_afterwards(tmp_path: Path) -> None:
    with _broker() as sockets, client.Redis(unix_socket_path=str(sockets / "redis.sock")) as server:
        begin, end = REFUSALS["only_reads"]
        server.execute_command(*begin)
        with _worker(redis.url(sockets), tmp_path / "log") as worker:
            _wait(lambda: (tmp_path / "log").read_text().count("broker.away ReadOnlyError") >= 3)
            server.execute_command(*end)
            _works(redis.url(sockets), tmp_path)
            for name in ("has_no_memory_left", "wants_a_password"):
                begin, end = REFUSALS[name]
                server.execute_command(*begin)
                server.execute_command("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
                time.sleep(1.5)
                server.execute_command(*end)
                _works(redis.url(sockets), tmp_path)
            assert worker.poll() is None


@pytest.mark.parametrize("name", REFUSALS)
def test_what_a_broker_refuses_to_take_counts_as_a_broker_that_is_away(name: str) -> None:
    """This is the failure after which the relay gives its deliveries back."""
    begin, _ = REFUSALS[name]
    with _broker() as sockets, client.Redis(unix_socket_path=str(sockets / "redis.sock")) as server:
        server.execute_command(*begin)
        with create_app(redis.url(sockets), 1) as app, pytest.raises((OperationalError, ConnectionError)):
            app.send_task("touch", args=["nowhere"], queue=QUEUE)


def _works(url: str, folder: Path) -> None:
    mark = folder / uuid.uuid4().hex
    with create_app(url, 1) as app:
        app.send_task("touch", args=[str(mark)], queue=QUEUE)
    _wait(mark.exists)


def _wait(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 60
    while not done():
        assert time.monotonic() < until, "it did not come about"
        time.sleep(0.05)
