"""The key that makes pseudonyms. If it is lost, nobody can find out any more that two pseudonyms are the same
person."""

import secrets
from pathlib import Path

from hub.durable_files import make_file_once
from hub.errors import SettingsWrong

_BYTES = 32


def pseudonym_key(file: Path) -> bytes:
    """The key in the file. If there is no file, a new key is made. Raises SettingsWrong if it cannot be read or
    made."""
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
    """Makes the key. If another process makes one at the same moment, the key that was made first counts."""
    file.parent.mkdir(parents=True, exist_ok=True)
    make_file_once(file, secrets.token_hex(_BYTES))
    return _read(file)
