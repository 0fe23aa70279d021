"""Whatever happened to clocks, deliveries, messages and documents is in the journal, once and at its own place."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import RowMapping, select

from hub.journal.events import Event
from hub.lifecycle import ClockState, DeliveryState, DocumentState
from hub.store.content.tables import raw_document
from hub.store.database.engine import Transaction
from hub.store.journal.tables import journal
from hub.store.messages.tables import clock, delivery, message
from tests.conftest import Bench

Rows = list[RowMapping]
ENDED = {
    ClockState.MET: Event.CLOCK_MET,
    ClockState.MISSED: Event.CLOCK_MISSED,
    ClockState.VOID: Event.CLOCK_VOIDED,
}
TOLD_OF_DOCUMENT = {DocumentState.REFUSED: Event.DOCUMENT_REFUSED, DocumentState.PARTLY: Event.PART_REFUSED}


def much_happens(bench: Bench) -> None:
    """Clocks are met, missed, void and overdue; a report is forwarded, and another asked for; a result is corrected; a
    document is refused, and one comes twice."""
    told = bench.story()
    for name in ("request", "report", "sentence", "result", "corrected_result", "warrant", "acknowledged"):
        bench.send(told[name])
    bench.send(told["list"])
    again = bench.hub.intake.receive(
        bench.hub.knowledge.registry.agencies.named(told["list"].caller), told["list"].body, told["list"].media_type
    )
    assert again.repeated
    other_words = replace(told["list"], body=told["list"].body.replace(b"-list<", b"-list-again<"))
    bench.send(other_words)
    refused = bench.hub.intake.receive(bench.hub.knowledge.registry.agencies.named("gateway-libra"), b"nothing")
    assert refused.receipt is None
    bench.drain()
    late = bench.story()
    bench.send(late["sentence"])
    bench.drain()
    bench.clock.advance(timedelta(hours=49))
    bench.hub.sweep.run()
    bench.send(late["report"])
    bench.drain()


def rows(connection: Transaction, table: Any) -> Rows:
    return list(connection.execute(select(table)).mappings())


def only(entries: Rows, event: Event, **where: object) -> RowMapping:
    found = [entry for entry in entries if entry["event"] == event and all(entry[k] == v for k, v in where.items())]
    assert len(found) == 1, (event, where, len(found))
    return found[0]


def counted(entries: Rows, *events: Event) -> int:
    return sum(entry["event"] in events for entry in entries)


def clocks_are_told(kept: Callable[[Any], Rows], entries: Rows) -> None:
    states = Counter(row["state"] for row in kept(clock))
    assert {ClockState.MET, ClockState.MISSED, ClockState.VOID, ClockState.RUNNING} <= states.keys()
    for row in kept(clock):
        started = only(entries, Event.CLOCK_STARTED, clock_id=row["id"])
        assert (started["message_id"], started["agency"]) == (row["message_id"], row["owner"])
        assert started["detail"] == {"clock": row["name"], "due_at": row["due_at"].isoformat()}
        if row["state"] in ENDED:
            ended = only(entries, ENDED[row["state"]], clock_id=row["id"])
            assert (ended["message_id"], ended["agency"]) == (row["stopped_by"], row["owner"])
            assert ended["detail"] == {"clock": row["name"], "started_by": str(row["message_id"])}
            assert ended["at"] == row["stopped_at"]
        if row["overdue_reported"]:
            overdue = only(entries, Event.CLOCK_OVERDUE, clock_id=row["id"])
            assert (overdue["message_id"], overdue["agency"]) == (row["message_id"], row["owner"])
            assert overdue["detail"] == started["detail"]
    assert counted(entries, Event.CLOCK_STARTED) == states.total()
    assert counted(entries, *ENDED.values()) == states.total() - states[ClockState.RUNNING]
    assert counted(entries, Event.CLOCK_OVERDUE) == sum(row["overdue_reported"] for row in kept(clock)) > 0


def deliveries_are_told(kept: Callable[[Any], Rows], entries: Rows) -> None:
    kinds = {row["id"]: row["kind"] for row in kept(message)}
    forwarded = 0
    for row in kept(delivery):
        assert row["state"] == DeliveryState.DELIVERED
        taken = only(entries, Event.DELIVERED, delivery_id=row["id"])
        assert (taken["message_id"], taken["agency"]) == (row["message_id"], row["recipient"])
        if row["cause"] is not None and kinds[row["message_id"]] == "pre_sentence_report":
            forwarded += 1
            entry = only(entries, Event.FORWARDED, delivery_id=row["id"])
            assert (entry["message_id"], entry["agency"]) == (row["message_id"], row["recipient"])
            assert entry["detail"] == {"because_of": str(row["cause"])}
    assert counted(entries, Event.DELIVERED) == len(kept(delivery))
    assert counted(entries, Event.FORWARDED) == forwarded == 2


def messages_are_told(kept: Callable[[Any], Rows], entries: Rows) -> None:
    clocks = {row["id"]: row["message_id"] for row in kept(clock)}
    for row in kept(message):
        only(entries, Event.MESSAGE_ACCEPTED, message_id=row["id"])
        if row["supersedes"] is not None:
            entry = only(entries, Event.SUPERSEDED, message_id=row["supersedes"])
            assert entry["detail"] == {"superseded_by": str(row["id"])}
        if row["kind"] == "report_request" and row["sender"] == "hub":
            if any(each["event"] == Event.ASK_WITHDRAWN and each["message_id"] == row["id"] for each in entries):
                continue
            entry = only(entries, Event.ASKED, message_id=row["id"])
            assert entry["detail"] == {"because_of": str(row["causation"])}
            assert clocks[entry["clock_id"]] == row["causation"], "the message that started the clock"
    superseded = sum(row["supersedes"] is not None for row in kept(message))
    assert counted(entries, Event.SUPERSEDED) == superseded > 0
    assert counted(entries, Event.ASKED) > 0


def documents_are_told(kept: Callable[[Any], Rows], entries: Rows) -> None:
    for row in kept(raw_document):
        came = only(entries, Event.DOCUMENT_RECEIVED, raw_document_id=row["id"])
        assert (came["agency"], came["at"]) == (row["caller"], row["received_at"])
        assert came["detail"]["digest"] == row["digest"]
        if row["state"] in TOLD_OF_DOCUMENT:
            refused = only(entries, TOLD_OF_DOCUMENT[row["state"]], raw_document_id=row["id"])
            assert (refused["agency"], refused["detail"]["code"]) == (row["caller"], "document.unrecognised")
    [repeated] = [entry for entry in entries if entry["event"] == Event.DOCUMENT_REPEATED]
    assert repeated["raw_document_id"] in {row["id"] for row in kept(raw_document)}
    assert counted(entries, Event.DOCUMENT_REFUSED) == 1


def test_each_clock_delivery_message_and_document_has_the_entries_of_what_became_of_it(bench: Bench) -> None:
    much_happens(bench)
    with bench.hub.store.transaction() as connection:
        entries = rows(connection, journal)
        for told in (clocks_are_told, deliveries_are_told, messages_are_told, documents_are_told):
            told(lambda table: rows(connection, table), entries)
