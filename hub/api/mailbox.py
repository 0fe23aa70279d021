"""The mailbox of an agency that cannot receive calls: list, fetch, acknowledge."""

import asyncio
from typing import Annotated
from uuid import UUID

from fastapi import FastAPI, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, StringConstraints

from hub.api.caller import Caller, called_with
from hub.api.limits.doors import place_of
from hub.api.mailbox_signal import MailboxSignal
from hub.api.problems import WITH_BODY, responses
from hub.bootstrap import Hub
from hub.errors import NotFound
from schemas.json import JsonObject

WAIT_SECONDS_MAX = 30
ITEMS_MAX = 100
_LOOK_AGAIN_SECONDS = 5.0  # For items that become visible again, or came while the signal was broken.


class Acknowledgement(BaseModel):
    """`reference` is the recipient's own, and is kept with the receipt."""

    model_config = ConfigDict(extra="ignore")

    reference: Annotated[str, StringConstraints(pattern=r"^[!-~]([ -~]*[!-~])?$", max_length=200)] | None = None


FETCHED: dict[int | str, JsonObject] = {
    200: {
        "description": "The message, in the format of the recipient's own system.",
        "content": {"*/*": {}},
    }
}


def add_mailbox(app: FastAPI, hub: Hub) -> None:
    app.state.mailbox_signal = MailboxSignal(hub.store)
    app.add_api_route("/v1/mailbox", list_mailbox, methods=["GET"], responses=responses(422))
    item = "/v1/mailbox/{message_id}"
    app.add_api_route(item, fetch, methods=["GET"], response_class=Response, responses=FETCHED | responses(404, 410))
    described = responses(404, 409, 422, *WITH_BODY)
    app.add_api_route(f"{item}/receipt", acknowledge, methods=["POST"], responses=described)


async def list_mailbox(
    request: Request,
    caller: Caller,
    wait: Annotated[float, Query(ge=0, le=WAIT_SECONDS_MAX, description="Seconds to wait until something comes.")] = 0,
    limit: Annotated[int, Query(ge=1, le=ITEMS_MAX)] = 10,
) -> JSONResponse:
    """The messages that wait for the caller, the oldest first. A listed message is not listed again for a while."""
    hub: Hub = request.app.state.hub
    signal: MailboxSignal = request.app.state.mailbox_signal
    items = await run_in_threadpool(hub.mailbox.waiting, caller, limit)
    until = asyncio.get_running_loop().time() + wait
    if not items and wait:
        async with signal.wait_for(caller.id) as placed:
            while not items and (left := until - asyncio.get_running_loop().time()) > 0:
                look_again = asyncio.get_running_loop().time() + min(left, _LOOK_AGAIN_SECONDS)
                try:
                    async with asyncio.timeout_at(look_again) as waiting:
                        with place_of(request).gives_way(waiting):
                            await placed.wait()
                except TimeoutError:
                    if (waiting.when() or look_again) < look_again:
                        break  # others need the room
                placed.clear()
                if await request.is_disconnected():
                    break  # The caller is gone, so nobody would receive what is listed.
                await run_in_threadpool(hub.access.still_may, called_with(request))
                items = await run_in_threadpool(hub.mailbox.waiting, caller, limit)
    return JSONResponse({"items": items})


def fetch(request: Request, message_id: str, caller: Caller) -> Response:
    """The message in the caller's own format."""
    hub: Hub = request.app.state.hub
    item = hub.mailbox.fetch(caller, _id(message_id))
    headers = {
        "Hub-Message-Id": str(item.message_id),
        "Hub-Delivery-Id": str(item.delivery_id),
        "Hub-Kind": item.kind,
        "Hub-Sender": item.sender,
        "Cache-Control": "no-store",
        "Content-Type": item.media_type,
    }
    return Response(item.body, headers=headers)


def acknowledge(
    request: Request, message_id: str, caller: Caller, acknowledgement: Acknowledgement | None = None
) -> JSONResponse:
    """The caller confirms that it has the message. The same call again gets the same answer."""
    hub: Hub = request.app.state.hub
    reference = acknowledgement.reference if acknowledgement else None
    return JSONResponse({"receipt": hub.mailbox.acknowledge(caller, _id(message_id), reference)})


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound("there is no such message", "list what waits: GET /v1/mailbox") from None
