"""Backup and restore: the database in one file, a manifest that describes it, and the keys, which can be kept
separately.

A restore makes the schema of the backup's version with the migrations and loads the rows into it. So triggers and
privileges come from the migrations and not from the dump.
"""

import hashlib
import json
import shutil
import subprocess
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import psycopg
from psycopg.rows import TupleRow
from pydantic import TypeAdapter
from sqlalchemy import make_url

from hub.durable_files import make_file, replace_file
from hub.local.embedded.binaries import postgres_installation
from hub.local.failures import BackupFailed
from hub.settings import Settings

_DUMP = "hub.dump"
_MANIFEST = "manifest.json"
_KEYS = "keys"
_MADE_BY_MIGRATIONS = ("lifecycle_move", "alembic_version")
_OF_THE_MOMENT = ("staff_session", "login_attempt", "server_time")  # an ended session must not come back
_NOT_CARRIED = (*_MADE_BY_MIGRATIONS, *_OF_THE_MOMENT)


@dataclass(frozen=True, slots=True)
class Manifest:
    """`journal_position` is the last entry in the backup. `rows` is the count by table. `sha256` is that of the
    dump."""

    made_at: str
    schema: str
    journal_position: int
    rows: dict[str, int]
    sha256: str
    keys: tuple[str, ...]


