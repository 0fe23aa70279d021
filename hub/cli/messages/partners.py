"""Partners: who answers, who does not, and pausing one by hand."""

from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import cells, out, print_json, table
from hub.counting import counted

Name = Annotated[str, typer.Argument(help="The id of an agency.")]


def add_commands(cli: typer.Typer) -> None:
    partners = typer.Typer(help="Partners that are paused or do not answer.", no_args_is_help=True)
    partners.command("list")(list_partners)
    partners.command("pause")(pause)
    partners.command("resume")(resume)
    cli.add_typer(partners, name="partners")


def list_partners(as_json: AsJson = False) -> None:
    """Every partner that is paused, fails, or has something waiting for it."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        found = hub.partners.listed()
    if as_json:
        print_json(found)
        return
    columns = ("recipient", "state", "waiting", "in_mailbox", "since", "next_try_at", "why", "paused_by")
    rows = [
        {
            **each,
            "since": each["paused_at"] or each["since"] or each["in_mailbox_since"],
            "why": each["paused_because"] or each["why"],
        }
        for each in found
    ]
    out().print(table(counted(len(rows), "partner"), columns, cells(rows, columns)))


def pause(
    name: Name,
    reason: Annotated[str, typer.Option(help="The reason. The journal keeps it, so name nobody in it.")],
    by: By = None,
) -> None:
    """Send nothing to a partner, and let it fetch nothing, until it is resumed."""
    with open_hub() as hub:
        hub.partners.pause(name, acting(hub, Right.PAUSE_PARTNERS, by=by), reason)
    out().print(f"{name} is paused; what is for it waits")


def resume(name: Name, by: By = None) -> None:
    """End the pause; a partner that did not answer is tried at once."""
    with open_hub() as hub:
        hub.partners.resume(name, acting(hub, Right.PAUSE_PARTNERS, by=by))
    out().print(f"{name} is resumed")
