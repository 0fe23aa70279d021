"""What an agency cannot read by the id of a message: another's reference, words that no protocol sends back, and
whether somebody is known elsewhere."""

import hashlib
import json
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from uuid import UUID

import pytest

from hub.errors import NotFound
from hub.exchange.telling.agency_stories import story_for_sender
from hub.local.demonstration.agencies import SimulatedAgencies
from hub.local.demonstration.stories import Step
from hub.settings import Settings
from hub.sharing.terms.protocols import SharingRegistry
from hub.sharing.terms.told_back import ToldBack
from hub.store.messages import backlog, messages
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Area, Person

POLICE, AREA, COURT, RESEARCH = "police-kent", "probation-kent", "court-b46db", "research-home-office"
TALKING, ITS_AREA = "court-b10jq", "probation-northumbria"
NAMING = "Quillfeather Marlow 17/04/1981"


def _step(message: dict[str, Any]) -> Step:
    return Step("", "", message["sender"], json.dumps(message).encode(), "application/json")


def _person(bench: Bench, number: int, area: Area = AREAS[2]) -> Person:
    return Person(number, area, bench.clock.now().replace(microsecond=0))


def _record(reference: str, offender: dict[str, Any], **changes: Any) -> dict[str, Any]:
    payload = {
        "record_reference": "R-1",
        "offender": offender,
        "convicted_on": "2026-11-20",
        "offences": [{"sequence": 1, "code": "TH68036", "results": [{"code": "1002"}]}],
    }
    message = {"kind": "reconviction_link", "version": 1, "sender": POLICE, "reference": reference}
    return message | {"payload": payload | changes}


def _sent(bench: Bench, message: dict[str, Any]) -> UUID:
    receipt: Any = bench.send(_step(message))
    bench.drain()
    return UUID(receipt["messages"][0]["id"])


def _read(bench: Bench, agency: str, id: UUID) -> dict[str, Any]:
    told: Any = bench.hub.stories.show_to(bench.hub.knowledge.registry.agencies.named(agency), id)
    return dict(told)


def test_a_recipient_reads_neither_the_senders_reference_nor_a_digest_of_what_it_was_not_granted(bench: Bench) -> None:
    report = documents.report(_person(bench, 7)) | {"reference": NAMING}
    sender, id = report["sender"], _sent(bench, report)
    own = _read(bench, sender, id)
    for recipient in [each["recipient"] for each in own["deliveries"]]:
        told = _read(bench, recipient, id)
        said = json.dumps(told)
        assert NAMING not in said
        assert own["sha256"] not in said
        assert "withheld" not in said, "nor that a field is there which it may not have"
        assert [each["recipient"] for each in told["deliveries"]] == [recipient]
        assert set(told) == {
            "id",
            "kind",
            "version",
            "sender",
            "reference",
            "sent_at",
            "correlation",
            "sha256",
            "deliveries",
        }
    assert own["reference"] == NAMING


def test_the_digest_that_a_recipient_reads_is_that_of_the_bytes_it_was_handed(bench: Bench) -> None:
    id = _sent(bench, documents.report(_person(bench, 8)))
    [held] = bench.agencies.received(COURT)
    assert _read(bench, COURT, id)["sha256"] == hashlib.sha256(held.body()).hexdigest()


def test_what_has_not_left_is_no_business_of_its_recipient(bench: Bench) -> None:
    bench.hub.partners.pause(COURT, "operator-one", "their system is being moved")
    id = _sent(bench, documents.report(_person(bench, 9)))
    with pytest.raises(NotFound):
        _read(bench, COURT, id)


class _Chatty(BaseHTTPRequestHandler):
    """A recipient that writes into its receipt what it likes."""

    words: ClassVar[dict[str, str]] = {}

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        receipt = {"message_id": self.headers["Hub-Message-Id"], **self.words}
        body = json.dumps({"receipt": receipt}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def chatty() -> Iterator[dict[str, str]]:
    """The words of the receipts of one court."""
    _Chatty.words.clear()
    yield _Chatty.words


@pytest.fixture
def research_fetches(request: pytest.FixtureRequest) -> bool:
    return bool(getattr(request, "param", False))


@pytest.fixture
def settings(settings: Settings, agencies: SimulatedAgencies, research_fetches: bool) -> Iterator[Settings]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Chatty)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    endpoints = settings.endpoints_file()
    here = agencies.endpoint_url(TALKING)
    endpoints.write_text(endpoints.read_text().replace(here, f"http://127.0.0.1:{server.server_port}/court"))
    if research_fetches:
        pushed = re.compile(rf'agency = "{RESEARCH}"\nsystem = "hub_json"\n[^\[]*')
        fetched = f'agency = "{RESEARCH}"\nsystem = "hub_json"\ntransport = "mailbox"\n'
        endpoints.write_text(pushed.sub(fetched, endpoints.read_text()))
    yield settings
    server.shutdown()
    thread.join()
    server.server_close()


