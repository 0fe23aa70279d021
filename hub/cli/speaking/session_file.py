"""The file in which `hub login` keeps the session of the person who is logged in."""

import os
import platform
from pathlib import Path

from hub.durable_files import replace_file
from hub.errors import SettingsWrong

_MACHINE_IDS = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def machine_account() -> str:
    """The account of this machine that the session is bound to. Copied elsewhere, the file opens nothing."""
    known = (file.read_text(encoding="ascii", errors="replace").strip() for file in _MACHINE_IDS if file.is_file())
    return f"{os.getuid()}@{next((id for id in known if id), platform.node())}"


def read_session(file: Path) -> str | None:
    """The token that `hub login` kept. Raises SettingsWrong if others could have read it."""
    try:
        with file.open(encoding="ascii", errors="replace") as kept:
            known = os.fstat(kept.fileno())
            if known.st_mode & 0o077 or known.st_uid != os.getuid():
                raise SettingsWrong(
                    "other accounts can read the session, or it is another account's",
                    "delete the file and log in again",
                    str(file),
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
