"""An agency with an ordinary key speaks about what is not its own: it is kept, and changes nothing."""

import copy
import json
from dataclasses import FrozenInstanceError, replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.exchange.repairing.believing import BelievedTooLate
from hub.lifecycle import BulkAction
from hub.sharing.decision.standing import Standing, without_matter
from hub.store.messages import backlog
from hub.store.repairing.quarantine import Selection
from tests.attacks.standing.courts_and_areas import AWAY, HOME, Business
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS


@pytest.fixture
def business(bench: Bench) -> Business:
    return Business(bench, 11)


def test_nobody_makes_or_changes_a_standing() -> None:
    real = without_matter("court-b10jq")
    parts: dict[str, Any] = {name: getattr(real, name) for name in Standing.__slots__}
    with pytest.raises(PermissionError):
        Standing(**parts, issued=object())
    with pytest.raises((PermissionError, ValueError)):
        replace(real, sender="court-b46db")  # type: ignore[call-arg]
    with pytest.raises(FrozenInstanceError):
        real.sender = "court-b46db"  # type: ignore[misc]
    with pytest.raises(TypeError):
        real.members["court-b10jq"] = frozenset({"court-b46db"})  # type: ignore[index]
    with pytest.raises((PermissionError, TypeError)):
        copy.replace(real, acts_for=frozenset({"court-b10jq"})) if hasattr(copy, "replace") else Standing(**parts)


# ---- a case at a court


def test_another_courts_result_does_not_move_the_report_and_goes_before_a_person(business: Business) -> None:
    report = business.say(documents.report(business.person()))
    result = business.say(business.result_of_another_court())
    assert ("pre_sentence_report", report) not in business.got(AWAY.prison)
    for agency in (HOME.probation, HOME.police, AWAY.probation, AWAY.prison):
        assert all(id != result for _, id in business.got(agency)), f"{agency} was told something that is doubtful"
    items = business.in_quarantine(result)
    assert {item["code"] for item in items} == {"standing.none"}
    assert business.clocks(result) == {"report_to_prison": "doubtful"}
    shown = business.bench.hub.quarantine.show(items[0]["id"])
    assert f"pre_sentence_report {report} of {HOME.probation} is sent to {AWAY.prison}" in shown["would_follow"]


def test_what_strangers_say_counts_against_their_limit_until_a_person_has_decided(business: Business) -> None:
    business.say(documents.report(business.person()))
    before = _open(business, AWAY.court)
    result = business.say(business.result_of_another_court())
    business.bench.drain()
    assert _open(business, AWAY.court) == before + 1
    for item in business.in_quarantine(result):
        business.bench.hub.quarantine.discard(item["id"], "somebody", "the court knows nothing of it")
    assert _open(business, AWAY.court) == before


def _open(business: Business, agency: str) -> int:
    with business.bench.hub.store.transaction() as connection:
        return backlog.open_of(connection, agency, 10)


def test_what_has_no_standing_in_one_document_is_one_item(business: Business) -> None:
    hub, number = business.bench.hub, business.number
    said, own = [], []
    for each in range(number, number + 5):
        person = Business(business.bench, each)
        business.say(documents.result(person.person(), 1, False))
        said.append(person.result_of_another_court() | {"reference": f"S{each}"})
        own.append(documents.result(Business(business.bench, each + 100).person(AWAY), 1, False))
    answer = hub.intake.receive(hub.knowledge.registry.agencies.named(AWAY.court), json.dumps([*said, *own]).encode())
    assert answer.receipt is not None
    [item] = hub.quarantine.listed()
    document = Selection(document=UUID(item["document"] or ""))
    each = hub.quarantine.listed(document)
    assert {one["message"] for one in each} == {one["id"] for one in answer.receipt["messages"][:5]}
    assert (item["stands_for"], hub.quarantine.counted(Selection())["delivery"]) == (len(each), len(each))
    assert f"and {len(each) - 1} more deliveries of this document" in (item["cause"] or "")
    planned = hub.bulk.plan(BulkAction.DISCARD, document, "somebody", "their system repeated it")
    assert planned["count"] == len(each), "and it is settled as one"


