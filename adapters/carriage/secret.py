"""Reads the password that an endpoint's settings name by its file."""

from pathlib import Path
from typing import LiteralString

from adapters.contract import CannotDeliver

_SECRET_BYTES_MAX = 65_536


def read_secret(file: Path, code: LiteralString) -> str:
    """The first line of a file that holds a password. Raises CannotDeliver, without a word of what it holds."""
    try:
        with file.open("rb") as opened:
            secret = opened.read(_SECRET_BYTES_MAX).decode().splitlines()[0]
    except (OSError, UnicodeDecodeError, IndexError):
        secret = ""
    if not secret or not secret.isprintable():
        problem = "the file cannot be read or holds no password in its first line"
        raise CannotDeliver(code, problem, retryable=True, partner_down=True)
    return secret
