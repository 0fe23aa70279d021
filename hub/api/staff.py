"""The API for the hub's own people: a session for a password, then stories, deadlines, the journal, and content.

A token is sent only in the Authorization header, and a reason only in the body of a call. Neither is part of an
address, because others keep addresses.
"""

from collections.abc import Callable
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, Path, Query, Request, Response
from fastapi.responses import JSONResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, ConfigDict, StringConstraints

from hub.access.passwords import LENGTH_MAX
from hub.access.rights import Right
from hub.access.sessions import Person, not_logged_in
from hub.api.problems import WITH_BODY, open_responses, responses
from hub.bootstrap import Hub
from hub.journal.events import Event
from schemas.json import Json, JsonObject

ENTRIES_MAX = 500
_POSITION_MAX = 2**62
_DEADLINES_MAX = 1_000
_KEPT_NOWHERE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_bearer = HTTPBearer(auto_error=False, scheme_name="StaffSession", description="The token of a person's session.")
_Key = Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
_Password = Annotated[str, StringConstraints(max_length=LENGTH_MAX)]


class Login(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: Annotated[str, StringConstraints(max_length=200)]
    password: _Password
    code: Annotated[str, StringConstraints(max_length=20)] = ""
    """That of the second factor, if the account has one."""


class NewPassword(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    old: _Password
    new: _Password


class Why(BaseModel):
    """The journal records the reason, so it must name nobody."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    reason: Annotated[str, StringConstraints(max_length=500)]


def add_staff(app: FastAPI) -> None:
    opened: dict[int | str, JsonObject] = {201: {"description": "A session; its token is given this once only."}}
    ended: dict[int | str, JsonObject] = {204: {"description": "Done."}}
    message = "/staff/messages/{message_id}"
    file: dict[int | str, JsonObject] = {200: {"description": "Its bytes.", "content": {"*/*": {}}}}
    for method, path, route, described in (
        ("POST", "/staff/session", log_in, opened | open_responses(401, 422, 429, *WITH_BODY)),
        ("DELETE", "/staff/session", log_out, ended | responses()),
        ("PUT", "/staff/password", change_password, ended | responses(422, *WITH_BODY)),
        ("GET", "/staff/me", me, responses()),
        ("GET", "/staff/deadlines", deadlines, responses(422)),
        ("GET", "/staff/journal", read_journal, responses(422)),
        ("GET", message, story, responses(404, 422)),
        ("POST", f"{message}/body", body, responses(404, 410, 422, *WITH_BODY)),
        ("POST", message + "/attachments/{sha256}", attachment, file | responses(404, 410, 422, *WITH_BODY)),
    ):
        app.add_api_route(path, route, methods=[method], responses=described, response_class=Response)


def _hub(request: Request) -> Hub:
    hub: Hub = request.app.state.hub
    return hub


def _anybody(request: Request, key: _Key) -> Person:
    """Any person who is logged in, even with a password that must be changed first."""
    if key is None:
        raise not_logged_in()
    _hub(request).standstill.refuse()
    return _hub(request).staff.sessions.person(key.credentials, changing_password=True)


def _may(*rights: Right) -> Callable[..., Person]:
    def person(request: Request, key: _Key) -> Person:
        if key is None:
            raise not_logged_in()
        _hub(request).standstill.refuse()  # accounts may have been disabled since the backup
        staff = _hub(request).staff
        found = staff.sessions.person(key.credentials)
        staff.require(found, *rights)
        return found

    return person


_Somebody = Annotated[Person, Depends(_anybody)]
_ReadsStories = Annotated[Person, Depends(_may(Right.READ_STORIES))]
_ReadsJournal = Annotated[Person, Depends(_may(Right.READ_JOURNAL))]
_ReadsBodies = Annotated[Person, Depends(_may(Right.READ_BODY))]


def log_in(request: Request, login: Login) -> JSONResponse:
    """Open a session with a name, a password, and the code of the second factor if there is one. The number of tries is
    limited for each name and each address."""
    _hub(request).standstill.refuse()
    address = request.client.host if request.client else "unknown"
    opened = _hub(request).staff.sessions.open(login.name, login.password, address, login.code)
    return _answer({"token": opened.token, **_described(opened.person)}, 201)


def log_out(request: Request, person: _Somebody, key: _Key) -> Response:
    """End the session."""
    _hub(request).staff.sessions.end(key.credentials if key else "")
    return Response(status_code=204, headers=_KEPT_NOWHERE)


def change_password(request: Request, person: _Somebody, passwords: NewPassword) -> Response:
    """Change your own password. Every session of the account ends, including this one."""
    address = request.client.host if request.client else "unknown"
    _hub(request).staff.accounts.change_own_password(person.name, passwords.old, passwords.new, address)
    return Response(status_code=204, headers=_KEPT_NOWHERE)


def me(person: _Somebody) -> JSONResponse:
    """Who is logged in, and what they may do."""
    return _answer(_described(person))


def deadlines(
    request: Request,
    person: _ReadsStories,
    stopped_too: bool = False,
    clock: Annotated[str | None, Query(pattern=r"^[a-z_]{1,64}$")] = None,
    after: Annotated[UUID | None, Query(description="Only clocks behind this one, the last of a page.")] = None,
    limit: Annotated[int, Query(ge=1, le=_DEADLINES_MAX)] = _DEADLINES_MAX,
) -> JSONResponse:
    """The running clocks, the most urgent first."""
    found = _hub(request).deadlines.listed(stopped_too=stopped_too, name=clock, after=after, limit=limit)
    return _answer({"deadlines": found})


def read_journal(
    request: Request,
    person: _ReadsJournal,
    after: Annotated[int, Query(ge=0, le=_POSITION_MAX, description="Only entries after this position.")] = 0,
    limit: Annotated[int, Query(ge=1, le=ENTRIES_MAX)] = 100,
    event: Event | None = None,
    message: UUID | None = None,
) -> JSONResponse:
    """Entries of the journal in their order. `event=body.read` shows who read which content."""
    found = _hub(request).evidence.entries(after, limit, event, message)
    return _answer({"entries": found})


def story(request: Request, person: _ReadsStories, message_id: UUID) -> JSONResponse:
    """What happened to a message, and why. It never shows the content."""
    return _answer(_hub(request).stories.show(str(message_id)))


def body(request: Request, person: _ReadsBodies, message_id: UUID, why: Why) -> JSONResponse:
    """The content of a message. The journal records the reading before the answer is sent."""
    return _answer(_hub(request).reading.body(message_id, person.name, why.reason).as_plain())


def attachment(
    request: Request,
    person: _ReadsBodies,
    message_id: UUID,
    sha256: Annotated[str, Path(pattern="^[0-9a-f]{64}$")],
    why: Why,
) -> Response:
    """An attachment of a message, as plain bytes. The type that its sender gives is never used."""
    held = _hub(request).reading.attachment(message_id, sha256, person.name, why.reason)
    return Response(held.content, 200, _KEPT_NOWHERE, media_type="application/octet-stream")


def _described(person: Person) -> JsonObject:
    return {
        "name": person.name,
        "roles": list(person.roles),
        "rights": sorted(person.rights),
        "must_change_password": person.must_change_password,
        "second_factor": person.second_factor,
        "session_ends_at": person.session_ends_at.isoformat(),
    }


def _answer(content: Json, status: int = 200) -> JSONResponse:
    return JSONResponse(content, status, _KEPT_NOWHERE)
