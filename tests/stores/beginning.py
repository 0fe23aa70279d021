"""How a copied database begins, and how it is brought back to that: the rows that a test wrote are taken out."""

from dataclasses import dataclass
from typing import cast

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

Connection = psycopg.Connection[TupleRow]

# Everything but rows: what a test may change by SQL, and what the server has learned about the tables.
_SHAPE = """
    SELECT ARRAY[
        (SELECT sum(hashtext(oid::text || xmin::text || reltuples::text)) FROM pg_class
            WHERE relnamespace = 'public'::regnamespace),
        (SELECT sum(hashtext(attrelid::text || attnum::text || a.xmin::text)) FROM pg_attribute a
            JOIN pg_class c ON c.oid = attrelid WHERE relnamespace = 'public'::regnamespace),
        (SELECT sum(hashtext(oid::text || xmin::text)) FROM pg_trigger),
        (SELECT sum(hashtext(oid::text || xmin::text)) FROM pg_constraint),
        (SELECT sum(hashtext(oid::text || xmin::text)) FROM pg_proc WHERE pronamespace = 'public'::regnamespace),
        (SELECT sum(hashtext(nspname || xmin::text)) FROM pg_namespace WHERE nspname NOT LIKE 'pg\\_t%'),
        (SELECT count(*) FROM pg_db_role_setting s JOIN pg_database d ON d.oid = setdatabase
            WHERE datname = current_database())
    ]::text
"""
_TABLES = "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
_COLUMNS = """
    SELECT attname FROM pg_attribute
    WHERE attrelid = to_regclass(%s) AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""
_SEQUENCES = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' ORDER BY sequencename"


@dataclass(frozen=True)
class Filled:
    """What a table holds from the beginning, in the server's own text form."""

    columns: sql.Composed
    rows: bytes


@dataclass(frozen=True)
class Beginning:
    """How each copy of the template begins."""

    shape: str
    written: sql.Composed
    """Names the tables that have rows now and had none."""
    filled: dict[str, Filled]
    sequences: sql.Composed

    @classmethod
    def read(cls, connection: Connection) -> "Beginning":
        tables = [name for (name,) in connection.execute(_TABLES)]
        having_rows = _having_rows(tables)
        filled = {name for (name,) in connection.execute(having_rows)}
        return cls(
            _shape(connection),
            _having_rows([name for name in tables if name not in filled]),
            {name: _filled(connection, name) for name in filled},
            sql.SQL("SELECT ")
            + sql.SQL(", ").join(_set_back(connection, *each) for each in connection.execute(_SEQUENCES)),
        )

    def restore(self, connection: Connection) -> bool:
        """False if more than rows were changed."""
        if _shape(connection) != self.shape:
            return False
        with connection.transaction():
            connection.execute("SET LOCAL lock_timeout = '2s'")
            connection.execute("SET LOCAL session_replication_role = 'replica'")  # no trigger keeps evidence now
            for (name,) in connection.execute(self.written).fetchall() + [(name,) for name in self.filled]:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            for name, held in self.filled.items():
                copying = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), held.columns)
                with connection.cursor().copy(copying) as copy:
                    copy.write(held.rows)
            connection.execute(self.sequences)
        return True


def _shape(connection: Connection) -> str:
    (shape,) = cast(tuple[str], connection.execute(_SHAPE).fetchone())
    return shape


def _having_rows(tables: list[str]) -> sql.Composed:
    return sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(name, sql.Identifier(name)) for name in tables
    )


def _filled(connection: Connection, table: str) -> Filled:
    names = connection.execute(_COLUMNS, [f'public."{table}"']).fetchall()
    columns = sql.SQL(", ").join(sql.Identifier(name) for (name,) in names)
    copying = sql.SQL("COPY {} ({}) TO STDOUT").format(sql.Identifier(table), columns)
    with connection.cursor().copy(copying) as copy:
        return Filled(columns, b"".join(bytes(part) for part in copy))


def _set_back(connection: Connection, sequence: str) -> sql.Composed:
    asked = connection.execute(sql.SQL("SELECT last_value, is_called FROM {}").format(sql.Identifier(sequence)))
    return sql.SQL("setval({}, {}, {})").format(sequence, *cast(tuple[int, bool], asked.fetchone()))
