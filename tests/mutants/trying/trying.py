"""Tries the changes of one module, and ignores tests that also fail without them."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.mutants.changing.changes import Change
from tests.mutants.changing.source import Source
from tests.mutants.reaching.modules import dotted

_SECONDS_MORE = 8.0
_TIMES_SLOWER = 3.0


class NamesAreOld(Exception):
    """The tests have other names now, so they must be learned again."""


@dataclass(frozen=True)
class Given:
    """What a process needs to know about a module. `before` can be imported before it, `files` are its test files, and
    `knowledge` says whether the agencies and protocols can be read without it."""

    module: str
    before: Sequence[str]
    files: Sequence[str]
    knowledge: bool


class Trying:
    """Two processes beside a copy of the tree, for one module: one has loaded everything, the other everything except
    the module."""

    def __init__(self, copy: Path, given: Given, environment: Mapping[str, str]) -> None:
        self._copy = copy
        self._file = copy / given.module
        self._source = Source(self._file.read_bytes())
        self._environment = dict(environment)
        self._given = {
            "imports": list(given.before),
            "tests": list(given.files),
            "knowledge": given.knowledge,
            "name": dotted(given.module),
            "file": str(self._file),
            "witness": str(copy.parent / "witness"),
        }
        self._processes: dict[bool, subprocess.Popen[str]] = {}
        self._trusted: dict[str, bool] = {}
        self._noticed: Counter[str] = Counter()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        for process in self._processes.values():
            process.communicate()

    def noticed_by(
        self, change: Change, lists: Sequence[Sequence[str]], seconds: Mapping[str, float], *, early: bool
    ) -> str | None:
        """The test that noticed it, or None. What also runs `early`, while modules are loaded, is loaded anew before it
        counts as not noticed."""
        by = self._noticed_by(change, lists, seconds, loaded=True) if change.in_function else None
        return by or (
            self._noticed_by(change, lists, seconds, loaded=False) if early or not change.in_function else None
        )

    def _noticed_by(
        self, change: Change, lists: Sequence[Sequence[str]], seconds: Mapping[str, float], *, loaded: bool
    ) -> str | None:
        text = change.applied(self._source).decode()
        for tests in lists:
            wanted = [test for test in tests if self._trusted.get(test, True)]
            wanted.sort(key=lambda test: -self._noticed[test])  # who noticed others may notice this one
            while wanted:
                limit = _SECONDS_MORE + _TIMES_SLOWER * sum(seconds.get(test, 1) for test in wanted)
                ended, by = self._ask(text, wanted, limit, loaded)
                if ended == "stuck":
                    return self._noticed_by(change, lists, seconds, loaded=False)
                if ended == "passed":
                    break
                if ended == "slow":
                    return "the time limit"
                if ended == "broken":
                    if self._ask(None, wanted[:1], limit, loaded)[0] == "broken":
                        raise NamesAreOld(wanted[0])
                    return "an import"
                if self._trust(by, loaded):
                    self._noticed[by] += 1
                    return by
                wanted = [test for test in wanted if test != by]
        return None

    def distrusted(self) -> Iterator[str]:
        return (test for test, trusted in self._trusted.items() if not trusted)

    def _trust(self, test: str, loaded: bool) -> bool:
        """Check that the tests pass on the unchanged module. A failure that no test reported is a failure to collect
        the tests; it counts."""
        if test not in self._trusted:
            self._trusted[test] = "::" not in test or self._ask(None, [test], 60, loaded)[0] == "passed"
        return self._trusted[test]

    def _ask(self, text: str | None, tests: Sequence[str], seconds: float, loaded: bool) -> tuple[str, str]:
        asked = {"text": text, "tests": list(tests), "seconds": seconds}
        if loaded not in self._processes:
            self._processes[loaded] = self._started(loaded)
        answer = _told(self._processes[loaded], asked)
        if answer is None:  # somebody else ended it
            self._processes[loaded].communicate()
            self._processes[loaded] = self._started(loaded)
            answer = _told(self._processes[loaded], asked)
        if answer is None:
            raise RuntimeError(f"the process that tries {self._file} has ended twice: its words stand above")
        return answer["ended"], answer["by"]

    def _started(self, loaded: bool) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "tests.mutants.trying.trial"]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=self._copy, env=self._environment, stdin=pipe, stdout=pipe, text=True)
        _say(process, self._given | {"loaded": loaded})
        return process


def _told(process: "subprocess.Popen[str]", asked: object) -> dict[str, str] | None:
    assert process.stdout is not None
    try:
        _say(process, asked)
    except BrokenPipeError:
        return None
    line = process.stdout.readline()
    answer: dict[str, str] | None = json.loads(line) if line else None
    return answer


def _say(process: "subprocess.Popen[str]", words: object) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(words) + "\n")
    process.stdin.flush()
