"""Past SQLAlchemy to the driver, where its cost for each statement or row would be most of the work."""

from collections.abc import Iterator, Mapping
from typing import cast
from uuid import uuid4

import psycopg
from psycopg.rows import TupleRow
from sqlalchemy import Connection

_ROWS_AT_ONCE = 5_000


def driver(connection: Connection) -> psycopg.Connection[TupleRow]:
    """The connection of the driver, in the same transaction. What it raises is no error of SQLAlchemy."""
    return cast("psycopg.Connection[TupleRow]", connection.connection.driver_connection)


def streamed(
    connection: Connection, query: str, values: Mapping[str, object] | None = None
) -> Iterator[tuple[object, ...]]:
    """The rows of a query of our own, some thousands at a time, so that millions need no memory."""
    with driver(connection).cursor(uuid4().hex, binary=True) as cursor:
        cursor.execute(query, values)
        while page := cursor.fetchmany(_ROWS_AT_ONCE):
            yield from page
