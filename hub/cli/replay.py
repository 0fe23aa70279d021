"""Replay: what was accepted before is decided about anew, and sent again."""

from datetime import datetime
from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.acting import By, acting
from hub.cli.connect import open_hub
from hub.cli.inspect import Json
from hub.cli.moments import moment
from hub.cli.screen import out, print_json, table
from hub.exchange.story import find_message
from hub.store.quarantine import Selection


def add_commands(cli: typer.Typer) -> None:
    cli.command()(replay)


def replay(
    message: Annotated[list[str] | None, typer.Option("--id", help="This message; may be given again.")] = None,
    recipient: Annotated[str | None, typer.Option("--to", help="Only for this recipient.")] = None,
    sender: Annotated[str | None, typer.Option("--from", help="Only from this sender.")] = None,
    kind: Annotated[str | None, typer.Option(help="Only messages of this kind.")] = None,
    since: Annotated[datetime | None, typer.Option(help="Accepted at this time or later.")] = None,
    until: Annotated[datetime | None, typer.Option(help="Accepted before this time.")] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Count, and send nothing.")] = False,
    reason: Annotated[str | None, typer.Option(help="Why; it stands in the journal, so name nobody in it.")] = None,
    by: By = None,
    as_json: Json = False,
) -> None:
    """Send again what was delivered, under the same message id, as far as today's protocols let the same fields go;
    and send it to whom they permit it now and did not then."""
    if not preview and not reason:
        raise typer.BadParameter("a replay needs --reason; --preview needs none")
    selection = Selection(recipient, sender, kind, None, moment(since), moment(until))
    with open_hub() as hub:
        who = acting(hub, Right.RELEASE_QUARANTINE, by=by)
        ids = [find_message(hub.store, each) for each in message or ()]
        work = hub.operation.replay
        told = work.preview(selection, ids) if preview else work.run(selection, ids, who, reason or "")
    if as_json:
        print_json(told)
        return
    rows = [(each["recipient"], each["kind"], each["verdict"], each["count"]) for each in told["groups"]]
    title = f"{told['messages']} messages" + (", nothing was sent" if preview else "")
    out().print(table(title, ("recipient", "kind", "verdict", "count"), rows))
    for each in told["changes"]:
        fields = ", ".join(each["fields"])
        out().print(
            f"other fields today, {each['kind']} to {each['recipient']}: {fields}", markup=False, soft_wrap=True
        )
