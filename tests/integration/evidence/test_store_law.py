"""Rules that the database itself enforces, whatever the code does."""

import time
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from hub.errors import MigrationBlocked
from hub.journal.events import Event
from hub.lifecycle import MOVES
from hub.store.database.engine import Store
from hub.store.database.tables import lifecycle_move
from hub.store.journal import appending as journal
from hub.store.schema import changes_between, is_usable, migrate
from hub.store.tables import metadata
from tests.conftest import open_store


@pytest.fixture
def store(database_url: str):
    store = open_store(database_url)
    yield store
    store.close()


def test_the_migrations_make_just_the_tables_that_the_code_expects(store: Store) -> None:
    with store.transaction() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_what_is_committed_is_on_the_disk_whatever_the_server_is_set_to(store: Store, database_url: str) -> None:
    with store.transaction() as connection:
        connection.execute(text("SET LOCAL ROLE NONE"))
        name = connection.execute(text("SELECT current_database()")).scalar_one()
        connection.execute(text(f'ALTER DATABASE "{name}" SET synchronous_commit = off'))
    other = open_store(database_url)
    with other.transaction() as connection:
        assert connection.execute(text("SHOW synchronous_commit")).scalar_one() == "on"
    other.close()


def test_what_lies_between_two_schemas_is_told_in_order() -> None:
    told = changes_between("0046", "0049")
    assert [line[:4] for line in told] == ["0047", "0048", "0049"]
    assert all(len(line) > 20 for line in told) and changes_between("0049", "0049") == ()


def test_migrating_twice_changes_nothing(store: Store) -> None:
    assert is_usable(store)
    before, after = migrate(store)
    assert before == after


@pytest.mark.parametrize(("revision", "usable"), [("0001", False), ("of_a_later_version", True)])
def test_a_schema_that_is_too_old_is_refused_and_a_later_one_is_used(store: Store, revision: str, usable: bool) -> None:
    with store.transaction() as connection:
        connection.execute(text("SET LOCAL ROLE NONE"))
        connection.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    assert is_usable(store) is usable


def test_a_later_schema_is_not_migrated(store: Store) -> None:
    with store.transaction() as connection:
        connection.execute(text("SET LOCAL ROLE NONE"))
        connection.execute(text("UPDATE alembic_version SET version_num = 'of_a_later_version'"))
    assert migrate(store) == ("of_a_later_version", "of_a_later_version")


def test_a_migration_gives_up_and_says_who_holds_it_up(empty_database_url: str) -> None:
    store = open_store(empty_database_url)
    migrate(store, "0007")
    with store.transaction() as reader:
        pid = reader.execute(text("SELECT pg_backend_pid(), count(*) FROM delivery")).scalar()
        began = time.monotonic()
        with pytest.raises(MigrationBlocked, match=f"process {pid} has the oldest transaction"):
            migrate(store, "0009", timedelta(seconds=1))
        assert time.monotonic() - began < 60, "half of the patience that it has by itself"
    before, _ = migrate(store)
    assert before == "0008", "what was done stays, and the rest follows"
    store.close()


def test_the_database_knows_just_the_moves_of_the_state_machine(store: Store) -> None:
    with store.transaction() as connection:
        kept = {tuple(row) for row in connection.execute(select(lifecycle_move))}
    coded = {(thing, str(a), str(b)) for thing, moves in MOVES.items() for a, b in moves}
    # The database sees no move when a lease is taken over, because the state stays the same.
    assert kept | {(t, a, b) for t, a, b in coded if a == b} == coded | {("delivery", "sending", "sending")}


@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal SET event = 'x'", "DELETE FROM journal", "TRUNCATE journal"],
)
def test_the_journal_cannot_be_changed(store: Store, statement: str) -> None:
    with store.transaction() as connection:
        journal.append(connection, Event.DOCUMENT_RECEIVED, datetime.now(UTC), raw_document_id=uuid4())
        entries = connection.execute(text("SELECT count(*) FROM journal")).scalar_one()
    with pytest.raises(DBAPIError, match=r"permission denied|append-only"), store.transaction() as connection:
        connection.execute(text(statement))
    with store.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM journal")).scalar_one() == entries


def test_an_illegal_move_is_refused_by_the_database_itself(store: Store) -> None:
    with store.transaction() as connection:
        connection.execute(
            text(
                "INSERT INTO raw_document (id, caller, media_type, digest, body, received_at, state)"
                " VALUES (:id, 'x', '', '', '', now(), 'refused')"
            ),
            {"id": uuid4()},
        )
    with pytest.raises(DBAPIError, match="cannot go from refused to accepted"), store.transaction() as connection:
        connection.execute(text("UPDATE raw_document SET state = 'accepted'"))
