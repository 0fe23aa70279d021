"""`hub send`: hand in a document for an agency."""

from pathlib import Path
from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import out, print_json, print_problems, table


def add_commands(cli: typer.Typer) -> None:
    cli.command()(send)


def send(
    file: Annotated[Path, typer.Argument(help="A document in the sender's own format.", exists=True, dir_okay=False)],
    sender: Annotated[str, typer.Option("--from", help="Agency that hands it in: its id or OU code.")],
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Hand in a document and print the receipt. Exit code 3 if some of it was refused, 2 if all of it was."""
    with open_hub() as hub:
        who = acting(hub, Right.HAND_IN, by=by)
        hub.capacity.check()
        answer = hub.intake.receive(hub.knowledge.registry.agencies.named(sender), file.read_bytes(), handed_in_by=who)
    refused = [problem.as_dict() for problem in answer.refused]
    if as_json:
        print_json({"receipt": answer.receipt, "refused": refused, "repeated": answer.repeated})
    else:
        if answer.receipt is not None:
            rows = [
                (
                    m["id"],
                    m["kind"],
                    m["sender"],
                    m.get("reference", ""),
                    ", ".join(r["agency"] for r in m["recipients"]),
                )
                for m in answer.receipt["messages"]
            ]
            title = "Accepted before; the same receipt again" if answer.repeated else "Accepted"
            out().print(table(title, ("message", "kind", "from", "reference", "to"), rows))
        print_problems(answer.refused)
    raise typer.Exit(2 if answer.receipt is None else 3 if answer.refused else 0)
