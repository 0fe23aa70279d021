"""Reads a password from the file that an endpoint's settings name."""

from pathlib import Path
from typing import LiteralString

from adapters.contract import CannotDeliver

_SECRET_BYTES_MAX = 65_536


def read_secret(file: Path, code: LiteralString) -> str:
    """Return the first line of a file that holds a password. Raises CannotDeliver; the message contains nothing from
    the file."""
    try:
        with file.open("rb") as opened:
            secret = opened.read(_SECRET_BYTES_MAX).decode().splitlines()[0]
    except (OSError, UnicodeDecodeError, IndexError):
        secret = ""
    if not secret or not secret.isprintable():
        problem = "the file cannot be read, or its first line has no password"
        raise CannotDeliver(code, problem, retryable=True, partner_down=True)
    return secret
