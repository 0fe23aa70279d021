"""Work on the quarantine: cause and cure; correct, release or discard; order within a subject always holds."""

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import select

from hub.cli.messages import quarantine as commands
from hub.errors import NotInQuarantine
from hub.exchange.repairing import quarantine as quarantine_module
from hub.journal.events import Event
from hub.local.demonstration.stories import Step
from hub.store.content import documents
from hub.store.content.tables import raw_document
from hub.store.journal.tables import journal
from hub.store.repairing.quarantine import Selection
from schemas.problem import Refused
from tests.broken_documents import with_one_bad_case
from tests.conftest import Bench

AREA, PRISON, COURT = "probation-northumbria", "prison-durham", "court-b10jq"
BY, WHY = "operator-one", "the surname was wrong"


def _quarantined(bench: Bench) -> tuple[str, str]:
    """A court list that its area did not accept: (message id, item id)."""
    message, item, _ = _with_edition(bench)
    return message, item


def _with_edition(bench: Bench) -> tuple[str, str, Step]:
    """The same, with a second edition that has not been sent yet."""
    step = bench.story()["list"]
    bench.agencies.behave(AREA, "error")
    receipt: Any = bench.send(step)
    _exhaust(bench)
    bench.agencies.behave(AREA, "ok")
    message = receipt["messages"][0]["id"]
    [item] = [each for each in bench.hub.quarantine.listed() if each["message"] == message]
    return message, item["id"], replace(step, body=step.body.replace(b"-list<", b"-edition2<"))


def _exhaust(bench: Bench) -> None:
    for _ in range(bench.hub.settings.attempts_max + 1):
        bench.drain()
        bench.clock.advance(timedelta(hours=2))


def _accepted(bench: Bench, step: Step) -> str:
    receipt: Any = bench.send(step)
    return str(receipt["messages"][0]["id"])


def _settle(bench: Bench) -> list[str]:
    """Deliver everything; returns the ids that the area has, in order."""
    bench.clock.advance(timedelta(hours=2))
    bench.drain()
    return [json.loads(item.body())["id"] for item in bench.agencies.received(AREA)]


def _state(bench: Bench, message: str) -> tuple[str, str]:
    story = bench.hub.stories.show(message)
    [delivery] = [each for each in story["deliveries"] if each["recipient"] == AREA]
    return story["state"], delivery["state"]


def _told(bench: Bench, event: Event) -> list[Any]:
    with bench.hub.store.transaction() as connection:
        query = select(journal).where(journal.c.event == event).order_by(journal.c.position)
        return list(connection.execute(query).all())


def test_an_item_shows_cause_place_and_cure_and_nothing_of_its_content(bench: Bench) -> None:
    message, item, edition = _with_edition(bench)
    later = _accepted(bench, edition)
    told = bench.hub.quarantine.show(item[:8])
    assert told["code"] == "partner.failed"
    assert told["cause"].startswith("quarantined after 4 attempts: status 500")
    assert "release it" in told["cure"]
    assert told["document_place"].startswith("line "), "where it stood in the document that it came in"
    assert (told["recipient"], told["message"], told["holds_back"]) == (AREA, message, 1)
    said = json.loads(bench.hub.quarantine.body(item, BY, WHY))
    assert said["payload"]["sessions"][0]["cases"][0]["defendant"]["name"]["surname"] not in json.dumps(told)
    [waiting] = bench.hub.stories.show(later)["deliveries"]
    assert waiting["why"] == f"waiting: message {message} about the same subject goes first and is quarantined"


def test_it_holds_back_only_its_own_subject(bench: Bench) -> None:
    _, _, edition = _with_edition(bench)
    later = _accepted(bench, edition)
    other: Any = bench.send(bench.story()["sentence_without_report"])
    received = _settle(bench)
    assert other["messages"][0]["id"] in received
    assert later not in received


def test_what_it_says_is_shown_only_with_a_reason_and_the_journal_names_who_read_it(bench: Bench) -> None:
    message, item = _quarantined(bench)
    assert _told(bench, Event.BODY_READ) == []
    said = json.loads(bench.hub.quarantine.body(item, BY, "a recipient rang"))
    assert said["kind"] == "court_list"
    assert len(said["payload"]["sessions"][0]["cases"]) == 2
    [entry] = _told(bench, Event.BODY_READ)
    assert str(entry.message_id) == message
    assert entry.detail == {"person": BY, "reason": "a recipient rang", "read": ["body"]}


def test_released_it_is_sent_as_it_is_and_before_what_waited_behind_it(bench: Bench) -> None:
    message, item, edition = _with_edition(bench)
    later = _accepted(bench, edition)
    bench.hub.quarantine.release(item, BY, "their system is repaired")
    assert _settle(bench) == [message, later]
    assert _state(bench, message) == ("delivered", "delivered")
    [entry] = _told(bench, Event.RELEASED)
    assert entry.detail == {"code": "partner.failed", "by": BY, "reason": "their system is repaired"}
    with pytest.raises(NotInQuarantine):
        bench.hub.quarantine.release(item, BY, "again")


