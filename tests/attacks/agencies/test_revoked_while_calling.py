"""A key is revoked while its holder is still sending, or waits: from then on it opens nothing."""

import json
import socket
import threading
import time
from typing import Any

import pytest
from sqlalchemy import text

from hub.access.assertions import AgencyKey
from hub.access.keys import CalledWith, refuse_if_revoked
from hub.errors import AssertionRefused
from hub.exchange.accepting.demands import Demands
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Person
from tests.served import Api

AREA = "probation-northumbria"


def _body(bench: Bench, number: int) -> bytes:
    person = Person(number, AREAS[0], bench.clock.now().replace(microsecond=0))
    return json.dumps(documents.report(person)).encode()


def _half_sent(api: Api, key: AgencyKey, body: bytes) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", api.port), timeout=20)
    head = (
        f"POST /v1/messages HTTP/1.1\r\nHost: x\r\nAuthorization: {key.authorization(api.bench.clock.now())}\r\n"
        f"Content-Type: application/json\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    connection.sendall(head.encode() + body[:100])
    _until_seen(api, key)
    return connection


def _until_seen(api: Api, key: AgencyKey) -> None:
    """The exchange has used the assertion, and waits for the rest of the body."""
    for _ in range(200):
        with api.bench.hub.store.transaction() as connection:
            if connection.execute(text("SELECT count(*) FROM used_assertion")).scalar_one():
                return
        time.sleep(0.02)
    pytest.fail(f"the call of {key.agency} did not begin")


def test_what_is_handed_in_after_a_key_was_revoked_is_refused(api: Api) -> None:
    key, body = api.bench.hub.access.issue_key(AREA), _body(api.bench, 1)
    with _half_sent(api, key, body) as connection:
        api.bench.hub.access.revoke_key(key.id)
        connection.sendall(body[100:])
        answer = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert answer.startswith(b"HTTP/1.1 401")
    assert b"key.revoked" in answer
    with api.bench.hub.store.transaction() as connection_:
        for table in ("message", "raw_document"):
            assert connection_.execute(text(f"SELECT count(*) FROM {table}")).scalar_one() == 0  # noqa: S608


def test_a_key_that_is_revoked_while_the_document_is_read_records_nothing(bench: Bench) -> None:
    """The document is kept already, and its messages are not recorded yet."""
    key = bench.hub.access.issue_key(AREA)
    called = CalledWith(AREA, key.id)
    asked: list[int] = []

    def still_may(connection: Any) -> None:
        asked.append(1)
        if len(asked) == 2:
            bench.hub.access.revoke_key(key.id)
        refuse_if_revoked(connection, called)

    with pytest.raises(AssertionRefused) as refused:
        bench.hub.intake.receive(
            bench.hub.knowledge.registry.agencies.named(AREA),
            _body(bench, 2),
            "application/json",
            demands=Demands(still_may=still_may),
        )
    assert refused.value.code == "key.revoked"
    with bench.hub.store.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM message")).scalar_one() == 0


def test_who_waits_for_a_mailbox_gets_nothing_once_the_key_is_revoked(api: Api) -> None:
    key = api.bench.hub.access.issue_key(AREA)
    said: list[Any] = []

    def wait() -> None:
        headers = {"Authorization": key.authorization(api.bench.clock.now())}
        said.append(api.http.request("GET", f"{api.url}/v1/mailbox?wait=20", headers=headers, timeout=30))

    waiting = threading.Thread(target=wait)
    waiting.start()
    _until_seen(api, key)
    api.bench.hub.access.revoke_key(key.id)
    with api.bench.hub.store.transaction() as connection:
        connection.execute(text("SELECT pg_notify('hub_mailbox', :agency)"), {"agency": AREA})
    waiting.join(25)
    assert said[0].status == 401, said[0].data
