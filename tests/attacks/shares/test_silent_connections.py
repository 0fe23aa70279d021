"""A stranger who only connects keeps no agency out."""

import socket
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace

import pytest

from hub.bootstrap import Hub
from hub.telemetry.logs import configure_logs
from tests.conftest import Bench
from tests.served import Api, served

COURT, BOUND = "court-b10jq", 20


@pytest.fixture
def bounded(bench: Bench) -> Iterator[Api]:
    settings = bench.hub.settings.model_copy(
        update={"idle_connections_max": BOUND, "idle_connections_of_one_address_max": BOUND}
    )
    bench.hub = Hub(
        replace(bench.hub.knowledge, settings=settings), bench.hub.store, bench.clock, configure_logs("test")
    )
    with served(bench) as api:
        yield api


def test_of_silent_connections_only_the_newest_stay_open(bounded: Api) -> None:
    silent = [socket.create_connection(("127.0.0.1", bounded.port), timeout=20) for _ in range(3 * BOUND)]
    try:
        assert bounded.post(COURT, bounded.bench.story()["sentence"].body).status == 202
        for connection in silent[: 2 * BOUND]:
            assert _is_closed(connection)
        assert not _is_closed(silent[-1])
    finally:
        for connection in silent:
            connection.close()


def _is_closed(connection: socket.socket) -> bool:
    connection.settimeout(0.5)
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


def test_a_caller_in_the_middle_of_a_request_is_not_closed_for_silent_ones(bounded: Api) -> None:
    body = bounded.bench.story()["sentence"].body
    head = (
        "POST /v1/messages HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\n"
        f"Authorization: {bounded.authorization(COURT)}\r\nContent-Length: {len(body)}\r\n"
        "Expect: 100-continue\r\n\r\n"
    )
    with closing(socket.create_connection(("127.0.0.1", bounded.port), timeout=20)) as caller:
        caller.sendall(head.encode())
        assert caller.recv(65_536).startswith(b"HTTP/1.1 100"), "the exchange reads the request"
        caller.sendall(body[:10])
        silent = [socket.create_connection(("127.0.0.1", bounded.port), timeout=20) for _ in range(3 * BOUND)]
        caller.sendall(body[10:])
        assert caller.recv(65_536).startswith(b"HTTP/1.1 202")
        for connection in silent:
            connection.close()
