"""Bodies that are too large, too slow or too many are cut off in time, and nobody else waits for them."""

import gzip
import json
import select
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from hub.bootstrap import Hub
from hub.settings import Settings
from hub.telemetry.logs import configure_logs
from tests.conftest import Bench
from tests.processes import until
from tests.served import Api, problem_of, served

AREA, GATEWAY, OTHER = "probation-northumbria", "gateway-libra", "court-b10jq"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(
        update={"body_seconds_max": 30.0, "bodies_bytes_max": 4_000_000, "requests_at_once_max": 20}
    )


def _begin(api: Api, agency: str, declared: int, path: str = "/v1/messages", more: str = "") -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", api.port), timeout=20)
    head = f"POST {path} HTTP/1.1\r\nHost: hub\r\nAuthorization: {api.authorization(agency)}\r\n{more}"
    connection.sendall(f"{head}Content-Type: application/json\r\nContent-Length: {declared}\r\n\r\n".encode())
    return connection


def _being_read(api: Api, agency: str, declared: int, path: str = "/v1/messages") -> socket.socket:
    """A caller whose body the exchange has begun to read. The exchange says so when it is asked."""
    connection = _begin(api, agency, declared, path, "Expect: 100-continue\r\n")
    received = b""
    while not received.endswith(b"\r\n\r\n"):
        some = connection.recv(1)
        assert some, received
        received += some
    assert received.startswith(b"HTTP/1.1 100 "), received
    return connection


def _is_answered(connection: socket.socket) -> bool:
    return bool(select.select([connection], [], [], 0)[0])


def _answer(connection: socket.socket) -> tuple[int, dict[str, object]]:
    """Return (status, problem), after the connection has ended."""
    received = b""
    while some := connection.recv(65_536):
        received += some
    head, _, body = received.partition(b"\r\n\r\n")
    return int(head.split()[1]), json.loads(body)


def _taken(api: Api) -> None:
    assert api.post(GATEWAY, api.bench.story()["list"].body).status == 202


PATHS = ["/v1/messages", "/v1/mailbox/8a5b2a52-6d3b-4f6b-9d36-6f1f6b0f7a11/receipt"]


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_trickles_holds_nobody_up(api: Api, path: str) -> None:
    with closing(_being_read(api, AREA, 3_000_000, path)) as connection:
        for _ in range(3):
            connection.sendall(b"[")
            _taken(api)
        assert not _is_answered(connection), "the others did not wait for its end"


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_trickles_is_cut_off_in_time(bench: Bench, path: str) -> None:
    settings = bench.hub.settings.model_copy(update={"body_seconds_max": 0.5})
    knowledge = replace(bench.hub.knowledge, settings=settings)
    bench.hub = Hub(knowledge, bench.hub.store, bench.clock, configure_logs("test"))
    with served(bench) as api, closing(_begin(api, AREA, 3_000_000, path)) as connection:
        connection.sendall(b"[")
        status, problem = _answer(connection)
    assert (status, problem["code"]) == (408, "body.too_slow")


