"""Reads samples that consist of lines: delimited, fixed-width and labelled."""

import re
from collections.abc import Sequence

from adapters.mapping.drafts.sample import Sample, SeenBlock, SeenField, seen
from adapters.mapping.formats.cells import Dialect
from schemas.problem import Problem, Refused

_DELIMITERS = ",;|\t"
_TYPE_CHARACTERS_MAX = 12
_CHANGE = "CHANGE THIS"
"""Where the sample shows only a line that may hold personal data."""
_LABEL = re.compile(r"[^:|]{1,60}:(?: .*)?")


def look_at_text(body: bytes) -> Sample:
    """Return what the sample shows. Raises Refused if no layout can be guessed."""
    try:
        text, encoding = body.decode("utf-8-sig"), "utf-8"
    except UnicodeDecodeError:
        text, encoding = body.decode("cp1252", "replace"), "cp1252"
    newline = "crlf" if "\r\n" in text else "lf"
    layout: dict[str, object] = {"encoding": encoding, "newline": newline}
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < 2:
        problem, cure = "it has fewer than two lines", "give a sample with at least one record"
        raise Refused(Problem("sample.unclear", "line 1", problem, cure))
    if sum(bool(_LABEL.fullmatch(line)) or line.startswith("  |") for line in lines) * 10 >= len(lines) * 6:
        return _labelled(lines, layout)
    delimiter = max(_DELIMITERS, key=lambda mark: _steadiness(lines, mark))
    if _steadiness(lines, delimiter):
        return _delimited(text, delimiter, layout)
    return _fixed_width(lines, layout)


def _steadiness(lines: Sequence[str], delimiter: str) -> int:
    """Return how well the delimiter splits the lines. If the second line has as many cells as the first, the first is a
    header; otherwise the second must begin with a short type."""
    first, second = (line.count(delimiter) for line in lines[:2])
    if first and first == second:
        return 1_000 + first
    return second if lines[1].find(delimiter) in range(1, _TYPE_CHARACTERS_MAX + 1) else 0


# ---- delimited ----


def _delimited(text: str, delimiter: str, layout: dict[str, object]) -> Sample:
    rows = [row.cells for row in Dialect(delimiter, '"').rows(text) if not row.is_blank]
    layout = {"format": "csv"} | layout | {"delimiter": delimiter}
    trailer = _trailer(rows)
    if trailer is not None:
        layout["trailer"] = trailer
        rows = rows[:-1]
    elif not text.endswith(("\n", "\r")):
        layout["last_line_ended"] = False
    header = rows[0]
    headed = len(set(header)) == len(header) > 1 and all(re.search("[A-Za-z]", name) for name in header)
    if headed and len(rows) > 1 and all(len(row) == len(header) for row in rows[1:]):
        columns = list(zip(*rows[1:], strict=True))
        return Sample(layout, _numbered([seen(name, values) for name, values in zip(header, columns, strict=True)]))
    return _typed(rows, delimiter, layout)


def _trailer(rows: Sequence[Sequence[str]]) -> str | None:
    """Return the first cell of the last row, if that row is a word and a number."""
    last = rows[-1]
    return last[0] if len(rows) > 2 and len(last) == 2 and last[0] and last[1].isdigit() else None


def _numbered(fields: Sequence[SeenField]) -> SeenBlock:
    """Join columns that differ only in a number into entries of a group."""
    numbers: dict[str, set[int]] = {}
    for field in fields:
        for match in re.finditer("[0-9]+", field.wire):
            numbers.setdefault(f"{field.wire[: match.start()]}#{field.wire[match.end() :]}", set()).add(int(match[0]))
    many = {name: max(found) for name, found in numbers.items() if len(found) > 1 and min(found) == 1}
    groups: dict[tuple[str, int], list[SeenField]] = {}
    plain: list[SeenField] = []
    for field in fields:
        stem = re.sub("[0-9]+", "#", field.wire, count=1)
        if stem not in many:
            plain.append(field)
        elif stem not in {one.wire for group in groups.values() for one in group}:
            groups.setdefault((stem.partition("#")[0], many[stem]), []).append(seen(stem, field.values))
    found = tuple(SeenBlock(None, tuple(group), repeat=repeat) for (_, repeat), group in groups.items())
    return SeenBlock(None, tuple(plain), found)


