"""Senders: a number of connections that each post one request after another, in one thread."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_ANSWERED_WITHIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Answered:
    """One request and its answer. `began` and `ended` are seconds since the epoch."""

    number: int
    began: float
    ended: float
    status: int
    body: bytes


def as_request(path: str, media_type: str, body: bytes, authorization: str | None = None) -> bytes:
    """A whole HTTP request."""
    lines = [f"POST {path} HTTP/1.1", "Host: localhost", f"Content-Type: {media_type}", f"Content-Length: {len(body)}"]
    if authorization is not None:
        lines.append(f"Authorization: {authorization}")
    return "\r\n".join([*lines, "", ""]).encode() + body


def post_all(
    port: int, requests: Sequence[bytes], connections: int, noted: Callable[[], None], per_second: float | None = None
) -> list[Answered]:
    """Post them all. With `per_second`, each begins at its own time and not before. Raises TimeoutError if one gets no
    answer, and ConnectionError if its connection ends."""
    return asyncio.run(_post_all(port, requests, connections, noted, per_second))


async def _post_all(
    port: int, requests: Sequence[bytes], connections: int, noted: Callable[[], None], per_second: float | None
) -> list[Answered]:
    loop = asyncio.get_running_loop()
    answers: list[Answered] = []
    began = time.monotonic()
    numbers = iter(range(len(requests)))

    async def one_after_another(turns: Iterator[int]) -> None:
        _, sender = await loop.create_connection(_Sender, "127.0.0.1", port)
        for number in turns:
            if per_second is not None:
                await asyncio.sleep(max(0.0, began + number / per_second - time.monotonic()))
            answers.append(await asyncio.wait_for(sender.post(number, requests[number]), _ANSWERED_WITHIN_SECONDS))
            noted()
        sender.close()

    await asyncio.gather(*(one_after_another(numbers) for _ in range(min(connections, len(requests)))))
    return answers


class _Sender(asyncio.Protocol):
    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._read = bytearray()
        self._answer: asyncio.Future[tuple[int, bytes]] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 - what a stream connection is
        self._transport = transport

    async def post(self, number: int, request: bytes) -> Answered:
        if self._transport is None:
            raise ConnectionError("the connection has ended")
        self._answer = asyncio.get_running_loop().create_future()
        began = time.time()
        self._transport.write(request)
        status, body = await self._answer
        return Answered(number, began, time.time(), status, body)

    def data_received(self, data: bytes) -> None:
        self._read += data
        end = self._read.find(b"\r\n\r\n")
        if end < 0 or self._answer is None:
            return
        head = bytes(self._read[:end])
        length = _LENGTH.search(head)
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._read) >= whole:
            body = bytes(self._read[end + 4 : whole])
            del self._read[:whole]
            self._answer.set_result((int(head[9:12]), body))
            self._answer = None

    def connection_lost(self, _: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_exception(ConnectionError("the exchange closed the connection before it answered"))

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()