def back_up(settings: Settings, database_url: str, folder: Path, *, with_keys: bool, now: datetime) -> Manifest:
    """Make a backup in an empty or new `folder`. The hub may go on running, because the dump shows one moment. Raises
    BackupFailed."""
    if folder.exists() and any(folder.iterdir()):
        raise BackupFailed("backup.folder_not_empty", f"{folder} is not empty", "name a new folder")
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o700)
    url = _plain(database_url)
    dump = folder / _DUMP
    with psycopg.connect(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        snapshot = _text(connection, "SELECT pg_export_snapshot()")
        excluded = [f"--exclude-table-data={table}" for table in _NOT_CARRIED]
        flags = ["--format=custom", "--data-only", f"--snapshot={snapshot}", f"--file={dump}", *excluded]
        _run([_program("pg_dump", connection), *flags, f"--dbname={url}"], "backup.dump_failed")
        held = _held(connection)
    keys = _copy_keys(settings, folder / _KEYS) if with_keys else ()
    manifest = Manifest(now.isoformat(), *held, _digest(dump), keys)
    make_file(folder / _MANIFEST, json.dumps(asdict(manifest), indent=2) + "\n")
    return manifest


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest. Raises BackupFailed if the folder is not a complete backup, or its dump was changed."""
    _refuse_what_leads_elsewhere(folder)
    try:
        manifest = TypeAdapter(Manifest).validate_json((folder / _MANIFEST).read_bytes(), strict=True)
        found = _digest(folder / _DUMP)
    except (OSError, ValueError) as error:
        raise BackupFailed(
            "backup.unreadable",
            f"{folder} is not a complete backup ({type(error).__name__})",
            "name a folder that `hub backup` wrote",
        ) from error
    if found != manifest.sha256:
        raise BackupFailed("backup.damaged", "the dump was changed after the backup was made", "use another backup")
    return manifest


def _refuse_what_leads_elsewhere(folder: Path) -> None:
    """Refuse links: `hub backup` makes only files and one folder, and a link could put any file of this machine in the
    place of a key."""
    for each in folder.rglob("*"):
        if each.is_symlink() or not (each.is_file() or each.is_dir()):
            raise BackupFailed(
                "backup.unreadable",
                f"{each.relative_to(folder)} is a link or not a file",
                "name a folder that `hub backup` wrote",
            )


def check_empty(database_url: str) -> None:
    """Raise BackupFailed if the database has tables, because a restore overwrites nothing."""
    with psycopg.connect(_plain(database_url)) as connection:
        tables = _number(connection, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    if tables:
        raise BackupFailed(
            "restore.not_empty",
            "the database already has tables, and a restore overwrites nothing",
            "name an empty database (HUB_DATABASE_URL) or a new state folder (HUB_STATE_DIR)",
        )


def load_rows(database_url: str, folder: Path, manifest: Manifest) -> None:
    """Load all rows or none into the empty tables of the backup's schema. Raises BackupFailed."""
    url = _plain(database_url)
    with psycopg.connect(url) as connection:
        program = _program("pg_restore", connection)
    flags = ["--data-only", "--single-transaction", "--exit-on-error", "--no-owner", f"--dbname={url}"]
    _run([program, *flags, str(folder / _DUMP)], "restore.load_failed")
    with psycopg.connect(url) as connection:
        _, _, rows = _held(connection)
    if rows != manifest.rows:
        different = sorted(table for table in manifest.rows if rows.get(table) != manifest.rows[table])
        raise BackupFailed(
            "restore.incomplete", f"rows are missing or added in {', '.join(different)}", "use another backup"
        )


def restore_keys(settings: Settings, folder: Path) -> tuple[str, ...]:
    """Copy the keys of the backup, or of `folder` itself, to the places in the settings. An existing file stays."""
    source = folder / _KEYS if (folder / _KEYS).is_dir() else folder
    restored = []
    for file in settings.key_files():
        kept = source / file.name
        if not kept.exists():
            continue
        if file.exists() and file.read_bytes() != kept.read_bytes():
            raise BackupFailed(
                "restore.other_key",
                f"{file} holds a different key from the one in the backup",
                "move it away if nothing else needs it, and restore again",
            )
        file.parent.mkdir(parents=True, exist_ok=True)
        replace_file(file, kept.read_bytes())
        restored.append(file.name)
    return tuple(restored)


def missing_keys(settings: Settings) -> tuple[Path, ...]:
    """Return the missing key files without which the restored data cannot be read or proved."""
    return tuple(file for file in settings.key_files() if not file.exists())


def _copy_keys(settings: Settings, folder: Path) -> tuple[str, ...]:
    folder.mkdir(mode=0o700)
    copied = []
    for file in settings.key_files():
        if file.exists():
            make_file(folder / file.name, file.read_bytes())
            copied.append(file.name)
    return tuple(copied)


def _held(connection: psycopg.Connection[TupleRow]) -> tuple[str, int, dict[str, int]]:
    """Return (schema, last position of the journal, rows of each table) as this transaction sees them."""
    schema = _text(connection, "SELECT version_num FROM alembic_version")
    position = _number(connection, "SELECT coalesce(max(position), 0) FROM journal")
    tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
    rows = {
        table: _number(connection, f'SELECT count(*) FROM "{table}"')  # noqa: S608 - a name the catalogue gave
        for (table,) in tables.fetchall()
        if table not in _NOT_CARRIED
    }
    return schema, position, rows


def _text(connection: psycopg.Connection[TupleRow], query: str) -> str:
    """Return the one value that the query finds."""
    row = connection.execute(query).fetchone()
    return str(row[0] if row else None)


def _number(connection: psycopg.Connection[TupleRow], query: str) -> int:
    return int(_text(connection, query))


def _program(name: str, connection: psycopg.Connection[TupleRow]) -> str:
    """Return the program of the server's own major version if there is one; otherwise the newest, which can read older
    servers too."""
    major = connection.info.server_version // 10_000
    known = [f"/usr/lib/postgresql/{major}/bin/{name}", shutil.which(name) or ""]
    embedded = postgres_installation(None)
    if embedded.major == major:
        return str(embedded.program(name))
    return next((program for program in known if Path(program).is_file()), str(embedded.program(name)))


def _run(command: list[str], code: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        program = Path(command[0]).name
        # Only the program's own first lines name the fault; the server's lines below may quote a row.
        said = [line for line in done.stderr.splitlines() if line.startswith(f"{program}: error:")]
        raise BackupFailed(
            code, f"{program} ended with {done.returncode}: {' '.join(said)[:300]}", "correct that and try again"
        )


def _digest(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _plain(database_url: str) -> str:
    return make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
