"""Commands that carry the exchange over the loss of a machine: backup, restore."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hub.access.rights import Right
from hub.cli.speaking.acting import acting
from hub.cli.speaking.connect import open_hub, own_settings
from hub.cli.speaking.options import AsJson, By
from hub.cli.speaking.screen import err, out, print_json
from hub.clock import SystemClock
from hub.counting import counted
from hub.local.failures import BackupFailed

if TYPE_CHECKING:
    from hub.journal.verify import Verification
    from hub.local.backup import Manifest
    from hub.settings import Settings


def add_commands(cli: typer.Typer) -> None:
    cli.command()(backup)
    cli.command()(restore)


def backup(
    folder: Annotated[Path, typer.Argument(help="A new folder.", file_okay=False)],
    with_keys: Annotated[
        bool,
        typer.Option(
            "--with-keys",
            help="Include the keys; needs read_body. Who has the folder can then read all.",
        ),
    ] = False,
    by: By = None,
    as_json: AsJson = False,
) -> None:
    """Write everything that the exchange holds into a folder. The exchange keeps running."""
    from hub.journal.record.installation import record_backed_up
    from hub.local.backup import back_up

    with open_hub() as hub:
        # Who has the keys reads every content, so making the backup is not enough.
        who = acting(hub, *((Right.BACK_UP, Right.READ_BODY) if with_keys else (Right.BACK_UP,)), by=by)
        manifest = back_up(hub.settings, hub.store.url, folder, with_keys=with_keys, now=hub.clock.now())
        with hub.store.transaction() as connection:
            record_backed_up(
                connection,
                hub.clock.now(),
                up_to=manifest.journal_position,
                sha256=manifest.sha256,
                with_keys=with_keys,
                by=who,
            )
    if as_json:
        print_json(asdict(manifest))
        return
    out().print(
        f"{counted(sum(manifest.rows.values()), 'row')}, the journal up to {manifest.journal_position}, in {folder}."
    )
    if not with_keys:
        names = ", ".join(file.name for file in hub.settings.key_files())
        out().print(f"The keys are not in it: keep {names} in another place; without them it cannot be read.")


def restore(
    folder: Annotated[Path, typer.Argument(help="What `hub backup` made.", exists=True)],
    check: Annotated[
        bool, typer.Option("--check", help="Only try it, in a database of its own that is thrown away afterwards.")
    ] = False,
) -> None:
    """Load a backup into an empty database. The exchange then stands still until a person has gone through it. With
    --check nothing of this exchange is touched: it shows that the backup can be restored, opened and proved."""
    from hub.local.backup import missing_keys, read_manifest, restore_keys

    manifest = read_manifest(folder)
    if check:
        _check(folder, manifest)
        return
    settings = own_settings()
    restored = restore_keys(settings, folder)
    missing = missing_keys(settings)
    if missing:
        names = ", ".join(str(file) for file in missing)
        raise BackupFailed(
            "restore.keys_missing", f"there is no {names}", "put the keys there that were kept separately"
        )
    with _database(settings) as database_url:
        found, schema = _loaded(settings, database_url, folder, manifest)
    rows = counted(sum(manifest.rows.values()), "row")
    out().print(f"{rows} of {manifest.made_at} put back, at schema {schema}; keys put back: {len(restored)}.")
    out().print(_NEXT if found.whole else f"NOT whole: {found.findings[0].words}")
    if not found.whole:
        raise typer.Exit(1)


def _check(folder: Path, manifest: "Manifest") -> None:
    """With the keys of the backup; those that it has not are those of this exchange."""
    import shutil
    import tempfile

    from hub.local.backup import restore_keys
    from hub.local.state import StateFolder

    own = own_settings()
    place = Path(tempfile.mkdtemp(prefix="hub-check-"))
    place.chmod(0o711)  # the account that runs PostgreSQL must reach the folder below
    state = StateFolder(place / "state")
    try:
        state.path.mkdir(mode=0o755)
        tried = own.model_copy(
            update={
                "state_dir": state.path,
                "database_url": None,
                "witness": "",
                **dict.fromkeys(("pseudonym_key_file", "signing_key_file", "master_key_file", "instance_file")),
            }
        )
        restore_keys(tried, folder)
        for mine, there in zip(own.key_files(), tried.key_files(), strict=True):
            if mine.exists() and not there.exists():
                shutil.copyfile(mine, there)
                there.chmod(0o600)
        with _database(tried) as database_url:
            found, schema = _loaded(tried, database_url, folder, manifest)
    finally:
        state.remove()
        shutil.rmtree(place, ignore_errors=True)
    rows = counted(sum(manifest.rows.values()), "row")
    out().print(f"{rows} of {manifest.made_at} can be put back, at schema {schema}. Nothing here was changed.")
    out().print("The journal is whole." if found.whole else f"NOT whole: {found.findings[0].words}")
    if not found.whole:
        raise typer.Exit(1)


def _loaded(
    settings: "Settings", database_url: str, folder: Path, manifest: "Manifest"
) -> "tuple[Verification, str | None]":
    """Loads the backup into an empty database. Returns what its evidence says, and the schema."""
    from hub.bootstrap import build_hub
    from hub.journal.record.installation import record_restored
    from hub.local.backup import check_empty, load_rows
    from hub.store.schema import check_keys, migrate
    from hub.telemetry.logs import configure_logs

    check_empty(database_url)
    hub = build_hub(settings, database_url, configure_logs("cli"))
    try:
        migrate(hub.store, manifest.schema)
        load_rows(database_url, folder, manifest)
        _, schema = migrate(hub.store)
        with hub.store.unguarded() as connection:
            hub.own_database.move_here(connection)
            hub.standstill.begin(connection, manifest.made_at)
            hub.wiring.attesting.forget(connection, "staff_session")  # no backup carries sessions
        check_keys(hub.store)
        found = hub.evidence.verify()
        with hub.store.transaction() as connection:
            record_restored(
                connection,
                SystemClock().now(),
                made_at=manifest.made_at,
                up_to=manifest.journal_position,
                sha256=manifest.sha256,
            )
    finally:
        hub.close()
    return found, schema


_NEXT = (
    "The journal is whole. The exchange stands still until a person has gone through: hub up, then hub restored show."
)


@contextmanager
def _database(settings: "Settings") -> Iterator[str]:
    """The one that the settings name, or an embedded one that runs as long as this."""
    from hub.local.servers import LocalServers
    from hub.local.state import StateFolder

    if settings.database_url is not None:
        yield settings.database_url
        return
    with LocalServers(StateFolder(settings.state_dir)) as urls:
        err().print("the embedded servers run for as long as the restore takes")
        yield urls.database
