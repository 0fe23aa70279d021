"""Quarantine: what a person must look at, with its cause and cure, and what can be done about it."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By, Seen
from hub.cli.speaking.screen import cells, err, out, print_json, table
from hub.cli.speaking.selecting import Document, Kind, Recipient, Sender, Since, Until, selection
from hub.cli.speaking.typed import one_of
from hub.counting import counted
from hub.exchange.repairing.bulk_views import BulkPreview, PlanContent
from hub.exchange.repairing.item_views import ItemView
from hub.lifecycle import BulkAction

Reason = Annotated[str, typer.Option(help="The reason. The journal keeps it, so name nobody in it.")]
Item = Annotated[str, typer.Argument(help="The id of an item, or its first characters.")]
Code = Annotated[str | None, typer.Option(help="Only with this cause, such as partner.refused.")]


def add_commands(cli: typer.Typer) -> None:
    quarantine = typer.Typer(help="Deliveries and refused parts that wait for a person.", no_args_is_help=True)
    quarantine.command("list")(list_items)
    quarantine.command("show")(show)
    quarantine.command("fix")(fix)
    quarantine.command("release")(release)
    quarantine.command("discard")(discard)
    quarantine.command("bulk")(bulk)
    quarantine.command("plans")(plans)
    quarantine.command("plan")(plan)
    quarantine.command("approve")(approve)
    quarantine.command("stop")(stop)
    quarantine.command("resume")(resume)
    cli.add_typer(quarantine, name="quarantine")


def list_items(
    recipient: Recipient = None,
    sender: Sender = None,
    kind: Kind = None,
    code: Code = None,
    document: Document = None,
    as_json: AsJson = False,
) -> None:
    """Deliveries in quarantine, and the parts of documents that were refused when they came; the oldest first.

    What waits of one document because its sender has no standing is one item. --document lists each delivery of it.
    """
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        wanted = selection(hub, recipient, sender, kind, code=code, document=document)
        found, in_all = hub.quarantine.listed(wanted), hub.quarantine.counted(wanted)
    title = _title(found, in_all)
    if as_json:
        print_json(found)
        if len(found) < sum(in_all.values()):
            err().print(title)
        return
    columns = ("id", "what", "sender", "recipient", "kind", "since", "code", "place", "cause")
    out().print(table(title, columns, cells(found, columns)))


def _title(found: list[ItemView], in_all: dict[str, int]) -> str:
    """How many are shown, and of how many, where some are not."""
    said = [counted(len(found), "item")]
    for what, plain in (("delivery", "delivery"), ("document", "refused part")):
        shown = sum(each["stands_for"] for each in found if each["what"] == what)
        if shown < in_all[what]:
            said.append(f"the oldest {shown:,} of {counted(in_all[what], plain)}")
    return ", ".join(said)


def show(
    item: Item,
    body: Annotated[bool, typer.Option("--body", help="Print the content; needs --reason.")] = False,
    by: By = None,
    reason: Annotated[str | None, typer.Option(help="The reason. The journal keeps it.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show cause, place and cure of an item. --body shows the content too; the journal records who read it and why."""
    with open_hub() as hub:
        if body:
            if not reason:
                raise typer.BadParameter("--body needs --reason: the journal records who reads it and why")
            reader = acting(hub, Right.READ_STORIES, Right.READ_BODY, by=by)
            sys.stdout.buffer.write(hub.quarantine.body(item, reader, reason) + b"\n")
            return
        acting(hub, Right.READ_STORIES)
        shown = hub.quarantine.show(item)
    if as_json:
        print_json(shown)
        return
    for name, value in shown.items():
        if isinstance(value, list):
            for number, problem in enumerate(value, start=2):
                line = f"{number}. {problem['code']} at {problem['place']}: {problem['cause']}; {problem['cure']}"
                out().print(line, markup=False, soft_wrap=True)
        elif value is not None:
            out().print(f"{name.replace('_', ' '):15} {value}", markup=False, soft_wrap=True)


