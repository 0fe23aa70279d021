"""The file in which `hub login` keeps the session of the person who is logged in."""

import os
from pathlib import Path

from hub.durable_files import replace_file
from hub.errors import SettingsWrong


def read_session(file: Path) -> str | None:
    """The token that `hub login` kept. Raises SettingsWrong if others could have read it."""
    try:
        with file.open(encoding="ascii", errors="replace") as kept:
            if os.fstat(kept.fileno()).st_mode & 0o077:
                raise SettingsWrong(
                    "other accounts can read the session", "delete the file and log in again", str(file)
                )
            return kept.read(200).strip() or None
    except FileNotFoundError:
        return None


def keep_session(file: Path, token: str) -> None:
    """Readable by this account alone."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    replace_file(file, token + "\n")


def drop_session(file: Path) -> None:
    file.unlink(missing_ok=True)
