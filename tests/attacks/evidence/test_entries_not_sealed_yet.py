"""Entries that are not sealed yet are the soft spot. Nobody may hold up their sealing or take them out unseen."""

import psycopg
import pytest
from sqlalchemy import make_url

from hub.journal import sealing
from hub.journal.receipt_places import ReceiptPlaces
from hub.unproved import SealingHeldUp
from tests.conftest import Bench


def _connect(bench: Bench, user: str | None = None) -> psycopg.Connection:
    url = make_url(bench.hub.store.url).set(drivername="postgresql")
    return psycopg.connect((url.set(username=user) if user else url).render_as_string(hide_password=False))


def test_whoever_holds_up_the_sealing_for_more_than_a_minute_is_named(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.send(bench.story()["request"])
    monkeypatch.setattr(sealing, "_TAIL_SECONDS_MAX", 0.0)
    with _connect(bench) as connection:
        connection.execute("SET application_name = 'somebody'")
        connection.execute("LOCK TABLE journal IN ROW EXCLUSIVE MODE")
        pid = connection.info.backend_pid
        assert bench.hub.sealing.step(bench.clock.now()) == 0, "it notes who is writing"
        with pytest.raises(SealingHeldUp, match=rf"process {pid} \(somebody, account"):
            bench.hub.sealing.step(bench.clock.now())
    assert bench.hub.sealing.step(bench.clock.now()) > 0, "and seals as soon as that has ended"


def test_an_accepted_message_that_is_taken_out_with_its_unsealed_entries_is_missed(bench: Bench) -> None:
    receipt = bench.send(bench.story()["request"])
    bench.send(bench.story()["report"])
    [message] = receipt["messages"]  # type: ignore[misc]
    with _connect(bench, "postgres") as connection:
        connection.execute("SET session_replication_role = replica")
        for table in ("delivery", "clock", "case_key", "awaiting_link"):
            connection.execute(f"DELETE FROM {table} WHERE message_id = %s", [message["id"]])  # noqa: S608
        connection.execute("DELETE FROM raw_document WHERE message_ids = ARRAY[%s::uuid]", [message["id"]])
        connection.execute("DELETE FROM message WHERE id = %s", [message["id"]])
        last = connection.execute("SELECT max(position) FROM journal WHERE message_id = %s", [message["id"]]).fetchone()
        assert last is not None
        connection.execute("DELETE FROM journal WHERE position <= %s + 3", last)  # with what it says of the state
    bench.hub.sealing.seal_all(bench.clock.now)
    found = bench.hub.evidence.verify()
    place = ReceiptPlaces(bench.hub.signing).opened(message["journal_position"])
    assert ("entry.deleted", place, f"message {message['id']}") in {
        (each.code, each.position, each.row) for each in found.findings
    }
