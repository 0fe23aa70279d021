"""A warrant that arrives after what ended it: it is refused if it was withdrawn, and otherwise only what is still open
starts."""

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.attacks.standing.courts_and_areas import AWAY, HOME, Business
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import Message


@pytest.fixture
def business(bench: Bench) -> Business:
    bench.clock.stand_still()
    return Business(bench, 21)


def _update(business: Business, status: str, **changes: Any) -> Message:
    update = documents.warrant_update(business.person(), status)
    return update | {"payload": update["payload"] | changes}


def _refusal(business: Business, message: Message) -> list[tuple[str, str]]:
    agency = business.bench.hub.knowledge.registry.agencies.named(message["sender"])
    answer = business.bench.hub.intake.receive(agency, json.dumps(message).encode())
    assert answer.receipt is None
    return [(problem.code, problem.where) for problem in answer.refused]


def test_a_warrant_that_was_withdrawn_before_it_came_is_refused_and_starts_nothing(business: Business) -> None:
    business.say(_update(business, "withdrawn"), by=HOME.court)
    assert _refusal(business, documents.warrant(business.person())) == [("message.overtaken", "$")]
    assert business.bench.hub.deadlines.listed(stopped_too=True) == []


def test_a_warrant_that_was_acknowledged_before_it_came_is_only_open(business: Business) -> None:
    business.say(_update(business, "acknowledged"))
    assert business.clocks(business.say(documents.warrant(business.person()))) == {"warrant_open": "running"}


def test_a_warrant_that_was_executed_before_it_came_starts_nothing_and_is_delivered(business: Business) -> None:
    business.say(_update(business, "executed"))
    warrant = business.say(documents.warrant(business.person()))
    assert business.clocks(warrant) == {}
    assert ("breach_warrant", warrant) in business.got(HOME.police)


@pytest.mark.parametrize(("before", "clocks"), [(timedelta(0), set()), (timedelta(seconds=1), {"running"})])
def test_what_happened_before_a_warrant_was_issued_ended_an_earlier_one(
    business: Business, before: timedelta, clocks: set[str]
) -> None:
    at = (business.person().now - before).isoformat()
    business.say(_update(business, "executed", at=at))
    warrant = business.say(documents.warrant(business.person()))
    assert set(business.clocks(warrant).values()) == clocks


def test_the_end_of_another_warrant_of_the_person_ends_nothing(business: Business) -> None:
    business.say(_update(business, "executed", warrant_reference="W-another"))
    warrant = business.say(documents.warrant(business.person()))
    assert business.clocks(warrant) == {"warrant_acknowledged": "running", "warrant_open": "running"}


def test_a_warrant_that_is_sent_again_after_its_withdrawal_is_the_same_and_not_refused(business: Business) -> None:
    warrant = business.say(documents.warrant(business.person()))
    business.say(_update(business, "withdrawn"), by=HOME.court)
    assert business.say(documents.warrant(business.person())) == warrant
    assert set(business.clocks(warrant).values()) == {"void"}


def test_what_a_stranger_said_before_ends_nothing_that_comes_later(business: Business) -> None:
    business.say(_update(business, "executed"), by=AWAY.police)
    warrant = business.say(documents.warrant(business.person()))
    assert set(business.clocks(warrant).values()) == {"running"}


def test_of_a_message_without_standing_every_clock_is_doubtful_and_chased_after_half_an_hour(
    business: Business,
) -> None:
    business.say(documents.report(business.person()))
    result = business.say(business.result_of_another_court())
    [clock] = [one for one in business.bench.hub.deadlines.listed() if one["started_by"] == result]
    assert (clock["clock"], clock["state"]) == ("report_to_prison", "doubtful")
    events = {entry["event"] for entry in business.bench.hub.stories.show(result)["journal"]}
    assert "clock.doubtful" in events and "clock.started" not in events

    def reminded() -> bool:
        business.bench.hub.sweep.run()
        journal = business.bench.hub.stories.show(result)["journal"]
        return "clock.reminded" in {entry["event"] for entry in journal}

    business.bench.clock.advance(timedelta(minutes=29))
    assert not reminded()
    business.bench.clock.advance(timedelta(minutes=2))
    assert reminded()
