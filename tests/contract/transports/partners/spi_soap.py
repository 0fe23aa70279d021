"""The partner of spi_soap: a police system behind a real HTTP server. It checks each submit against the agencies' own
schemas where they are here."""

import base64
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from lxml import etree

from adapters.contract import Endpoint

TYPES = "{http://schemas.cjse.gov.uk/endpoint/types/}"
OPERATIONS = "{http://schemas.cjse.gov.uk/common/operations}"
ENTITIES = "{http://schemas.cjse.gov.uk/common/businessentities}"
SCHEMAS = Path(__file__).parents[5] / "shared" / "samples" / "spi" / "schema" / "xsd"
_DATE = "Mon, 04 Mar 2030 16:00:00 GMT"
_ANSWER = """<?xml version="1.0"?>
<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
<SubmitResponseMes xmlns="http://schemas.cjse.gov.uk/endpoint/types/"><RequestID>{id}</RequestID>
<ResponseCode>{code}</ResponseCode><ResponseText>Success</ResponseText></SubmitResponseMes></s:Body></s:Envelope>"""


class Police(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.taken: dict[str, tuple[bytes, str]] = {}
        self.code = 1
        self.other_id: str | None = None
        self.messages: list[Any] = []
        self.checks: list[etree.XMLSchema] = []
        for name in ("MessageLayer.xsd", "cjseOperations.xsd") if SCHEMAS.is_dir() else ():
            self.checks.append(etree.XMLSchema(etree.parse(SCHEMAS / name)))

    def take(self, body: bytes) -> tuple[str, str]:
        """RequestID, and the date of the answer."""
        large = etree.XMLParser(huge_tree=True)
        [request] = etree.fromstring(body, large).iter(f"{TYPES}SubmitRequestMes")
        routed = etree.fromstring(request.findtext(f"{TYPES}Message").encode(), large)
        for check, document in zip(self.checks, (request, routed), strict=False):
            check.assertValid(document)
        id = str(request.findtext(f"{TYPES}RequestID"))
        self.messages.append(routed)
        if routed.tag == f"{OPERATIONS}RouteDataResp":
            return id, _DATE
        stream = routed.find(f"{OPERATIONS}DataStream")
        text = stream.findtext(f"{ENTITIES}DataStreamContent") or ""
        is_xml = stream.findtext(f"{ENTITIES}ContentType") == "text/xml"
        content = text.encode() if is_xml else base64.b64decode(text, validate=True)
        return id, self.taken.setdefault(id, (content, _DATE))[1]


class _Handler(BaseHTTPRequestHandler):
    server: Police
    protocol_version = "HTTP/1.0"  # so that it is gone at once when it goes away

    def do_POST(self) -> None:
        id, date = self.server.take(self.rfile.read(int(self.headers["Content-Length"])))
        body = _ANSWER.format(id=self.server.other_id or id, code=self.server.code).encode()
        self.send_response_only(200)
        self.send_header("Date", date)
        self.send_header("Content-Type", "text/xml")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class SpiPartner:
    def __init__(self) -> None:
        self.police = Police()
        self._port = self.police.server_port
        self._serve()

    def _serve(self) -> None:
        threading.Thread(target=self.police.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def endpoint(self) -> Endpoint:
        settings = {"url": f"http://127.0.0.1:{self._port}/spi", "source_id": "Z00HUB", "destination_id": "B00POLICE"}
        return Endpoint("police-x", "spi", "spi_soap", settings)

    @property
    def bad_settings(self) -> Mapping[str, Mapping[str, str]]:
        good = dict(self.endpoint.settings)
        return {
            "settings.missing": {"url": good["url"]},
            "settings.unknown": good | {"urll": "x"},
            "settings.value": good | {"source_id": "two words"},
            "settings.url_insecure": good | {"url": "http://agency.example/in"},
        }

    def taken(self) -> list[tuple[str, bytes]]:
        return [(id, content) for id, (content, _) in self.police.taken.items()]

    def go_away(self) -> None:
        self.police.shutdown()
        self.police.server_close()

    def come_back(self) -> None:
        before = self.police.taken
        self.police = Police(self._port)
        self.police.taken = before
        self._serve()


@contextmanager
def partner(folder: Path) -> Iterator[SpiPartner]:
    opened = SpiPartner()
    try:
        yield opened
    finally:
        opened.go_away()
