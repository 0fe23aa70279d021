"""The partners of a fault run: real HTTP servers in a process of their own. They log what they get, and misbehave.

`python -m tests.faults.recipients PORTS_FILE LOG` reads orders as JSON lines from its standard input: `{"agency":
"police-kent", "how": "hang"}`. Every arrival is one line of the log, written before it is answered.
"""

import json
import os
import random
import signal
import socket
import struct
import sys
import threading
import time
from enum import StrEnum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from tests.faults.fetching import arrival
from tests.faults.plan import POISON

_HANG_SECONDS = 6.0
_SLOW_SECONDS = 1.0


class How(StrEnum):
    OK = "ok"
    DOWN = "down"
    SLOW = "slow"
    HANG = "hang"
    ERROR = "error"
    GARBAGE = "garbage"
    DROP = "drop"
    """Accepts the message and drops the connection."""
    REFUSE = "refuse"
    """Says that it will never accept them. A person must look, and sends them again after the partner has recovered."""
    FLAKY = "flaky"
    """Does each of the others now and then."""


_SAYS = {How.ERROR: (500, b"failed"), How.GARBAGE: (200, b"<html>Welcome</html>"), How.REFUSE: (400, b"never")}


class Recipients(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self, log: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Inbox)
        self._log = log.open("ab", buffering=0)
        self._lock = threading.Lock()
        self.how: dict[str, How] = {}
        self.chance = random.Random()

    def behaviour(self, agency: str) -> How:
        how = self.how.get(agency, How.OK)
        if how is not How.FLAKY:
            return how
        return self.chance.choices((How.OK, How.ERROR, How.GARBAGE, How.DROP), (70, 12, 9, 9))[0]

    def note(self, agency: str, message_id: str, kind: str, body: bytes, taken: bool) -> None:
        line = arrival(agency, message_id, kind, body, taken=taken)
        with self._lock:
            self._log.write(json.dumps(line).encode() + b"\n")

    def handle_error(self, request: Any, client_address: Any) -> None:
        """this is for a hub that was killed in the middle of a request"""


class _Inbox(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    wbufsize = -1
    disable_nagle_algorithm = True
    server: Recipients

    def do_POST(self) -> None:
        agency = self.path.rpartition("/")[2]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        how = self.server.behaviour(agency)
        if how is How.DOWN:
            return self._reset()
        if how is How.HANG:
            time.sleep(_HANG_SECONDS)
            return self._reset()
        if how in _SAYS:
            status, words = _SAYS[how]
            return self._answer(status, "text/html", words)
        message_id = self.headers["Hub-Message-Id"]
        if POISON.encode() in body:
            kill_other_end(self.connection)
            return self._reset()
        if how is How.SLOW:
            time.sleep(_SLOW_SECONDS)
        self.server.note(agency, message_id, self.headers["Hub-Kind"], body, how is not How.DROP)
        if how is How.DROP:
            return self._reset()
        return self._answer(200, "application/json", json.dumps({"receipt": {"message_id": message_id}}).encode())

    def _answer(self, status: int, media_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _reset(self) -> None:
        self.close_connection = True
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def log_message(self, format: str, *args: Any) -> None:
        """The log holds the arrivals."""


def kill_other_end(connection: socket.socket) -> None:
    """Kill -9 the process at the other end of this connection, as a message that kills its worker does."""
    here, there = connection.getsockname()[1], connection.getpeername()[1]
    wanted = (f":{there:04X}", f":{here:04X}")
    inode = ""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        words = line.split()
        if words[1].endswith(wanted[0]) and words[2].endswith(wanted[1]):
            inode = words[9]
    for held in Path("/proc").glob("[0-9]*/fd/*"):
        try:
            if inode and held.readlink().name == f"socket:[{inode}]":
                os.kill(int(held.parts[2]), signal.SIGKILL)
                return
        except OSError:
            continue


def main(ports: Path, log: Path) -> None:
    server = Recipients(log)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ports.write_text(str(server.server_port))
    for line in sys.stdin:
        order = json.loads(line)
        server.how[order["agency"]] = How(order["how"])


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
