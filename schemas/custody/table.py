"""Reads and checks the two tables: `results.csv` with one row for each result code, and `qualifiers.csv` with
corrections."""

import csv
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType

ANY_CODE = "*"
INTERIM = "I"
_TYPES = frozenset((INTERIM, "F", "P", ""))
_RESULT_COLUMNS = ("code", "name", "type", "decision", "reason")
_QUALIFIER_COLUMNS = ("code", "qualifier", "decision", "reason")


class Custody(StrEnum):
    IMMEDIATE = "immediate"
    NONE = "none"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class ResultRow:
    """The row of one result code. `type` is I (interim), F (final), P (part) or empty."""

    code: str
    name: str
    type: str
    custody: Custody
    reason: str


@dataclass(frozen=True, slots=True)
class QualifierRow:
    """What a qualifier changes an immediate custodial result to: none or doubtful. `code` may be ANY_CODE."""

    code: str
    qualifier: str
    custody: Custody
    reason: str


@dataclass(frozen=True, slots=True)
class CustodyTable:
    """The rows by code, and the corrections by (code, qualifier)."""

    results: Mapping[str, ResultRow]
    qualifiers: Mapping[tuple[str, str], QualifierRow]


def canonical_code(text: str) -> str:
    """Return the code without spaces and leading zeros, as the table writes codes."""
    return text.strip().lstrip("0") or "0"


@cache
def custody_table() -> CustodyTable:
    """Return the tables as shipped, read once. Raises ValueError that names file and line, if a table is wrong."""
    folder = files(__package__)
    return read_table(
        folder.joinpath("results.csv").read_text(encoding="utf-8"),
        folder.joinpath("qualifiers.csv").read_text(encoding="utf-8"),
    )


def read_table(results_csv: str, qualifiers_csv: str) -> CustodyTable:
    """Read tables from these two texts. Raises ValueError that names file and line."""
    results: dict[str, ResultRow] = {}
    for where, (code, name, kind, decision, reason) in _rows("results.csv", results_csv, _RESULT_COLUMNS):
        row = ResultRow(code, name, kind, _decision(where, decision), reason)
        if not re.fullmatch(r"[1-9]\d{3}", code):
            raise ValueError(f"{where}: {code!r} is not a result code of four digits")
        if code in results:
            raise ValueError(f"{where}: result code {code} has a row already")
        if not name or not reason:
            raise ValueError(f"{where}: result code {code} lacks its name or its reason")
        if kind not in _TYPES:
            raise ValueError(f"{where}: the type {kind!r} is not I, F, P or empty")
        if kind == INTERIM and row.custody is Custody.IMMEDIATE:
            raise ValueError(f"{where}: result code {code} is interim, so it cannot be a sentence")
        results[code] = row
    return CustodyTable(MappingProxyType(results), MappingProxyType(_read_qualifiers(qualifiers_csv, results)))


def _read_qualifiers(text: str, results: Mapping[str, ResultRow]) -> dict[tuple[str, str], QualifierRow]:
    qualifiers: dict[tuple[str, str], QualifierRow] = {}
    for where, (code, qualifier, decision, reason) in _rows("qualifiers.csv", text, _QUALIFIER_COLUMNS):
        if code != ANY_CODE and (code not in results or results[code].custody is not Custody.IMMEDIATE):
            raise ValueError(f"{where}: there is no immediate result {code} for a qualifier to correct")
        if (code, qualifier) in qualifiers:
            raise ValueError(f"{where}: qualifier {qualifier} of {code} has a row already")
        if not qualifier or not reason:
            raise ValueError(f"{where}: the qualifier or its reason is missing")
        row = QualifierRow(code, qualifier, _decision(where, decision), reason)
        if row.custody is Custody.IMMEDIATE:
            raise ValueError(f"{where}: a qualifier can change a result only to none or doubtful")
        qualifiers[code, qualifier] = row
    return qualifiers


def _rows(file: str, text: str, columns: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
    """Yield each row with its place. A spreadsheet may have put a byte order mark before the first column; it is
    ignored."""
    reader = csv.reader(text.removeprefix("\ufeff").splitlines())
    if tuple(next(reader, ())) != columns:
        raise ValueError(f"{file} line 1: the columns must be {', '.join(columns)}")
    for row in reader:
        where = f"{file} line {reader.line_num}"
        if len(row) != len(columns):
            raise ValueError(f"{where}: {len(row)} columns where {len(columns)} are needed")
        yield where, [cell.strip() for cell in row]


def _decision(where: str, word: str) -> Custody:
    try:
        return Custody(word)
    except ValueError:
        raise ValueError(f"{where}: {word!r} is not one of {', '.join(Custody)}") from None
