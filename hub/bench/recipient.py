"""A recipient that answers at once, or after some seconds: `python -m hub.bench.recipient PORT_FILE [SECONDS]`.

It answers each message with a receipt. A path that ends in `/slow` is answered after SECONDS.
"""

import asyncio
import re
import signal
import sys
from pathlib import Path

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_MESSAGE = re.compile(rb"(?i)\r\nhub-message-id: *([0-9a-f-]+)")


class _Inbox(asyncio.Protocol):
    def __init__(self, slow_seconds: float) -> None:
        self._slow_seconds = slow_seconds
        self._read = bytearray()
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what a stream server gives
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while (end := self._read.find(b"\r\n\r\n")) >= 0:
            head = bytes(self._read[:end])
            length = _LENGTH.search(head)
            whole = end + 4 + (int(length[1]) if length else 0)
            if len(self._read) < whole:
                return
            del self._read[:whole]
            named = _MESSAGE.search(head)
            self._answer(named[1] if named else b"", slow=head.partition(b"\r\n")[0].endswith(b"/slow HTTP/1.1"))

    def _answer(self, message_id: bytes, *, slow: bool) -> None:
        body = b'{"receipt":{"message_id":"' + message_id + b'"}}'
        head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n" % len(body)
        if self._transport is not None and slow:
            asyncio.get_running_loop().call_later(self._slow_seconds, self._transport.write, head + body)
        elif self._transport is not None:
            self._transport.write(head + body)


async def _serve(port_file: Path, slow_seconds: float) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: _Inbox(slow_seconds), "127.0.0.1", 0, backlog=256)
    fresh = port_file.with_suffix(".new")
    fresh.write_text(str(server.sockets[0].getsockname()[1]))
    fresh.replace(port_file)
    ended = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    await ended.wait()


if __name__ == "__main__":
    asyncio.run(_serve(Path(sys.argv[1]), float(sys.argv[2]) if len(sys.argv) > 2 else 0.0))
