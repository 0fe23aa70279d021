"""`hub collect`: look into an agency's inbox now."""

import time
from dataclasses import asdict, fields
from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import out, print_json, table


def add_commands(cli: typer.Typer) -> None:
    cli.command()(collect)


def collect(
    agency: Annotated[str, typer.Argument(help="Agency whose inbox to look into: its id or OU code.")],
    as_json: AsJson = False,
) -> None:
    """Look into an agency's inbox now. Exit code 2 if it cannot be reached."""
    with open_hub() as hub:
        acting(hub, Right.HAND_IN)
        found = hub.collection.collect(agency)
        if found.settling:
            time.sleep(hub.collection.settle_seconds(agency))
            found += hub.collection.collect(agency)
    if as_json:
        print_json(asdict(found))
    else:
        counts = [
            (field.name, str(getattr(found, field.name))) for field in fields(found) if getattr(found, field.name)
        ]
        out().print(table(f"Inbox of {agency}", ("files", "count"), counts or [("none", "")]))
    raise typer.Exit(2 if found.unreachable else 0)
