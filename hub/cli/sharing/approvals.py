"""Commands about everything that waits for a second person: list, show, approve, reject."""

from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By, Seen
from hub.cli.speaking.screen import cells, out, print_json, table
from hub.counting import counted

Proposal = Annotated[str, typer.Argument(help="The id of a proposal, or its first characters.")]


def add_commands(cli: typer.Typer) -> None:
    approvals = typer.Typer(help="Everything that waits for a second person.", no_args_is_help=True)
    approvals.command("list")(list_proposals)
    for command in (show, approve, reject):
        approvals.command()(command)
    cli.add_typer(approvals, name="approvals")


def list_proposals(
    everything: Annotated[bool, typer.Option("--all", help="Also what was decided about, and what expired.")] = False,
    as_json: AsJson = False,
) -> None:
    """What waits for a second person, and until when."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        found = hub.approving.listed(decided_too=everything)
    if as_json:
        print_json(found)
        return
    columns = ("id", "act", "about", "state", "proposed_by", "expires_at", "decided_by")
    out().print(table(counted(len(found), "proposal"), columns, cells(found, columns)))


def show(proposal: Proposal, as_json: AsJson = False) -> None:
    """What a proposal would do now, and the value to approve exactly that."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        shown = hub.approving.show(proposal)
    if as_json:
        print_json(shown)
        return
    for name, value in shown.items():
        if name not in ("content", "seen") and value is not None:
            out().print(f"{name.replace('_', ' '):15} {value}", markup=False, soft_wrap=True)
    for name, value in shown["content"].items():
        out().print(f"{name.replace('_', ' '):15} {value}", markup=False, soft_wrap=True)
    if shown["act"] == "protocol":
        out().print(f"what it changes for whom: hub protocols review {shown['id']}", soft_wrap=True)
    if shown["seen"]:
        out().print(f"to approve: hub approvals approve {shown['id']} --seen {shown['seen']}", soft_wrap=True)


def approve(proposal: Proposal, seen: Seen = None, by: By = None) -> None:
    """Approve what another person proposed, as it was shown."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES, by=by)
        who = acting(hub, hub.approving.right_for(proposal), by=by)
        approved = hub.approving.approve(proposal, who, seen)
    out().print(f"{approved.act} is approved: {approved.about}", markup=False, soft_wrap=True)


def reject(
    proposal: Proposal,
    reason: Annotated[str, typer.Option(help="Why. The journal keeps it, so name nobody in it.")],
    by: By = None,
) -> None:
    """Reject what another person proposed, or withdraw your own."""
    with open_hub() as hub:
        who = acting(hub, Right.READ_STORIES, by=by)
        if not hub.approving.may_withdraw(proposal, who):
            acting(hub, hub.approving.right_for(proposal), by=by)
        rejected = hub.approving.reject(proposal, who, reason)
    out().print(f"{rejected.act} is rejected: {rejected.about}", markup=False, soft_wrap=True)
