"""Commands after a restore: what a person must go through before the exchange works again."""

from pathlib import Path
from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import out, print_json
from hub.cli.speaking.visible import visible


def add_commands(cli: typer.Typer) -> None:
    restored = typer.Typer(help="After a restore: what a person must go through.", no_args_is_help=True)
    restored.command()(show)
    restored.command()(compare)
    restored.command()(end)
    cli.add_typer(restored, name="restored")


def show(as_json: AsJson = False) -> None:
    """List what counts again as it did when the backup was made, and what nobody can know."""
    with open_hub() as hub:
        acting(hub, Right.BACK_UP)
        review = hub.after_restore.show()
    if as_json:
        print_json(dict(review))
        return
    out().print(f"The backup is of {review['backup_of']}; its journal ends at {review['journal_position']}.")
    for name in ("keys", "certificates", "accounts", "protocols", "holds", "paused_partners"):
        _print_list(name, review[name])
    _print_list("open_deliveries", [f"{count} for {agency}" for agency, count in review["open_deliveries"].items()])
    if review["witnessed_until"] is not None:
        out().print(f"A witness knows the journal up to {review['witnessed_until']}. Since the backup:")
        _print_list("changed_since", review["changed_since"])
        _print_list("given_up_since", [f"delivery {id}" for id in review["given_up_since"]])
        out().print(f"  and {review['made_since']} keys, accounts, protocol versions, sessions or holds were made")
    out().print("What this database cannot know:")
    for words in review["unknown"]:
        out().print(f"- {words}")
    out().print(f"When all of it is right: hub restored end --seen {review['seen']} --reason …")


def compare(
    agency: Annotated[str, typer.Argument(help="The agency that gave the file.")],
    file: Annotated[Path, typer.Argument(help="Its receipts, or a list of message ids.", exists=True, dir_okay=False)],
    as_json: AsJson = False,
) -> None:
    """Compare what an agency has received or handed in with what this database knows. Exit code 1 if they differ."""
    with open_hub() as hub:
        acting(hub, Right.BACK_UP)
        found = hub.after_restore.compare(agency, file.read_text(encoding="utf-8", errors="replace"))
    if as_json:
        print_json(dict(found))
    else:
        out().print(f"{found['agreed']} are known here as {agency} has them.")
        _print_list("unknown", found["unknown"])
        _print_list("open", found["open"])
        if found["unknown"]:
            out().print("Unknown: accepted after the backup, and lost here. Ask the sender to hand them in again.")
        if found["open"]:
            out().print("Open: sent once more under their old ids, unless you discard them after the standstill.")
    raise typer.Exit(1 if found["unknown"] or found["open"] else 0)


def end(
    seen: Annotated[str, typer.Option(help="The value that `hub restored show` printed.")],
    reason: Annotated[str, typer.Option(help="What you found and whom you asked. The journal keeps it: name nobody.")],
    by: By = None,
) -> None:
    """Let the exchange work again."""
    from hub.journal.actors import given_reason

    with open_hub() as hub:
        hub.after_restore.end(seen, acting(hub, Right.BACK_UP, by=by), given_reason(reason))
    out().print("The exchange works again.")


def _print_list(name: str, items: list[str]) -> None:
    out().print(f"{name.replace('_', ' ').capitalize()}: {len(items)}")
    for item in items:
        out().print(f"  {visible(item)}")