def test_a_person_is_chased_within_the_hour_about_a_result_that_may_be_true(business: Business) -> None:
    business.say(documents.report(business.person()))
    result = business.say(business.result_of_another_court())
    business.bench.clock.advance(timedelta(minutes=59))
    business.bench.hub.sweep.run()
    chased = business.bench.hub.stories.show(result)["journal"]
    assert "clock.reminded" in {entry["event"] for entry in chased}


def test_what_a_person_believes_has_every_effect_that_it_would_have_had(business: Business) -> None:
    report = business.say(documents.report(business.person()))
    result = business.say(business.result_of_another_court())
    business.release(result)
    assert ("pre_sentence_report", report) in business.got(AWAY.prison)
    assert ("hearing_result", result) in business.got(AWAY.prison)
    assert business.clocks(result)["report_to_prison"] == "met"
    later = business.say(documents.result(business.person(AWAY), 2, False), urn=business.person().urn())
    assert business.in_quarantine(later) == [], "it is a party from then on"


def _edition(business: Business, minutes: int) -> dict[str, Any]:
    """An edition of the result of the court away, shared by it at that minute."""
    message = business.result_of_another_court()
    shared = business.person().now + timedelta(minutes=minutes)
    message["payload"] |= {"hearing_id": "H-1", "shared_at": shared.isoformat()}
    return message | {"reference": f"edition-{minutes}"}


def test_a_person_believes_no_edition_that_a_newer_one_has_overtaken(business: Business) -> None:
    business.say(documents.report(business.person()))
    older = business.say(_edition(business, 1))
    newer = business.say(_edition(business, 2))
    business.release(newer)
    with pytest.raises(BelievedTooLate) as told:
        business.release(older)
    assert told.value.code == "standing.overtaken"
    assert business.clocks(older) == {"report_to_prison": "doubtful"}, "nothing of it has happened"
    for item in business.in_quarantine(older):
        business.bench.hub.quarantine.discard(item["id"], "somebody", "the newer edition is valid")
    assert business.clocks(older) == {"report_to_prison": "void"}


def test_a_newer_edition_that_is_believed_replaces_the_older_one(business: Business) -> None:
    report = business.say(documents.report(business.person()))
    older = business.say(_edition(business, 1))
    business.release(older)
    newer = business.say(_edition(business, 2))
    assert business.in_quarantine(newer) == [], "its sender is a party from then on"
    assert business.bench.hub.stories.show(newer)["supersedes"] == older
    assert ("pre_sentence_report", report) in business.got(AWAY.prison)
    assert business.clocks(older)["report_to_prison"] in ("met", "void")


def test_what_a_person_gives_up_leaves_no_clock(business: Business) -> None:
    business.say(documents.report(business.person()))
    result = business.say(business.result_of_another_court())
    for item in business.in_quarantine(result):
        business.bench.hub.quarantine.discard(item["id"], "somebody", "the court knows nothing of it")
    assert business.clocks(result) == {"report_to_prison": "void"}


def test_a_refused_message_of_a_stranger_holds_up_nobody(business: Business) -> None:
    business.say(documents.report(business.person()))
    business.say(business.result_of_another_court(), by=AWAY.court)
    result = business.say(documents.result(business.person(), 1, True))
    assert ("hearing_result", result) in business.got(HOME.police)
    assert business.clocks(result)["report_to_prison"] == "met"


def test_a_stranger_who_speaks_first_blocks_nothing_and_moves_nothing(business: Business) -> None:
    first = business.say(business.result_of_another_court())
    report = business.say(documents.report(business.person()))
    result = business.say(documents.result(business.person(), 1, True))
    assert ("pre_sentence_report", report) not in business.got(AWAY.prison)
    assert ("pre_sentence_report", report) in business.got(HOME.prison)
    assert business.clocks(result)["report_to_prison"] == "met"
    assert business.clocks(first)["report_to_prison"] == "running"


