"""Keeps each list as `<list>.csv` in one folder, where every command finds it without a server.

The first line says where the list came from, the second names the columns. A list is replaced as a whole or not at all.
"""

import csv
import io
import re
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from types import MappingProxyType

from hub.codes.known import CodeLists
from hub.codes.lists import LISTS, ListRule
from hub.codes.table import CodeEntry, CodeTable, Origin
from hub.durable_files import AS_USUAL, replace_file
from schemas.problem import Problem, Refused

_ORIGIN = re.compile(r"# sha256=([0-9a-f]{64}) imported=(\S+) source=(.*)")
_FIXED = ["code", "description"]


def kept_path(folder: Path, rule: ListRule) -> Path:
    return folder / f"{rule.name}.csv"


def keep(folder: Path, table: CodeTable) -> None:
    """Replace the kept list. After this returns, the new list survives a crash. Before that, the old one stays."""
    folder.mkdir(parents=True, exist_ok=True)
    replace_file(kept_path(folder, table.rule), _written(table), mode=AS_USUAL)


def _written(table: CodeTable) -> str:
    origin = table.origin
    source = " ".join(origin.source.split())
    text = io.StringIO(newline="")
    text.write(f"# sha256={origin.sha256} imported={origin.imported_at.isoformat()} source={source}\n")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([*_FIXED, *table.columns])
    writer.writerows([entry.code, entry.description, *entry.details] for entry in table.entries)
    return text.getvalue()


def kept_tables(folder: Path) -> Iterator[CodeTable]:
    """Every list that was imported. Raises Refused if a file was changed and cannot be used."""
    for rule in LISTS:
        table = kept_table(folder, rule)
        if table is not None:
            yield table


def kept_table(folder: Path, rule: ListRule) -> CodeTable | None:
    """None if the list was never imported. Raises Refused if its file was changed and cannot be used."""
    path = kept_path(folder, rule)
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise _broken(path, 1) from None
    first, _, rest = text.partition("\n")
    origin = _origin(path, first)
    reader = csv.reader(io.StringIO(rest, newline=""), strict=True)
    try:
        columns = next(reader, [])
        if columns[:2] != _FIXED:
            raise _broken(path, 2)
        entries = []
        for cells in reader:
            if len(cells) != len(columns) or not cells[0]:
                raise _broken(path, reader.line_num + 1)
            entries.append(CodeEntry(cells[0], cells[1], tuple(cells[2:])))
    except csv.Error:
        raise _broken(path, reader.line_num + 1) from None
    return CodeTable(rule, tuple(columns[2:]), tuple(entries), origin)


def _origin(path: Path, line: str) -> Origin:
    match = _ORIGIN.fullmatch(line)
    if match is None:
        raise _broken(path, 1)
    try:
        return Origin(match[3], match[1], datetime.fromisoformat(match[2]))
    except ValueError:
        raise _broken(path, 1) from None


def _broken(path: Path, line: int) -> Refused:
    return Refused(
        Problem(
            "codes.kept_list_broken",
            f"{path}, line {line}",
            "was changed after hub codes import wrote it",
            "import the list again, or remove the file: a list that is absent is not checked",
        )
    )


def load_code_lists(folder: Path) -> CodeLists:
    """Raises Refused if a kept list is damaged. A folder that does not exist has no lists."""
    return CodeLists(MappingProxyType({table.rule.name: table for table in kept_tables(folder)}))
