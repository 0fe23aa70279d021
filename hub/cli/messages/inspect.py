"""Commands that look and change nothing: try, show, deadlines, lint."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from hub.access.rights import Right
from hub.bootstrap import build_knowledge, registry_folders
from hub.cli.speaking.acting import acting
from hub.cli.speaking.body_reading import show_body
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import By, Json
from hub.cli.speaking.screen import clock_words, counted, out, print_json, print_problems, table
from hub.clock import SystemClock
from hub.deadlines.due import LONDON
from hub.settings import Settings
from hub.sharing.checking.lint import lint
from schemas.catalogue import Catalogue
from schemas.problem import Problem

_ACCEPTED, _PARTLY, _NOT = 0, 3, 2


def add_commands(cli: typer.Typer) -> None:
    cli.command("try")(try_file)
    cli.command()(show)
    cli.command()(deadlines)
    cli.command("lint")(lint_registry)


def try_file(
    file: Annotated[Path, typer.Argument(help="A document in the sender's own format.", exists=True, dir_okay=False)],
    sender: Annotated[str | None, typer.Option("--from", help="Agency id; else whom the document names.")] = None,
    as_json: Json = False,
) -> None:
    """Say what would happen to a document. Writes nothing and needs no server.

    Exit code 0 if all of it would be accepted, 3 if some would be refused, 2 if none could be taken.
    """
    result = build_knowledge(Settings()).preview(file.read_bytes(), sender, SystemClock())
    if as_json:
        print_json(result)
    else:
        _print_preview(result)
    raise typer.Exit(_ACCEPTED if result["accepted"] else _PARTLY if result["messages"] else _NOT)


def _print_preview(result: dict[str, Any]) -> None:
    screen = out()
    if result["messages"]:
        rows = [
            (n, m["kind"], m["sender"], m["reference"], ", ".join(f"{v} {k}" for k, v in m["counts"].items() if v))
            for n, m in enumerate(result["messages"], start=1)
        ]
        screen.print(table("Messages", ("", "kind", "from", "reference", "holds"), rows))
        deliveries = [
            (
                d["message"] + 1,
                d["recipient"],
                "yes" if d["permitted"] else "no",
                d["protocol"],
                len(d["withheld"]) if d["permitted"] else "",
                "" if d["permitted"] else d["reason"],
            )
            for d in result["deliveries"]
        ]
        columns = ("message", "to", "permitted", "protocol", "fields withheld", "reason")
        screen.print(table("Deliveries", columns, deliveries))
    if result["clocks"]:
        starts = [
            (c["message"] + 1, c["clock"], _local(c["starts"]), _local(c["due"]), c["owner"], c["why"])
            for c in result["clocks"]
        ]
        screen.print(table("Clocks it would start", ("message", "clock", "starts", "due", "owner", "why"), starts))
    doubts = [Problem(cure="correct it at the source", **_short(d)) for m in result["messages"] for d in m["doubts"]]
    if doubts:
        screen.print(f"[bold]Doubts[/bold], accepted all the same: {len(doubts)}")
        for doubt in doubts[:20]:
            screen.print(f"  {doubt.code} at {doubt.where}: {doubt.problem}", markup=False, soft_wrap=True)
    if result["refused"]:
        screen.print("[bold]Refused[/bold]")
        print_problems([Problem(**problem) for problem in result["refused"]], screen)


def _short(doubt: dict[str, str]) -> dict[str, str]:
    return {key: doubt[key] for key in ("code", "where", "problem")}


def show(
    message: Annotated[str, typer.Argument(help="The id of a message, or its first characters.")],
    body: Annotated[bool, typer.Option("--body", help="What it says, in its story's stead; with --reason.")] = False,
    save: Annotated[Path | None, typer.Option(help="With --body: where its attachments go.", file_okay=False)] = None,
    reason: Annotated[str, typer.Option(help="Why it is read; it stands in the journal, so name nobody in it.")] = "",
    by: By = None,
    as_json: Json = False,
) -> None:
    """The whole story of a message: what went to whom, what was withheld and why, which clocks, and the journal."""
    if not body and (save or reason):
        raise typer.BadParameter("--save and --reason go with --body")
    with open_hub() as hub:
        if body:
            show_body(hub, message, reason, save, by)
            return
        acting(hub, Right.READ_STORIES, by=by)
        story = hub.stories.show(message)
    if as_json:
        print_json(story)
        return
    screen = out()
    screen.print(f"[bold]{story['kind']} v{story['version']}[/bold] {story['id']}: {story['state']}")
    accepted = _local(story["accepted_at"])
    screen.print(f"from {story['sender']}, reference {story['reference']}, accepted {accepted}", markup=False)
    if story["supersedes"]:
        screen.print(f"replaces message {story['supersedes']}")
    if story["overtaken_by"]:
        screen.print(f"overtaken by message {story['overtaken_by']}: a newer edition was there before this one came")
    rows = [
        (d["recipient"], d["state"], d["attempts"], _local(d["delivered_at"]), d["protocol"], d["why"])
        for d in story["deliveries"]
    ]
    screen.print(table("Deliveries", ("to", "state", "attempts", "delivered", "protocol", "why"), rows))
    for delivery in story["deliveries"]:
        if delivery["withheld"]:
            held = [(w["path"], w["category"], w["count"], w["reason"]) for w in delivery["withheld"]]
            screen.print(table(f"Withheld from {delivery['recipient']}", ("field", "category", "values", "why"), held))
    if story["clocks"]:
        ticking = [(clock_words(c), c["owner"], c["toward"], _local(c["due_at"]), c["why"]) for c in story["clocks"]]
        screen.print(table("Clocks", ("clock", "owner", "toward", "due", "why"), ticking))
    entries = [(e["position"], _local(e["at"]), e["event"], e["agency"], _detail(e)) for e in story["journal"]]
    screen.print(table("Journal", ("", "at", "event", "agency", "detail"), entries))


def _detail(entry: dict[str, Any]) -> str:
    left_out = ("position", "at", "event", "agency")
    return ", ".join(f"{k}={json.dumps(v)}" for k, v in entry.items() if k not in left_out and v not in (None, []))


def deadlines(
    everything: Annotated[bool, typer.Option("--all", help="Those that were met or missed as well.")] = False,
    clock: Annotated[str | None, typer.Option(help="Only this clock; warrant_open is the board of warrants.")] = None,
    as_json: Json = False,
) -> None:
    """Every running clock, the most urgent first."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        found = hub.deadlines.listed(stopped_too=everything, name=clock)
    if as_json:
        print_json(found)
        return
    rows = [
        (clock_words(c), f"{c['age_days']} d", c["owner"], c["toward"], _local(c["due_at"]), c["kind"], c["reference"])
        for c in found
    ]
    columns = ("clock", "age", "owner", "toward", "due", "started by", "reference")
    out().print(table(counted(len(found), "clock"), columns, rows))


def lint_registry(as_json: Json = False) -> None:
    """Check the agencies and the sharing protocols; exit code 1 if something is wrong."""
    settings = Settings()
    problems = lint(*registry_folders(settings), Catalogue.discover(), SystemClock().now().date())
    if as_json:
        print_json({"problems": [problem.as_dict() for problem in problems]})
    elif problems:
        print_problems(problems, out())
    else:
        out().print("The agencies and the protocols hold together.")
    raise typer.Exit(1 if problems else 0)


def _local(moment: str | None) -> str:
    if moment is None:
        return ""
    return datetime.fromisoformat(moment).astimezone(LONDON).strftime("%d %b %Y %H:%M:%S")
