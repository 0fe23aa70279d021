"""What the layers around an interface refuse is said in the words of its callers too: a system that speaks SOAP gets a
fault, whatever refused its call."""

import json
from datetime import UTC, datetime

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from adapters.calls import Call, Declined, Interface, Said
from adapters.catalogue import interfaces
from hub.exchange.partners.interface_settings import MOUNTED_AT
from schemas.json import JsonMapping
from schemas.problem import Problem

_PROBLEM = b"application/problem+json"
_KEEP_STATUS = frozenset({404, 405})


class OwnWords:
    """ASGI, around the limits."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        speaking = (one for one in interfaces() if any("xml" in media for media in one.operations[0].media_types))
        self._interfaces = {one.address: one for one in speaking if _is_said_in_xml(one)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        interface = self._called(scope) if scope["type"] == "http" and scope["method"] == "POST" else None
        if interface is None:
            await self._app(scope, receive, send)
            return
        started: Message | None = None
        held = bytearray()

        async def say(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start" and dict(message["headers"]).get(b"content-type") == _PROBLEM:
                started = message
                return
            if started is None or message["type"] != "http.response.body":
                await send(message)
                return
            held.extend(message.get("body", b""))
            if message.get("more_body", False):
                return
            said, begun, started = _said(interface, scope, bytes(held)), started, None
            status = begun["status"] if begun["status"] in _KEEP_STATUS else said.status
            await send({**begun, "status": status, "headers": _headers(begun, said)})
            await send({"type": "http.response.body", "body": said.body, "more_body": False})

        await self._app(scope, receive, say)

    def _called(self, scope: Scope) -> Interface | None:
        path: str = scope["path"]
        if not path.startswith(MOUNTED_AT):
            return None
        return self._interfaces.get(path.removeprefix(MOUNTED_AT).partition("/")[0])


def _is_said_in_xml(interface: Interface) -> bool:
    return "xml" in interface.said(_call(interface, ""), Declined(400, "http.400", "any")).media_type


def _call(interface: Interface, media_type: str) -> Call:
    """What is known of a call that no operation has read."""
    return Call(interface.operations[0], "", datetime.now(UTC), media_type=media_type)


def _said(interface: Interface, scope: Scope, body: bytes) -> Said:
    refused: JsonMapping = json.loads(body)
    problems = tuple(
        Problem(*(str(each[name]) for name in ("code", "where", "problem", "cure"))) for each in refused["problems"]
    )
    media_type = Headers(scope=scope).get("content-type", "").partition(";")[0].strip().lower()
    declined = Declined(refused["status"], refused["code"], refused["detail"], problems)
    return interface.said(_call(interface, media_type), declined)


def _headers(begun: Message, said: Said) -> list[tuple[bytes, bytes]]:
    kept = [pair for pair in begun["headers"] if pair[0].lower() not in (b"content-type", b"content-length")]
    own = ((b"content-type", said.media_type.encode()), (b"content-length", str(len(said.body)).encode()))
    return [*kept, *own]
