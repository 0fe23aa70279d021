"""Simulated agencies that really receive: one HTTP server in this process, and folders, for any number of agencies."""

import json
import logging
import re
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal, Self, get_args

from hub.local.demonstration import own_systems
from hub.local.demonstration.inboxes import NO_AGENCY, Inboxes, ReceivedItem, is_agency

Behaviour = Literal["ok", "down", "slow", "error", "garbage", "drop"]
"""`down` answers 503 with Retry-After. `slow` answers after slow_seconds. `error` answers 500. `garbage` answers 200
with a web page. `drop` keeps the message and closes the connection without an answer."""

BODY_BYTES_MAX = 50_000_000
_STOP_SECONDS_MAX = 5.0

_PATH = re.compile(r"/agencies/([^/]+)/inbox")
_MESSAGE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,63}")
_SUFFIXES = (("json", ".json"), ("xml", ".xml"), ("csv", ".csv"), ("text/plain", ".txt"), ("pdf", ".pdf"))


class SimulatedAgencies:
    """Listens on the loopback address only. `start` after `stop` uses the same addresses again."""

    def __init__(self, folder: Path, slow_seconds: float = 20) -> None:
        self.slow_seconds = slow_seconds
        self.stopping = threading.Event()
        self.inboxes = Inboxes(folder)
        self._behaviours: dict[str, Behaviour] = {}
        self._server: _Server | None = None
        self._thread: threading.Thread | None = None
        self._port = 0

    def start(self) -> None:
        if self._server is not None:
            return
        self.stopping.clear()
        self._server = _Server(self, self._port)
        self._port = self._server.server_port
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, name="simulated agencies", daemon=True
        )
        self._thread.start()

    def stop(self) -> None:
        """Stop the server and close open connections. After this nobody answers."""
        if self._server is None or self._thread is None:
            return
        self.stopping.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()
        self._server.end_connections()
        self._server = self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def endpoint_url(self, agency_id: str) -> str:
        """Return the address at which the agency receives messages. Raises RuntimeError before the first start."""
        if not self._port:
            raise RuntimeError("the simulated agencies have not been started")
        if not is_agency(agency_id):
            raise ValueError(NO_AGENCY)
        return f"http://127.0.0.1:{self._port}/agencies/{agency_id}/inbox"

    def inbox(self, agency_id: str) -> Path:
        """Return the agency's folder, with what it has received. The folder transport can place files there too."""
        return self.inboxes.of(agency_id)

    def received(self, agency_id: str) -> list[ReceivedItem]:
        return self.inboxes.received(agency_id)

    def behave(self, agency_id: str, how: Behaviour) -> None:
        """Set the behaviour from the next message on."""
        if how not in get_args(Behaviour):
            raise ValueError(f"an agency behaves as one of {', '.join(get_args(Behaviour))}")
        self._behaviours[agency_id] = how

    def behaviour(self, agency_id: str) -> Behaviour:
        return self._behaviours.get(agency_id, "ok")


_Request = socket.socket | tuple[bytes, socket.socket]  # the second value is for UDP, which is not used here


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def __init__(self, agencies: SimulatedAgencies, port: int) -> None:
        self.agencies = agencies
        self._open: set[socket.socket] = set()
        self._changed = threading.Condition()
        super().__init__(("127.0.0.1", port), _Inbox)

    def process_request(self, request: _Request, client_address: tuple[str, int]) -> None:
        if isinstance(request, socket.socket):
            with self._changed:
                self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: _Request) -> None:
        super().shutdown_request(request)
        if isinstance(request, socket.socket):
            with self._changed:
                self._open.discard(request)
                self._changed.notify_all()

    def end_connections(self) -> None:
        """Close kept connections, which their threads would otherwise go on serving after the server has closed."""
        until = time.monotonic() + _STOP_SECONDS_MAX
        with self._changed:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # the other side was quicker
            while self._open and (left := until - time.monotonic()) > 0:
                self._changed.wait(left)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is not an error of ours."""
        if not isinstance(sys.exception(), ConnectionError | TimeoutError):
            logging.getLogger(__name__).exception("a simulated agency failed to answer")


class _Inbox(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "SimulatedAgency"
    sys_version = ""
    timeout = 120  # seconds for which a kept connection may be silent
    wbufsize = -1  # send the whole answer in one packet
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        agencies = self.server.agencies
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal():
            return self._refuse(411, "length.missing", "the length of the body must be given")
        if int(length) > BODY_BYTES_MAX:
            return self._refuse(413, "body.too_large", "the body is larger than this agency accepts")
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True
            return None
        own = own_systems.answer(self.path, dict(self.headers), body, agencies.inboxes)
        if own is not None:
            return self._answer(own.status, own.media_type, own.body)
        named = _PATH.fullmatch(self.path)
        if named is None or not is_agency(named[1]):
            return self._refuse(404, "agency.unknown", "no agency receives at this address", read=True)
        message_id, kind = self.headers.get("Hub-Message-Id", ""), self.headers.get("Hub-Kind", "")
        if not _MESSAGE_ID.fullmatch(message_id) or not _KIND.fullmatch(kind):
            return self._refuse(400, "header.missing", "Hub-Message-Id and Hub-Kind must be given", read=True)
        how = agencies.behaviour(named[1])
        if how == "slow":
            agencies.stopping.wait(agencies.slow_seconds)
        if agencies.stopping.is_set() or how in ("down", "error", "garbage"):
            return self._misbehave(how)
        item = agencies.inboxes.take(named[1], message_id, kind, body, self._suffix())
        if how == "drop":
            self.close_connection = True
            return None
        return self._receipt(item)

    def _misbehave(self, how: Behaviour) -> None:
        if how == "error":
            return self._refuse(500, "agency.failed", "something went wrong", read=True)
        if how == "garbage":
            return self._answer(200, "text/html", b"<html><body>Welcome to the staff portal</body></html>")
        return self._refuse(503, "agency.down", "this agency accepts nothing at present", read=True, retry_after="1")

    def _receipt(self, item: ReceivedItem) -> None:
        """Return the receipt. It is the same for every arrival of a message."""
        receipt = {
            "message_id": item.message_id,
            "received_at": item.received_at.isoformat(),
            "reference": f"SIM-{item.message_id[-12:].upper()}",
        }
        self._answer(200, "application/json", json.dumps({"receipt": receipt}).encode())

    def _refuse(
        self, status: int, code: str, title: str, *, read: bool = False, retry_after: str | None = None
    ) -> None:
        """Refuse the message. `read` says that the body has been read, so that the connection can be used again."""
        self.close_connection = self.close_connection or not read
        details = json.dumps({"status": status, "code": code, "title": title}).encode()
        self._answer(status, "application/problem+json", details, retry_after)

    def _answer(self, status: int, media_type: str, body: bytes, retry_after: str | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        if retry_after is not None:
            self.send_header("Retry-After", retry_after)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def _suffix(self) -> str:
        media_type = self.headers.get("Content-Type", "").lower()
        return next((suffix for part, suffix in _SUFFIXES if part in media_type), ".bin")

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing, because the inboxes log what was received."""
