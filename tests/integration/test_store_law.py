"""The database restates the law: whatever the code does, these rows hold."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from hub.journal.events import Event
from hub.lifecycle import MOVES
from hub.store import journal
from hub.store.engine import Store
from hub.store.schema import is_current, migrate
from hub.store.tables import lifecycle_move, metadata
from tests.conftest import open_store


@pytest.fixture
def store(database_url: str):
    store = open_store(database_url)
    yield store
    store.close()


def test_the_migrations_make_just_the_tables_that_the_code_expects(store: Store) -> None:
    with store.transaction() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_migrating_twice_changes_nothing(store: Store) -> None:
    assert is_current(store)
    before, after = migrate(store)
    assert before == after


def test_the_database_knows_just_the_moves_of_the_state_machine(store: Store) -> None:
    with store.transaction() as connection:
        kept = {tuple(row) for row in connection.execute(select(lifecycle_move))}
    coded = {(thing, str(a), str(b)) for thing, moves in MOVES.items() for a, b in moves}
    # A lease taken over is no move for the database: the state stays what it is.
    assert kept | {(t, a, b) for t, a, b in coded if a == b} == coded | {("delivery", "sending", "sending")}


@pytest.mark.parametrize(
    "statement",
    ["UPDATE journal SET event = 'x'", "DELETE FROM journal", "TRUNCATE journal"],
)
def test_the_journal_cannot_be_changed(store: Store, statement: str) -> None:
    with store.transaction() as connection:
        journal.append(connection, Event.DOCUMENT_RECEIVED, datetime.now(UTC), raw_document_id=uuid4())
    with pytest.raises(DBAPIError, match=r"permission denied|append-only"), store.transaction() as connection:
        connection.execute(text(statement))
    with store.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM journal")).scalar_one() == 1


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
