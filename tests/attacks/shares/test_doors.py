"""Whoever fills one door of the API keeps nobody out at another, and nobody fills a door by what never comes."""

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any

import pytest

from hub.api.app import create_app
from hub.api.limits.doors import Door, door_of
from hub.api.limits.idle_connections import raise_open_files_limit
from hub.bootstrap import Hub
from hub.telemetry.logs import configure_logs
from tests.conftest import Bench
from tests.served import Api, problem_of, served

COURT, OTHER, ROOM = "court-b10jq", "probation-northumbria", 10
SILENT = 1_300


@pytest.fixture
def narrow(bench: Bench) -> Iterator[Api]:
    """Each door has little room."""
    rooms = dict.fromkeys(("requests_at_once_max", "staff_requests_at_once_max", "health_requests_at_once_max"), ROOM)
    settings = bench.hub.settings.model_copy(update=rooms)
    knowledge = replace(bench.hub.knowledge, settings=settings)
    bench.hub = Hub(knowledge, bench.hub.store, bench.clock, configure_logs("test"))
    with served(bench) as api:
        yield api


@contextmanager
def _connections(api: Api, number: int, head: str = "") -> Iterator[list[socket.socket]]:
    with ExitStack() as stack:
        made = []
        for _ in range(number):
            made.append(stack.enter_context(socket.create_connection(("127.0.0.1", api.port), timeout=20)))
            made[-1].sendall(head.encode())
        yield made


def _head(path: str) -> str:
    return f"POST {path} HTTP/1.1\r\nHost: hub\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n" + "{"


def _upload(api: Api, agency: str, uploads: ExitStack) -> bytes:
    """Begin a document that does not end; the first words of the answer."""
    more = f"\r\nExpect: 100-continue\r\nAuthorization: {api.authorization(agency)}\r\n\r\n"
    [caller] = uploads.enter_context(_connections(api, 1, _head("/v1/messages").replace("\r\n\r\n{", more)))
    return caller.recv(65_536)


def _login(api: Api) -> Any:
    return api.http.request("POST", f"{api.url}/staff/session", json={"name": "ada", "password": "x" * 12}, timeout=30)


def _all_doors_are_open(api: Api) -> None:
    assert api.post(COURT, api.bench.story()["sentence"].body).status == 202
    assert problem_of(_login(api), 401)["code"] == "access.login_refused"
    for path in ("/health", "/ready", "/.well-known/jwks.json"):
        assert api.http.request("GET", api.url + path, timeout=30).status == 200, path


def test_no_door_is_closed_by_1300_silent_connections(bench: Bench) -> None:
    raise_open_files_limit()
    if resource.getrlimit(resource.RLIMIT_NOFILE)[0] < 3 * SILENT:
        pytest.skip("this account may not open so many files")
    with served(bench) as api, _connections(api, SILENT):
        _all_doors_are_open(api)


@pytest.mark.parametrize("path", ["/staff/session", "/v1/mailbox/x", "/v1/messages", "/ready"])
def test_no_door_is_closed_by_requests_whose_bodies_never_come(narrow: Api, path: str) -> None:
    with _connections(narrow, 3 * ROOM, _head(path)):
        _all_doors_are_open(narrow)


def test_a_door_whose_room_is_taken_leaves_the_others_open(narrow: Api) -> None:
    with ExitStack() as uploads:
        for agency in (COURT, OTHER):  # agencies that have proved who they are, so they are waited for
            for _ in range(ROOM // 2):
                assert _upload(narrow, agency, uploads).startswith(b"HTTP/1.1 100"), "the exchange reads the request"
        refused = narrow.http.request("GET", f"{narrow.url}/v1/mailbox", timeout=30)
        assert problem_of(refused, 503)["code"] == "busy.requests"
        assert problem_of(_login(narrow), 401)["code"] == "access.login_refused"
        assert narrow.http.request("GET", f"{narrow.url}/ready", timeout=30).status == 200


def test_one_agency_takes_no_more_than_its_share_of_the_door(narrow: Api) -> None:
    with ExitStack() as uploads:
        for _ in range(ROOM // 2):
            _upload(narrow, COURT, uploads)
        headers = {"Authorization": narrow.authorization(COURT)}
        refused = narrow.http.request("GET", f"{narrow.url}/v1/mailbox", headers=headers, timeout=30)
        assert problem_of(refused, 429)["code"] == "limit.at_once"
        assert narrow.post(OTHER, narrow.bench.story()["report"].body).status == 202
    again = narrow.http.request(
        "GET", f"{narrow.url}/v1/mailbox", headers={"Authorization": narrow.authorization(COURT)}, timeout=30
    )
    assert again.status == 200, "when its other calls have ended, it is let in again"


def test_calls_that_wait_for_a_mailbox_make_room_for_whoever_comes(narrow: Api) -> None:
    agencies = [COURT, OTHER, "court-b46db", "prison-durham"]
    with ExitStack() as waiting:
        for number in range(ROOM):
            signed = narrow.authorization(agencies[number % len(agencies)])
            head = f"GET /v1/mailbox?wait=30 HTTP/1.1\r\nHost: hub\r\nAuthorization: {signed}\r\n\r\n"
            waiting.enter_context(_connections(narrow, 1, head))
        until = time.monotonic() + 20  # each of them first looks into its mailbox
        while narrow.http.request("GET", f"{narrow.url}/v1/mailbox", timeout=30).status == 503:
            assert time.monotonic() < until, "those who only wait keep everybody out"
            time.sleep(0.1)
        _all_doors_are_open(narrow)


def test_every_path_has_its_door(bench: Bench) -> None:
    """A path of staff that would come in by the door of the agencies could be kept out by them."""
    paths = set(create_app(bench.hub).openapi()["paths"])
    assert {door_of(path) for path in paths} == set(Door)
    for_agencies = ("/v1/", "/interfaces/", "/oauth2/token")
    assert all(path.startswith(for_agencies) for path in paths if door_of(path) is Door.AGENCIES)
