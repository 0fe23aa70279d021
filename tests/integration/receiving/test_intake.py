"""What is kept of a document and answered: signatures, repeats, parts that are refused, and who may still hand in."""

import hashlib
import json
from typing import Any
from uuid import UUID

import pytest

from hub.access.keys import Signature
from hub.errors import AssertionRefused
from hub.exchange.accepting.demands import Demands
from hub.exchange.accepting.intake import digest_of
from hub.exchange.message.receipts import Answer
from hub.journal.acceptance_notes import AcceptanceNotes
from hub.journal.receipt_places import ReceiptPlaces
from hub.settings import Settings
from schemas.parts.document import Attachment
from tests.broken_documents import with_one_bad_case
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Person

COURT = AREAS[0].court


def _result(bench: Bench, number: int = 31) -> bytes:
    person = Person(number, AREAS[0], bench.clock.now().replace(microsecond=0))
    return json.dumps(documents.result(person, 1, True)).encode()


def _receive(bench: Bench, body: bytes, **more: Any) -> Answer:
    return bench.hub.intake.receive(bench.hub.knowledge.registry.agencies.named(COURT), body, **more)


def _journal(bench: Bench, answer: Answer, event: str) -> list[dict[str, Any]]:
    assert answer.receipt is not None, answer.refused
    journal = bench.hub.stories.show(answer.receipt["messages"][0]["id"])["journal"]
    return [entry for entry in journal if entry["event"] == event]


# ---- signatures


def test_a_signature_is_kept_with_its_key_and_a_document_without_one_has_none(bench: Bench) -> None:
    signed = _receive(
        bench, _result(bench), signature=Signature("the key", "the text"), demands=Demands(signature=True)
    )
    [entry] = _journal(bench, signed, "document.received")
    assert (entry["signed_by"], entry["signature"], entry.get("by")) == ("the key", "the text", None)
    [entry] = _journal(bench, _receive(bench, _result(bench, 32), handed_in_by="somebody"), "document.received")
    assert (entry.get("signed_by"), entry.get("signature"), entry["by"]) == (None, None, "somebody")


def test_only_what_was_signed_is_read_and_all_that_came_is_kept(bench: Bench) -> None:
    content = _result(bench)
    posted = b"a frame around " + content
    answer = _receive(bench, posted, signature=Signature("k", "s", content))
    assert answer.receipt is not None
    assert answer.receipt["sha256"] == hashlib.sha256(posted).hexdigest()
    assert [message["kind"] for message in answer.receipt["messages"]] == ["hearing_result"]


def test_where_a_signature_is_demanded_a_document_without_one_is_not_kept(bench: Bench) -> None:
    with pytest.raises(AssertionRefused):
        _receive(bench, _result(bench), demands=Demands(signature=True))
    assert not _receive(bench, _result(bench)).repeated


class NoLonger(Exception):
    pass


def test_whether_the_caller_still_may_is_asked_before_it_is_kept_and_again_before_it_is_recorded(bench: Bench) -> None:
    asked: list[object] = []

    def once(connection: object) -> None:
        asked.append(connection)
        if len(asked) > 1:
            raise NoLonger

    with pytest.raises(NoLonger):
        _receive(bench, _result(bench), demands=Demands(still_may=once))
    assert len(asked) == 2
    assert bench.hub.deadlines.listed(stopped_too=True) == [], "nothing of it was recorded"


# ---- repeats


def test_the_same_document_is_answered_with_the_same_receipt_and_recorded_as_repeated(bench: Bench) -> None:
    body = _result(bench)
    first, second = _receive(bench, body), _receive(bench, body)
    assert (first.repeated, second.repeated) == (False, True)
    assert first.receipt == second.receipt
    assert second.refused == ()
    assert len(bench.hub.deadlines.listed(stopped_too=True)) == 1


def test_the_same_message_in_another_document_is_the_same_message_and_follows_once(bench: Bench) -> None:
    body = _result(bench)
    first, second = _receive(bench, body), _receive(bench, body + b" ")
    assert first.receipt is not None and second.receipt is not None
    assert (first.repeated, second.repeated) == (False, True)
    assert first.receipt["messages"][0]["id"] == second.receipt["messages"][0]["id"]
    assert first.receipt["document"] != second.receipt["document"]
    assert len(bench.hub.deadlines.listed(stopped_too=True)) == 1


def test_a_document_is_known_by_its_bytes_and_by_the_names_and_bytes_of_its_attachments() -> None:
    one, other = (Attachment(name, "text/plain", name * 64, b"x") for name in "ab")
    assert digest_of(b"x", {}) == hashlib.sha256(b"x").hexdigest()
    assert digest_of(b"x", {"1": one, "2": other}) == digest_of(b"x", {"2": other, "1": one})
    different = [{}, {"1": one}, {"1": other}, {"2": one}, {"1": one, "2": other}, {"1": other, "2": one}]
    assert len({digest_of(b"x", attached) for attached in different}) == len(different)


# ---- parts that are refused


def test_what_is_refused_of_a_document_is_told_and_kept_for_a_person_and_the_rest_is_accepted(bench: Bench) -> None:
    step = bench.story()["list"]
    sender = bench.hub.knowledge.registry.agencies.named(step.caller)
    answer = bench.hub.intake.receive(sender, with_one_bad_case(step.body), step.media_type)
    assert answer.receipt is not None
    assert len(answer.receipt["messages"]) == len(answer.receipt["refused"]) == len(answer.refused) == 1
    assert not answer.repeated
    [entry] = _journal(bench, answer, "part.refused")
    assert (entry["code"], entry["where"]) == (answer.refused[0].code, answer.refused[0].where)
    again = bench.hub.intake.receive(sender, with_one_bad_case(step.body), step.media_type)
    assert again.receipt is not None and again.repeated
    assert again.receipt["document"] != answer.receipt["document"], "what was refused may be accepted by now"


def test_a_document_of_which_nothing_is_accepted_has_no_receipt_and_is_refused_again(bench: Bench) -> None:
    bad = _result(bench).replace(b'"offences"', b'"offence"')
    for _ in range(2):
        answer = _receive(bench, bad)
        assert answer.receipt is None
        assert not answer.repeated
        assert answer.refused
    assert len(bench.hub.quarantine.listed()) == 2, "each of the two documents waits for a person"


def test_another_message_under_a_used_reference_is_refused_and_the_first_stays(bench: Bench) -> None:
    first = _receive(bench, _result(bench))
    other = _receive(bench, _result(bench).replace(b"Imprisonment for 6 months", b"Imprisonment for 9 months"))
    assert first.receipt is not None and other.receipt is None
    assert [problem.code for problem in other.refused] == ["reference.reused"]
    assert len(bench.hub.deadlines.listed(stopped_too=True)) == 1


def test_each_message_that_is_accepted_is_noted_beside_the_database(bench: Bench, settings: Settings) -> None:
    notes = AcceptanceNotes(settings.state_dir / "accepted")
    _receive(bench, b"nothing that anybody can read")
    assert list(notes.read()) == []
    answer = _receive(bench, _result(bench))
    assert answer.receipt is not None
    [message] = answer.receipt["messages"]
    place = ReceiptPlaces(bench.hub.signing).opened(str(message["journal_position"]))
    assert list(notes.read()) == [(place, UUID(message["id"]))]


def test_what_cannot_be_noted_beside_the_database_is_accepted_all_the_same(bench: Bench, settings: Settings) -> None:
    notes = settings.state_dir / "accepted"
    notes.parent.mkdir(exist_ok=True)
    notes.write_text("no folder")
    assert _receive(bench, _result(bench)).receipt is not None
