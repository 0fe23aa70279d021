"""The CSV files on which linkage is measured: two sides and the true links between them."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

from hub.counting import counted
from hub.identity.linkage.records import LinkageFailure, PersonRecord

COLUMNS = tuple(field.name for field in fields(PersonRecord) if field.name not in ("id", "identifiers"))
_Row = dict[str, str]


def read_side(path: Path) -> tuple[PersonRecord, ...]:
    """One record for each line. Only `id` and the columns of a person are read. Raises LinkageFailure."""
    found: dict[str, PersonRecord] = {}
    for where, row in _rows(path, ("id",), _compares_something(path)):
        if row["id"] in found:
            raise LinkageFailure(
                "linkage.id_repeated",
                "an earlier line has the same id",
                "give every record of a file an id of its own",
                f"{where}, column id",
            )
        found[row["id"]] = _record(row)
    return tuple(found.values())


def _record(row: _Row) -> PersonRecord:
    given, surname, born, house, street, locality, town, postcode = (row.get(name) or None for name in COLUMNS)
    return PersonRecord(row["id"], given, surname, born, house, street, locality, town, postcode)


def read_truth(path: Path, left: tuple[PersonRecord, ...], right: tuple[PersonRecord, ...]) -> list[tuple[str, str]]:
    """The pairs of ids that are one person. Raises LinkageFailure, also for an id that its side does not have."""
    known = {"left": {record.id for record in left}, "right": {record.id for record in right}}
    pairs = []
    for where, row in _rows(path, ("left", "right")):
        for column, ids in known.items():
            if row[column] not in ids:
                raise LinkageFailure(
                    "linkage.truth_unknown_id",
                    f"no record of the {column} file has this id",
                    "use the ids of the files, and give the files in the order LEFT RIGHT TRUTH",
                    f"{where}, column {column}",
                )
        pairs.append((row["left"], row["right"]))
    return pairs


def _compares_something(path: Path) -> Callable[[list[str]], None]:
    def check(columns: list[str]) -> None:
        if not set(columns) & set(COLUMNS):
            raise LinkageFailure(
                "linkage.nothing_to_compare",
                "no column describes a person",
                f"name at least one of the columns {', '.join(COLUMNS)}",
                f"{path}, line 1",
            )

    return check


def _rows(
    path: Path, needed: tuple[str, ...], check: Callable[[list[str]], None] = lambda _: None
) -> Iterator[tuple[str, _Row]]:
    """(place, values by column) of each line that is not blank. The needed columns exist and have values."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        columns = _header(path, next(reader, []), needed)
        check(columns)
        for values in reader:
            if any(value.strip() for value in values):
                yield _row(f"{path}, line {reader.line_num}", columns, values, needed)
    except csv.Error as error:
        raise LinkageFailure(
            "linkage.malformed",
            f"this is not CSV: {error}",
            "put fields with commas, quotes or line ends in double quotes, and double the quotes inside them",
            f"{path}, line {reader.line_num}",
        ) from error


def _text(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LinkageFailure(
            "linkage.file_unreadable",
            f"it cannot be read: {error.strerror}",
            "check its name and permissions",
            str(path),
        ) from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LinkageFailure(
            "linkage.not_utf8", "the file is not written in UTF-8", "save it as CSV in UTF-8", f"{path}, line {line}"
        ) from error


def _header(path: Path, header: list[str], needed: tuple[str, ...]) -> list[str]:
    columns = [name.strip().lower() for name in header]
    for name in needed:
        if name not in columns:
            raise LinkageFailure(
                "linkage.column_missing",
                f"the column {name} is missing",
                f"begin the file with a line that names its columns, separated by commas, including {name}",
                f"{path}, line 1",
            )
    repeated = sorted({name for name in columns if columns.count(name) > 1})
    if repeated:
        raise LinkageFailure(
            "linkage.column_repeated",
            f"the column {repeated[0]} appears twice",
            "name each column once",
            f"{path}, line 1",
        )
    return columns


def _row(where: str, columns: list[str], values: list[str], needed: tuple[str, ...]) -> tuple[str, _Row]:
    if len(values) != len(columns):
        raise LinkageFailure(
            "linkage.fields_wrong",
            f"the line has {counted(len(values), 'field')} and the header {len(columns)}",
            "give every line a field for each column; put fields with commas in double quotes",
            where,
        )
    row = {name: value.strip() for name, value in zip(columns, values, strict=True)}
    for name in needed:
        if not row[name]:
            raise LinkageFailure(
                "linkage.value_missing", f"the {name} is empty", "fill it in", f"{where}, column {name}"
            )
    return where, row
