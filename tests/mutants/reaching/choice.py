"""Chooses the tests for a change, and their order: the cheap ones first, and among them those of the same room."""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate
from pathlib import Path

from tests.mutants.changing.changes import Change
from tests.mutants.changing.source import Source
from tests.mutants.reaching.modules import STATEFUL, dotted
from tests.mutants.reaching.reach import Reach, file_of, line_names

CHEAP = ("tests/unit/", "tests/contract/", "tests/interop/", "tests/architecture/")
READERS = ("tests/architecture/test_frozen.py",)
READERS_OF_CODES = ("tests/architecture/test_code_registry.py::test_every_code_is_in_the_registry",)
"""These read the text of modules and run none of their lines."""
_MISSPELT_CODE = re.compile(rb"'[a-z][a-z0-9_]*\.[a-z0-9_]+_'")
SECONDS_MAX = {True: 15.0, False: 40.0}
"""Of cheap tests, and of those that need servers: what these do not notice counts as not noticed."""


def tests_for(change: Change, module: str, source: Source, reach: Reach, importers: Sequence[str]) -> list[list[str]]:
    """Return the cheap ones, then the others; an empty list is left out."""
    names = line_names(source.text)
    found = _running(change, module, names, reach, importers)
    ranked = sorted(found, key=lambda test: (-_shared(module, test), reach.tests[test].seconds, test))
    cheap = [test for test in ranked if test.startswith(CHEAP)]
    needed = module in STATEFUL or not cheap  # a pure module needs no server to be tested
    dear = [test for test in ranked if needed and not test.startswith(CHEAP)]
    readers: list[str] = []
    if not change.in_function:
        readers += [*READERS, *readers_of(module, reach)]
    elif runs_early(change, module, source, reach):
        readers += _quick(readers_of(module, reach), reach)
    if _MISSPELT_CODE.fullmatch(change.edit.new):
        readers += READERS_OF_CODES
    lists = (readers + _within(cheap, reach, SECONDS_MAX[True]), _within(dear, reach, SECONDS_MAX[False]))
    return [tests for tests in lists if tests]


@cache
def _readers_among(files: tuple[str, ...], module: str) -> tuple[str, ...]:
    named = re.compile(rf"^from {re.escape(dotted(module))} import ", re.MULTILINE)
    there = (file for file in files if Path(file).exists())  # a file learned earlier may have another name now
    return tuple(file for file in there if named.search(Path(file).read_text()))


def readers_of(module: str, reach: Reach) -> tuple[str, ...]:
    """The files of cheap tests that import it: they may look at what it says, and run none of its lines."""
    return _readers_among(tuple(file for file in sorted(reach.files) if file.startswith(CHEAP)), module)


def _quick(files: Sequence[str], reach: Reach) -> list[str]:
    """Return those of the files that together take no longer than cheap tests may, the quickest first."""
    seconds = dict.fromkeys(files, 0.0)
    for test, covered in reach.tests.items():
        if file_of(test) in seconds:
            seconds[file_of(test)] += covered.seconds
    ordered = sorted(files, key=lambda file: (seconds[file], file))
    return [file for file, spent in zip(ordered, accumulate(seconds[file] for file in ordered), strict=True)
            if spent <= SECONDS_MAX[True]]  # fmt: skip


def runs_early(change: Change, module: str, source: Source, reach: Reach) -> bool:
    """Whether it runs while modules are loaded: what it made then is still there when the tests run."""
    names = line_names(source.text)
    return not {names[number] for number in range(change.first, change.last + 1)}.isdisjoint(
        reach.early.get(module, ())
    )


def _running(
    change: Change, module: str, names: dict[int, str], reach: Reach, importers: Sequence[str]
) -> tuple[str, ...]:
    """Return the tests that run the changed line; otherwise those of the function, the class, or the module."""
    scopes = [change.scope]
    while scopes[-1]:
        scopes.append(scopes[-1].rpartition(".")[0])
    wanted = [{names[number] for number in range(change.first, change.last + 1)}] if change.in_function else []
    wanted += [{name for name in names.values() if _within_scope(name, scope)} for scope in scopes]
    for lines in wanted:
        if found := reach.running(module, lines):
            return found
    return tuple({test for importer in importers for test in reach.running(importer)})


def _within_scope(name: str, scope: str) -> bool:
    return not scope or name.startswith((f"{scope}|", f"{scope}."))


def _shared(module: str, test: str) -> int:
    """Return how many words their paths have in common."""
    return len(_words(module) & _words(file_of(test)))


def _words(path: str) -> set[str]:
    return {word.rstrip("s") for word in re.split(r"[/_.]", path)} - {"hub", "adapter", "test", "py"}


def _within(tests: Iterable[str], reach: Reach, seconds: float) -> list[str]:
    kept: list[str] = []
    for test in tests:
        seconds -= reach.tests[test].seconds
        if kept and seconds < 0:
            break
        kept.append(test)
    return kept
