"""The key that makes pseudonyms: lost, nobody can tell any more that two pseudonyms are one person."""

import os
import secrets
from pathlib import Path

from hub.errors import SettingsWrong

_BYTES = 32


def pseudonym_key(file: Path) -> bytes:
    """The key in the file; a new one is made where there is none. Raises SettingsWrong if it cannot be read or made."""
    try:
        return _read(file) if file.exists() else _make(file)
    except OSError as error:
        raise SettingsWrong(
            f"the pseudonym key cannot be read or made ({error.strerror})",
            "name a file that this account may read: HUB_PSEUDONYM_KEY_FILE",
            str(file),
        ) from None


def _read(file: Path) -> bytes:
    text = file.read_text(encoding="ascii", errors="replace").strip()
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) < _BYTES:
        raise SettingsWrong("the pseudonym key is damaged", "restore the file from its backup", str(file))
    return key


def _make(file: Path) -> bytes:
    """Written whole under another name first: a second process that starts meanwhile sees all of it or none."""
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_name(f".{file.name}.{secrets.token_hex(4)}")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as stream:
        stream.write(secrets.token_hex(_BYTES))
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(fresh, file)  # the first one wins
    except FileExistsError:
        pass
    finally:
        fresh.unlink()
    return _read(file)
