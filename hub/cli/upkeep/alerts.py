"""Alerts: what holds now, and who looks after it."""

from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import cells, out, print_json, table
from hub.counting import counted


def add_commands(cli: typer.Typer) -> None:
    alerts = typer.Typer(help="What holds now that somebody must see to.", no_args_is_help=True)
    alerts.command("list")(list_alerts)
    alerts.command("acknowledge")(acknowledge)
    alerts.command("try")(try_receivers)
    cli.add_typer(alerts, name="alerts")


def list_alerts(
    all: Annotated[bool, typer.Option("--all", help="Also those that have ended, the newest first.")] = False,
    as_json: AsJson = False,
) -> None:
    """Every alert whose cause is there now. docs/operations.md says what each means."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        found = hub.watching.listed(ended_too=all)
    if as_json:
        print_json(found)
        return
    columns = ("id", "alert", "urgency", "about", "since", "acknowledged_by", *(("ended_at",) if all else ()))
    rows = [{**each, "about": " ".join(map(str, each["about"].values())) or None} for each in found]
    out().print(table(counted(len(rows), "alert"), columns, cells(rows, columns)))


def acknowledge(
    id: Annotated[str, typer.Argument(help="The id of an alert, or its first characters.")],
    reason: Annotated[str, typer.Option(help="What is being done. The journal keeps it, so name nobody in it.")],
    by: By = None,
) -> None:
    """Look after an alert: nobody is told of it again. It ends by itself when its cause is gone."""
    with open_hub() as hub:
        kept = hub.watching.acknowledge(id, acting(hub, Right.PAUSE_PARTNERS, by=by), reason)
    out().print(f"{kept.name} is acknowledged; it ends when its cause is gone", markup=False)


def try_receivers() -> None:
    """Send a try to every receiver of HUB_ALERTS. Exit code 1 if one does not take it."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        found = hub.watching.try_receivers()
    for name, why in found.items():
        out().print(f"{name}: {why or 'took it'}", markup=False)
    if not found:
        out().print("HUB_ALERTS names nobody; alerts are in the relay's log and in hub alerts list")
    raise typer.Exit(1 if any(found.values()) else 0)
