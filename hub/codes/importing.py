"""Imports an operator's files of codes. Each list is imported as a whole or refused. If it is refused, the old list
stays."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from hub.codes.keeping import keep, kept_table
from hub.codes.lists import ListRule
from hub.codes.parsing import Codes, NotCodes, read_codes
from hub.codes.table import CodeTable, Origin
from schemas.problem import Problem, Refused

_SUFFIXES = (".csv", ".json")


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import changed, in codes. If the list already has the content of the file, all counts are zero and
    `written` is false."""

    list: str
    source: str
    codes: int
    added: int
    removed: int
    changed: int
    without_code: int
    written: bool


@dataclass(frozen=True, slots=True)
class ImportReport:
    """`left` are files of a folder that are not lists of codes."""

    imported: tuple[Imported, ...]
    left: tuple[Problem, ...]
    refused: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Read:
    name: str
    sha256: str
    codes: Codes


def import_codes(paths: Sequence[Path], folder: Path, wanted: ListRule | None, now: datetime) -> ImportReport:
    """Import the lists of these files, and of the files in these folders, into `folder`."""
    read: list[_Read] = []
    left: list[Problem] = []
    refused: list[Problem] = []
    for path, named in _files(paths):
        try:
            read.append(_read(path, wanted))
        except NotCodes as other:
            (refused if named else left).extend(other.problems)
        except Refused as broken:
            refused.extend(broken.problems)
    claims = Counter(one.codes.rule.name for one in read)
    refused += [_claimed_twice(one) for one in read if claims[one.codes.rule.name] > 1]
    imported = [_take(one, folder, now) for one in read if claims[one.codes.rule.name] == 1]
    if not (imported or left or refused):
        refused.append(
            Problem(
                "codes.no_file",
                ", ".join(map(str, paths)),
                "contains no .json or .csv file",
                "name the files themselves",
            )
        )
    return ImportReport(tuple(imported), tuple(left), tuple(refused))


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, bool]]:
    """Each file once, and whether it was named individually. A folder may also hold other files."""
    seen: set[Path] = set()
    for path in paths:
        inside = sorted(p for p in path.iterdir() if p.suffix.lower() in _SUFFIXES) if path.is_dir() else [path]
        for file in inside:
            if file.resolve() not in seen:
                seen.add(file.resolve())
                yield file, file is path


def _read(path: Path, wanted: ListRule | None) -> _Read:
    body = path.read_bytes()
    name = path.name.encode("utf-8", "replace").decode()
    return _Read(name, hashlib.sha256(body).hexdigest(), read_codes(name, body, wanted))


def _claimed_twice(one: _Read) -> Problem:
    return Problem(
        "codes.list_twice",
        one.name,
        f"is one of several files with {one.codes.rule.plural}",
        "import only the current one",
    )


def _take(one: _Read, folder: Path, now: datetime) -> Imported:
    codes = one.codes
    table = CodeTable(codes.rule, codes.columns, codes.entries, Origin(one.name, one.sha256, now))
    former = _former(folder, codes.rule)
    unchanged = former is not None and (former.origin.sha256, former.columns, former.entries) == (
        one.sha256,
        table.columns,
        table.entries,
    )
    if not unchanged:
        keep(folder, table)
    new, old = _meanings(table), _meanings(former) if former else {}
    return Imported(
        codes.rule.name,
        one.name,
        codes=len(new),
        added=len(new.keys() - old.keys()),
        removed=len(old.keys() - new.keys()),
        changed=sum(new[key] != old[key] for key in new.keys() & old.keys()),
        without_code=codes.without_code,
        written=not unchanged,
    )


def _former(folder: Path, rule: ListRule) -> CodeTable | None:
    try:
        return kept_table(folder, rule)
    except Refused:
        return None  # If a kept list is damaged, importing it again repairs it.


def _meanings(table: CodeTable) -> dict[str, frozenset[tuple[str, tuple[tuple[str, str], ...]]]]:
    """What the list says about each code, in any order of rows and columns."""
    return {
        key: frozenset((entry.description, tuple(sorted(table.details_of(entry).items()))) for entry in entries)
        for key, entries in table.by_key.items()
    }
