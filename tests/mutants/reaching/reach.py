"""Which test runs which line of a module, and how much processor time it takes. A change is tried only on those tests.

A line is identified by its function and its text, so that edits elsewhere do not matter.
"""

import ast
import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

Lines = dict[str, set[str]]
"""By module."""


@dataclass
class Covered:
    seconds: float
    lines: Lines = field(default_factory=dict)


@dataclass
class Reach:
    """`files` are the digests of the files that were learned from, `tests` is what each of their tests ran, and `early`
    are the lines that run before any test. What these did once is not done again."""

    files: dict[str, str] = field(default_factory=dict)
    tests: dict[str, Covered] = field(default_factory=dict)
    early: Lines = field(default_factory=dict)

    @classmethod
    def read(cls, file: Path) -> "Reach":
        if not file.exists():
            return cls()
        kept = json.loads(file.read_text())
        table = kept["lines"]
        tests = {
            name: Covered(seconds, {module: {table[module][at] for at in places} for module, places in lines.items()})
            for name, (seconds, lines) in kept["tests"].items()
        }
        return cls(kept["files"], tests, {module: set(lines) for module, lines in kept["early"].items()})

    def write(self, file: Path) -> None:
        modules = sorted({module for covered in self.tests.values() for module in covered.lines})
        table = {
            module: sorted({line for covered in self.tests.values() for line in covered.lines.get(module, ())})
            for module in modules
        }
        place = {module: {line: at for at, line in enumerate(lines)} for module, lines in table.items()}
        tests = {
            name: [
                round(covered.seconds, 3),
                {module: sorted(place[module][line] for line in lines) for module, lines in covered.lines.items()},
            ]
            for name, covered in self.tests.items()
        }
        file.parent.mkdir(exist_ok=True)
        fresh = file.with_suffix(".new")
        early = {module: sorted(lines) for module, lines in self.early.items()}
        kept = {"files": self.files, "lines": table, "tests": tests, "early": early}
        fresh.write_text(json.dumps(kept, separators=(",", ":")))
        fresh.replace(file)

    def add(self, other: "Reach") -> None:
        self.files |= other.files
        self.tests |= other.tests
        for module, lines in other.early.items():
            self.early.setdefault(module, set()).update(lines)

    def forget(self, files: Iterable[str]) -> None:
        for name in files:
            self.files.pop(name, None)
            self.tests = {test: covered for test, covered in self.tests.items() if file_of(test) != name}

    def running(self, module: str, lines: set[str] | None = None) -> tuple[str, ...]:
        """Return the tests that run one of these lines; without `lines`, any line of the module."""
        return tuple(
            test
            for test, covered in self.tests.items()
            if (ran := covered.lines.get(module)) and (lines is None or not ran.isdisjoint(lines))
        )


def file_of(test: str) -> str:
    return test.partition("::")[0]


def digest(*contents: bytes) -> str:
    return hashlib.sha256(b"\0".join(contents)).hexdigest()


def line_names(text: bytes) -> dict[int, str]:
    """Return the identity of each line of a module."""
    lines = text.decode().splitlines()
    scopes = dict.fromkeys(range(1, len(lines) + 1), "")
    for name, first, last in _scopes(ast.parse(text), ""):  # the inner functions come later
        scopes.update((number, name) for number in range(first, last + 1))
    return {number: f"{scope}|{lines[number - 1].strip()}" for number, scope in scopes.items()}


def _scopes(node: ast.AST, outer: str) -> Iterator[tuple[str, int, int]]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = f"{outer}.{child.name}".strip(".")
            yield name, child.lineno, child.end_lineno or child.lineno
            yield from _scopes(child, name)
        else:
            yield from _scopes(child, outer)
