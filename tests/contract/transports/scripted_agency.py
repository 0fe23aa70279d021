"""A partner that sends exactly the bytes that a test gives it."""

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from adapters.contract import CannotDeliver, Encoded, Endpoint, Parcel, Receipt
from adapters.transports.https_push.adapter import HttpsPush

MESSAGE_ID = "0198a1b2-0000-7000-8000-00000000000a"
PARCEL = Parcel(MESSAGE_ID, "d-7", "court_list", "court-1", "area-1", Encoded(b"<list/>", "text/xml", ".xml"))
RECEIPT = {"message_id": MESSAGE_ID, "received_at": "2026-03-02T09:30:00+00:00", "reference": "N-42"}

Script = Callable[[socket.socket], None]


class Agency:
    """Reads each whole request, keeps it, and lets a script write the answer."""

    def __init__(self, script: Script, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self._script, self._tls = script, tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.stopping = threading.Event()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection:
            try:
                stream = self._tls.wrap_socket(connection, server_side=True) if self._tls else connection
                while request := _read_request(stream):
                    self.requests.append(request)
                    self._script(stream)
                stream.close()
            except OSError:
                return

    def close(self) -> None:
        self.stopping.set()
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def _read_request(stream: socket.socket) -> bytes:
    read = b""
    while b"\r\n\r\n" not in read:
        some = stream.recv(65_536)
        if not some:
            return b""
        read += some
    head, _, body = read.partition(b"\r\n\r\n")
    lengths = [line.split(b":")[1] for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    while len(body) < int(lengths[0]):
        body += stream.recv(65_536)
    return head + b"\r\n\r\n" + body


def http(status: int, body: bytes = b"", headers: str = "", media_type: str = "application/json") -> bytes:
    head = f"HTTP/1.1 {status} Words\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n{headers}\r\n"
    return head.encode() + body


def receipt(**changes: object) -> bytes:
    return json.dumps({"receipt": RECEIPT | changes}).encode()


def says(answer: bytes) -> Script:
    return lambda stream: stream.sendall(answer)


@contextmanager
def agency(script: Script, tls: ssl.SSLContext | None = None) -> Iterator[Agency]:
    opened = Agency(script, tls)
    try:
        yield opened
    finally:
        opened.close()


def endpoint(port: int, **settings: str) -> Endpoint:
    quick = {"connect_timeout_seconds": "1", "read_timeout_seconds": "0.4", "total_timeout_seconds": "1"}
    return Endpoint("area-1", "hub_json", "https_push", {"url": f"http://127.0.0.1:{port}/in?v=1"} | quick | settings)


def send(port: int, **settings: str) -> Receipt:
    transport = HttpsPush()
    try:
        return transport.send(endpoint(port, **settings), PARCEL)
    finally:
        transport.close()


def failure_of(script: Script, **settings: str) -> CannotDeliver:
    with agency(script) as partner, pytest.raises(CannotDeliver) as failed:
        send(partner.port, **settings)
    return failed.value
