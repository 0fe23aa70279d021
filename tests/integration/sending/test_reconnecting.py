"""A worker looks for its broker every second, even when the broker has been away for long."""

import logging
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from hub.local.embedded import redis
from hub.local.embedded.redis import RedisServer
from hub.local.state import StateFolder
from tests.conftest import state_folder
from workers.app import create_app
from workers.reconnecting import SteadyConsumer

AWAY_SECONDS = 5.5


@pytest.fixture
def sockets() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="hub-") as folder:  # a path that is short enough for a socket
        yield Path(folder)


def test_a_worker_finds_a_broker_that_was_away_for_long(sockets: Path, caplog: pytest.LogCaptureFixture) -> None:
    app = create_app(redis.url(sockets), 1)
    assert app.conf.worker_consumer.endswith(SteadyConsumer.__name__)
    consumer, found = SimpleNamespace(first_connection_attempt=True), threading.Event()

    def look() -> None:
        with app.connection_for_read() as connection:
            assert SteadyConsumer.ensure_connected(consumer, connection).connected
            found.set()

    looking = threading.Thread(target=look, daemon=True)
    with state_folder() as path, caplog.at_level(logging.WARNING):
        looking.start()
        time.sleep(AWAY_SECONDS)
        assert not found.is_set()
        tries = sum("broker.away" in record.getMessage() for record in caplog.records)
        assert tries >= 4, "with waits that grow it would have been two"
        state = StateFolder(path)
        state.lock()
        server = RedisServer(state, sockets)
        try:
            server.launch(lambda _: None)
            server.wait()
            assert found.wait(20)
        finally:
            server.stop()
            state.unlock()
    looking.join(5)
    assert consumer.first_connection_attempt is False
