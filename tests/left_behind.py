"""Finds processes that a test run has started and not ended. Each inherits a mark in its environment."""

import os
import time
from pathlib import Path
from uuid import uuid4

_MARK = "TESTS_RUN"
_ENDING_SECONDS_MAX = 10.0


def mark() -> None:
    """Set the mark. Call this before any process is started. The processes of pytest-xdist get it from the one that
    starts them."""
    os.environ.setdefault(_MARK, uuid4().hex)


def left_behind(patience_seconds: float = _ENDING_SECONDS_MAX) -> list[str]:
    """Return process id and command line of each that is still there. Waits for those that are about to end."""
    deadline = time.monotonic() + patience_seconds
    while (found := _marked()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return found


def _marked() -> list[str]:
    wanted = f"{_MARK}={os.environ[_MARK]}".encode()
    found = []
    for folder in Path("/proc").iterdir() if Path("/proc/self").exists() else ():
        if not folder.name.isdigit() or int(folder.name) == os.getpid():
            continue
        try:
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
                found.append(f"{folder.name} {command.strip()[:200]}")
        except OSError:
            continue  # it has ended meanwhile, or belongs to another user
    return found
