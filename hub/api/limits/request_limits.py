"""Limits for every request, on every route: how many at once, how long, and how large a body.

If a request is answered before its body was read, the rest is read and discarded for a moment, so that the caller sees
the answer. Then the connection is closed, so that nobody can go on sending.
"""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import partial

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from hub.api.limits.doors import PLACE, Doors, door_of
from hub.api.problems import problem_response
from hub.errors import BodyTooLarge, BodyTooSlow, Busy
from hub.settings import Settings

SMALL_BODY_BYTES_MAX = 65_536
FORM_BYTES_MAX = 512 * 1024
"""A form of the console may hold a protocol or a corrected message, and its encoding makes it larger."""
_SMALL_BODY_SECONDS_MAX = 10
_ANSWER_SECONDS_MAX = 60  # For each piece that the caller must receive from the hub.
_DRAIN_SECONDS = 1.0
_DRAIN_BYTES = 8_000_000
_CONSOLE = "/console/"
_DOCUMENTS_PATH, _INTERFACES = "/v1/messages", "/interfaces/"  # These read their own bodies, within their own limits.

Silent = Callable[[asyncio.Timeout], AbstractContextManager[None]]


class RequestLimits:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._doors = Doors(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        door = door_of(scope["path"])
        is_document = scope["path"] == _DOCUMENTS_PATH or scope["path"].startswith(_INTERFACES)
        bytes_max = None if is_document else _bytes_max(scope["path"])
        silent = partial(self._doors.silent, door)
        exchange = _Exchange(receive, send, self._body_seconds_max(is_document), bytes_max, silent)
        with self._doors.through(door) as place:
            scope[PLACE] = place
            if place is None:
                failure = Busy("busy.requests", "too many calls came at the same time", 5)
                answer = problem_response(failure.status, failure.code, failure.problem, [failure.as_problem()])
                await answer(scope, exchange.receive, exchange.send)
            else:
                await self._app(scope, exchange.receive, exchange.send)

    def _body_seconds_max(self, is_document: bool) -> float:
        longest = self._settings.body_seconds_max
        return longest if is_document else min(longest, _SMALL_BODY_SECONDS_MAX)


def _bytes_max(path: str) -> int:
    return FORM_BYTES_MAX if path.startswith(_CONSOLE) else SMALL_BODY_BYTES_MAX


class _Exchange:
    """One request and its answer."""

    def __init__(
        self, receive: Receive, send: Send, body_seconds_max: float, bytes_max: int | None, silent: Silent
    ) -> None:
        """`silent`: for the time in which it waits for what anybody may send or hold back, and makes room for others.
        With `bytes_max` its body is small, and read before it is known who sends it."""
        self._receive = receive
        self._send = send
        self._body_seconds_max = body_seconds_max
        self._until = asyncio.get_running_loop().time() + body_seconds_max
        self._silent = silent
        self._bytes_max = bytes_max
        self._size = 0
        self._read = False

    async def receive(self) -> Message:
        """Raises BodyTooSlow or BodyTooLarge."""
        if self._read:
            return await self._receive()  # Waits until the caller disconnects.
        try:
            async with asyncio.timeout_at(self._until) as until:
                with nullcontext() if self._bytes_max is None else self._silent(until):
                    message = await self._receive()
        except TimeoutError:
            cure = "use a faster connection, or send smaller files"
            raise BodyTooSlow(f"the body did not arrive within {self._body_seconds_max:g} seconds", cure) from None
        self._note(message)
        if self._bytes_max is not None and self._size > self._bytes_max:
            raise BodyTooLarge(
                f"the body is over {self._bytes_max // 1024} KB",
                "send a smaller body: this path accepts small bodies only",
            )
        return message

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start" and not self._read:
            await self._take_what_is_there()
            if not self._read:
                message = {**message, "headers": [*message.get("headers", ()), (b"connection", b"close")]}
        if message["type"] == "http.response.body" and not self._read and not message.get("more_body", False):
            await self._deliver({**message, "more_body": True})
            await self._drain()
            message = {"type": "http.response.body", "body": b"", "more_body": False}
        await self._deliver(message)

    async def _take_what_is_there(self) -> None:
        """Read what has already come, so that a request without a body, or with a small one, keeps its connection."""
        while not self._read and self._size <= SMALL_BODY_BYTES_MAX:
            try:
                async with asyncio.timeout(0.01):
                    message = await self._receive()
            except TimeoutError:
                return
            self._note(message)

    def _note(self, message: Message) -> None:
        self._read = not message.get("more_body", False)
        self._size += len(message.get("body", b""))

    async def _drain(self) -> None:
        try:
            async with asyncio.timeout(_DRAIN_SECONDS) as until:
                with self._silent(until):
                    await self._read_and_forget()
        except TimeoutError:
            return

    async def _read_and_forget(self) -> None:
        drained = 0
        while drained < _DRAIN_BYTES:
            message = await self._receive()
            drained += len(message.get("body", b""))
            if not message.get("more_body", False):
                return

    async def _deliver(self, message: Message) -> None:
        """Raises TimeoutError if the caller does not receive anything. This closes the connection."""
        async with asyncio.timeout(_ANSWER_SECONDS_MAX):
            await self._send(message)
