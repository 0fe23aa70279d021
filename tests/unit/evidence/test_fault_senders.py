"""The senders of the fault runs expect of the exchange only what it promises."""

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import ClassVar
from uuid import uuid4

import pytest

from adapters.interfacing.ws_security.securing import OwnPair
from hub.access.assertions import AgencyKey
from tests.faults import documents
from tests.faults.documents import AREAS, Person
from tests.faults.plan import Again, Document
from tests.faults.sending.doors import Credentials, Doors
from tests.faults.sending.senders import Answers, Senders

NOW = datetime(2026, 11, 30, tzinfo=UTC)
EXPIRED = (422, {"code": "protocol.expired"})
REUSED = (409, {"code": "reference.reused"})


def _accepted(reference: str) -> tuple[int, dict[str, object]]:
    message = {"reference": reference, "id": str(uuid4()), "accepted_at": NOW.isoformat(), "recipients": []}
    return 202, {"receipt": {"messages": [message], "refused": []}}


class _Exchange(BaseHTTPRequestHandler):
    """Answers one call after another as a test says."""

    answers: ClassVar[list[tuple[int, dict[str, object]]]] = []

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        status, answer = self.answers.pop(0)
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def address() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Exchange)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def _sent(address: str, *answers: tuple[int, dict[str, object]]) -> Answers:
    """The answers to a release that is sent a second time with other content."""
    message = documents.release(Person(1, AREAS[0], NOW))
    document = Document(message["sender"], (message,), (message["reference"],), again=Again.CHANGED)
    key = AgencyKey.make(message["sender"], "EdDSA")
    _Exchange.answers[:] = answers
    held = {message["sender"]: Credentials(key, "", OwnPair(b"", b""))}
    senders = Senders(((document,),), Doors(held, lambda: address, lambda: NOW, 1), 1)
    senders.start()
    while not senders.done:
        threading.Event().wait(0.01)
    return senders.answers


def test_other_content_under_a_reference_must_be_refused(address: str) -> None:
    reference = documents.release(Person(1, AREAS[0], NOW))["reference"]
    assert _sent(address, _accepted(reference), REUSED).wrong == []
    assert _sent(address, _accepted(reference), _accepted(reference)).wrong == [f"{reference} was answered 202 None"]


def test_other_content_is_not_sent_under_a_reference_that_was_refused_as_too_late(address: str) -> None:
    answers = _sent(address, EXPIRED, _accepted("F000001-release"))
    assert answers.wrong == []
    assert len(_Exchange.answers) == 1, "nothing was kept under it, so the exchange would rightly accept it"
