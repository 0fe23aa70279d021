"""The partner of document_store: a prison's document store behind a real HTTP server, with its token service."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import python_multipart

from adapters.contract import Endpoint

SECRET = "made-up-secret-of-the-exchange"
_PATH = re.compile(r"/store/documents/([A-Z_]+)/([0-9a-f-]{36})")
_DATE = "Mon, 04 Mar 2030 16:00:00 GMT"


class Store(ThreadingHTTPServer):
    """It refuses a file whose digest is not that of `fileHash`, and any call without a token that it gave."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.documents: dict[str, tuple[bytes, dict[str, Any]]] = {}
        self.headers: list[Mapping[str, str]] = []
        self.tokens: list[str] = []
        self.ended: set[str] = set()
        self.says: dict[str, Any] = {}

    def token(self, form: str) -> str | None:
        if "grant_type=client_credentials" not in form or f"client_secret={SECRET}" not in form:
            return None
        self.tokens.append(f"token-{len(self.tokens)}")
        return self.tokens[-1]

    def store(self, uuid: str, kind: str, parts: Mapping[str, tuple[str, bytes]]) -> tuple[int, dict[str, Any]]:
        name, content = parts["file"]
        digest = hashlib.sha256(content).hexdigest()
        if parts["fileHash"][1].decode() != digest:
            return 400, {"userMessage": "the hash is not that of the file"}
        metadata = json.loads(parts["metadata"][1])
        if not re.fullmatch("[A-Z]{3}", metadata["prisonCode"]):
            return 400, {"userMessage": "the prison is unknown"}
        if uuid in self.documents:
            return 409, {"userMessage": "there is a document with this uuid"}
        self.documents[uuid] = (content, {"type": kind, "name": name, "metadata": metadata})
        return 201, {"documentUuid": uuid, "documentType": kind, "fileHash": digest} | self.says


class _Handler(BaseHTTPRequestHandler):
    server: Store
    protocol_version = "HTTP/1.0"  # so that it is gone at once when it goes away

    def do_POST(self) -> None:
        body_bytes = int(self.headers["Content-Length"])
        if self.path == "/token":
            token = self.server.token(self.rfile.read(body_bytes).decode())
            self._answer(200, {"access_token": token, "token_type": "Bearer", "expires_in": 600}) if token else (
                self._answer(401, {"error": "invalid_client"})
            )
            return
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        parts: dict[str, tuple[str, bytes]] = {}

        def keep(part: Any) -> None:
            if isinstance(part, python_multipart.multipart.Field):
                parts[part.field_name.decode()] = ("", part.value)
            else:
                part.file_object.seek(0)
                parts[part.field_name.decode()] = (part.file_name.decode(), part.file_object.read())

        python_multipart.parse_form(dict(self.headers), self.rfile, keep, keep)
        named = _PATH.fullmatch(self.path)
        if token not in self.server.tokens or token in self.server.ended:
            self._answer(401, {"userMessage": "no token"})
        elif named is None or "Service-Name" not in self.headers:
            self._answer(400, {"userMessage": "no document"})
        else:
            self.server.headers.append(dict(self.headers))
            self._answer(*self.server.store(named[2], named[1], parts))

    def _answer(self, status: int, document: dict[str, Any]) -> None:
        body = json.dumps(document).encode()
        self.send_response_only(status)
        self.send_header("Date", _DATE)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


class StorePartner:
    def __init__(self, folder: Path) -> None:
        self.store = Store()
        self._port = self.store.server_port
        self._secret = folder / "secret"
        self._secret.write_text(SECRET)
        self._serve()

    def _serve(self) -> None:
        threading.Thread(target=self.store.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def endpoint(self) -> Endpoint:
        base = f"http://127.0.0.1:{self._port}"
        settings = {
            "url": f"{base}/store/",
            "token_url": f"{base}/token",
            "client_id": "exchange",
            "client_secret_file": str(self._secret),
            "client_auth": "client_secret_post",
            "document_type": "PRE_SENTENCE_REPORT",
            "service_name": "justice-exchange",
            "prison_code": "DMI",
            "case_load": "DMI",
        }
        return Endpoint("prison-durham", "prison", "document_store", settings)

    @property
    def bad_settings(self) -> Mapping[str, Mapping[str, str]]:
        good = dict(self.endpoint.settings)
        return {
            "settings.missing": {"url": good["url"]},
            "settings.unknown": good | {"document": "x"},
            "settings.value": good | {"document_type": "../other"},
            "settings.url": good | {"url": f"{good['url']}?v=1"},
            "settings.url_insecure": good | {"url": "http://agency.example/in"},
            "settings.client_secret_file": good | {"client_secret_file": "/nowhere/secret"},
        }

    def taken(self) -> list[tuple[str, bytes]]:
        return [(uuid, content) for uuid, (content, _) in self.store.documents.items()]

    def go_away(self) -> None:
        self.store.shutdown()
        self.store.server_close()

    def come_back(self) -> None:
        before = self.store
        self.store = Store(self._port)
        self.store.documents, self.store.tokens = before.documents, before.tokens
        self._serve()


@contextmanager
def partner(folder: Path) -> Iterator[StorePartner]:
    opened = StorePartner(folder)
    try:
        yield opened
    finally:
        opened.go_away()
