"""Replay: decides again about messages that were accepted before, and sends them again."""

from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import out, print_json, table
from hub.cli.speaking.selecting import Kind, Recipient, Sender, Since, Until, selection
from hub.counting import counted


def add_commands(cli: typer.Typer) -> None:
    cli.command()(replay)


def replay(
    message: Annotated[list[str] | None, typer.Option("--id", help="This message; repeat for more.")] = None,
    recipient: Recipient = None,
    sender: Sender = None,
    kind: Kind = None,
    since: Since = None,
    until: Until = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only count; send nothing.")] = False,
    reason: Annotated[str | None, typer.Option(help="The reason. The journal keeps it, so name nobody in it.")] = None,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Send delivered messages again under the same ids, if today's protocols permit the same fields.

    Recipients that are permitted now and were not then get them too."""
    if not preview and not reason:
        raise typer.BadParameter("a replay needs --reason; --preview needs none")
    with open_hub() as hub:
        who = acting(hub, Right.RELEASE_QUARANTINE, by=by)
        wanted = selection(hub, recipient, sender, kind, since=since, until=until)
        ids = [hub.stories.find(each) for each in message or ()]
        work = hub.replay
        found = work.preview(wanted, ids) if preview else work.run(wanted, ids, who, reason or "")
    if as_json:
        print_json(found)
        return
    rows = [(each["recipient"], each["kind"], each["verdict"], each["count"]) for each in found["groups"]]
    sent, not_sent = counted(found["sent"], "delivery"), found["not_sent"]
    title = f"{counted(found['messages'], 'message')}: {sent} sent, {not_sent} not sent"
    if preview:
        title = f"{counted(found['messages'], 'message')}: {sent} would be sent, {not_sent} not; nothing was sent"
    out().print(table(title, ("recipient", "kind", "verdict", "count"), rows))
    for each in found["changes"]:
        fields = ", ".join(each["fields"])
        out().print(
            f"other fields today, {each['kind']} to {each['recipient']}: {fields}", markup=False, soft_wrap=True
        )
