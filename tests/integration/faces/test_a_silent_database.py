"""A database that accepts connections and never answers: callers get an error within seconds, and nothing is half
done."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import psycopg
import pytest
from sqlalchemy import text

from hub.bootstrap import Hub, Knowledge
from hub.errors import StoreUnavailable
from hub.local.process import wait_until
from hub.local.servers import LocalServers
from hub.local.state import StateFolder
from hub.settings import Settings
from hub.store.database import engine
from hub.store.database import time_limits as patience
from hub.store.database.engine import Store
from hub.store.database.time_limits import TimedConnection
from hub.store.schema import migrate
from hub.telemetry.logs import configure_logs
from tests.conftest import Bench, SimulatedAgencies, open_store, state_folder
from tests.exchanges import AdjustableClock
from tests.served import Api, problem_of, served

ANSWER_SECONDS_MAX = 1.0
CONNECTING_SECONDS = 2
AREA, GATEWAY = "probation-northumbria", "gateway-libra"


@pytest.fixture(autouse=True)
def _shorter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engine._CONNECTING, "connect_timeout", CONNECTING_SECONDS)
    monkeypatch.setattr(patience, "_SILENT_SECONDS", 2.0)


@pytest.fixture(scope="module")
def own() -> Iterator[LocalServers]:
    """Servers that other tests do not use, because they are frozen."""
    with state_folder() as path:
        servers = LocalServers(StateFolder(path))
        servers.start()
        try:
            yield servers
        finally:
            servers.stop()


@pytest.fixture
def bench(own: LocalServers, settings: Settings, knowledge: Knowledge, agencies: SimulatedAgencies) -> Iterator[Bench]:
    clock = AdjustableClock()
    settings = settings.model_copy(update={"store_answer_seconds_max": ANSWER_SECONDS_MAX})
    hub = Hub(replace(knowledge, settings=settings), open_store(own.start().database), clock, configure_logs("test"))
    migrate(hub.store)
    yield Bench(hub, clock, agencies)
    hub.close()


def _plain(own: LocalServers) -> str:
    return own.start().database.replace("+psycopg", "")


def _store(own: LocalServers) -> Store:
    store = open_store(own.start().database)
    store.answer_within(ANSWER_SECONDS_MAX)
    return store


@contextmanager
def frozen(own: LocalServers) -> Iterator[None]:
    """Every process of the server: the system still accepts connections for it, and nobody answers."""
    postmaster = int(str(own.pid("postgres")))
    with psycopg.connect(_plain(own)) as connection:
        pids = [row[0] for row in connection.execute("SELECT pid FROM pg_stat_activity")]
    for pid in (postmaster, *pids):
        _signalled(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in (postmaster, *pids):
            _signalled(pid, signal.SIGCONT)


def _signalled(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return


def _count(own: LocalServers) -> int:
    with psycopg.connect(_plain(own)) as connection:
        return int(connection.execute("SELECT count(*) FROM message").fetchall()[0][0])


def test_callers_get_an_error_in_seconds_and_nothing_is_half_done(own: LocalServers, bench: Bench) -> None:
    document = bench.story()["second_list"].body
    with served(bench) as api, ThreadPoolExecutor(60) as callers:
        assert api.post(AREA, b"{}").status == 422
        signed = [api.authorization(GATEWAY) for _ in range(60)]
        before = _count(own)
        with frozen(own):
            answers = [callers.submit(_post, api, each, document) for each in signed]
            assert api.http.request("GET", f"{api.url}/health", timeout=5).status == 200, "no thread is needed for it"
            for answer in answers:
                told = answer.result(timeout=60)
                assert problem_of(told, 503)["code"] == "store.unavailable"
                assert int(told.headers["Retry-After"]) > 0
        wait_until(lambda: not bench.hub.store.is_silent(), 10)
        first, again = (api.post(GATEWAY, document) for _ in range(2))
        assert (first.status, again.status) == (202, 202)
        assert first.json() == again.json() and again.headers["Hub-Repeated"] == "true"
        taken = len(first.json()["receipt"]["messages"])
        assert _count(own) == before + taken > before


def test_one_that_is_not_even_heard_to_connect_is_not_asked_for_a_moment(
    own: LocalServers, bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(patience, "_SILENT_SECONDS", 5.0)
    store = _store(own)
    with frozen(own):
        with pytest.raises(StoreUnavailable), store.transaction():
            pass
        tried: list[object] = []
        with monkeypatch.context() as watched:
            watched.setattr(TimedConnection, "connect", lambda *given, **_: tried.append(given))
            for _ in range(10):
                with pytest.raises(StoreUnavailable), store.reading():
                    pass
        assert store.is_silent() and tried == []
    assert wait_until(lambda: not store.is_silent(), 10)
    with store.transaction():
        pass
    store.close()


def test_what_takes_longer_is_given_up_where_callers_wait_and_nowhere_else(own: LocalServers) -> None:
    hurried, patient = _store(own), open_store(own.start().database)
    with pytest.raises(StoreUnavailable), hurried.transaction() as transaction:
        transaction.execute(text("SELECT pg_sleep(3)"))
    assert not hurried.is_silent(), "the database is there"
    with patient.transaction() as transaction:
        transaction.execute(text("SELECT pg_sleep(2)"))
    for store in (hurried, patient):
        with store.transaction() as transaction:
            assert transaction.scalar(text("SELECT 1")) == 1
        store.close()


def _post(api: Api, authorization: str, body: bytes) -> Any:
    return api.http.request(
        "POST", f"{api.url}/v1/messages", body=body, headers={"Authorization": authorization}, timeout=60
    )