def test_a_head_that_never_ends_is_cut_off(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.api.limits.head_timeout.HEAD_SECONDS_MAX", 0.5)
    with socket.create_connection(("127.0.0.1", api.port), timeout=20) as connection:
        connection.sendall(b"POST /v1/messages HTTP/1.1\r\n")
        with pytest.raises(ConnectionError):
            for number in range(100):
                connection.sendall(f"X-{number}: y\r\n".encode())
                time.sleep(0.1)


def test_a_second_head_that_never_ends_is_cut_off_too(api: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.api.limits.head_timeout.HEAD_SECONDS_MAX", 0.5)
    with socket.create_connection(("127.0.0.1", api.port), timeout=10) as connection:
        connection.sendall(b"GET /health HTTP/1.1\r\nHost: hub\r\n\r\n")
        answered = b""
        while b"alive" not in answered:
            answered += connection.recv(65_536)
        time.sleep(0.7)  # between two requests uvicorn's own, longer limit applies
        connection.sendall(b"GET /health HTTP/1.1\r\n")
        with suppress(ConnectionResetError):
            assert connection.recv(65_536) == b"", "before uvicorn's own time is over, which is longer than ours here"


@pytest.mark.parametrize("path", PATHS)
def test_an_oversized_body_is_answered_before_it_is_sent(api: Api, path: str) -> None:
    declared = 4_000_000_000
    with closing(_begin(api, AREA, declared, path)) as connection:
        connection.sendall(b" " * 100_000)
        status, problem = _answer(connection)
    assert (status, problem["code"]) == (413, "body.too_large")


def test_a_stranger_makes_nothing_be_read(api: Api) -> None:
    for path in PATHS:
        with socket.create_connection(("127.0.0.1", api.port), timeout=20) as connection:
            connection.sendall(f"POST {path} HTTP/1.1\r\nHost: hub\r\nContent-Length: 900000000\r\n\r\n".encode())
            sent = 0
            try:
                while sent < 900_000_000:
                    sent += connection.send(b"x" * 1_000_000)
            except ConnectionError:
                pass
            assert sent < 100_000_000


def test_one_agency_cannot_take_all_the_room_for_large_bodies(api: Api) -> None:
    """Two slow bodies of 1.9 MB take more than half of the budget; another agency still gets in at once."""
    with closing(_being_read(api, AREA, 1_900_000)) as slow, closing(_begin(api, AREA, 1_900_000)) as waiting:
        time.sleep(0.3)  # the second has no budget; nothing shows when it has begun to wait
        large = b"[" + b" " * 1_900_000 + b"]"
        assert problem_of(api.post(OTHER, large), 422)
        assert not _is_answered(slow)
        assert _answer(waiting)[0] == 503


def test_when_there_is_no_room_the_answer_says_when_to_come_back_and_nothing_was_kept(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.api.limits.body_budget._WAIT_SECONDS_MAX", 0.2)
    slow = [_being_read(api, agency, 1_900_000) for agency in (AREA, OTHER)]
    response = api.post(GATEWAY, b"<a>" + b" " * 1_900_000 + b"</a>", {"Content-Type": "text/xml"})
    assert problem_of(response, 503)["code"] == "busy.bodies"
    assert int(response.headers["Retry-After"]) >= 1
    _taken(api)  # small bodies have a budget of their own
    for connection in slow:
        assert not _is_answered(connection)
        connection.close()


def test_more_calls_at_once_than_allowed_are_asked_to_come_back(api: Api) -> None:
    agencies = (AREA, "court-b10jq")  # one alone takes half of the room at most
    slow = [_being_read(api, agencies[number % 2], 1_000) for number in range(20)]
    response = api.http.request("GET", f"{api.url}/v1/mailbox")
    assert problem_of(response, 503)["code"] == "busy.requests"
    assert response.headers["Retry-After"]
    for connection in slow:
        connection.close()
    until(lambda: api.http.request("GET", f"{api.url}/v1/mailbox").status == 401, 20)


def test_a_bomb_in_gzip_of_gzip_is_opened_once(api: Api) -> None:
    bomb = gzip.compress(gzip.compress(b" " * 30_000_000))
    problem = problem_of(api.post(GATEWAY, bomb, {"Content-Encoding": "gzip"}), 422)
    assert problem["problems"], "the inner one is not opened, and is no document"


def test_many_bombs_at_once_leave_the_exchange_as_it_was(api: Api) -> None:
    bomb = gzip.compress(b"<a>" + b" " * 60_000_000)
    headers = {"Content-Encoding": "gzip", "Content-Type": "text/xml"}
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: api.post(GATEWAY, bomb, headers), range(8)))
    assert {answer.status for answer in answers} <= {413, 503}
    began = time.process_time()
    _taken(api)
    assert time.process_time() - began < 1, "of the processor, so that other programs do not count: no bomb goes on"


def test_nothing_that_is_posted_is_put_aside_in_a_file(
    api: Api, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))  # a temporary file cannot be made
    part = b'--b\r\nContent-Disposition: form-data; name="%s"; filename="a"\r\n\r\n%s\r\n'
    body = part % (b"message", b"{}") + part % (b"report", b"x" * 1_900_000) + b"--b--\r\n"
    response = api.post(AREA, body, {"Content-Type": "multipart/form-data; boundary=b"})
    assert problem_of(response, 422)["problems"][0]["code"] == "document.unrecognised"
