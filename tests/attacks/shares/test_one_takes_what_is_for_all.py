"""One agency tries to use up what all share: the disk by its mailbox, its senders' limits, the time of a document."""

import json
import os
import threading
from uuid import UUID

import pytest
from sqlalchemy import text

from hub.settings import Settings
from schemas.parts.document import Attachment
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Person
from tests.served import Api

HOME, AWAY = AREAS[0], AREAS[2]
OPEN_MAX = 30
PDF = b"%PDF-" + os.urandom(2_000_000)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """HOME's court and area only fetch, and each agency may have 30 messages open."""
    file = settings.endpoints_file()
    pushed = [each for each in file.read_text().split("[[endpoint]]") if f'"{HOME.court}"' not in each]
    pushed = [each for each in pushed if f'"{HOME.probation}"' not in each]
    fetch = [
        f'\nagency = "{each}"\nsystem = "hub_json"\ntransport = "mailbox"\n' for each in (HOME.court, HOME.probation)
    ]
    file.write_text("[[endpoint]]".join([*pushed, *fetch]))
    return settings.model_copy(update={"open_messages_max": OPEN_MAX})


def _person(bench: Bench, number: int, area: documents.Area = HOME) -> Person:
    return Person(number, area, bench.clock.now().replace(microsecond=0))


def _written(bench: Bench) -> int:
    """How many bytes the database has written to its log."""
    with bench.hub.store.transaction() as connection:
        return int(connection.execute(text("SELECT pg_current_wal_insert_lsn() - '0/0'")).scalar_one())


def test_fetching_a_large_document_again_and_again_writes_no_copies(bench: Bench) -> None:
    agencies = bench.hub.knowledge.registry.agencies
    report = documents.report(_person(bench, 1))
    report["payload"]["documents"] = [{"name": "r.pdf", "media_type": "application/pdf"}]
    attached = {"r.pdf": Attachment("r.pdf", "application/pdf", "", PDF)}
    answer = bench.hub.intake.receive(agencies.named(HOME.probation), json.dumps(report).encode(), attached=attached)
    assert answer.receipt is not None, answer.refused
    bench.drain()
    court = agencies.named(HOME.court)
    [item] = bench.hub.mailbox.waiting(court, 10)
    before = _written(bench)
    for _ in range(5):
        handed = bench.hub.mailbox.fetch(court, UUID(item["message_id"]))
        assert len(handed.body) > len(PDF)
    assert _written(bench) - before < len(PDF) / 2


def test_a_mailbox_that_is_never_emptied_takes_nothing_from_those_who_send_to_it(bench: Bench, api: Api) -> None:
    requests = [documents.report_request(_person(bench, number)) for number in range(1, OPEN_MAX + 1)]
    assert api.post(HOME.court, json.dumps(requests).encode()).status == 202
    bench.drain()
    assert api.post(HOME.court, json.dumps(documents.warrant(_person(bench, 500))).encode()).status == 202
    [partner] = [each for each in bench.hub.partners.listed() if each["recipient"] == HOME.probation]
    assert partner["in_mailbox"] == OPEN_MAX


def test_what_waits_for_a_partner_that_is_down_counts_against_its_sender_alone(bench: Bench, api: Api) -> None:
    bench.agencies.behave(AWAY.probation, "error")
    requests = [documents.report_request(_person(bench, number, AWAY)) for number in range(1, OPEN_MAX + 1)]
    assert api.post(AWAY.court, json.dumps(requests).encode()).status == 202
    bench.drain()
    assert api.post(AWAY.court, json.dumps(documents.warrant(_person(bench, 500, AWAY))).encode()).status == 429
    assert api.post(HOME.court, json.dumps(documents.warrant(_person(bench, 501))).encode()).status == 202


def test_while_a_document_of_hundreds_is_recorded_others_are_answered(bench: Bench, api: Api) -> None:
    many = [documents.result(_person(bench, 10_000 + number), 1, custodial=False) for number in range(400)]
    answers: list[int] = []
    body = json.dumps(many).encode()
    large = threading.Thread(target=lambda: answers.append(api.post(HOME.court, body).status))
    large.start()
    others = []
    while large.is_alive():
        report = documents.report(_person(bench, 9_000 + len(others), AWAY))
        others.append(api.post(AWAY.probation, json.dumps(report).encode()).status)
        if len(others) == OPEN_MAX - 1:
            large.join()
    assert answers == [202]
    assert set(others) == {202}
    assert len(others) > 1, "they were answered while it was recorded"
