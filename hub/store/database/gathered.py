"""New rows that a transaction gathers, and writes with one statement for each table.

Rows are written before the next other statement of the transaction, so whatever it reads, it reads them too. Only in a
transaction that gathers; in every other one a row is written at once.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from typing import TypeVar, cast
from uuid import UUID

import psycopg
from sqlalchemy import ARRAY, Connection, Table, insert
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.database.columns import metadata
from hub.store.database.driver import driver

_GATHERED, _DIALECT = "gathered", postgresql.dialect()  # type: ignore[no-untyped-call]
Row = Mapping[str, object]
T = TypeVar("T")


@dataclass(slots=True)
class _Gathered:
    rows: dict[tuple[Table, tuple[str, ...]], list[Row]] = field(default_factory=dict)
    noted: dict[str, object] = field(default_factory=dict)


class RowsConflict(Exception):
    """A row of these exists already: another transaction has added it since this one looked."""


def gather(connection: Connection) -> None:
    """From now on, until this transaction ends, new rows are gathered."""
    connection.info[_GATHERED] = _Gathered()


def gathers(connection: Connection) -> bool:
    return _GATHERED in connection.info


def noted(connection: Connection, what: str, new: Callable[[], T]) -> T:
    """What a room of the store has noted about this transaction, which gathers; `new` makes it."""
    gathered: _Gathered = connection.info[_GATHERED]
    return cast(T, gathered.noted.setdefault(what, new()))


def stop_gathering(connection: Connection) -> None:
    """Called when a transaction begins: what one before it has gathered and never written is forgotten."""
    connection.info.pop(_GATHERED, None)


def add_row(connection: Connection, table: Table, row: Row) -> None:
    """Add the row, now or with others. Nothing is known about a conflict with another row until it is written."""
    if gathers(connection):
        gathered: _Gathered = connection.info[_GATHERED]
        gathered.rows.setdefault((table, tuple(row)), []).append(row)
    else:
        connection.execute(insert(table), dict(row))


def change_row(connection: Connection, table: Table, id: UUID, values: Row) -> bool:
    """Change a row that is gathered and not written yet. Returns False if there is none with that id."""
    gathered: _Gathered | None = connection.info.get(_GATHERED)
    of_table = ((key, rows) for key, rows in (gathered.rows if gathered else {}).items() if key[0] is table)
    for (_, columns), rows in of_table:
        for number in reversed(range(len(rows))):
            if rows[number]["id"] == id and values.keys() <= set(columns):
                rows[number] = {**rows[number], **values}
                return True
    return False


def write_gathered(connection: Connection) -> tuple[str, ...]:
    """Write what is gathered. Returns the tables that have new rows. What the driver raises is raised."""
    gathered: _Gathered | None = connection.info.get(_GATHERED)
    if gathered is None or not gathered.rows:
        return ()
    rows, gathered.rows = gathered.rows, {}
    order = {table: number for number, table in enumerate(metadata.sorted_tables)}
    for (table, columns), of_table in sorted(rows.items(), key=lambda each: order[each[0][0]]):
        _write(connection, table, columns, of_table)
    return tuple(table.name for table, _ in rows)


def _write(connection: Connection, table: Table, columns: tuple[str, ...], rows: Sequence[Row]) -> None:
    statement, as_json, as_lists = _statement(table, columns)
    given: list[list[object]] = []
    for column in columns:
        values = [row[column] for row in rows]
        if column in as_json:
            given.append([None if value is None else json.dumps(value) for value in values])
        elif column in as_lists:
            given.append([_as_array(value) for value in values])
        else:
            given.append([str(value) if isinstance(value, StrEnum) else value for value in values])
    try:
        driver(connection).execute(statement, given)
    except psycopg.errors.UniqueViolation as conflict:
        raise RowsConflict(f"a row of {table.name} exists already") from conflict


def _as_array(value: object) -> str | None:
    """Of numbers or ids, as PostgreSQL writes it."""
    return None if value is None else "{" + ",".join(map(str, cast("Iterable[object]", value))) + "}"


@cache
def _statement(table: Table, columns: tuple[str, ...]) -> tuple[str, frozenset[str], frozenset[str]]:
    """One INSERT for any number of rows, and the columns whose values it takes as text: JSON, and lists, because an
    array of lists would be one list."""
    as_json = frozenset(name for name in columns if isinstance(table.c[name].type, JSONB))
    as_lists = frozenset(name for name in columns if isinstance(table.c[name].type, ARRAY))
    of_type = {name: table.c[name].type.compile(_DIALECT) for name in columns}
    taken = {name: "text" if name in as_json | as_lists else of_type[name] for name in columns}
    selected = ", ".join(f"CAST(given.{name} AS {of_type[name]})" for name in columns)
    arrays = ", ".join(f"CAST(%s AS {taken[name]}[])" for name in columns)
    overriding = " OVERRIDING SYSTEM VALUE" if any(table.c[name].identity is not None for name in columns) else ""
    return (
        f"INSERT INTO {table.name} ({', '.join(columns)}){overriding} "  # noqa: S608 - names of our own tables
        f"SELECT {selected} FROM unnest({arrays}) AS given ({', '.join(columns)})",
        as_json,
        as_lists,
    )
