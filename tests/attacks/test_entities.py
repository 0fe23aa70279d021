"""Entities and document types: no XML that comes in makes the exchange read something outside it, or grow."""

import http.server
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.contract import Inbox
from hub.bootstrap import Knowledge
from hub.clock import SystemClock
from hub.settings import Settings
from tests.conftest import ROOT
from tests.contract.transports.partners.sftp import partner
from tests.integration.receiving.test_collection import with_inbox
from tests.served import Api, problem_of

GATEWAY, SECRET = "gateway-libra", "a line that must never leave the disk"
SAMPLES = sorted((ROOT / "adapters" / "systems").rglob("*.xml"))


class _Lure(http.server.BaseHTTPRequestHandler):
    asked: list[str]

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<!ENTITY x 'y'>")

    def log_message(self, format: str, *args: object) -> None:
        """No log lines."""


@pytest.fixture
def asked() -> Iterator[tuple[str, list[str]]]:
    """Yield the address of a server that nobody may ask, and what it was asked."""
    handler = type("Lure", (_Lure,), {"asked": []})
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}", handler.asked
        server.shutdown()
        thread.join()


def _hostile(body: bytes, address: str, secret: Path) -> Iterator[bytes]:
    """Yield the same document after each kind of document type. If it has a text, the first one is the entity."""
    text = body.decode("utf-8-sig")
    root = text[text.index("<", text.index("?>") + 2 if text.startswith("<?xml") else 0) :]
    name = "a"
    bomb = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    for declared in (
        f'<!ENTITY x SYSTEM "{secret.as_uri()}">',
        f'<!ENTITY x SYSTEM "{address}/general">',
        f'<!ENTITY % p SYSTEM "{address}/parameter">%p;',
        f'<!ENTITY l0 "lol">{bomb}<!ENTITY x "&l11;">',
    ):
        entered = root.replace("</", "&x;</", 1)
        yield f"<!DOCTYPE {name} [{declared}]>{entered}".encode()
    yield f'<!DOCTYPE {name} SYSTEM "{address}/external.dtd">{root}'.encode()
    yield f'<?xml-stylesheet type="text/xsl" href="{address}/style.xsl"?>{root}'.encode()
    included = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" parse="text" href="{secret.as_uri()}"/>'
    yield root.replace("</", f"{included}</", 1).encode()


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    file = tmp_path / "secret"
    file.write_text(SECRET)
    return file


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda file: f"{file.parent.parent.name}-{file.name}")
def test_no_system_reads_anything_but_its_document(
    sample: Path, knowledge: Knowledge, asked: tuple[str, list[str]], secret: Path
) -> None:
    address, requests = asked
    for number, body in enumerate(_hostile(sample.read_bytes(), address, secret)):
        began = time.process_time()
        result = knowledge.preview(body, None, SystemClock())
        assert time.process_time() - began < 5
        assert SECRET not in str(result)
        if number < 5:
            assert not result["messages"]
            assert result["refused"], "a document type is refused"
    assert requests == []


def test_the_api_reads_nothing_else_and_says_why(api: Api, asked: tuple[str, list[str]], secret: Path) -> None:
    address, requests = asked
    for number, body in enumerate(_hostile(api.bench.story()["list"].body, address, secret)):
        response = api.post(GATEWAY, body, {"Content-Type": "text/xml"})
        assert SECRET not in response.data.decode()
        if number < 5:
            assert problem_of(response, 422)["code"] == "xml.entities"
    assert requests == []


class TestFiles:
    @pytest.fixture(params=["folder", "sftp"])
    def inbox(self, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[Path, Inbox]]:
        if request.param == "folder":
            folder = tmp_path.resolve() / "inbox"
            folder.mkdir()
            yield folder, Inbox(GATEWAY, "folder", {"path": str(folder), "settle_seconds": "0"})
            return
        with partner(tmp_path) as agency:
            yield agency.folder, Inbox(GATEWAY, "sftp", {**agency.settings, "settle_seconds": "0"})

    @pytest.fixture
    def settings(self, settings: Settings, inbox: tuple[Path, Inbox]) -> Settings:
        return with_inbox(settings, inbox[1])

    def test_a_collected_file_reads_nothing_else(
        self, api: Api, inbox: tuple[Path, Inbox], asked: tuple[str, list[str]], secret: Path
    ) -> None:
        address, requests = asked
        hostile = list(_hostile(api.bench.story()["list"].body, address, secret))[:5]
        for number, body in enumerate(hostile):
            (inbox[0] / f"{number}.xml").write_bytes(body)
        taken = api.bench.hub.collection.collect(GATEWAY)
        assert (taken.accepted, taken.partly, taken.refused) == (0, 0, len(hostile))
        told = "".join(file.read_text() for file in inbox[0].rglob("*.reasons.json"))
        assert SECRET not in told
        assert told.count("xml.entities") == len(hostile)
        assert requests == []
