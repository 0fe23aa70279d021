"""A profile as its writer writes it: the keys of the TOML file, before their meaning is checked."""

import json
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Encoding = Literal["utf-8", "cp1252", "iso-8859-1"]
Newline = Literal["crlf", "lf"]
Label = Annotated[str, Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f]+$")]
NAME = r"^[a-z][a-z0-9_]{0,39}$"
Name = Annotated[str, Field(pattern=NAME)]
SCHEMA_ID = "urn:justice-exchange:system:probation:profile"


class Written(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class LineLayout(Written):
    """What every line layout can state. Both kinds of line end are read, whichever is written.

    The last line is `trailer` and the number of records. Without a trailer the last line must have a line end, unless
    `last_line_ended` is false; then a file that was cut short may not be noticed.
    """

    encoding: Encoding = "utf-8"
    newline: Newline = "crlf"
    trailer: Label | None = None
    last_line_ended: bool = True


class CsvLayout(LineLayout):
    """With `header`, the first line names the columns of the only exchange in the file, in any order. Without it, the
    file begins with `first_line`, and the first cell of each row says which row it is (`wire`)."""

    format: Literal["csv"]
    delimiter: Annotated[str, Field(pattern=r"^[,;|\t:~^]$")] = ","
    quote: Literal['"', ""] = '"'
    header: bool = True
    first_line: Label | None = None


class FixedWidthLayout(LineLayout):
    """The file begins with `first_line`. The first `type_width` characters of each line say which row it is
    (`wire`)."""

    format: Literal["fixed_width"]
    first_line: Label
    type_width: Annotated[int, Field(ge=1, le=20)] = 2


class XmlLayout(Written):
    """The `wire` of an exchange is a path below `root`; that of a field is a path below the record, or
    `path/@attribute`."""

    format: Literal["xml"]
    root: Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]{0,79}$")]
    namespace: Label | None = None


class JsonLayout(Written):
    """`marks` are in the outermost object and distinguish the file from others. `wire` is a dotted path of keys."""

    format: Literal["json"]
    marks: Annotated[dict[Label, Label], Field(min_length=1, max_length=10)]


class LabelledLayout(LineLayout):
    """Lines `Label: value`. A record begins with a line that is the `wire` of its exchange. A value continues on lines
    that begin with two spaces, a bar and a space."""

    format: Literal["labelled"]
    trailer: Label


Layout = Annotated[
    CsvLayout | FixedWidthLayout | XmlLayout | JsonLayout | LabelledLayout, Field(discriminator="format")
]


class FieldWritten(Written):
    """One field, in both directions. `wire` is its name in the file, `to` its path in the payload, and `by` the
    functions between them, in the order of reading.

    `constant` is the value for the side that does not have the field. `default` is the payload's value if the wire has
    none. `ignore` says why a wire field is not used. `at` (from 1) and `width` are columns of a fixed-width line, and
    `cut` allows a long text to be cut. `json` writes a JSON number or truth value instead of text.
    """

    wire: Label | None = None
    to: Label | None = None
    by: Annotated[tuple[Label, ...], Field(max_length=8)] = ()
    constant: str | int | bool | None = None
    default: str | int | bool | None = None
    ignore: Label | None = None
    at: Annotated[int, Field(ge=1, le=100_000)] | None = None
    width: Annotated[int, Field(ge=1, le=100_000)] | None = None
    cut: bool = False
    json_type: Annotated[Literal["number", "truth"] | None, Field(alias="json")] = None


class GroupWritten(Written):
    """What may occur several times: a list of the payload.

    `wire` is the row type, element path or key of an entry. With `repeat` instead, the columns are numbered and are in
    the record itself, with `#` in their names for the number.
    """

    to: Label
    wire: Label | None = None
    repeat: Annotated[int, Field(ge=1, le=99)] | None = None
    fields: Annotated[tuple[FieldWritten, ...], Field(min_length=1, max_length=200)]
    group: Annotated[tuple["GroupWritten", ...], Field(max_length=20)] = ()


class ExchangeWritten(Written):
    """One kind of message that the system can send (`way = "in"`), receive (`"out"`) or both."""

    kind: Name
    version: Annotated[int, Field(ge=1)]
    way: Literal["both", "in", "out"] = "both"
    wire: Label | None = None
    fields: Annotated[tuple[FieldWritten, ...], Field(min_length=1, max_length=300)]
    group: Annotated[tuple[GroupWritten, ...], Field(max_length=40)] = ()


class OthersWritten(Written):
    """Asks that every kind without an exchange of its own is laid out by rule: each field under its path.

    `wire` is the type of its rows, the title of its forms, the element or key above its records, or the first column of
    its header. `day` and `moment` are patterns as in the functions `date` and `moment`.
    """

    wire: Label
    day: Label = "YYYY-MM-DD | YYYY-MM | YYYY"
    moment: Label = "iso"


class ExampleWritten(Written):
    """A file with one record, and either the payload that it means, in JSON, or the code with which it is refused."""

    title: Label
    wire: Annotated[str, Field(min_length=1, max_length=100_000)]
    kind: Name | None = None
    payload: str | None = None
    sender: Label | None = None
    recipient: Label | None = None
    reference: Label | None = None
    refused: Label | None = None


class ProfileWritten(Written):
    """A whole file. `name` is the system's name after `probation.`."""

    name: Name
    title: Label
    note: str = ""
    layout: Layout
    tables: dict[Name, Annotated[dict[str, str], Field(min_length=1)]] = Field(default_factory=dict)
    exchange: Annotated[tuple[ExchangeWritten, ...], Field(min_length=1, max_length=40)]
    others: OthersWritten | None = None
    example: tuple[ExampleWritten, ...] = ()


def schema_text() -> str:
    """Return the JSON Schema of a profile, with the final newline."""
    described: dict[str, Any] = ProfileWritten.model_json_schema()
    head = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Profile of an area's system",
    }
    return json.dumps(head | {key: value for key, value in described.items() if key != "title"}, indent=2) + "\n"
