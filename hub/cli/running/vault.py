"""The master keys by which everything that is kept is encrypted."""

from dataclasses import asdict
from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import out, print_json, table


def add_commands(cli: typer.Typer) -> None:
    vault = typer.Typer(help="The master keys that encrypt everything that is kept.", no_args_is_help=True)
    vault.command("show")(show)
    vault.command("rotate")(rotate)
    vault.command("retire")(retire)
    cli.add_typer(vault, name="vault")


def show(as_json: AsJson = False) -> None:
    """Show how many keys of messages and documents each master key wraps."""
    with open_hub() as hub:
        acting(hub, Right.READ_STORIES)
        found = hub.master_keys.show()
    if as_json:
        print_json(asdict(found))
        return
    rows = [(id, count, "wraps from now on" if id == found.current else "") for id, count in found.wraps.items()]
    out().print(table("Master keys", ("key", "wraps", ""), rows))


def rotate(by: By = None, as_json: AsJson = False) -> None:
    """Make a new master key and wrap everything with it. If it is interrupted, run it again: it continues."""
    with open_hub() as hub:
        done = hub.master_keys.rotate(acting(hub, Right.CHANGE_KEYS, by=by))
    if as_json:
        print_json(asdict(done))
        return
    how = "the rotation that had stopped half-way is done" if done.continued else "a new master key is made"
    out().print(f"{how}: {done.to} wraps, and {done.rewrapped:,} keys were wrapped again")
    out().print("Keep a copy of it where the backups are not. The former one opens only backups now: hub vault retire.")


def retire(
    key: Annotated[str, typer.Argument(help="The id of a master key that wraps nothing: hub vault show.")],
    by: By = None,
) -> None:
    """Remove a former master key. Nobody can ever open the backups that it wrapped again."""
    with open_hub() as hub:
        hub.master_keys.retire(key, acting(hub, Right.CHANGE_KEYS, by=by))
    out().print(f"{key} is forgotten; throw away every copy of it, too")