def test_a_discarded_delivery_is_never_sent_and_holds_back_nothing(bench: Bench) -> None:
    message, item, edition = _with_edition(bench)
    later = _accepted(bench, edition)
    bench.hub.quarantine.discard(item, BY, "the sitting is over")
    assert _settle(bench) == [later]
    assert _state(bench, message) == ("discarded", "discarded")
    [delivery] = bench.hub.stories.show(message)["deliveries"]
    assert delivery["why"] == f"discarded by {BY}: the sitting is over"
    assert bench.hub.quarantine.listed() == []


def test_a_correction_replaces_the_message_and_takes_its_place_and_both_are_kept(bench: Bench) -> None:
    message, item = _quarantined(bench)
    other: Any = bench.send(bench.story()["sentence_without_report"])
    said = json.loads(bench.hub.quarantine.body(item, BY, WHY))
    said["payload"]["sessions"][0]["cases"][0]["defendant"]["name"]["surname"] = "Corrected"
    done = bench.hub.quarantine.fix(item, json.dumps(said).encode(), BY, WHY)
    assert done["recipients"] == [AREA]
    corrected = done["message"]
    story = bench.hub.stories.show(corrected)
    assert (story["supersedes"], story["causation"]) == (message, message)
    assert story["reference"] == said["reference"] + "~corrected"
    received = _settle(bench)
    assert message not in received
    assert set(received) >= {corrected, other["messages"][0]["id"]}
    [body] = [each.body() for each in bench.agencies.received(AREA) if json.loads(each.body())["id"] == corrected]
    assert b"Corrected" in body
    assert _state(bench, message) == ("discarded", "discarded")
    assert bench.hub.stories.show(message)["deliveries"][0]["why"].endswith(f"{corrected} replaces it")
    [entry] = _told(bench, Event.CORRECTED)
    assert (entry.detail["corrected_by"], entry.detail["by"], entry.detail["reason"]) == (corrected, BY, WHY)


def test_a_correction_goes_before_what_waited_behind_the_former(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["warrant"])
    bench.drain()
    bench.agencies.behave(COURT, "error")
    former: Any = bench.send(story["acknowledged"])
    _exhaust(bench)
    later: Any = bench.send(story["executed"])
    bench.agencies.behave(COURT, "ok")
    message, waiting = former["messages"][0]["id"], later["messages"][0]["id"]
    [held_back] = [each for each in bench.hub.stories.show(waiting)["deliveries"] if each["recipient"] == COURT]
    assert "goes first and is quarantined" in held_back["why"]
    [item] = bench.hub.quarantine.listed()
    said = bench.hub.quarantine.body(item["id"], BY, WHY)
    corrected = bench.hub.quarantine.fix(item["id"], said, BY, WHY)["message"]
    bench.drain()
    received = [json.loads(each.body())["id"] for each in bench.agencies.received(COURT)]
    assert received[-2:] == [corrected, waiting]
    assert message not in received


def test_what_a_later_edition_has_replaced_is_not_corrected_any_more(bench: Bench) -> None:
    _, item, edition = _with_edition(bench)
    said = bench.hub.quarantine.body(item, BY, WHY)
    _accepted(bench, edition)
    with pytest.raises(Refused, match=r"correction\.replaced"):
        bench.hub.quarantine.fix(item, said, BY, WHY)


def test_a_correction_that_cannot_be_taken_changes_nothing(bench: Bench) -> None:
    message, item = _quarantined(bench)
    said = json.loads(bench.hub.quarantine.body(item, BY, WHY))
    operate = bench.hub.quarantine
    other_kind: Any = bench.story()["sentence_without_report"].body
    wrong = json.dumps(said | {"payload": {}}).encode()
    foreign = json.dumps(said | {"sender": "prison-durham"}).encode()
    for body in (other_kind, wrong, foreign, b"no document at all"):
        with pytest.raises(Refused):
            operate.fix(item, body, BY, WHY)
    assert [each["id"] for each in operate.listed()] == [item]
    assert _state(bench, message) == ("needs_attention", "quarantined")
    with bench.hub.store.transaction() as connection:
        assert len(connection.execute(select(raw_document.c.id)).all()) == 1


def test_the_list_can_be_narrowed(bench: Bench) -> None:
    _, item = _quarantined(bench)
    listed = bench.hub.quarantine.listed
    for narrow in (Selection(recipient=AREA), Selection(kind="court_list"), Selection(code="partner.failed")):
        assert [each["id"] for each in listed(narrow)] == [item]
    for narrow in (Selection(recipient=PRISON), Selection(kind="warrant"), Selection(sender="police-northumbria")):
        assert listed(narrow) == []


