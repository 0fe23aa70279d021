"""Tries changes of one module: `python -m tests.mutants.trial` in a copy of the tree. It is asked and answers in JSON.

What the tests need and what the module cannot touch is imported once. Each trial is a fork: it sees the changed module
and nothing of the trials before it.
"""

import importlib.util
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.learning import ARGUMENTS, order_hypothesis

_LOOK_EVERY_SECONDS = 0.02
_TIMES_WAITED = 20


class _FirstFailure:
    """A plugin of pytest: writes the name of the first test that fails."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.failed and not self._file.exists():
            self._file.write_text(report.nodeid.partition("[")[0])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.failed and not self._file.exists():
            self._file.write_text(report.nodeid)


def prepare(names: Sequence[str], module: str) -> None:
    for name in names:
        try:
            importlib.import_module(name)
        except ImportError:
            continue  # it is loaded under another name
    if module in sys.modules:
        raise SystemExit(f"{module} was imported by something that should not know it")


def run(file: Path, text: bytes | None, tests: Sequence[str], seconds: float, witness: Path) -> str:
    """`passed`, `failed`, `slow`, or `broken`: then nothing could be tried. `text` stands in the file meanwhile, and
    `seconds` are those of a processor: another process may be at work beside it."""
    witness.unlink(missing_ok=True)
    kept, compiled = file.read_bytes(), Path(importlib.util.cache_from_source(str(file)))
    compiled.unlink(missing_ok=True)  # it might pass for that of another change of the same length
    if text is not None:
        file.write_bytes(text)
    try:
        child = os.fork()
        if child == 0:
            _in_child(tests, seconds, witness)
        return _ended(child, seconds * _TIMES_WAITED)
    finally:
        if text is not None:
            file.write_bytes(kept)


def _in_child(tests: Sequence[str], seconds: float, witness: Path) -> None:
    code = 70
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 1))
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)
        order_hypothesis()
        code = int(pytest.main([*ARGUMENTS, "-x", "-q", "--tb=no", *tests], plugins=[_FirstFailure(witness)]))
    finally:
        os._exit(code)


def _ended(child: int, seconds: float) -> str:
    """What it started goes with it, and before it is waited for: until then its number belongs to nobody else."""
    until = time.monotonic() + seconds
    in_time = True
    while in_time and not os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT | os.WNOHANG):
        time.sleep(_LOOK_EVERY_SECONDS)
        in_time = time.monotonic() < until
    _kill_group(child)
    _, status = os.waitpid(child, 0)
    return _meaning(os.waitstatus_to_exitcode(status)) if in_time else "slow"


def _meaning(code: int) -> str:
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        return "slow"
    if code in (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED):
        return "broken"
    return "passed" if code == pytest.ExitCode.OK else "failed"


def _kill_group(child: int) -> None:
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        return


def main() -> None:
    given: dict[str, Any] = json.loads(sys.stdin.readline())
    prepare(given["imports"], given["name"])
    witness = Path(given["witness"])
    for line in sys.stdin:
        asked = json.loads(line)
        text = None if asked["text"] is None else asked["text"].encode()
        ended = run(Path(given["file"]), text, asked["tests"], asked["seconds"], witness)
        by = witness.read_text() if witness.exists() else ""
        sys.stdout.write(json.dumps({"ended": ended, "by": by}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
