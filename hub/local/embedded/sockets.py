"""The folder of the unix sockets. Its path is short, because a socket's path is limited, and it is private, because a
socket gives access."""

import contextlib
import hashlib
import os
import stat
import sys
import tempfile
from pathlib import Path

from hub.local.account import SystemAccount
from hub.local.failures import ServerFailed

LIMIT = 107 if sys.platform == "linux" else 103  # bytes of a socket's path
PORT = 5432  # only part of the socket's name, because nothing listens on the network


def postgres_folder(sockets: Path) -> Path:
    return sockets / "pg"


def postgres_socket(sockets: Path) -> Path:
    return postgres_folder(sockets) / f".s.PGSQL.{PORT}"


def redis_socket(sockets: Path) -> Path:
    return sockets / "redis.sock"


def open_sockets(state: Path, account: SystemAccount) -> Path:
    """Make the folder for the servers of `state`, or use the one of our last run. Raises ServerFailed.

    The folder is ours. PostgreSQL's own part below it belongs to the account that runs PostgreSQL.
    """
    name = "hub-" + hashlib.sha256(f"{state.resolve()} {os.geteuid()}".encode()).hexdigest()[:8]
    for base in dict.fromkeys((tempfile.gettempdir(), "/tmp")):  # noqa: S108 - the folder in it is private and checked
        folder = Path(base) / name
        if len(os.fsencode(postgres_socket(folder))) > LIMIT:
            continue
        try:
            _make(folder, account)
        except OSError:
            continue
        if account.reaches(("-w", postgres_folder(folder))):
            return folder
        close_sockets(folder)
    raise ServerFailed(
        "sockets.nowhere",
        f"No folder for the unix sockets can be made, because a socket's path may have at most {LIMIT} characters.",
        "Set TMPDIR to a folder with a short path that this account may write to.",
    )


def close_sockets(folder: Path) -> None:
    """Remove the folder, with the sockets that a killed server left in it."""
    socket = postgres_socket(folder)
    for left in (redis_socket(folder), socket, socket.with_name(socket.name + ".lock")):
        with contextlib.suppress(OSError):
            left.unlink()
    for part in (postgres_folder(folder), folder):
        try:
            part.rmdir()
        except OSError:
            return


def _make(folder: Path, account: SystemAccount) -> None:
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise ServerFailed(
                "sockets.not_ours",
                f"Somebody else made the folder {folder} for our unix sockets.",
                "Have it removed, or set TMPDIR to another short folder.",
            ) from None
    account.admit(folder)
    inner = postgres_folder(folder)
    inner.mkdir(mode=0o700, exist_ok=True)
    account.own(inner)