def test_another_areas_report_ends_no_clock_and_goes_to_no_prison(business: Business) -> None:
    person = business.person()
    request = business.say(documents.report_request(person))
    false = business.say(documents.report(person), by=AWAY.probation)
    result = business.say(documents.result(person, 1, True))
    business.bench.drain()
    assert business.clocks(request)["report_completed"] == "running"
    assert business.clocks(result)["report_to_prison"] == "running"
    assert all(id != false for _, id in business.got(HOME.prison) + business.got(HOME.court))


def test_another_areas_report_that_comes_first_is_not_sent_on_either(business: Business) -> None:
    person = business.person()
    false = business.say(documents.report(person), by=AWAY.probation)
    request = business.say(documents.report_request(person))
    result = business.say(documents.result(person, 1, True))
    business.bench.drain()
    assert business.clocks(request)["report_completed"] == "running"
    assert business.clocks(result)["report_to_prison"] == "running"
    assert ("pre_sentence_report", false) not in business.got(HOME.prison)


# ---- warrants


@pytest.mark.parametrize("first", [True, False], ids=["before it came", "afterwards"])
@pytest.mark.parametrize("status", ["withdrawn", "executed", "acknowledged"])
@pytest.mark.parametrize("by", [AWAY.court, AWAY.police])
def test_a_stranger_withdraws_or_executes_no_warrant(business: Business, first: bool, status: str, by: str) -> None:
    person = business.person()
    update = documents.warrant_update(person, status)
    changes = {"court": {"ou_code": AWAY.ou_code}} if by == AWAY.court else {}
    if first:
        business.say(update, by=by, **changes)
    warrant = business.say(documents.warrant(person))
    if not first:
        false = business.say(update, by=by, **changes)
        assert business.in_quarantine(false)
    assert ("breach_warrant", warrant) in business.got(HOME.police)
    assert set(business.clocks(warrant).values()) == {"running"}
    business.say(documents.warrant_update(person, "executed"))
    assert set(business.clocks(warrant).values()) == {"met"}


@pytest.mark.parametrize("first", [True, False], ids=["before it came", "afterwards"])
@pytest.mark.parametrize(("status", "by"), [("withdrawn", HOME.police), ("executed", HOME.court)])
def test_a_party_does_not_say_what_is_for_another_party_to_say(
    business: Business, first: bool, status: str, by: str
) -> None:
    person = business.person()
    if first:
        business.say(documents.warrant_update(person, status), by=by)
    warrant = business.say(documents.warrant(person))
    if not first:
        assert business.in_quarantine(business.say(documents.warrant_update(person, status), by=by))
    assert set(business.clocks(warrant).values()) == {"running"}


def test_the_warrant_of_another_court_under_the_same_number_is_another_warrant(business: Business) -> None:
    person = business.person()
    false = business.say(documents.warrant(person), by=AWAY.court, court={"ou_code": AWAY.ou_code}, urn=None)
    warrant = business.say(documents.warrant(person))
    business.say(documents.warrant_update(person, "withdrawn"), by=HOME.court)
    assert set(business.clocks(warrant).values()) == {"void"}
    assert set(business.clocks(false).values()) == {"running"}


# ---- transfers, releases, registers


def _transfer(business: Business, reference: str = "T-1") -> dict[str, Any]:
    person = business.person()
    payload = {
        "transfer_reference": reference,
        "to_area": AREAS[1].probation,
        "requested_at": person.now.isoformat(),
        "offender": person.as_defendant(),
    }
    return person.message("case_transfer", HOME.probation, payload, "transfer")


def _reply(business: Business, decision: str) -> dict[str, Any]:
    person = business.person()
    payload = {
        "transfer_reference": "T-1",
        "to_area": HOME.probation,
        "decision": decision,
        "decided_at": person.now.isoformat(),
        "offender": person.as_defendant(),
    }
    return person.message("transfer_reply", AREAS[1].probation, payload, "reply")


