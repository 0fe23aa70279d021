"""Partners: who answers, who does not, and pausing one by hand."""

import time
from typing import TYPE_CHECKING, Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import cells, out, print_json, table
from hub.counting import counted
from hub.lifecycle import DeliveryState

if TYPE_CHECKING:
    from hub.bootstrap import Hub
    from hub.exchange.telling.story_views import DeliveryView

Name = Annotated[str, typer.Argument(help="The id of an agency.")]

_ON_ITS_WAY = frozenset({DeliveryState.WAITING, DeliveryState.SENDING})
_LOOK_SECONDS = 0.3


def add_commands(cli: typer.Typer) -> None:
    partners = typer.Typer(help="Partners: who does not answer; pause, resume, test.", no_args_is_help=True)
    partners.command("list")(list_partners)
    partners.command("pause")(pause)
    partners.command("resume")(resume)
    partners.command("test")(test)
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


def test(
    name: Name,
    wait: Annotated[float, typer.Option(help="How many seconds to wait for the end of it.", min=0, max=600)] = 30,
    as_json: AsJson = False,
    by: By = None,
) -> None:
    """Send a test message to a partner, and say whether it has arrived. The exit code is 1 if it has not.

    It goes the way of every message, names nobody and starts no clock. The workers must run."""
    with open_hub() as hub:
        message = str(hub.connection_tests.send(name, acting(hub, Right.READ_STORIES, Right.PAUSE_PARTNERS, by=by)))
        until = time.monotonic() + wait
        while (one := _delivery(hub, message))["state"] in _ON_ITS_WAY and time.monotonic() < until:
            time.sleep(_LOOK_SECONDS)
    arrived = one["state"] == DeliveryState.DELIVERED
    if as_json:
        print_json({"message": message, "recipient": one["recipient"], "state": one["state"], "why": one["why"]})
    else:
        out().print(_ended(one), soft_wrap=True)
        out().print(f"its history: hub show {message}", soft_wrap=True)
    if not arrived:
        raise typer.Exit(1)


def _delivery(hub: "Hub", message: str) -> "DeliveryView":
    return hub.stories.show(message)["deliveries"][0]


def _ended(one: "DeliveryView") -> str:
    if one["state"] == DeliveryState.DELIVERED:
        proved = "with" if one["receipt"] else "without"
        return f"{one['recipient']} has the test message, {proved} a receipt of its own"
    if one["state"] == DeliveryState.PLACED:
        return f"the test message lies in the mailbox of {one['recipient']}, which has not fetched it yet"
    return f"the test message has not arrived at {one['recipient']}: {one['why'] or one['state']}"
