"""Handing in a document: POST /v1/messages."""

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from hub.api.bodies import IncomingBody, Posted
from hub.api.caller import Caller, StillHasKey, called_with, calling, check_certificate_aside
from hub.api.limits.body_budget import BodyBudget
from hub.api.problems import WITH_BODY, problem_response, responses
from hub.api.single_values import SingleKeys, refuse_unknown_parameters
from hub.bootstrap import Hub
from hub.exchange.accepting.demands import Demands
from hub.exchange.accepting.intake import is_small
from hub.exchange.message.receipts import Answer
from hub.exchange.partners.agency_access import Called
from hub.exchange.telling.outcomes import refused_status
from schemas.json import JsonObject

_ANY = {"schema": {"type": "string", "format": "binary"}}
_PARTS = {"type": "object", "required": ["message"], "properties": {"message": {"type": "string", "format": "binary"}}}
_DESCRIBED: JsonObject = {
    "responses": responses(409, 415, 422, *WITH_BODY),
    "openapi_extra": {
        "requestBody": {
            "required": True,
            "description": "A document in the sender's own format; as multipart, the part `message` and its documents.",
            "content": {
                "application/json": {},
                "application/xml": _ANY,
                "text/xml": _ANY,
                "text/csv": _ANY,
                "multipart/form-data": {"schema": _PARTS},
            },
        },
        "parameters": [
            {
                "name": "Hub-Signature",
                "in": "header",
                "required": False,
                "schema": {"type": "string"},
                "description": "A detached JWS over the bytes of the document.",
            },
            {
                "name": "Content-Encoding",
                "in": "header",
                "required": False,
                "schema": {"type": "string", "enum": ["identity", "gzip", "x-gzip"]},
            },
        ],
    },
}


def add_posting(app: FastAPI) -> None:
    app.router.add_api_route(
        "/v1/messages",
        post_message,
        methods=["POST"],
        status_code=202,
        route_class_override=_StraightRoute,
        **_DESCRIBED,
    )


class _StraightRoute(SingleKeys):
    """FastAPI's own search for what the function depends on would take as long as the rest of the call. The function is
    described in the OpenAPI document like every other one."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["method"] not in (self.methods or ()):
            await super().handle(scope, receive, send)
            return
        request = Request(scope, receive)
        if scope["query_string"]:
            refuse_unknown_parameters(request, ())
        response = await post_message(request, await calling(request))
        await response(scope, receive, send)


async def post_message(request: Request, caller: Caller) -> JSONResponse:
    """A document in the sender's own format. The answer is 202 with a receipt once the document is durably kept."""
    hub: Hub = request.app.state.hub
    budget: BodyBudget = request.app.state.body_budget
    if hub.capacity.must_look():
        await run_in_threadpool(hub.capacity.check)
    else:
        hub.capacity.check()
    reading = IncomingBody.of(request, hub.settings, hub.limits.of(caller.id).body_bytes_max)
    encoding, text = (request.headers.get(name) for name in ("content-encoding", "hub-signature"))
    async with budget.reserve(caller.id, reading.size_bytes_max(encoding)):
        posted = await reading.posted()
        await check_certificate_aside(request, caller)
        called = called_with(request)
        if not posted.attached and is_small(posted.body, encoding):
            answer = await _receive_soon(hub, called, posted, text)
        else:
            answer = await run_in_threadpool(_receive, hub, called, posted, encoding, text)
    if answer.receipt is not None:
        headers = {"Hub-Repeated": "true"} if answer.repeated else {}
        return JSONResponse({"receipt": answer.receipt}, 202, headers)
    status = refused_status(answer.refused)
    return problem_response(status, answer.refused[0].code, "nothing of this document was accepted", answer.refused)


def _receive(hub: Hub, called: Called, posted: Posted, encoding: str | None, signed: str | None) -> Answer:
    caller = hub.access.agency_of(called)
    signature = hub.access.signature(caller, signed, posted.body)
    return hub.intake.receive(
        caller,
        posted.body,
        posted.media_type,
        encoding,
        posted.attached,
        signature,
        demands=_demands(hub, called),
    )


async def _receive_soon(hub: Hub, called: Called, posted: Posted, signed: str | None) -> Answer:
    caller, signature = hub.access.agency_of(called), None
    if signed is not None:
        signature = await run_in_threadpool(hub.access.signature, caller, signed, posted.body)
    demands = _demands(hub, called)
    return await hub.intake.receive_soon(caller, posted.body, posted.media_type, signature, demands)


def _demands(hub: Hub, called: Called) -> Demands:
    return Demands(hub.settings.require_signatures, StillHasKey(hub.access, called))
