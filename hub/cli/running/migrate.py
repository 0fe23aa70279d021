"""`hub migrate`: bring the database to the schema of this version."""

import typer

from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson
from hub.cli.speaking.screen import out, print_json


def add_commands(cli: typer.Typer) -> None:
    cli.command()(migrate)


def migrate(as_json: AsJson = False) -> None:
    """Bring the database to the schema of this version."""
    from hub.store import schema

    with open_hub() as hub:
        before, after = schema.migrate(hub.store)
    if as_json:
        print_json({"before": before, "after": after})
    else:
        out().print(
            f"The schema is at {after}" + ("" if before == after else f"; it was at {before or 'nothing'}") + "."
        )
