"""hub.client against the API over a real socket, and against one that loses answers."""

import json
import os
import subprocess
import sys
import threading
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from hub.client import AgencyKey, Exchange, NotAnswered, PublicKeys, RefusedByExchange, Retrying, SignatureWrong
from hub.settings import Settings
from tests.conftest import ROOT
from tests.served import Api

COURT, AREA = "court-b10jq", "probation-northumbria"
QUICK = Retrying(give_up_after_seconds=0.5, first_wait_seconds=0.01, longest_wait_seconds=0.02)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    lines = settings.endpoints_file().read_text().split("[[endpoint]]")
    mailbox = f'\nagency = "{AREA}"\nsystem = "hub_json"\ntransport = "mailbox"\n'
    others = [entry for entry in lines if f'"{AREA}"' not in entry]
    settings.endpoints_file().write_text("[[endpoint]]".join([*others, mailbox]))
    return settings


@contextmanager
def client(api: Api, agency: str, **options: object) -> Iterator[Exchange]:
    api.bench.clock.now = lambda: datetime.now(UTC)  # type: ignore[method-assign] # assertions carry the real time
    key = api.bench.hub.access.issue_key(agency)
    with Exchange(api.url, key, **({"retrying": QUICK} | options)) as exchange:  # type: ignore[arg-type]
        yield exchange


def test_it_sends_reads_its_mailbox_and_acknowledges(api: Api) -> None:
    step = api.bench.story()["request"]
    with client(api, COURT) as court, client(api, AREA) as area:
        sent = court.send(step.body, step.media_type)
        [message] = sent.receipt.messages
        assert (sent.repeated, message.kind, message.recipients) == (False, "report_request", (AREA,))
        assert court.send(step.body, step.media_type).repeated
        api.bench.drain()
        [waiting] = area.waiting()
        assert (waiting.id, waiting.kind, waiting.sender) == (message.id, "report_request", COURT)
        fetched = area.fetch(waiting.id)
        assert json.loads(fetched.body)["kind"] == "report_request"
        first = area.acknowledge(waiting.id, "OURS-1")
        assert first == area.acknowledge(waiting.id, "OURS-1")
        assert court.story(message.id)["deliveries"][0]["state"] == "delivered"


def test_a_refusal_says_code_place_and_cure(api: Api) -> None:
    with client(api, COURT) as court, pytest.raises(RefusedByExchange) as refused:
        court.send(b'{"kind": "nothing"}', "application/json")
    assert (refused.value.status, bool(refused.value.problems)) == (422, True)
    assert all(problem.code and problem.cure for problem in refused.value.problems)


def test_a_receipt_of_other_keys_proves_nothing(api: Api) -> None:
    others = AgencyKey.make(COURT, "EdDSA")
    keys = PublicKeys.of({"keys": [others.public()]})
    step = api.bench.story()["request"]
    with client(api, COURT, keys=keys) as court, pytest.raises(SignatureWrong) as wrong:
        court.send(step.body, step.media_type)
    assert wrong.value.code == "key.unknown"


Answers = list[Callable[[BaseHTTPRequestHandler], None]]


@contextmanager
def scripted(*answers: Callable[[BaseHTTPRequestHandler], None]) -> Iterator[tuple[str, list[tuple[str, bytes, str]]]]:
    """An exchange that answers as a test says, and what it was sent: path, body, assertion."""
    calls: list[tuple[str, bytes, str]] = []
    left = list(answers)

    class Scripted(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            calls.append((self.path, body, self.headers["Authorization"]))
            left.pop(0)(self)

        def log_message(self, *_: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Scripted) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", calls
        server.shutdown()
        thread.join()


def says(status: int, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.send_header("Content-Length", "0")
        handler.end_headers()

    return answer


def hangs_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


def test_a_call_whose_answer_is_lost_is_made_again_as_it_was_with_an_assertion_of_its_own() -> None:
    key = AgencyKey.make(COURT, "EdDSA")
    answers = hangs_up, says(503), says(429, Retry_After="0"), says(403)
    with (
        scripted(*answers) as (address, calls),
        Exchange(address, key, retrying=QUICK) as exchange,
        pytest.raises(RefusedByExchange) as refused,
    ):
        exchange.send(b"once", "text/plain")
    assert refused.value.code == "http.403"
    assert [(path, body) for path, body, _ in calls] == [("/v1/messages", b"once")] * 4
    assert len({assertion for _, _, assertion in calls}) == 4


def test_it_gives_up_in_the_end_and_waits_as_long_as_it_is_asked_to() -> None:
    key = AgencyKey.make(COURT, "EdDSA")
    with (
        scripted(says(503, Retry_After="600")) as (address, calls),
        Exchange(address, key, retrying=QUICK) as exchange,
        pytest.raises(NotAnswered, match="status 503"),
    ):
        exchange.send(b"once", "text/plain")
    assert len(calls) == 1, "it would have to wait for longer than it tries"


def test_the_client_needs_only_the_packages_that_every_installation_has() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    base = {requirement.split(">")[0].split("[")[0] for requirement in project["dependencies"]}
    assert base == {"cryptography", "joserfc", "urllib3"}
    program = """
import sys
from importlib.metadata import packages_distributions
import hub.client
of = packages_distributions()
used = {name.partition(".")[0] for name in sys.modules}
print(*sorted({one for name in used for one in of.get(name, ())}))
"""
    ran = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
    )
    taken_where_there = {"bcrypt", "brotli", "brotlicffi", "zstandard"}
    used = set(ran.stdout.split()) - {"justice-exchange", "cffi", "setuptools"} - taken_where_there
    assert used <= base, "cryptography uses cffi, and bcrypt where it is there; urllib3 what unpacks, where it is there"
