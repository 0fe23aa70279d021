"""The rows that the journal's functions write. Seals cover them, so these tests notice a renamed key."""

import pytest
from sqlalchemy import select

from hub.journal.events import Event
from hub.store.database.engine import Store
from hub.store.journal.tables import journal
from tests.conftest import open_store
from tests.integration.evidence.journal_rows import administration, clocks, deliveries, messages
from tests.integration.evidence.journal_rows.row import AT

COLUMNS = ("raw_document_id", "message_id", "delivery_id", "clock_id", "agency")
ALL = [*messages.ALL, *deliveries.ALL, *clocks.ALL, *administration.ALL]


@pytest.fixture
def store(database_url: str):
    store = open_store(database_url)
    yield store
    store.close()


def test_every_event_is_among_them() -> None:
    assert {event for event, *_ in ALL} == set(Event)


def test_each_function_writes_one_row_with_just_these_columns_and_this_detail(store: Store) -> None:
    with store.transaction() as connection:
        for event, call, columns, detail in ALL:
            before = connection.execute(select(journal.c.position)).scalars().all()
            call(connection)
            new = select(journal).where(journal.c.position.not_in(before))
            [row] = connection.execute(new).mappings()
            assert (row["event"], row["at"]) == (str(event), AT)
            assert {name: row[name] for name in COLUMNS if row[name] is not None} == columns, event
            assert row["detail"] == detail, event
