"""The results of tried changes, kept from run to run in a file that git ignores. An interrupted run continues from
it."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.mutants.changing.changes import Change
from tests.mutants.changing.source import Source
from tests.mutants.reaching.reach import digest


@dataclass(frozen=True, slots=True)
class Result:
    """`by` is the test that noticed the change. `tests` is the digest of the tests that did not notice it."""

    key: str
    module: str
    scope: str
    was: str
    becomes: str
    noticed: bool
    by: str
    tests: str


class Results:
    def __init__(self, file: Path) -> None:
        self._file = file
        self._kept: dict[str, Result] = {}
        if file.exists():
            for line in file.read_text().splitlines():
                result = Result(**json.loads(line))
                self._kept[result.key] = result

    def find(self, key: str, tests: str) -> Result | None:
        """A noticed change stays noticed while its module stays the same. An unnoticed change is tried again after the
        tests have changed."""
        found = self._kept.get(key)
        return found if found is not None and (found.noticed or found.tests == tests) else None

    def keep(self, result: Result) -> None:
        self._kept[result.key] = result
        self._file.parent.mkdir(exist_ok=True)
        with self._file.open("a") as lines:
            lines.write(json.dumps(asdict(result)) + "\n")


def key_of(module: str, source: Source, change: Change) -> str:
    edit = change.edit
    return digest(module.encode(), source.text, str(edit.start).encode(), str(edit.end).encode(), edit.new)