def test_no_word_of_a_receipt_reaches_the_sender_unless_a_protocol_tells_it(
    bench: Bench, chatty: dict[str, str]
) -> None:
    chatty |= {"alias": "known here as Peter Quillfeather", "note": "seen for psychosis", "reference": "Q/2026/17"}
    chatty["received_at"] = "2026-11-20T10:00:00.123456+01:30"
    id = _sent(bench, documents.report(_person(bench, 10, AREAS[0])))
    [delivery] = _read(bench, ITS_AREA, id)["deliveries"]
    assert delivery["receipt"] == {"proved": True, "received_at": "2026-11-20T08:30:00+00:00", "words": {}}
    [kept] = bench.hub.stories.show(str(id))["deliveries"]
    assert kept["receipt"] is not None
    assert kept["receipt"]["words"].keys() == {"alias", "note", "reference", "received_at"}, "the operator has it all"
    assert "psychosis" in json.dumps(_read(bench, TALKING, id)), "and so has who wrote it"


def _telling(registry: SharingRegistry, *told: ToldBack) -> SharingRegistry:
    """The same registry, but every clause tells the sender this."""
    return replace(
        registry,
        protocols=tuple(
            replace(protocol, clauses=tuple(replace(clause, tells_sender=told) for clause in protocol.clauses))
            for protocol in registry.protocols
        ),
    )


@pytest.mark.parametrize(
    ("reference", "told"),
    [
        ("Q/2026-17.b_3", True),
        ("Peter Quillfeather 17", False),
        ("Quillfeather", False),
        ("1" * 41, False),
        ("é1", False),
    ],
)
def test_a_reference_is_told_where_a_protocol_tells_it_and_only_if_it_has_the_form_of_one(
    bench: Bench, chatty: dict[str, str], reference: str, told: bool
) -> None:
    chatty["reference"] = reference
    id = _sent(bench, documents.report(_person(bench, 11, AREAS[0])))
    registry = _telling(bench.hub.knowledge.registry, ToldBack.REFERENCE)
    with bench.hub.store.transaction() as connection:
        row = messages.find(connection, id)
        assert row is not None
        [delivery] = story_for_sender(connection, row, registry)["deliveries"]
        assert delivery["receipt"] == {
            "proved": True,
            "received_at": None,
            "words": {"reference": reference} if told else {},
        }


def _supervised(bench: Bench, person: Person) -> None:
    _sent(bench, documents.report(person))


def test_nobody_learns_by_a_record_whether_somebody_is_supervised(bench: Bench) -> None:
    known, unknown = _person(bench, 12), _person(bench, 4_000)
    _supervised(bench, known)
    told = []
    for person, reference in ((known, "q1"), (unknown, "q2")):
        id = _sent(bench, _record(reference, person.as_defendant()))
        bench.hub.linking.run()
        bench.agencies.behave(AREA, "error")
        bench.drain()
        story = _read(bench, POLICE, id)
        told.append({name: story[name] for name in story.keys() - {"id", "reference", "sha256", "correlation"}})
        found = {each["recipient"] for each in bench.hub.stories.show(str(id))["deliveries"]}
        assert (AREA in found) == (person is known), "it was searched for, and found"
    assert _without_moments(told[0]) == _without_moments(told[1])
    assert told[0]["state"] == "taken"
    with bench.hub.store.transaction() as connection:
        assert backlog.open_of(connection, POLICE, 10) == 0, "nor by how much it may still send"


def _without_moments(told: Any) -> Any:
    if isinstance(told, dict):
        return {
            name: _without_moments(value) for name, value in told.items() if name != "id" and not name.endswith("_at")
        }
    return [_without_moments(each) for each in told] if isinstance(told, list) else told


def test_a_protocol_may_tell_the_sender_whom_the_exchange_found(bench: Bench) -> None:
    known = _person(bench, 13)
    _supervised(bench, known)
    id = _sent(bench, _record("q1", known.as_defendant()))
    bench.hub.linking.run()
    bench.drain()
    with bench.hub.store.transaction() as connection:
        row = messages.find(connection, id)
        assert row is not None
        found = story_for_sender(connection, row, _telling(bench.hub.knowledge.registry, ToldBack.FOUND))
        kept = story_for_sender(connection, row, bench.hub.knowledge.registry)
    assert AREA in {each["recipient"] for each in found["deliveries"]}
    assert AREA not in {each["recipient"] for each in kept["deliveries"]}


def test_a_sender_does_not_learn_that_another_agencys_message_about_the_same_person_goes_first(bench: Bench) -> None:
    person = _person(bench, 14)
    bench.agencies.behave(COURT, "error")
    first, second = (
        _sent(bench, documents.report(person) | {"reference": f"r-{number}"} | _changed(number, person))
        for number in (1, 2)
    )
    assert "goes first" in str(bench.hub.stories.show(str(second))["deliveries"][0]["why"])
    assert "goes first" not in str(_read(bench, AREA, second)["deliveries"][0]["why"])
    assert first != second


def _changed(number: int, person: Person) -> dict[str, Any]:
    report = documents.report(person)
    return {"payload": report["payload"] | {"proposal": f"A community order of {number} hours"}}


