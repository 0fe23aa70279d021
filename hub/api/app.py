"""The routes. Each is one hop from the Hub: route → `Hub.receive` → intake → store."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, FastAPI, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from hub.api.bodies import read_posted
from hub.api.problems import answer_failures, problem_response
from hub.bootstrap import Hub
from hub.errors import NotFound, Unauthenticated
from hub.sharing.agencies import Agency

_bearer = HTTPBearer(auto_error=False, description="The agency's own key, issued by `hub keys issue`.")


def create_app(hub: Hub) -> FastAPI:
    app = FastAPI(title="Interagency exchange", version="1", docs_url=None, redoc_url=None)
    app.state.hub = hub
    answer_failures(app)
    app.add_api_route("/v1/messages", post_message, methods=["POST"], status_code=202, responses=_PROBLEMS)
    app.add_api_route("/v1/messages/{message_id}", get_message, methods=["GET"], responses=_PROBLEMS)
    app.add_api_route("/health", health, methods=["GET"])
    app.add_api_route("/ready", ready, methods=["GET"], responses=_PROBLEMS)
    return app


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"description": words, "content": {"application/problem+json": {}}}
    for status, words in {
        401: "The key is missing, unknown, expired or revoked.",
        404: "There is no such message, or you may not know of it.",
        409: "Another message was accepted under the same reference.",
        413: "The body is too large.",
        415: "The body is compressed in a way that is not taken.",
        422: "Nothing of the document could be accepted; `problems` say why.",
        503: "The exchange cannot keep anything just now; nothing was accepted.",
    }.items()
}


def _caller(request: Request, key: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]) -> Agency:
    if key is None:
        raise Unauthenticated("no key was given", "send the header: Authorization: Bearer <your key>")
    hub: Hub = request.app.state.hub
    return hub.caller(key.credentials)


Caller = Annotated[Agency, Depends(_caller)]


async def post_message(request: Request, caller: Caller) -> JSONResponse:
    """A document in the sender's own format. 202 with a receipt once it is durably kept."""
    hub: Hub = request.app.state.hub
    posted = await read_posted(request, hub.settings)
    answer = await run_in_threadpool(
        hub.receive, caller, posted.body, posted.media_type, request.headers.get("content-encoding"), posted.attached
    )
    if answer.receipt is not None:
        headers = {"Hub-Repeated": "true"} if answer.repeated else {}
        return JSONResponse({"receipt": answer.receipt}, 202, headers)
    status = 409 if all(problem.code == "reference.reused" for problem in answer.refused) else 422
    return problem_response(status, answer.refused[0].code, "nothing of this document was accepted", answer.refused)


def get_message(request: Request, message_id: str, caller: Caller) -> JSONResponse:
    """How a message stands: for its sender, and for those it was delivered to."""
    hub: Hub = request.app.state.hub
    try:
        wanted = UUID(message_id)
    except ValueError:
        raise NotFound("there is no such message", "use the id of the receipt") from None
    return JSONResponse(hub.show_to(caller, wanted))


def health() -> dict[str, str]:
    """The process answers."""
    return {"status": "alive"}


def ready(request: Request) -> dict[str, str]:
    """The database answers and has the schema of this version."""
    hub: Hub = request.app.state.hub
    hub.check_ready()
    return {"status": "ready"}
