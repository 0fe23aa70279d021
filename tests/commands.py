"""Runs the command line within this process: the same words and exit code as a process of its own, one second faster.

Everything that a command changes in its process is put back. Some things need a process of their own: signals, a
terminal, another working directory, an executable that starts at all. `a_process` runs these.
"""

import io
import logging
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path
from unittest.mock import patch

import structlog

from hub.cli.main import main

ROOT = Path(__file__).parent.parent
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
Ran = subprocess.CompletedProcess[str]


def a_process(arguments: tuple[str, ...], environment: Mapping[str, str], typed: str | None) -> Ran:
    """Run a command as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "hub.cli", *arguments],
        input=typed,
        capture_output=True,
        text=True,
        timeout=180,
        cwd=ROOT,
        env=os.environ | environment,
        check=False,
    )


def within_this_process(arguments: tuple[str, ...], environment: Mapping[str, str], typed: str | None) -> Ran:
    said, complained = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2))
    with (
        _put_back(),
        patch.dict(os.environ, environment),
        patch.object(sys, "argv", ["hub", *arguments]),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO((typed or "").encode()), encoding="utf-8")),
        redirect_stdout(said),
        redirect_stderr(complained),
    ):
        code = _ended()
    return Ran(["hub", *arguments], code, _text(said), _text(complained))


def _ended() -> int:
    """Return the exit code. An exception that the command line does not turn into words fails the test."""
    try:
        main()
    except SystemExit as ended:
        if ended.code is None or isinstance(ended.code, int):
            return ended.code or 0
        sys.stderr.write(f"{ended.code}\n")
        return 1
    return 0


@contextmanager
def _put_back() -> Iterator[None]:
    """Keep logging, signals and the working directory as they were."""
    configured, logs = structlog.is_configured(), structlog.get_config()
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    folder = Path.cwd()
    os.chdir(ROOT)
    try:
        yield
    finally:
        os.chdir(folder)
        structlog.configure(**logs) if configured else structlog.reset_defaults()
        root.handlers[:] = handlers
        root.setLevel(level)
        assert {number: signal.getsignal(number) for number in _SIGNALS} == before, "a command kept a signal handler"


def _text(stream: io.TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode()
