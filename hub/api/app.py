"""The routes. Each calls one part of the hub directly: route → `hub.intake.receive` → store."""

from uuid import UUID

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

from hub.api.caller import Caller
from hub.api.describing.openapi import describe
from hub.api.describing.pages import add_pages
from hub.api.interfaces.mounting import FurtherAddresses, add_interfaces
from hub.api.interfaces.own_words import OwnWords
from hub.api.limits.body_budget import BodyBudget
from hub.api.limits.request_limits import RequestLimits
from hub.api.mailbox import add_mailbox
from hub.api.metrics import add_metrics
from hub.api.posting import add_posting
from hub.api.problems import answer_failures, open_responses, responses
from hub.api.single_values import SingleKeys, SingleValues
from hub.api.staff import add_staff
from hub.api.tokens import add_tokens
from hub.bootstrap import Hub
from hub.console import add_console
from hub.errors import NotFound


def create_app(hub: Hub, served_at: str | None = None) -> FastAPI:
    """`served_at` is the address of this process; without it, that of the settings."""
    settings = hub.settings
    address = settings.public_url or served_at or f"http://{settings.api_host}:{settings.api_port}"
    app = FastAPI(title="Interagency exchange", version="1", docs_url=None, redoc_url=None)
    app.router.route_class = SingleKeys
    app.state.hub = hub
    hub.store.answer_within(hub.settings.store_answer_seconds_max)
    answer_failures(app)
    add_posting(app)
    app.add_api_route("/v1/messages/{message_id}", get_message, methods=["GET"], responses=responses(404))
    app.state.body_budget = BodyBudget(hub.settings.bodies_bytes_max)
    app.add_middleware(SingleValues, settings=hub.settings)
    app.add_middleware(RequestLimits, settings=hub.settings)
    app.add_middleware(OwnWords)
    app.add_middleware(FurtherAddresses, hub=hub)
    add_tokens(app, hub, address)
    add_mailbox(app, hub)
    add_interfaces(app, address)
    add_staff(app)
    add_console(app, hub)
    add_metrics(app)
    add_pages(app, address)
    describe(app, address)
    app.add_api_route("/.well-known/jwks.json", public_keys, methods=["GET"])
    app.add_api_route("/health", health, methods=["GET"])
    app.add_api_route("/ready", ready, methods=["GET"], responses=open_responses())
    return app


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
