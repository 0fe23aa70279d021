"""A request to the console: who makes it, with which rights, and the page that answers it."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from hub.access.rights import Right
from hub.access.sessions import Person
from hub.bootstrap import Hub
from hub.console.forms import FORM_TOKEN, Form, FormRefused, read_form
from hub.console.language import Language, language_of, the_other
from hub.console.listing import Listing
from hub.console.rendering import STRICT_HEADERS, rendered
from hub.console.session_cookie import form_token, is_form_token, session_token
from schemas.problem import Problem

HOME = "/console"
_NOT_IN_A_NAME = re.compile(r"[^a-z0-9]+")
"""The name of a download stands in a header, and is made of a title that may repeat what was asked."""


@dataclass(frozen=True, slots=True)
class Navigation:
    text: str
    path: str
    rights: frozenset[Right]


_READS = frozenset({Right.READ_STORIES})
NAVIGATION = (
    Navigation("Today", "/today", _READS),
    Navigation("Messages", "/messages", _READS),
    Navigation("Deadlines", "/deadlines", _READS),
    Navigation("Reports", "/reports", _READS),
    Navigation("Quarantine", "/quarantine", _READS),
    Navigation("Links", "/links", _READS),
    Navigation("Agencies", "/agencies", _READS),
    Navigation("Protocols", "/protocols", _READS),
    Navigation("Holds", "/holds", _READS),
    Navigation("Journal", "/journal", frozenset({Right.READ_JOURNAL})),
    Navigation("People", "/people", frozenset({Right.MANAGE_PEOPLE})),
)


@dataclass(frozen=True, slots=True)
class Again:
    """A page that is shown again because something was wrong: what, and what was typed. `place` is the field that a
    problem without a place belongs to."""

    problems: Sequence[Problem]
    typed: Form = field(default_factory=lambda: Form({}), repr=False)
    place: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    hub: Hub
    person: Person
    request: Request
    form_token: str = field(repr=False)

    @property
    def language(self) -> Language:
        return language_of(self.request)

    def say(self, text: str) -> str:
        """In the language of the reader. Only for the pages that are translated."""
        return self.language.say(text)

    def may(self, right: Right) -> bool:
        return right in self.person.rights

    def require(self, *rights: Right) -> None:
        """Raises RightMissing, and the journal records who tried."""
        self.hub.staff.require(self.person, *rights)

    def page(self, template: str, title: str, *, again: Again | None = None, **context: object) -> HTMLResponse:
        here = self.request.url.path.removeprefix(HOME)
        shown = [
            {
                "text": self.say(each.text),
                "href": HOME + each.path,
                "current": here == each.path,
                "active": here.startswith(each.path),
            }
            for each in NAVIGATION
            if each.rights <= self.person.rights
        ]
        known: Mapping[str, object] = {
            **around(self.request),
            "title": title,
            "person": self.person,
            "rights": self.person.rights,
            "form_token": self.form_token,
            "navigation": shown,
            "now": self.hub.clock.now(),
            "path": self.request.url.path,
            "errors": again.problems if again else (),
            "typed": again.typed if again else Form({}),
            "error_place": again.place if again else "",
            "done": _DONE.get(self.request.query_params.get("done", "")),
        }
        status = 422 if again and again.problems else 200
        return rendered(template, {**known, **context}, status, self.language)

    def listed(
        self, template: str, title: str, listing: Listing, *, again: Again | None = None, **context: object
    ) -> Response:
        """The list as a page, or as CSV where the address says so."""
        if self.request.query_params.get("format") == "csv":
            name = _NOT_IN_A_NAME.sub("-", title.lower()).strip("-")
            headers = {**STRICT_HEADERS, "Content-Disposition": f'attachment; filename="{name}.csv"'}
            return Response(listing.as_csv(), 200, headers, media_type="text/csv; charset=utf-8")
        return self.page(template, title, again=again, listing=listing, **context)


def around(request: Request) -> Mapping[str, object]:
    """What leads to the same page in the other language. To what was posted nothing leads back."""
    path, query = request.url.path, request.url.query
    if path.startswith(f"{HOME}/sign-in"):
        back = f"{HOME}/sign-in?next={quote(request.query_params.get('next', ''))}"
    elif request.method == "GET":
        back = f"{path}?{query}" if query else path
    else:
        back = f"{HOME}/"
    return {"other_language": the_other(language_of(request)), "switch_back": back}


_DONE = {
    "released": "It is sent again.",
    "discarded": "It is given up. It will never be sent.",
    "waits": "It is not given up yet: you have given up many items within the hour. Another person must approve it.",
    "corrected": "The correction was received.",
    "paused": "The partner is paused. Nothing is sent to it.",
    "resumed": "The pause has ended.",
    "tested": "The test message is on its way. Load this page again to see whether it has arrived.",
    "decided": "Your decision is recorded.",
    "planned": "The plan is made. It waits for approval.",
    "approved": "Approved.",
    "rejected": "Rejected.",
    "proposed": "The proposal is made. Another person must approve it.",
    "stopped": "The plan is stopped.",
    "sent_again": "The message is sent again.",
    "placed": "The hold is placed.",
    "ended": "The hold has ended.",
    "changed": "The account is changed.",
    "added": "The account is added.",
}
"""What is said after something was done. The address carries the code only."""


def to(path: str, done: str = "") -> RedirectResponse:
    """After something was done, so that reloading the page does not do it again."""
    return RedirectResponse(f"{HOME}{path}{f'?done={done}' if done else ''}", 303, STRICT_HEADERS)


def visitor(*rights: Right, changing_password: bool = False) -> Callable[[Request], Visit]:
    def visit(request: Request) -> Visit:
        """Raises NotLoggedIn, PasswordToChange, RightMissing or StandingStill."""
        hub: Hub = request.app.state.hub
        hub.standstill.refuse()  # accounts may have been disabled since the backup
        token = session_token(request)
        person = hub.staff.sessions.person(token, changing_password=changing_password)
        hub.staff.require(person, *rights)
        return Visit(hub, person, request, form_token(token or ""))

    return visit


async def form_of_session(request: Request) -> Form:
    """What was typed, from a page that this session was shown. Raises FormRefused."""
    form = await read_form(request)
    if not is_form_token(form.text(FORM_TOKEN), session_token(request)):
        raise FormRefused("console.old_form", "this page is from before you signed in", "open it again, and try again")
    return form


Typed = Annotated[Form, Depends(form_of_session)]
Reader = Annotated[Visit, Depends(visitor(Right.READ_STORIES))]


def sign_in_address(request: Request) -> str:
    """The page to sign in, which leads back. Only a page that is read is led back to."""
    back = request.url.path if request.method == "GET" else f"{HOME}/"
    return f"{HOME}/sign-in?next={quote(back)}"
