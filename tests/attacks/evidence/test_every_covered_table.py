"""In every table that the evidence covers, whatever is changed, taken out or put in past the exchange is named. The
tables and columns are found by themselves, so a new one is tried too."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from uuid import uuid4

import pytest
from sqlalchemy import (
    ARRAY,
    Column,
    Connection,
    Engine,
    NullPool,
    Update,
    create_engine,
    insert,
    make_url,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB

from hub.store.database.engine import Store
from hub.store.journal.covered import COVERED
from hub.store.journal.digests import digests
from hub.store.tables import metadata
from tests.conftest import Bench

_NUMBERS = count(1)
_NO_RULES = """
DO $$ DECLARE rule record; BEGIN
    FOR rule IN SELECT conrelid::regclass AS held, conname FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND contype IN ('f', 'c', 'u') ORDER BY contype = 'u' LOOP
        EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I CASCADE', rule.held, rule.conname);
    END LOOP;
    DROP INDEX protocol_version_once;
    FOR rule IN SELECT tgrelid::regclass AS held, tgname FROM pg_trigger
        WHERE NOT tgisinternal AND tgname NOT LIKE 'note_%' LOOP
        EXECUTE format('DROP TRIGGER %I ON %s', rule.tgname, rule.held); END LOOP;
END $$
"""


def _value(column: Column[object]) -> object:
    """Another one each time; nothing is empty."""
    number = next(_NUMBERS)
    if isinstance(column.type, ARRAY):
        items: dict[str, object] = {"UUID": uuid4(), "int": number}
        return [items.get(column.type.item_type.python_type.__name__, f"x{number}")]
    made: dict[str, object] = {
        "UUID": uuid4(), "datetime": datetime(2026, 1, 1, 0, 0, number % 60, number, UTC), "bool": number % 2 == 0,
        "date": date(2026, 1, 1) + timedelta(days=number),
        "int": number, "float": number / 2, "bytes": f"x{number}".encode(), "str": f"x{number}",
    }  # fmt: skip
    if isinstance(column.type, JSONB):
        return {"x": number}
    kind = column.type.python_type
    return f"x{number}" if issubclass(kind, str) else made.get(kind.__name__, f"x{number}".encode())


def _made(connection: Connection, table: str) -> str:
    """Put a row into the table; its key."""
    before = digests(connection, table).keys()
    connection.execute(insert(metadata.tables[table]).values({c.name: _value(c) for c in metadata.tables[table].c}))
    [key] = digests(connection, table).keys() - before
    return key


def _change(column: Column[object], key: str) -> Update:
    """Another value in the row with this key."""
    this_row = text(f"({COVERED[column.table.name].key})::text = :row_key").bindparams(row_key=key)
    return update(column.table).values({column.name: _value(column)}).where(this_row)


@pytest.fixture
def past_the_exchange(bench: Bench) -> Iterator[Engine]:
    """As the owner of the database, past every trigger. No rule of a table forbids made-up rows."""
    bench.hub.protocols.live.refresh()
    engine = create_engine(make_url(bench.hub.store.url).set(username="postgres"), poolclass=NullPool)
    with engine.begin() as connection:
        connection.execute(text(_NO_RULES))
    yield engine
    engine.dispose()


def _found(bench: Bench) -> set[tuple[str, str | None]]:
    return {(each.code, each.row) for each in bench.hub.evidence.verify_state().findings}


def _as_the_hub(store: Store) -> tuple[dict[str, str], dict[str, str]]:
    """Two rows in each covered table, as the exchange itself would write them."""
    with store.transaction() as connection:
        return {t: _made(connection, t) for t in COVERED}, {t: _made(connection, t) for t in COVERED}


def test_what_is_changed_taken_out_or_put_in_is_named_in_every_table(bench: Bench, past_the_exchange: Engine) -> None:
    changed, taken_out = _as_the_hub(bench.hub.store)
    assert _found(bench) == set(), "what the exchange itself wrote follows from the journal"
    expected: set[tuple[str, str | None]] = set()
    with past_the_exchange.begin() as connection:
        connection.execute(text("SET session_replication_role = replica; SET timezone = 'UTC'"))
        for table, covered in COVERED.items():
            columns = [c for c in metadata.tables[table].c if c.name in covered.columns.split(", ")]
            other = next(c for c in reversed(columns) if c.name not in covered.key)
            by_key = f"WHERE ({covered.key})::text = :key"
            assert connection.execute(_change(other, changed[table])).rowcount == 1, table
            taken = connection.execute(text(f"DELETE FROM {table} {by_key}"), {"key": taken_out[table]})  # noqa: S608
            assert taken.rowcount == 1, table
            expected |= {
                ("row.changed", f"{table} {changed[table]}"),
                ("row.deleted", f"{table} {taken_out[table]}"),
                ("row.inserted", f"{table} {_made(connection, table)}"),
            }
    assert _found(bench) == expected


def test_each_covered_column_counts_and_no_other(bench: Bench, past_the_exchange: Engine) -> None:
    rows, _ = _as_the_hub(bench.hub.store)
    with past_the_exchange.connect() as connection:
        connection.execute(text("SET session_replication_role = replica; SET timezone = 'UTC'"))
        for table, covered in COVERED.items():
            for column in metadata.tables[table].c:
                if column.name in covered.key:
                    continue
                before = digests(connection, table)[rows[table]]
                connection.execute(_change(column, rows[table]))
                counts = digests(connection, table)[rows[table]] != before
                # A second made-up truth value may be the first one.
                sure = column.type.python_type is not bool
                assert counts == (column.name not in covered.left_out) or not sure, f"{table}.{column.name}"


def test_a_column_that_is_added_later_counts_where_it_is_filled(
    bench: Bench, past_the_exchange: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = _as_the_hub(bench.hub.store)
    covered = COVERED["disposal"]
    with past_the_exchange.begin() as connection:
        connection.execute(text("ALTER TABLE disposal ADD COLUMN later text, ADD COLUMN later_too integer"))
        connection.execute(text(f"SELECT watch_state('disposal', 'id', '{covered.columns}', '{{later,later_too}}')"))
    wider = type(covered)(covered.key, covered.columns, later=("later", "later_too"))
    monkeypatch.setitem(COVERED, "disposal", wider)  # type: ignore[arg-type]
    assert _found(bench) == set(), "the rows of before follow from their entries as they are"
    filled = uuid4()
    with bench.hub.store.transaction() as connection:
        values = {"id": filled, "at": datetime.now(UTC)}
        connection.execute(text("INSERT INTO disposal (id, destroyed_at, later) VALUES (:id, :at, 'x')"), values)
    assert _found(bench) == set()
    with past_the_exchange.begin() as connection:
        connection.execute(text("SET session_replication_role = replica"))
        connection.execute(text("UPDATE disposal SET later_too = 1"))
    assert _found(bench) == {
        ("row.changed", f"disposal {key}") for key in (first["disposal"], second["disposal"], filled)
    }