def fix(
    item: Item,
    file: Annotated[Path, typer.Option(help="The corrected message or document.", exists=True, dir_okay=False)],
    reason: Reason,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Hand in a correction that replaces the item. Both are kept, and the correction names what it corrects.

    For a delivery, hand in one message in any format that the exchange reads; `show --body` prints it in one. Its
    documents go along. For a refused document, hand in the whole document, corrected.
    """
    with open_hub() as hub:
        done = hub.quarantine.fix(item, file.read_bytes(), acting(hub, Right.RELEASE_QUARANTINE, by=by), reason)
    if as_json:
        print_json(done)
        return
    if "message" in done:
        out().print(f"message {done['message']} replaces it, and goes to {', '.join(done['recipients']) or 'nobody'}")
        for denied in done["not_permitted"]:
            out().print(f"not to {denied['agency']}: {denied['reason']}", markup=False, soft_wrap=True)
    else:
        out().print(f"accepted: {', '.join(done['messages'])}", soft_wrap=True)


def release(item: Item, reason: Reason, by: By = None) -> None:
    """Send it again unchanged; a refused document is read again. The exchange decides about it again."""
    with open_hub() as hub:
        done = hub.quarantine.release(item, acting(hub, Right.RELEASE_QUARANTINE, by=by), reason)
    out().print("released" if "delivery" in done else f"accepted: {', '.join(done['messages'])}", soft_wrap=True)


def discard(item: Item, reason: Reason, by: By = None) -> None:
    """Give it up. It is never sent, and blocks nothing any longer.

    Somebody who has given up many items within the hour needs a second person for each further one.
    """
    with open_hub() as hub:
        waits = hub.quarantine.discard(item, acting(hub, Right.RELEASE_QUARANTINE, by=by), reason)
    if waits is None:
        out().print("given up")
        return
    out().print("Not given up yet: you have given up as many items within the hour as one person may.")
    out().print(f"Another person decides: hub approvals show {waits.id}", soft_wrap=True)


Plan = Annotated[str, typer.Argument(help="The id of a plan, or its first characters.")]


def bulk(
    action: Annotated[BulkAction, typer.Argument(parser=one_of(BulkAction), help="release or discard.")],
    reason: Annotated[str | None, typer.Option(help="The reason. The journal keeps it, so name nobody in it.")] = None,
    recipient: Recipient = None,
    sender: Sender = None,
    kind: Kind = None,
    code: Code = None,
    since: Since = None,
    until: Until = None,
    document: Document = None,
    preview: Annotated[bool, typer.Option("--preview", help="Only show what is selected; plan nothing.")] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Plan to release or discard many deliveries. Shows how many, for whom and of which kinds; changes nothing yet.

    After `approve`, the running exchange works on exactly these, in batches. `stop` ends the work.
    """
    if not preview and not reason:
        raise typer.BadParameter("a plan needs --reason; --preview needs none")
    with open_hub() as hub:
        who, work = acting(hub, Right.RELEASE_QUARANTINE, by=by), hub.bulk
        wanted = selection(hub, recipient, sender, kind, code=code, since=since, until=until, document=document)
        planned = None if preview else work.plan(action, wanted, who, reason or "")
        shown: BulkPreview = work.preview(wanted) if planned is None else planned
    if as_json:
        print_json(shown)
        return
    rows = [(each["recipient"], each["kind"], each["code"], each["count"]) for each in shown["groups"]]
    out().print(table(counted(shown["count"], "delivery"), ("recipient", "kind", "code", "count"), rows))
    if planned is not None:
        second = "a second person" if planned["second_person"] else "you or a second person"
        out().print(f"plan {planned['id']} waits for {second}: hub quarantine plan {planned['id']}", soft_wrap=True)


def plans(as_json: AsJson = False) -> None:
    """List the bulk plans and their progress."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        found = hub.bulk.listed()
    if as_json:
        print_json(found)
        return
    columns = ("id", "action", "state", "count", "done", "passed_over", "planned_by", "approved_by", "reason")
    out().print(table(counted(len(found), "plan"), columns, cells(found, columns)))


def plan(plan: Plan, as_json: AsJson = False) -> None:
    """Show a plan as it is now. Look before you approve."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        shown = hub.bulk.show(hub.bulk.named(plan))
    if as_json:
        print_json(shown)
        return
    _print_plan(shown)
    out().print(shown["state"])
    if shown["seen"]:
        out().print(f"to approve: hub quarantine approve {shown['id']} --seen {shown['seen']}", soft_wrap=True)


def approve(plan: Plan, seen: Seen = None, by: By = None) -> None:
    """Approve a plan. Above a limit, a person who did not make the plan must approve it, with what `plan` showed."""
    with open_hub() as hub:
        who = acting(hub, Right.RELEASE_QUARANTINE, by=by)
        shown = hub.bulk.approve(hub.bulk.named(plan), who, seen)
    _print_plan(shown)
    out().print("approved; it is worked off by the running exchange")


def stop(plan: Plan, by: By = None) -> None:
    """Stop a plan. What is done stays done. A plan that is not approved yet is withdrawn for good."""
    with open_hub() as hub:
        who = acting(hub, Right.RELEASE_QUARANTINE, by=by)
        state = hub.bulk.stop(hub.bulk.named(plan), who)
    out().print(str(state))


def resume(plan: Plan, by: By = None) -> None:
    """Continue a stopped plan."""
    with open_hub() as hub:
        who = acting(hub, Right.RELEASE_QUARANTINE, by=by)
        hub.bulk.resume(hub.bulk.named(plan), who)
    out().print("it goes on")


def _print_plan(shown: PlanContent) -> None:
    chosen = ", ".join(f"{name} {value}" for name, value in shown["selection"].items()) or "everything in quarantine"
    out().print(f"to {shown['action']}: {chosen}", markup=False, soft_wrap=True)
    out().print(f"planned by {shown['planned_by']}: {shown['reason']}", markup=False, soft_wrap=True)
    columns = ("recipient", "kind", "state", "why_code", "passed over", "deliveries")
    rows = [
        (
            each["recipient"],
            each["kind"],
            each["state"],
            each["why_code"],
            _yes(each["passed_over"]),
            each["deliveries"],
        )
        for each in shown["groups"]
    ]
    out().print(table(counted(shown["count"], "delivery"), columns, rows))


def _yes(said: bool) -> str:
    return "yes" if said else "no"
