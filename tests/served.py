"""The API over a real socket, as `python -m hub.api` serves it."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import urllib3
import uvicorn

from hub.api.serving import configuration
from hub.local.ports import HeldPort
from schemas.codes.registry import code_registry

if TYPE_CHECKING:
    from tests.conftest import Bench


@dataclass
class Api:
    bench: "Bench"
    port: int
    http: urllib3.PoolManager

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def authorization(self, agency: str) -> str:
        return self.bench.hub.access.issue_key(agency).authorization(self.bench.clock.now())

    def post(self, agency: str, body: bytes, headers: dict[str, str] | None = None, **options: Any) -> Any:
        sent = {"Authorization": self.authorization(agency)} | (headers or {})
        return self.http.request("POST", f"{self.url}/v1/messages", body=body, headers=sent, timeout=30, **options)

    def get(self, agency: str, message_id: str) -> Any:
        headers = {"Authorization": self.authorization(agency)}
        return self.http.request("GET", f"{self.url}/v1/messages/{message_id}", headers=headers, timeout=10)


def problem_of(response: Any, status: int) -> dict[str, Any]:
    assert response.status == status, response.data
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["type"] == f"/problems/{problem['code']}"
    assert code_registry().by_code[problem["code"]].status == status
    assert "Traceback" not in response.data.decode()
    return problem


@contextmanager
def served(bench: "Bench", *, waits: bool = True) -> Iterator[Api]:
    """`waits` until the server has ended. It takes a fifth of a second, in which the next test can begin."""
    with HeldPort("127.0.0.1") as held, urllib3.PoolManager(retries=False) as http:
        port = held.number
        with running(uvicorn.Server(configuration(bench.hub, "127.0.0.1", port)), waits=waits):
            yield Api(bench, port, http)


@contextmanager
def running(server: uvicorn.Server, *, waits: bool = True) -> Iterator[None]:
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server has not started"
        time.sleep(0.01)
    try:
        yield
    finally:
        server.should_exit = True
        if waits:
            thread.join()