def _refuse_one_case(bench: Bench) -> tuple[dict[str, Any], bytes, dict[str, Any]]:
    """A court list of which one case is refused: (the item, the correct document, its receipt)."""
    step = bench.story()["list"]
    bad = with_one_bad_case(step.body)
    assert bad != step.body
    receipt: Any = bench.send(replace(step, body=bad))
    [item] = bench.hub.quarantine.listed()
    return item, step.body, receipt


def test_a_corrected_document_says_which_it_corrects_and_who_handed_it_in(bench: Bench) -> None:
    item, good, receipt = _refuse_one_case(bench)
    good = good.replace(b"-list", b"-list-again")
    done = bench.hub.quarantine.fix(item["id"], good, BY, "the date was mistyped")
    [received] = [each for each in bench.hub.stories.show(done["messages"][0])["journal"] if "corrects" in each]
    assert (received["event"], received["corrects"], received["by"]) == (
        Event.DOCUMENT_RECEIVED,
        receipt["document"],
        BY,
    )


def test_what_was_accepted_before_corrects_nothing(bench: Bench) -> None:
    item, _, _ = _refuse_one_case(bench)
    other = bench.story()["second_list"]
    bench.send(other)
    with pytest.raises(Refused, match=r"correction\.accepted_before"):
        bench.hub.quarantine.fix(item["id"], other.body, BY, "it was meant to be this one")
    assert item["id"] in [each["id"] for each in bench.hub.quarantine.listed()]


def test_a_part_that_was_refused_when_it_came_is_an_item_with_its_place(bench: Bench) -> None:
    item, _, receipt = _refuse_one_case(bench)
    assert item["what"] == "document"
    assert item["document"] == receipt["document"]
    assert item["place"].startswith("line ")
    assert item["code"] == receipt["refused"][0]["code"]
    assert receipt["refused"][0]["cure"] in item["cure"]


def test_what_the_list_leaves_out_is_counted(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    step = bench.story()["list"]
    bad = with_one_bad_case(step.body)
    for number in range(3):
        bench.send(replace(step, body=bad.replace(b"-list<", f"-list{number}<".encode())))
    bench.agencies.behave(AREA, "error")
    _exhaust(bench)  # the first one; the others wait for it
    work = bench.hub.quarantine
    assert work.counted(Selection()) == {"delivery": 1, "document": 3}
    assert work.counted(Selection(recipient=AREA)) == {"delivery": 1, "document": 0}
    assert work.counted(Selection(sender=PRISON)) == {"delivery": 0, "document": 0}
    monkeypatch.setattr(commands, "open_hub", lambda: nullcontext(bench.hub))
    monkeypatch.setattr(quarantine_module, "_LISTED_MAX", 2)
    commands.list_items()
    assert capsys.readouterr().out.startswith("3 items, the oldest 2 of 3 refused parts")
    monkeypatch.setattr(quarantine_module, "_LISTED_MAX", 0)
    commands.list_items(as_json=True)
    told = capsys.readouterr()
    words = "0 items, the oldest 0 of 1 delivery, the oldest 0 of 3 refused parts"
    assert (json.loads(told.out), told.err.strip()) == ([], words)


def test_a_refused_document_is_corrected_and_what_was_accepted_is_not_taken_twice(bench: Bench) -> None:
    item, good, receipt = _refuse_one_case(bench)
    with pytest.raises(Refused):
        bench.hub.quarantine.release(item["id"], BY, "nothing has changed")
    assert [each["id"] for each in bench.hub.quarantine.listed()] == [item["id"]]
    # because a corrected document of its sender has a reference of its own
    good = good.replace(b"-list", b"-list-again")
    done = bench.hub.quarantine.fix(item["id"], good, BY, "the date was mistyped")
    assert len(done["messages"]) == 1
    assert bench.hub.quarantine.listed() == []
    [entry] = _told(bench, Event.CORRECTED)
    assert str(entry.raw_document_id) == receipt["document"]
    assert entry.detail["received_again_as"] != receipt["document"]


def test_a_refused_part_can_be_discarded(bench: Bench) -> None:
    item, _, _ = _refuse_one_case(bench)
    bench.hub.quarantine.discard(item["id"], BY, "the sender has sent it anew")
    assert bench.hub.quarantine.listed() == []


def test_a_document_that_the_hub_died_over_is_released_and_read_again(bench: Bench) -> None:
    step = bench.story()["list"]
    body = step.body
    with bench.hub.store.transaction() as connection:
        documents.keep(
            connection,
            id=uuid4(),
            caller=step.caller,
            media_type="text/xml",
            digest="0",
            body=body,
            received_at=bench.clock.now() - timedelta(hours=1),
        )
    bench.hub.sweep.run()
    [item] = bench.hub.quarantine.listed()
    assert item["code"] == "document.abandoned"
    done = bench.hub.quarantine.release(item["id"], BY, "the sender has not sent it again")
    assert len(done["messages"]) == 1
    assert _settle(bench) == done["messages"]
