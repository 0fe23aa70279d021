"""`hub deadlines`: the clocks that run, the most urgent first."""

from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.moments import local_words
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import counted, out, print_json, table
from hub.deadlines.words import state_words
from hub.errors import NotFound
from schemas.nearest import did_you_mean


def add_commands(cli: typer.Typer) -> None:
    cli.command()(deadlines)


def deadlines(
    everything: Annotated[bool, typer.Option("--all", help="Include clocks that were met or missed.")] = False,
    clock: Annotated[str | None, typer.Option(help="Only this clock, such as warrant_open.")] = None,
    as_json: AsJson = False,
) -> None:
    """Every running clock, the most urgent first."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        known = {started for kind in hub.knowledge.catalogue.kinds.values() for started in kind.starts}
        if clock is not None and clock not in known:
            raise NotFound(f"there is no clock called {clock}", did_you_mean(clock, known))
        found = hub.deadlines.listed(stopped_too=everything, name=clock)
    if as_json:
        print_json(found)
        return
    rows = [
        (
            state_words(c),
            f"{c['age_days']} d",
            c["owner"],
            c["toward"],
            local_words(c["due_at"]),
            c["kind"],
            c["reference"],
        )
        for c in found
    ]
    columns = ("clock", "age", "owner", "toward", "due", "started by", "reference")
    out().print(table(counted(len(found), "clock"), columns, rows))