def _typed(rows: Sequence[Sequence[str]], delimiter: str, layout: dict[str, object]) -> Sample:
    """The first row opens the file. The type of the row after it is the type of the record."""
    opens = len(rows) == 1 or len(rows[0]) != len(rows[1])  # otherwise it may be a record too, with somebody's data
    records = rows[1:] if opens else rows
    layout |= {"header": False, "first_line": delimiter.join(rows[0]) if opens else _CHANGE}
    if not opens:  # nothing shows whether the first cells are types of records or names of people
        records = [[_CHANGE, *row] for row in records]
    types = list(dict.fromkeys(row[0] for row in records))
    blocks = []
    for one in types:
        same = [row for row in records if row[0] == one]
        width = max(len(row) for row in same)
        columns = [[row[number] for row in same if number < len(row)] for number in range(1, width)]
        fields = tuple(seen(f"column {number}", values) for number, values in enumerate(columns, start=2))
        blocks.append(SeenBlock(one, fields))
    if not blocks:
        raise Refused(Problem("sample.unclear", "line 2", "there are no rows", "give a sample with a record"))
    record = SeenBlock(blocks[0].wire, blocks[0].fields, tuple(blocks[1:]))
    return Sample(
        layout, record, ("there is no header, so the columns have numbers as names, and no meaning was guessed",)
    )


# ---- fixed width ----


def _fixed_width(lines: Sequence[str], layout: dict[str, object]) -> Sample:
    opens = lines[0][:2] not in {line[:2] for line in lines[1:]}  # otherwise it is a record, with somebody's data
    first_line = lines[0].rstrip() if opens else _CHANGE
    layout = {"format": "fixed_width"} | layout | {"first_line": first_line, "type_width": 2}
    rows = list(lines[1:] if opens else lines)
    count = len([row for row in rows if row[:2] == rows[0][:2]])
    closing = re.fullmatch(rf"(.{{1,{_TYPE_CHARACTERS_MAX}}}?)0*{count}", rows[-1].rstrip())
    if len(rows) > 1 and closing is not None:
        layout["trailer"] = closing[1]
        rows = rows[:-1]
    types = dict.fromkeys(row[:2] for row in rows)
    blocks = [SeenBlock(one, tuple(_columns([row for row in rows if row[:2] == one]))) for one in types]
    record = SeenBlock(blocks[0].wire, blocks[0].fields, tuple(blocks[1:]))
    remark = "the columns were guessed from the blanks between them, so check every at and width"
    return Sample(layout, record, (remark,))


def _columns(rows: Sequence[str]) -> list[SeenField]:
    """Return the columns. A column ends where every row has two blanks, or where every row has one blank and text
    follows."""
    width = max(map(len, rows))
    padded = [row.ljust(width) for row in rows]
    filled = [any(row[at] != " " for row in padded) for at in range(width)]
    starts = [at for at in range(2, width) if filled[at] and (at == 2 or not filled[at - 1])]
    fields = []
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else width
        values = [row[start:end].strip() for row in padded]
        fields.append(seen(f"column at {start + 1}", values, start + 1, end - start))
    return fields


# ---- labelled ----


def _labelled(lines: Sequence[str], layout: dict[str, object]) -> Sample:
    headed = not _is_record(lines[0])
    title, rest = (lines[0].strip(), lines[1:]) if headed else (_CHANGE, lines)
    trailer = re.fullmatch(r"(.*\S)\s+[0-9]+", rest[-1]) if not _is_record(rest[-1]) else None
    layout = {"format": "labelled"} | layout | {"trailer": trailer[1] if trailer else "END OF FORMS"}
    values: dict[str, list[str]] = {}
    for line in rest[:-1] if trailer else rest:
        label, colon, value = line.partition(":")
        if colon and not line.startswith(" "):
            values.setdefault(label.strip(), []).append(value.strip())
    block = _numbered([seen(label, found) for label, found in values.items()])
    remarks = [] if headed else ["a title line is needed before each form, and wire must say it"]
    remarks += [] if trailer else ["a closing line is needed: END OF FORMS and the number of forms"]
    return Sample(layout, SeenBlock(title, block.fields, block.groups), tuple(remarks))


def _is_record(line: str) -> bool:
    """Whether a line may hold a value, which must not come into the profile."""
    return bool(_LABEL.fullmatch(line)) or line.startswith("  ")
