"""Reads an operator's file of codes: a JSON array of flat objects, or CSV with a header. Pure."""

import csv
import io
import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from hub.codes.lists import ListRule, recognise
from hub.codes.table import CodeEntry
from schemas.json import Json
from schemas.problem import Problem, Refused

_BYTES_MAX = 50_000_000
_CODE_COLUMNS = ("code", "cjsCode")
_CODE_LEVELS = ("topLevelCode", "secondLevelCode", "thirdLevelCode", "bottomLevelCode")
_NAME_COLUMNS = ("description", "title", "name")
_NAME_LEVELS = ("bottomLevelName", "thirdLevelName", "secondLevelName", "topLevelName")
_SEND_AGAIN = "get the file again from its publisher, and import it again"
Row = dict[str, str]


class NotCodes(Refused):
    """The file can be read, but it is none of the known lists."""


@dataclass(frozen=True, slots=True)
class Codes:
    """The content of a file. `without_code` counts the rows without a code. They can match nothing and are left out."""

    rule: ListRule
    columns: tuple[str, ...]
    entries: tuple[CodeEntry, ...]
    without_code: int


def read_codes(name: str, body: bytes, wanted: ListRule | None = None) -> Codes:
    """The codes of the file called `name`, as the list `wanted`, or as the list that it is recognised as.

    Raises NotCodes if it is none of the lists, and Refused with file and place if it is damaged.
    """
    rows = _read_rows(name, body)
    columns = tuple(dict.fromkeys(column for _, row in rows for column in row))
    code_of, code_columns = _code(columns)
    if code_of is None or (rule := wanted or recognise(columns, (code_of(row) for _, row in rows))) is None:
        raise NotCodes(
            Problem(
                "codes.unrecognised",
                name,
                f"is not one of the lists that the hub knows; its columns are {', '.join(columns)[:200]}",
                "say which it is with --as LIST; it needs a column code (or cjsCode) and one description (or title)",
            )
        )
    describe, name_columns = _description(columns)
    others = tuple(column for column in columns if column not in (*code_columns, *name_columns))
    entries: dict[CodeEntry, None] = {}  # A repeated row counts once.
    without_code = 0
    for where, row in rows:
        code = code_of(row).upper()
        if not code:
            without_code += 1
            continue
        _check_code(f"{name}, {where}", code, rule)
        entries[CodeEntry(code, describe(row), tuple(row.get(column, "") for column in others))] = None
    if not entries:
        raise Refused(Problem("codes.empty", name, "contains no code", _SEND_AGAIN))
    return Codes(rule, others, tuple(entries), without_code)


def _check_code(where: str, code: str, rule: ListRule) -> None:
    if not (code.isascii() and code.isalnum() and rule.shortest <= len(code) <= rule.longest):
        length = f"{rule.shortest} to {rule.longest}"
        raise Refused(
            Problem(
                "codes.code_malformed",
                where,
                f"the code is not {length} letters and digits, as {rule.plural} are",
                f"correct the code, or name the right list with --as if these are not {rule.plural}",
            )
        )


def _code(columns: tuple[str, ...]) -> tuple[Callable[[Row], str] | None, tuple[str, ...]]:
    """How to get the code of a row, and the columns that this uses."""
    if column := next((column for column in _CODE_COLUMNS if column in columns), None):
        return partial(_from_column, column), (column,)
    return (_from_levels if set(_CODE_LEVELS) <= set(columns) else None), ()


def _description(columns: tuple[str, ...]) -> tuple[Callable[[Row], str], tuple[str, ...]]:
    if column := next((column for column in _NAME_COLUMNS if column in columns), None):
        return partial(_from_column, column), (column,)
    return _from_names, ()


def _from_column(column: str, row: Row) -> str:
    return row.get(column, "")


def _from_levels(row: Row) -> str:
    return "".join(row.get(level, "") for level in _CODE_LEVELS)


def _from_names(row: Row) -> str:
    return ", ".join(name for level in _NAME_LEVELS if (name := row.get(level)))


def _read_rows(name: str, body: bytes) -> list[tuple[str, Row]]:
    """Every row with its place."""
    if len(body) > _BYTES_MAX:
        raise Refused(
            Problem(
                "codes.too_large", name, f"is larger than {_BYTES_MAX} bytes", "import each list as a file of its own"
            )
        )
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise Refused(
            Problem("codes.not_utf8", f"{name}, line {line}", "is not UTF-8 text", "save the file as UTF-8")
        ) from None
    rows = _json_rows(name, text) if text.lstrip()[:1] in ("[", "{") else _csv_rows(name, text)
    if not rows:
        raise Refused(Problem("codes.empty", name, "contains no row", _SEND_AGAIN))
    return rows


def _json_rows(name: str, text: str) -> list[tuple[str, Row]]:
    try:
        found = json.loads(text)
    except json.JSONDecodeError as error:
        place = f"{name}, line {error.lineno}, column {error.colno}"
        raise Refused(Problem("codes.malformed", place, f"is not JSON: {error.msg}", _SEND_AGAIN)) from None
    except (ValueError, RecursionError):  # A number with thousands of digits, or brackets nested without end.
        raise Refused(Problem("codes.malformed", name, "is not JSON that can be read", _SEND_AGAIN)) from None
    if not isinstance(found, list):
        problem = "is not a JSON array of objects, one for each code"
        raise Refused(Problem("codes.malformed", name, problem, _SEND_AGAIN))
    return [(f"[{n}]", _json_row(f"{name}, [{n}]", row)) for n, row in enumerate(found)]


def _json_row(where: str, row: Json) -> Row:
    if not isinstance(row, dict):
        raise Refused(Problem("codes.malformed", where, "is not an object with the fields of one code", _SEND_AGAIN))
    cells = {_one_line(column): _cell(cell) for column, cell in row.items()}
    try:
        "".join((*cells, *cells.values())).encode()
    except UnicodeEncodeError:  # Half a character, which only an escape can contain.
        problem = "contains an escape of half a character"
        raise Refused(Problem("codes.malformed", where, problem, _SEND_AGAIN)) from None
    return cells


def _cell(value: Json) -> str:
    """One cell may be a list of texts. A value that is not a text is written as JSON writes it."""
    if value is None:
        return ""
    return _one_line(value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _csv_rows(name: str, text: str) -> list[tuple[str, Row]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header: list[str] | None = None
    rows: list[tuple[str, Row]] = []
    try:
        for cells in reader:
            if not any(cells) or (header is None and cells[0].startswith("#")):
                continue
            place = f"line {reader.line_num}"
            if header is None:
                header = _header(f"{name}, {place}", cells)
            elif len(cells) != len(header):
                problem = f"has {len(cells)} cells, and the header has {len(header)} columns"
                raise Refused(Problem("codes.malformed", f"{name}, {place}", problem, _SEND_AGAIN))
            else:
                rows.append((place, dict(zip(header, map(_one_line, cells), strict=True))))
    except csv.Error as error:
        place = f"{name}, line {reader.line_num}"
        raise Refused(Problem("codes.malformed", place, f"is not CSV: {error}", _SEND_AGAIN)) from None
    return rows


def _header(where: str, cells: list[str]) -> list[str]:
    header = [_one_line(cell) for cell in cells]
    if len(set(header)) != len(header) or "" in header:
        problem = "a column has no name, or two columns have the same"
        raise Refused(Problem("codes.malformed", where, problem, "give each column a name of its own"))
    return header