@pytest.mark.parametrize("decision", ["accepted", "refused"])
def test_only_the_area_that_was_asked_replies_to_a_transfer(business: Business, decision: str) -> None:
    transfer = business.say(_transfer(business))
    false = business.say(_reply(business, decision), by=AWAY.probation)
    assert business.in_quarantine(false)
    assert business.clocks(transfer) == {"transfer_reply": "running"}
    business.say(_reply(business, decision))
    assert business.clocks(transfer) == {"transfer_reply": "met"}


def test_an_area_does_not_accept_its_own_transfer(business: Business) -> None:
    transfer = business.say(_transfer(business))
    assert business.in_quarantine(business.say(_reply(business, "accepted"), by=HOME.probation))
    assert business.clocks(transfer) == {"transfer_reply": "running"}


def test_only_the_area_of_a_release_gives_its_feedback(business: Business) -> None:
    person = business.person()
    release = business.say(documents.release(person))
    false = business.say(documents.feedback(person), by=AWAY.probation)
    assert business.in_quarantine(false)
    business.bench.drain()
    assert business.clocks(release) == {"feedback_after_release": "running"}
    business.say(documents.feedback(person))
    business.bench.drain()
    assert business.clocks(release) == {"feedback_after_release": "met"}


def test_no_prison_tells_of_a_release_in_the_name_of_another(business: Business) -> None:
    release = business.say(documents.release(business.person()))
    false = business.say(documents.release(business.person()), by=AWAY.prison)
    assert business.in_quarantine(false)
    assert business.clocks(release) == {"feedback_after_release": "running"}


def _register(business: Business, kind: str, by: str) -> dict[str, Any]:
    person = business.person()
    payload: dict[str, Any] = {
        "register_reference": "RR-1",
        "inform": [AREAS[1].probation],
        "force": HOME.force,
        "offender": person.as_defendant(),
    }
    day = (person.now + timedelta(days=90)).date().isoformat()
    if kind == "risk_registration":
        payload |= {
            "registered_at": person.now.isoformat(),
            "review_on": day,
            "category": "Harm to a known adult",
            "level": "high",
        }
    else:
        payload |= {"reviewed_at": person.now.isoformat(), "outcome": "deregistered", "level": "low"}
    return person.message(kind, by, payload, kind)


@pytest.mark.parametrize("by", [AWAY.probation, AREAS[1].probation], ids=["a stranger", "an area that was informed"])
def test_only_the_area_that_keeps_the_register_reviews_an_entry(business: Business, by: str) -> None:
    entry = business.say(_register(business, "risk_registration", HOME.probation))
    false = business.say(_register(business, "risk_review", by) | {"reference": "false"})
    assert business.in_quarantine(false)
    assert business.clocks(entry) == {"risk_review": "running"}
    business.say(_register(business, "risk_review", HOME.probation))
    assert business.clocks(entry) == {"risk_review": "met"}


def test_an_area_that_has_taken_the_person_over_reviews_the_entry(business: Business) -> None:
    entry = business.say(_register(business, "risk_registration", HOME.probation))
    business.say(_transfer(business))
    business.say(_reply(business, "accepted"))
    review = business.say(_register(business, "risk_review", AREAS[1].probation))
    assert business.in_quarantine(review) == []
    assert business.clocks(entry) == {"risk_review": "met"}


def test_an_area_that_only_says_that_it_has_taken_the_person_over_reviews_nothing(business: Business) -> None:
    entry = business.say(_register(business, "risk_registration", HOME.probation))
    business.say(_reply(business, "accepted"))
    review = business.say(_register(business, "risk_review", AREAS[1].probation))
    assert business.in_quarantine(review)
    assert business.clocks(entry) == {"risk_review": "running"}


def test_an_area_does_not_speak_as_the_court_that_it_once_wrote_to(business: Business) -> None:
    person = business.person()
    business.say(documents.report(person), by=AWAY.probation)
    request = business.say(documents.report_request(person))
    false = business.say(documents.report(person) | {"reference": "again"}, by=AWAY.probation)
    assert business.in_quarantine(false)
    assert business.clocks(request)["report_completed"] == "running"
