"""Tries changes of one module: `python -m tests.mutants.trying.trial` in a copy. Requests and answers are JSON.

What the tests need is imported once: everything if the change is within functions, otherwise what does not use the
module. Each trial is a fork, so that it sees the changed module and nothing of earlier trials.
"""

import gc
import importlib.util
import json
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.mutants.reaching.learning import ARGUMENTS, order_hypothesis
from tests.mutants.trying.patched import Living, living_of, patch

_LOOK_EVERY_SECONDS = 0.02
_TIMES_WAITED = 4
_CANNOT_BE_PATCHED = 71


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


def load(files: Sequence[str], file: Path, knowledge: bool) -> Living:
    """Import everything that these test files import, and with `knowledge` also what they read once. Returns the
    functions of the module."""
    order_hypothesis()
    before, silent = os.dup(1), os.open(os.devnull, os.O_RDWR)
    os.dup2(silent, 1)
    pytest.main([*ARGUMENTS, "--collect-only", "-q", *files])
    os.dup2(before, 1)
    if knowledge:
        from tests import exchanges

        exchanges.shipped_knowledge()
    found = living_of(str(file))
    gc.freeze()  # a fork need not look at what is here already
    return found


@dataclass(frozen=True)
class Trial:
    """Try one change. `text` is written to the file meanwhile, or the file stays as it is. `seconds` is processor time,
    because another process may be at work at the same time."""

    file: Path
    text: bytes | None
    tests: tuple[str, ...]
    seconds: float
    witness: Path


def run(trial: Trial, living: Living | None) -> str:
    """Return `passed`, `failed`, `slow`, or `broken` if nothing could be tried. With `living`, the change is made in
    these functions; `stuck` if that is impossible and the module must be loaded again."""
    trial.witness.unlink(missing_ok=True)
    file = trial.file
    kept, compiled = file.read_bytes(), Path(importlib.util.cache_from_source(str(file)))
    compiled.unlink(missing_ok=True)  # it could be mistaken for the compiled form of another change of the same length
    if trial.text is not None:
        file.write_bytes(trial.text)
    try:
        child = os.fork()
        if child == 0:
            if trial.text is not None and living is not None and not patch(living, str(file), trial.text):
                os._exit(_CANNOT_BE_PATCHED)
            _in_child(trial)
        return _ended(child, trial.seconds * _TIMES_WAITED)
    finally:
        if trial.text is not None:
            file.write_bytes(kept)


def _in_child(trial: Trial) -> None:
    code = 70
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_CPU, (int(trial.seconds), int(trial.seconds) + 1))
        silent = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silent, stream)
        order_hypothesis()
        arguments = [*ARGUMENTS, "-x", "-q", "--tb=no", *trial.tests]
        code = int(pytest.main(arguments, plugins=[_FirstFailure(trial.witness)]))
    finally:
        os._exit(code)


def _ended(child: int, seconds: float) -> str:
    """End the trial and everything that it started, before waiting for it: until then no other process can have its
    number."""
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
    if code == _CANNOT_BE_PATCHED:
        return "stuck"
    return "passed" if code == pytest.ExitCode.OK else "failed"


def _kill_group(child: int) -> None:
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        return


def main() -> None:
    given: dict[str, Any] = json.loads(sys.stdin.readline())
    file, witness = Path(given["file"]), Path(given["witness"])
    living: Living | None = None
    if given["loaded"]:
        living = load(given["tests"], file, given["knowledge"])
    else:
        prepare(given["imports"], given["name"])
    for line in sys.stdin:
        asked = json.loads(line)
        text = None if asked["text"] is None else asked["text"].encode()
        trial = Trial(file, text, tuple(asked["tests"]), asked["seconds"], witness)
        ended = run(trial, living)
        by = witness.read_text() if witness.exists() else ""
        sys.stdout.write(json.dumps({"ended": ended, "by": by}) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
