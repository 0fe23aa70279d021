"""`hub try`: say what would happen to a document, and change nothing."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.cli.speaking.connect import open_hub, own_settings
from hub.cli.speaking.moments import local_words
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import out, print_json, print_problems, table
from hub.clock import SystemClock
from hub.counting import counted
from hub.errors import NotRunning, StoreUnavailable
from schemas.json import JsonObject
from schemas.problem import Problem

if TYPE_CHECKING:
    from hub.exchange.message.preview import Preview
    from hub.settings import Settings

_ACCEPTED, _PARTLY, _NOT = 0, 3, 2


def add_commands(cli: typer.Typer) -> None:
    cli.command("try")(try_file)


def try_file(
    file: Annotated[Path, typer.Argument(help="A document in the sender's own format.", exists=True, dir_okay=False)],
    sender: Annotated[str | None, typer.Option("--from", help="Agency id. Default: the sender that it names.")] = None,
    values: Annotated[bool, typer.Option("--values", help="Show what each field was read as.")] = False,
    as_json: AsJson = False,
) -> None:
    """Say what would happen to a document. Writes nothing and needs no server.

    It decides by the protocol files, and says if the running exchange has not agreed them.

    Exit code 0 if all of it would be accepted, 3 if some would be refused, 2 if none could be taken.
    """
    from hub.bootstrap import build_knowledge

    settings = own_settings()
    result = build_knowledge(settings).preview(file.read_bytes(), sender, SystemClock(), with_values=values)
    basis = _basis(settings)
    if as_json:
        print_json({**result, "protocols": basis})
    else:
        out().print(basis["note"], markup=False)
        _print_preview(result)
    raise typer.Exit(_ACCEPTED if result["accepted"] else _PARTLY if result["messages"] else _NOT)


def _basis(settings: "Settings") -> JsonObject:
    """By which protocols this command decides, and which of them nobody has approved."""
    try:
        with open_hub(settings) as hub:
            waiting = sorted(f"{each.protocol.id} v{each.protocol.version}" for each in hub.protocols.live.not_agreed())
    except (NotRunning, StoreUnavailable):
        note = "Decided by the protocol files. No exchange runs here, so nobody has approved them yet."
        return {"from": "files", "not_approved": None, "note": note}
    if not waiting:
        note = "Decided by the protocol files, which the running exchange has agreed."
    else:
        note = f"Decided by the protocol files. Nobody has approved yet: {', '.join(waiting)}."
    return {"from": "files", "not_approved": waiting, "note": note}


def _print_preview(result: "Preview") -> None:
    screen = out()
    if result["messages"]:
        rows = [
            (
                n,
                m["kind"],
                m["sender"],
                m["reference"],
                ", ".join(counted(v, k.removesuffix("s")) for k, v in m["counts"].items() if v),
            )
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
    for number, message in enumerate(result["messages"], start=1):
        if "values" in message:
            read = [(place, str(value)) for place, value in message["values"].items()]
            screen.print(table(f"Message {number} was read as", ("field", "value"), read))
    if result["clocks"]:
        starts = [
            (c["message"] + 1, c["clock"], local_words(c["starts"]), local_words(c["due"]), c["owner"], c["why"])
            for c in result["clocks"]
        ]
        screen.print(table("Clocks it would start", ("message", "clock", "starts", "due", "owner", "why"), starts))
    doubts = [Problem(cure="correct it at the source", **_short(d)) for m in result["messages"] for d in m["doubts"]]
    if doubts:
        screen.print(f"[bold]Doubts[/bold] about accepted parts: {len(doubts)}")
        for doubt in doubts[:20]:
            screen.print(f"  {doubt.code} at {doubt.where}: {doubt.problem}", markup=False, soft_wrap=True)
    if result["refused"]:
        screen.print("[bold]Refused[/bold]")
        print_problems([Problem(**problem) for problem in result["refused"]], screen)


def _short(doubt: dict[str, str]) -> dict[str, str]:
    return {key: doubt[key] for key in ("code", "where", "problem")}
