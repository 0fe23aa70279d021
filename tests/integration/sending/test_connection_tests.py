"""A test message goes the way of every message and comes back with a receipt; it starts and counts nothing."""

from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from hub.errors import ValueUnusable
from hub.exchange.sending.connection_tests import CannotBeTested
from hub.journal.events import Event
from tests.conftest import Bench

PRISON, BY = "prison-durham", "operator-one"
_COUNTED = ("clock", "link", "clock_target", "subject", "indicator")


@pytest.fixture
def messages(bench: Bench) -> Iterator[int]:
    yield _count(bench, "message")


def _count(bench: Bench, table: str) -> int:
    with bench.hub.store.transaction() as connection:
        return int(connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())  # noqa: S608


def _started(bench: Bench) -> dict[str, int]:
    """The rows of each table in which something would be started, linked or counted."""
    with bench.hub.store.transaction() as connection:
        found = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        tables = [str(name) for name in connection.execute(text(found)).scalars()]
    return {name: _count(bench, name) for name in tables if any(word in name for word in _COUNTED)}


def _journal(bench: Bench, message: UUID) -> list[str]:
    return [str(each["event"]) for each in bench.hub.stories.show(str(message))["journal"]]


def test_a_test_reaches_the_agency_and_its_own_receipt_comes_back(bench: Bench) -> None:
    before = _started(bench)
    assert "clock" in before
    message = bench.hub.connection_tests.send(PRISON, BY)
    assert bench.drain() == 1
    [received] = bench.agencies.received(PRISON)
    assert received.kind == "connection_test"
    story = bench.hub.stories.show(str(message))
    [delivery] = story["deliveries"]
    assert (story["state"], delivery["state"], delivery["withheld"]) == ("delivered", "delivered", [])
    assert delivery["receipt"]
    assert _started(bench) == before, "nothing is started, linked or counted"
    [tested] = [each for each in story["journal"] if each["event"] == Event.PARTNER_TESTED]
    assert (tested["agency"], tested["by"]) == (PRISON, BY)


def test_a_test_that_does_not_arrive_says_why(bench: Bench) -> None:
    bench.agencies.behave(PRISON, "error")
    message = bench.hub.connection_tests.send(PRISON, BY)
    assert bench.drain() == 0
    [delivery] = bench.hub.stories.show(str(message))["deliveries"]
    assert (delivery["state"], bool(delivery["why"])) == ("waiting", True)


def test_what_cannot_be_tested_is_refused_with_what_to_do_and_nothing_is_sent(bench: Bench, messages: int) -> None:
    bench.hub.partners.pause(PRISON, BY, "its system is moved")
    with pytest.raises(CannotBeTested, match="is paused") as paused:
        bench.hub.connection_tests.send(PRISON, BY)
    assert "hub partners resume" in paused.value.problems[0].cure
    with pytest.raises(CannotBeTested, match="has no endpoint"):
        bench.hub.connection_tests.send("hub", BY)
    with pytest.raises(ValueUnusable):
        bench.hub.connection_tests.send("prison-durhan", BY)
    assert _count(bench, "message") == messages


def test_a_format_without_a_place_for_a_test_is_named(bench: Bench, messages: int) -> None:
    file = bench.hub.settings.endpoints_file()
    file.write_text(file.read_text().replace('"prison-durham"\nsystem = "hub_json"', '"prison-durham"\nsystem = "spi"'))
    with pytest.raises(CannotBeTested, match=r"the format of prison-durham \(spi\) has no place"):
        bench.hub.connection_tests.send(PRISON, BY)
    assert _count(bench, "message") == messages
