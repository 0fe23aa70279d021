"""`hub show`: the story of one message, or what it says."""

import json
from pathlib import Path
from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.messages.messages import listed_messages
from hub.cli.speaking.acting import acting
from hub.cli.speaking.body_reading import show_body
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.moments import local_words
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import out, print_json, table
from hub.deadlines.words import state_words
from schemas.json import JsonObject


def add_commands(cli: typer.Typer) -> None:
    cli.command()(show)


def show(
    message: Annotated[
        str, typer.Argument(help="The id of a message, its first characters, or its sender's reference.")
    ],
    body: Annotated[
        bool, typer.Option("--body", help="Print the message itself instead of its history; needs --reason.")
    ] = False,
    save: Annotated[Path | None, typer.Option(help="With --body: folder for its attachments.", file_okay=False)] = None,
    reason: Annotated[str, typer.Option(help="Why you read it. The journal keeps it, so name nobody.")] = "",
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """The history of a message: what went to whom, what was withheld and why, its clocks, and its journal entries."""
    if not body and (save or reason):
        raise typer.BadParameter("--save and --reason can only be given with --body")
    with open_hub() as hub:
        if body:
            show_body(hub, message, reason, save, by)
            return
        acting(hub, Right.READ_STORIES, by=by)
        found = hub.messages.with_reference(message)
        if len(found) > 1:
            out().print(listed_messages(found))
            return
        story = hub.stories.show(str(found[0].id) if found else message)
    if as_json:
        print_json(story)
        return
    screen = out()
    screen.print(f"[bold]{story['kind']} v{story['version']}[/bold] {story['id']}: {story['state']}")
    accepted = local_words(story["accepted_at"])
    screen.print(f"from {story['sender']}, reference {story['reference']}, accepted {accepted}", markup=False)
    if story["supersedes"]:
        screen.print(f"replaces message {story['supersedes']}")
    if story["overtaken_by"]:
        screen.print(f"overtaken by message {story['overtaken_by']}: a newer edition was there before this one came")
    rows = [
        (d["recipient"], d["state"], d["attempts"], local_words(d["delivered_at"]), d["protocol"], d["why"])
        for d in story["deliveries"]
    ]
    screen.print(table("Deliveries", ("to", "state", "attempts", "delivered", "protocol", "why"), rows))
    for delivery in story["deliveries"]:
        if delivery["withheld"]:
            held = [(w["path"], w["category"], w["count"], w["reason"]) for w in delivery["withheld"]]
            screen.print(table(f"Withheld from {delivery['recipient']}", ("field", "category", "values", "why"), held))
    if story["clocks"]:
        ticking = [
            (state_words(c), c["owner"], c["toward"], local_words(c["due_at"]), c["why"]) for c in story["clocks"]
        ]
        screen.print(table("Clocks", ("clock", "owner", "toward", "due", "why"), ticking))
    followed = [(m["kind"], m["sender"], m["state"], m["id"]) for m in story["exchange"] if m["id"] != story["id"]]
    if followed:
        screen.print(table("Messages of the same exchange", ("kind", "from", "state", "id"), followed))
    entries = [(e["position"], local_words(e["at"]), e["event"], e["agency"], _detail(e)) for e in story["journal"]]
    screen.print(table("Journal", ("", "at", "event", "agency", "detail"), entries))


def _detail(entry: JsonObject) -> str:
    left_out = ("position", "at", "event", "agency")
    return ", ".join(f"{k}={json.dumps(v)}" for k, v in entry.items() if k not in left_out and v not in (None, []))
