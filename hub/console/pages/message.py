"""One message: its story, what each recipient got of it and why, what it says, and sending it again."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI
from fastapi.responses import Response

from hub.access.rights import Right
from hub.console.listing import ListCell, Listing, listing
from hub.console.moments import left_words, local
from hub.console.rendering import STRICT_HEADERS
from hub.console.visit import HOME, Again, Reader, Typed, Visit, to, visitor
from hub.console.words import state_colour, words
from hub.errors import Failure
from hub.exchange.telling.story_views import DeliveryView, OperatorStory
from hub.lifecycle import ON_PAPER, DeliveryState
from hub.sharing.decision.decide import Permit
from hub.store.repairing.quarantine import Selection
from schemas.json import Json, JsonObject
from schemas.problem import Problem, Refused

_Reading = Annotated[Visit, Depends(visitor(Right.READ_STORIES, Right.READ_BODY))]
_Releasing = Annotated[Visit, Depends(visitor(Right.READ_STORIES, Right.RELEASE_QUARANTINE))]


def add_to(console: FastAPI) -> None:
    one = "/messages/{message_id}"
    for method, path, route in (
        ("GET", one, story),
        ("GET", one + "/shared-with/{recipient}", shared_with),
        ("GET", one + "/content", ask_content),
        ("POST", one + "/content", content),
        ("POST", one + "/documents/{sha256}", document),
        ("POST", one + "/send-again", send_again),
    ):
        console.add_api_route(path, route, methods=[method], response_class=Response)


def story(visit: Reader, message_id: UUID) -> Response:
    return _story_page(visit, visit.hub.stories.show(str(message_id)))


def _story_page(visit: Visit, shown: OperatorStory, again: Again | None = None) -> Response:
    return visit.page(
        "messages/message.html",
        f"{words(shown['kind']).capitalize()} from {shown['sender']}",
        story=shown,
        timeline=[_event(entry) for entry in shown["journal"]],
        clocks=_clocks(shown),
        deliveries=[(each, _withheld(each)) for each in shown["deliveries"]],
        related=_related(shown),
        doubts=listing(
            "Doubts about what it says",
            ("Place", "Doubt"),
            [(each.get("where", ""), each.get("problem", "")) for each in shown["doubts"]],
            "",
        ),
        may_read=visit.may(Right.READ_BODY),
        may_send=visit.may(Right.RELEASE_QUARANTINE)
        and any(each["state"] in (DeliveryState.DELIVERED, ON_PAPER) for each in shown["deliveries"]),
        again=again,
    )


def _event(entry: JsonObject) -> JsonObject:
    left_out = ("position", "at", "event", "agency")
    detail = {name: value for name, value in entry.items() if name not in left_out and value not in (None, [], {}, "")}
    return {
        "position": entry["position"],
        "at": entry["at"],
        "what": words(str(entry["event"]).replace(".", ": ")),
        "agency": entry["agency"],
        "detail": [(words(name), _plain(value)) for name, value in detail.items()],
    }


def _plain(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _clocks(shown: OperatorStory) -> Listing:
    rows = [
        (
            ListCell(words(each["clock"])),
            ListCell(
                words("overdue" if each["overdue"] else each["state"]),
                colour=state_colour("overdue" if each["overdue"] else each["state"]),
            ),
            left_words(each["seconds_left"]),
            each["owner"],
            each["toward"],
            local(each["due_at"]),
            each["why"],
        )
        for each in shown["clocks"]
    ]
    columns = ("Deadline", "State", "Time", "Who must act", "Toward", "Due", "Why")
    return listing("Deadlines that it started", columns, rows, "It started no deadline.")


def _withheld(delivery: DeliveryView) -> Listing:
    rows = [(each["path"], words(each["category"]), each["count"], each["reason"]) for each in delivery["withheld"]]
    return listing(
        f"What {delivery['recipient']} did not get", ("Field", "Category", "Values", "Why"), rows, "It got every field."
    )


def _related(shown: OperatorStory) -> Listing:
    rows = [
        (
            ListCell(words(each["kind"]), f"{HOME}/messages/{each['id']}"),
            each["sender"],
            ListCell(words(each["state"]), colour=state_colour(each["state"])),
        )
        for each in shown["exchange"]
        if each["id"] != shown["id"]
    ]
    return listing(
        "Messages of the same exchange", ("Kind", "From", "State"), rows, "Nothing came before it or followed from it."
    )


def shared_with(visit: Reader, message_id: UUID, recipient: str) -> Response:
    found = visit.hub.evidence.explain(str(message_id), recipient)
    decision = found.decision
    permitted = isinstance(decision, Permit)
    rows = [
        (
            each.path,
            words(each.category),
            each.count,
            ListCell(words(each.action), colour="green" if each.passed else "red"),
            each.clause,
        )
        for each in found.fields
    ]
    columns = ("Field", "Category", "Values", "What happens", "Clause")
    return visit.listed(
        "messages/shared_with.html",
        f"What {recipient} gets of this message",
        listing("Each field, and why", columns, rows, "The message has no field."),
        explained=found,
        permitted=permitted,
        story=visit.hub.stories.show(str(message_id)),
        csv=f"{visit.request.url.path}?format=csv",
    )


def ask_content(visit: _Reading, message_id: UUID) -> Response:
    shown = visit.hub.stories.show(str(message_id))
    return visit.page("messages/content.html", "Read what a message says", story=shown, fields=None)


def content(visit: _Reading, message_id: UUID, form: Typed) -> Response:
    """The journal records the reading before anybody sees it."""
    shown = visit.hub.stories.show(str(message_id))
    try:
        body = visit.hub.reading.body(message_id, visit.person.name, form.text("reason"))
    except (Failure, Refused) as refused:
        problems = [_at_reason(each) for each in refused.problems]
        return visit.page(
            "messages/content.html", "Read what a message says", story=shown, fields=None, again=Again(problems, form)
        )
    return visit.page(
        "messages/content.html",
        "What the message says",
        story=shown,
        fields=list(_fields(body.payload)),
        data=json.dumps(body.payload, ensure_ascii=False, indent=2),
        attachments=body.attachments,
        reason_given=form.text("reason"),
    )


def _at_reason(problem: Problem) -> Problem:
    return replace(problem, where="reason")


def _not_sent(verdicts: str) -> Problem:
    return Problem("console.nothing_sent", "reason", f"nothing was sent: {verdicts}", "see what each recipient has")


def _fields(value: Json, path: str = "") -> Iterator[tuple[str, str]]:
    """Each value with its place in words: `defendant, date of birth`."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _fields(inner, f"{path}, {words(name)}" if path else words(name))
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _fields(inner, f"{path} {number}" if len(value) > 1 else path)
    elif value is not None:
        yield path, ("yes" if value else "no") if isinstance(value, bool) else str(value)


def document(visit: _Reading, message_id: UUID, sha256: str, form: Typed) -> Response:
    """Its plain bytes. Neither the name nor the type that the sender gave is used."""
    held = visit.hub.reading.attachment(message_id, sha256, visit.person.name, form.text("reason"))
    headers = {**STRICT_HEADERS, "Content-Disposition": f'attachment; filename="{sha256[:16]}.bin"'}
    return Response(held.content, 200, headers, media_type="application/octet-stream")


def send_again(visit: _Releasing, message_id: UUID, form: Typed) -> Response:
    try:
        done = visit.hub.replay.run(Selection(), [message_id], visit.person.name, form.text("reason"))
        if not done["sent"]:
            verdicts = ", ".join(words(each["verdict"]) for each in done["groups"]) or "it has no recipient"
            raise Refused(_not_sent(verdicts))
    except (Failure, Refused) as refused:
        shown = visit.hub.stories.show(str(message_id))
        return _story_page(visit, shown, again=Again([_at_reason(each) for each in refused.problems], form))
    return to(f"/messages/{message_id}", "sent_again")
