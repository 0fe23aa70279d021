"""Mounts every interface below `/interfaces/<address>`, and answers at the further addresses of the operator too."""

from collections.abc import Awaitable, Callable

from fastapi import FastAPI, Request, Response
from fastapi.routing import APIRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from adapters.calls import Interface, Operation
from adapters.catalogue import interfaces
from hub.api.interfaces.answering import CALLED_AT, Answering
from hub.api.problems import WITH_BODY, open_responses, responses
from hub.bootstrap import Hub
from hub.exchange.partners.interface_settings import MOUNTED_AT
from schemas.json import JsonObject


def add_interfaces(app: FastAPI, address: str) -> None:
    """`address` is the one by which agencies reach the exchange."""
    for interface in interfaces():
        for operation in interface.operations:
            app.router.add_api_route(
                f"{MOUNTED_AT}{interface.address}{operation.path}",
                _endpoint(Answering(interface, operation, address)),
                methods=[operation.method],
                name=f"{interface.name} {operation.method} {operation.path}",
                summary=operation.title,
                tags=[interface.title],
                response_class=Response,
                status_code=min(operation.answers, default=200),
                responses=_answers(interface, operation),
                openapi_extra=_described(operation),
                route_class_override=APIRoute,  # an interface refuses unknown parameters in its own words
            )


def _endpoint(answering: Answering) -> Callable[[Request], Awaitable[Response]]:
    async def answer(request: Request) -> Response:
        return await answering(request)

    return answer


def _answers(interface: Interface, operation: Operation) -> dict[int | str, JsonObject]:
    said: dict[int | str, JsonObject] = {
        status: {"description": meaning, "content": {"*/*": {}}} for status, meaning in operation.answers.items()
    }
    if not operation.proofs:
        return open_responses() | said
    failing = {
        status: {**each, "content": {"*/*": {}}} for status, each in responses(404, 409, 415, *WITH_BODY).items()
    }
    return failing | said


def _described(operation: Operation) -> JsonObject:
    described: JsonObject = {
        "parameters": [
            *(_parameter(step[1:-1], "path") for step in operation.path.split("/") if step.startswith("{")),
            *(_parameter(name, "query") for name in sorted(operation.query)),
            *(_parameter(name, "header") for name in operation.headers),
        ]
    }
    if operation.proofs:
        described["security"] = [{way: []} for way in _SCHEMES if way in operation.proofs]
    if operation.media_types:
        content = {media_type: {"schema": {"type": "string"}} for media_type in operation.media_types}
        described["requestBody"] = {"required": True, "content": content}
    return described


_SCHEMES = ("token", "certificate", "signature")


def _parameter(name: str, place: str) -> JsonObject:
    return {"name": name, "in": place, "required": place == "path", "schema": {"type": "string"}}


class FurtherAddresses:
    """ASGI, around everything else: a path that the operator gave to an interface is that interface."""

    def __init__(self, app: ASGIApp, hub: Hub) -> None:
        self._app = app
        self._hub = hub

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path: str = scope["path"]
            mounted = self._hub.interfaces.current().mounted(path)
            if mounted is not None:
                scope = {**scope, "path": mounted, "raw_path": mounted.encode(), CALLED_AT: path}
        await self._app(scope, receive, send)
