"""A key service that really wraps keys, with the transit interface of OpenBao and HashiCorp Vault, over HTTP."""

import base64
import binascii
import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY = "justice-exchange"
TOKEN = "a-token-of-the-test"


class TransitService:
    """`broken` makes it answer everything with this: a status, or bytes that are not JSON."""

    def __init__(self) -> None:
        self.versions = {1: secrets.token_bytes(32)}
        self.oldest = 1
        self.calls: list[str] = []
        self.broken: int | bytes | None = None
        self.url = ""

    def answer(self, method: str, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.calls.append(f"{method} {path}")
        latest = max(self.versions)
        if (method, path) == ("GET", f"keys/{KEY}"):
            return 200, {"data": {"latest_version": latest, "min_decryption_version": self.oldest}}
        if (method, path) == ("POST", f"keys/{KEY}/rotate"):
            self.versions[latest + 1] = secrets.token_bytes(32)
            return 200, {"data": {"latest_version": latest + 1}}
        if (method, path) == ("POST", f"keys/{KEY}/config"):
            self.oldest = body["min_decryption_version"]
            return 204, {}
        act = {f"encrypt/{KEY}": self._encrypt, f"decrypt/{KEY}": self._decrypt}.get(path)
        if act is None:
            return 404, {"errors": []}
        results = [act(each) for each in body["batch_input"]]
        return (400 if any("error" in each for each in results) else 200), {"data": {"batch_results": results}}

    def _encrypt(self, item: dict[str, str]) -> dict[str, str]:
        version, nonce = max(self.versions), secrets.token_bytes(12)
        sealed = AESGCM(self.versions[version]).encrypt(nonce, base64.b64decode(item["plaintext"]), None)
        return {"ciphertext": f"vault:v{version}:{base64.b64encode(nonce + sealed).decode()}"}

    def _decrypt(self, item: dict[str, str]) -> dict[str, str]:
        _, version, text = item["ciphertext"].split(":")
        if int(version[1:]) < self.oldest:
            return {"error": "ciphertext or signature version is disallowed by policy (too old)"}
        try:
            kept = base64.b64decode(text, validate=True)
        except binascii.Error:
            return {"error": "invalid ciphertext: could not decode base64"}
        try:
            plain = AESGCM(self.versions[int(version[1:])]).decrypt(kept[:12], kept[12:], None)
        except (InvalidTag, KeyError):
            return {"error": "cipher: message authentication failed"}
        return {"plaintext": base64.b64encode(plain).decode()}


@contextmanager
def transit_service() -> Iterator[TransitService]:
    service = TransitService()

    class Handler(BaseHTTPRequestHandler):
        def _handle(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = json.loads(self.rfile.read(length) or b"{}")
            status, told = 403, {"errors": ["permission denied"]}
            if self.headers.get("X-Vault-Token") == TOKEN:
                status, told = service.answer(self.command, self.path.removeprefix("/v1/transit/"), body)
            answer = json.dumps(told).encode()
            if isinstance(service.broken, int):
                status, answer = service.broken, b"{}"
            elif service.broken is not None:
                answer = service.broken
            self.send_response(status)
            self.send_header("Content-Length", str(0 if status == 204 else len(answer)))
            self.end_headers()
            if status != 204:
                self.wfile.write(answer)

        do_GET = do_POST = _handle  # noqa: N815 - the names that http.server looks for

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    service.url = f"http://127.0.0.1:{server.server_port}/v1/transit"
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def token_file(folder: Path) -> Path:
    file = folder / "token"
    file.write_text(TOKEN + "\n")
    return file
