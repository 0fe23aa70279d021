"""The file in which `hub login` keeps the session of the person who is logged in."""

import os
import secrets
from pathlib import Path

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
    """Readable by this account alone, and whole or not at all."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(token + "\n")
    fresh.replace(file)


def drop_session(file: Path) -> None:
    file.unlink(missing_ok=True)
