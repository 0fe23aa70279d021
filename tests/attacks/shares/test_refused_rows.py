"""A document of thousands of bad rows is one item before a person and one entry in the journal, and counts as what it
is for its sender."""

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from hub.errors import TooManyOpen
from hub.exchange.message import assess
from hub.journal.events import Event
from hub.settings import Settings
from hub.store.journal.tables import journal
from hub.store.repairing.tables import refused_part
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Person

FORCE, ROWS, ALLOWED = "police-kent", 2_000, 2_000


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"open_messages_max": ALLOWED})


def _bad_rows(count: int) -> bytes:
    return json.dumps(
        [
            {"kind": "pre_sentence_report", "version": 1, "sender": FORCE, "reference": f"b{number}", "payload": {}}
            for number in range(count)
        ]
    ).encode()


def _hand_in(bench: Bench, count: int) -> Any:
    return bench.hub.intake.receive(bench.hub.knowledge.registry.agencies.named(FORCE), _bad_rows(count))


def test_thousands_of_bad_rows_are_one_item_and_one_entry(bench: Bench) -> None:
    answer = _hand_in(bench, ROWS)
    assert len(answer.refused) >= ROWS, "the sender is told of each"
    [item] = bench.hub.quarantine.listed()
    assert f"and {len(answer.refused) - 1} more of this document" in str(item["cause"])
    shown: Any = bench.hub.quarantine.show(item["id"])
    assert shown["problems"] == len(answer.refused)
    assert [each["code"] for each in shown["others"]] == [each.code for each in answer.refused[1:1_000]]
    with bench.hub.store.reading() as connection:
        assert connection.execute(select(func.count()).select_from(refused_part)).scalar_one() == 1
        told = select(journal.c.detail).where(journal.c.event == Event.DOCUMENT_REFUSED)
        [refused] = connection.execute(told).scalars()
    assert sum(refused["codes"].values()) == len(answer.refused)
    assert len(refused["places"]) == 1_000


def test_bad_rows_count_against_their_sender_until_a_person_has_settled_them(bench: Bench) -> None:
    assert _hand_in(bench, ALLOWED).refused
    with pytest.raises(TooManyOpen):
        _hand_in(bench, 1)
    [item] = bench.hub.quarantine.listed()
    bench.hub.quarantine.discard(item["id"], "operator-one", "sent by mistake")
    assert _hand_in(bench, 1).refused, "it is read again"


def test_a_document_of_more_messages_than_fit_into_memory_is_refused_whole(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assess, "MESSAGES_MAX", 2)
    now = bench.clock.now().replace(microsecond=0)
    reports = [documents.report(Person(number, AREAS[0], now)) for number in range(3)]
    area = bench.hub.knowledge.registry.agencies.named(AREAS[0].probation)
    answer = bench.hub.intake.receive(area, json.dumps(reports).encode())
    assert [each.code for each in answer.refused] == ["document.too_many_messages"]
    assert bench.hub.intake.receive(area, json.dumps(reports[:2]).encode()).receipt is not None
