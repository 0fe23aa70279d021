"""`hub take-over`: let this state folder work on a database whose own state folder is lost."""

from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import By
from hub.cli.speaking.screen import out


def add_commands(cli: typer.Typer) -> None:
    cli.command("take-over")(take_over)


def take_over(
    reason: Annotated[str, typer.Option(help="What became of the other folder. The journal keeps it: name nobody.")],
    by: By = None,
) -> None:
    """Let this state folder work on the database, and no other. It needs the keys; stop all other processes first."""
    from hub.journal.actors import given_reason
    from hub.journal.record.installation import record_taken_over

    with open_hub() as hub:
        hub.store.guarded_by(lambda _: True)  # the guard refuses every other folder, and this one is still another
        who = acting(hub, Right.BACK_UP, by=by)
        with hub.store.transaction() as connection:
            hub.own_database.take_over(connection)
            record_taken_over(connection, hub.clock.now(), by=who, reason=given_reason(reason))
    out().print(f"The database belongs to {hub.settings.state_dir} now.")
