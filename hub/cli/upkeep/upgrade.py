"""`hub upgrade`: back up, migrate, check, and say what has changed."""

from pathlib import Path
from typing import Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import out, print_json


def add_commands(cli: typer.Typer) -> None:
    cli.command()(upgrade)


def upgrade(
    folder: Annotated[Path, typer.Argument(help="A new folder for the backup that is made first.", file_okay=False)],
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Bring the database to this version of the exchange: back it up, migrate it, and check that it can be used.
    Nothing is migrated if the backup fails. The exchange may run meanwhile."""
    from importlib.metadata import version

    from hub.journal.record.installation import record_backed_up
    from hub.local.backup import back_up, read_manifest
    from hub.store import schema

    with open_hub() as hub:
        who = acting(hub, Right.BACK_UP, by=by)
        manifest = back_up(hub.settings, hub.store.url, folder, with_keys=False, now=hub.clock.now())
        read_manifest(folder)
        before, after = schema.migrate(hub.store)
        with hub.store.transaction() as connection:
            record_backed_up(
                connection,
                hub.clock.now(),
                up_to=manifest.journal_position,
                sha256=manifest.sha256,
                with_keys=False,
                by=who,
            )
        hub.check_ready()
        changed = schema.changes_between(before, after)
        state = hub.evidence.verify_state(from_last=True)
    plain = {
        "version": version("justice-exchange"),
        "backup": str(folder),
        "before": before,
        "after": after,
        "changed": list(changed),
        "unproved": [finding.words for finding in state.findings],
    }
    if as_json:
        print_json(plain)
    else:
        out().print(f"Backed up to {folder}. The keys are not in it: keep them in another place.", markup=False)
        out().print(f"The schema is at {after}" + ("" if before == after else f"; it was at {before}") + ".")
        for line in changed:
            out().print(f"  {line}", markup=False, soft_wrap=True)
        for finding in state.findings:
            out().print(f"  otherwise than the journal says: {finding.words}", markup=False, soft_wrap=True)
        out().print("Start the processes of the new version now; CHANGELOG.md says what users notice.")
    raise typer.Exit(1 if state.findings else 0)
