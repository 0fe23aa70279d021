"""The routes. Each calls one part of the hub directly: route → `hub.intake.receive` → store."""

import asyncio
from uuid import UUID

from fastapi import FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse

from hub.api.bodies import IncomingBody, Posted
from hub.api.caller import Caller, StillHasKey, called_with, check_certificate_aside
from hub.api.interfaces.mounting import FurtherAddresses, add_interfaces
from hub.api.limits.body_budget import BodyBudget
from hub.api.limits.request_limits import RequestLimits
from hub.api.mailbox import add_mailbox
from hub.api.metrics import add_metrics
from hub.api.problems import WITH_BODY, answer_failures, open_responses, problem_response, responses
from hub.api.single_values import SingleKeys, SingleValues
from hub.api.staff import add_staff
from hub.api.tokens import add_tokens
from hub.bootstrap import Hub
from hub.console import add_console
from hub.errors import NotFound
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


def create_app(hub: Hub, served_at: str | None = None) -> FastAPI:
    """`served_at` is the address of this process; without it, that of the settings."""
    settings = hub.settings
    address = settings.public_url or served_at or f"http://{settings.api_host}:{settings.api_port}"
    app = FastAPI(title="Interagency exchange", version="1", docs_url=None, redoc_url=None)
    app.router.route_class = SingleKeys
    app.state.hub = hub
    hub.store.answer_within(hub.settings.store_answer_seconds_max)
    answer_failures(app)
    app.add_api_route("/v1/messages", post_message, methods=["POST"], status_code=202, **_DESCRIBED)
    app.add_api_route("/v1/messages/{message_id}", get_message, methods=["GET"], responses=responses(404))
    app.state.body_budget = BodyBudget(hub.settings.bodies_bytes_max)
    app.add_middleware(SingleValues, settings=hub.settings)
    app.add_middleware(RequestLimits, settings=hub.settings)
    app.add_middleware(FurtherAddresses, hub=hub)
    add_tokens(app, hub, address)
    add_mailbox(app, hub)
    add_interfaces(app, address)
    add_staff(app)
    add_console(app, hub)
    add_metrics(app)
    app.add_api_route("/.well-known/jwks.json", public_keys, methods=["GET"])
    app.add_api_route("/health", health, methods=["GET"])
    app.add_api_route("/ready", ready, methods=["GET"], responses=open_responses())
    return app


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
    return await asyncio.wrap_future(
        hub.intake.receive_soon(caller, posted.body, posted.media_type, signature, demands)
    )


def _demands(hub: Hub, called: Called) -> Demands:
    return Demands(hub.settings.require_signatures, StillHasKey(hub.access, called))


def get_message(request: Request, message_id: str, caller: Caller) -> JSONResponse:
    """The state of a message: for its sender, and for the agencies to which it was delivered."""
    hub: Hub = request.app.state.hub
    try:
        wanted = UUID(message_id)
    except ValueError:
        raise NotFound("there is no such message", "use the id of the receipt") from None
    return JSONResponse(hub.stories.show_to(caller, wanted))


def public_keys(request: Request) -> JSONResponse:
    """The hub's public keys. They verify its receipts and the proofs of its journal."""
    hub: Hub = request.app.state.hub
    return JSONResponse(hub.signing.public.as_document())


async def health() -> dict[str, str]:
    """The process answers, even if all its threads are waiting."""
    return {"status": "alive"}


def ready(request: Request) -> dict[str, str]:
    """The database answers and has a schema that this version can use."""
    hub: Hub = request.app.state.hub
    hub.check_ready()
    return {"status": "ready"}