def _everything_said(bench: Bench, agency: str) -> tuple[dict[str, Any], str]:
    [item] = [each for each in bench.agencies.received(agency) if each.kind == "reconviction_link"]
    return json.loads(item.body()), item.message_id


_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")


def test_research_and_an_area_find_nothing_by_which_to_join_their_copies(bench: Bench) -> None:
    id = _sent(bench, _record(NAMING, _person(bench, 15).as_defendant(), area=AREA, record_reference="R-15"))
    (research, its_id), (area, areas_id) = (_everything_said(bench, agency) for agency in (RESEARCH, AREA))
    assert area["id"] == areas_id == str(id)
    assert research["id"] == its_id != str(id)
    copies = []
    for agency, said, own in ((RESEARCH, research, its_id), (AREA, area, areas_id)):
        copies.append(json.dumps([said, _read(bench, agency, UUID(own))]))
    assert not set(_ID.findall(copies[0])) & set(_ID.findall(copies[1]))
    assert research["sent_at"].endswith("T00:00:00+00:00"), "nor the moment at which it was sent"
    assert area["sent_at"] not in copies[0]
    assert NAMING not in copies[0]
    senders = json.dumps(_read(bench, POLICE, id))
    assert its_id not in senders
    [delivery] = [each for each in bench.hub.stories.show(str(id))["deliveries"] if each["recipient"] == RESEARCH]
    assert delivery["known_as"] == its_id, "an operator finds it"
    assert bench.hub.stories.find(its_id) == id


def test_nobody_reads_a_message_by_the_id_that_another_knows(bench: Bench) -> None:
    id = _sent(bench, _record("r1", _person(bench, 16).as_defendant(), area=AREA))
    own = UUID(_everything_said(bench, RESEARCH)[1])
    for agency, others in ((RESEARCH, id), (AREA, own), (POLICE, own), (COURT, own)):
        with pytest.raises(NotFound):
            _read(bench, agency, others)
    assert _read(bench, RESEARCH, own)["deliveries"][0]["recipient"] == RESEARCH


def test_every_attempt_and_the_receipt_carry_the_recipients_own_id(bench: Bench) -> None:
    bench.agencies.behave(RESEARCH, "error")
    id = _sent(bench, _record("r2", _person(bench, 17).as_defendant()))
    first = UUID(_delivery_to_research(bench, id)["known_as"])
    bench.agencies.behave(RESEARCH, "ok")
    bench.clock.advance(timedelta(hours=1))
    bench.drain()
    assert _delivery_to_research(bench, id)["state"] == "delivered"
    assert _everything_said(bench, RESEARCH)[1] == str(first)


def _delivery_to_research(bench: Bench, id: UUID) -> dict[str, Any]:
    [found] = [each for each in bench.hub.stories.show(str(id))["deliveries"] if each["recipient"] == RESEARCH]
    return dict(found)


@pytest.mark.parametrize("research_fetches", [True], indirect=True)
def test_a_mailbox_lists_hands_out_and_acknowledges_by_the_recipients_own_id(bench: Bench) -> None:
    id = _sent(bench, _record("r3", _person(bench, 18).as_defendant()))
    research = bench.hub.knowledge.registry.agencies.named(RESEARCH)
    [item] = bench.hub.mailbox.waiting(research, 10)
    own = UUID(item["message_id"])
    assert own != id
    for refused in (bench.hub.mailbox.fetch, lambda agency, wrong: bench.hub.mailbox.acknowledge(agency, wrong, None)):
        with pytest.raises(NotFound):
            refused(research, id)
    handed = bench.hub.mailbox.fetch(research, own)
    assert handed.message_id == own
    assert json.loads(handed.body)["id"] == str(own)
    assert str(id).encode() not in handed.body
    receipt = bench.hub.mailbox.acknowledge(research, own, "S-17")
    assert receipt["message_id"] == str(own)
    assert bench.hub.mailbox.acknowledge(research, own, "S-17") == receipt
    assert _delivery_to_research(bench, id)["state"] == "delivered"


def test_research_reads_no_reference_and_no_digest_by_which_it_could_test_a_guess(bench: Bench) -> None:
    record = _record(NAMING, _person(bench, 19).as_defendant())
    id = _sent(bench, record)
    with pytest.raises(NotFound):
        _read(bench, RESEARCH, id)
    told = _read(bench, RESEARCH, UUID(_everything_said(bench, RESEARCH)[1]))
    kind = bench.hub.knowledge.catalogue.kinds[("reconviction_link", 1)]
    payload = kind.payload.model_validate_json(json.dumps(record["payload"]), strict=True)
    guessed = ["reconviction_link", 1, payload.model_dump(mode="json", exclude_none=True), []]
    digest = hashlib.sha256(json.dumps(guessed, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    assert _read(bench, POLICE, id)["sha256"] == digest, "the sender's own, which is easy to guess"
    assert digest not in json.dumps(told)
    assert NAMING not in json.dumps(told)
