"""A supervision begins and ends, and what is for the area that supervises goes there and nowhere else."""

import json
from collections.abc import Sequence
from datetime import timedelta

import pytest

from tests.attacks.standing.courts_and_areas import AWAY, HOME, OTHER, Business
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import Area

AREAS = {HOME.probation: HOME, OTHER.probation: OTHER, AWAY.probation: AWAY}


@pytest.fixture
def business(bench: Bench) -> Business:
    return Business(bench, 21)


def _told(business: Business, reference: str = "record") -> dict[str, str | None]:
    """The areas that get a conviction of the person, and the reason that they are given."""
    record = business.say(documents.reconviction(business.person(), reference))
    business.bench.hub.linking.run()
    business.bench.drain()
    received = {
        area: item for area in AREAS for item in business.bench.agencies.received(area) if item.message_id == record
    }
    return {area: json.loads(item.body())["payload"].get("routed_by") for area, item in received.items()}


def _transfer(business: Business, to: Area = OTHER) -> None:
    person = business.person()
    business.say(documents.transfer(person, to))
    business.say(documents.transfer_reply(person, to))


def test_after_an_accepted_transfer_a_reconviction_goes_to_the_new_area_alone(business: Business) -> None:
    business.say(documents.supervision_started(business.person()))
    assert _told(business, "before") == {HOME.probation: "supervision"}
    _transfer(business)
    assert _told(business, "after") == {OTHER.probation: "supervision"}


def test_a_refused_transfer_changes_nobody(business: Business) -> None:
    business.say(documents.supervision_started(business.person()))
    business.say(documents.transfer(business.person(), OTHER))
    business.say(documents.transfer_reply(business.person(), OTHER, "refused"))
    assert _told(business) == {HOME.probation: "supervision"}


def test_a_report_shows_that_an_area_knows_somebody_and_does_not_make_it_the_supervisor(business: Business) -> None:
    business.say(documents.report(business.person()))
    assert _told(business, "before") == {HOME.probation: "knowledge"}
    business.say(documents.supervision_started(business.person()))
    assert _told(business, "after") == {HOME.probation: "supervision"}


def test_when_the_supervision_has_ended_whoever_knows_the_person_is_told(business: Business) -> None:
    business.say(documents.supervision_started(business.person()))
    business.say(documents.supervision_ended(business.person()))
    assert _told(business) == {HOME.probation: "knowledge"}


def test_an_area_that_has_handed_the_person_over_is_not_told_when_the_new_one_has_ended_it(business: Business) -> None:
    business.say(documents.supervision_started(business.person()))
    _transfer(business)
    business.say(documents.supervision_started(business.person(), OTHER))
    business.say(documents.supervision_ended(business.person(), by=OTHER))
    assert _told(business) == {OTHER.probation: "knowledge"}


def test_an_end_that_comes_before_its_start_ends_it(business: Business) -> None:
    business.say(documents.supervision_ended(business.person()))
    business.say(documents.supervision_started(business.person()))
    assert _told(business) == {HOME.probation: "knowledge"}


def test_one_order_ends_and_the_other_continues(business: Business) -> None:
    person = business.person()
    business.say(documents.supervision_started(person))
    second = documents.supervision_started(person)
    business.say(second | {"reference": "second"}, supervision_reference="SUP-second")
    business.say(documents.supervision_ended(person))
    assert _told(business) == {HOME.probation: "supervision"}


def test_an_area_does_not_end_the_supervision_of_another(business: Business) -> None:
    business.say(documents.supervision_started(business.person()))
    business.say(documents.supervision_ended(business.person(), by=AWAY))
    assert _told(business) == {HOME.probation: "supervision"}


def test_an_acceptance_that_nobody_asked_for_ends_nobodys_supervision(business: Business) -> None:
    business.say(documents.supervision_started(business.person()))
    business.say(documents.transfer_reply(business.person(), AWAY))
    assert _told(business) == {HOME.probation: "supervision"}


def test_an_area_that_nobody_else_names_starts_no_supervision_that_is_told(business: Business) -> None:
    business.say(documents.supervision_started(business.person()))
    business.say(documents.supervision_started(business.person(), AWAY))
    assert _told(business) == {HOME.probation: "supervision"}
    (doubtful,) = [each for each in business.bench.hub.linking.listed(None) if each.state == "doubtful"]
    assert doubtful.area == AWAY.probation


def _areas_that_have(business: Business, message_ids: Sequence[str]) -> set[str]:
    business.bench.hub.linking.run()
    return {area for area in AREAS for _, id in business.got(area) if id in message_ids}


def test_a_release_reaches_the_area_that_supervises_today_and_the_feedback_is_owed_by_it(business: Business) -> None:
    business.say(documents.supervision_started(business.person()))
    _transfer(business)
    release = business.say(documents.release(business.person()))
    assert _areas_that_have(business, [release]) == {HOME.probation, OTHER.probation}
    (clock,) = business.bench.hub.deadlines.listed(name="feedback_after_release")
    assert clock["owner"] == OTHER.probation
    feedback = documents.feedback(business.person()) | {"sender": OTHER.probation}
    business.say(feedback)
    business.bench.drain()
    assert business.clocks(release) == {"feedback_after_release": "met"}


def test_a_warrant_reaches_the_area_that_supervises_beside_that_of_the_court(business: Business) -> None:
    business.say(documents.supervision_started(business.person()))
    _transfer(business)
    warrant = business.say(documents.warrant(business.person()))
    assert _areas_that_have(business, [warrant]) == {HOME.probation, OTHER.probation}


def test_a_warrant_for_somebody_whom_nobody_supervises_goes_to_the_area_of_the_court_and_waits_for_nobody(
    business: Business,
) -> None:
    business.say(documents.report(business.person(AWAY)))
    warrant = business.say(documents.warrant(business.person()))
    assert _areas_that_have(business, [warrant]) == {HOME.probation}
    business.bench.clock.advance(timedelta(days=2))
    assert business.bench.hub.linking.waiting() == 0


def test_the_start_of_a_restricted_persons_supervision_counts_although_research_is_not_told(business: Business) -> None:
    start = documents.supervision_started(business.person())
    start["payload"]["offender"]["restricted"] = True
    business.say(start)
    assert _told(business) == {HOME.probation: "supervision"}
    assert not [kind for kind, _ in business.got("research-home-office") if kind == "supervision_started"]


def test_only_an_area_says_that_it_supervises(business: Business) -> None:
    said = documents.supervision_started(business.person()) | {"sender": HOME.court}
    caller = business.bench.hub.knowledge.registry.agencies.named(HOME.court)
    answer = business.bench.hub.intake.receive(caller, json.dumps(said).encode())
    assert [problem.code for problem in answer.refused] == ["protocol.none"]


def test_what_began_a_supervision_is_kept_for_as_long_as_it_runs(business: Business) -> None:
    business.say(documents.supervision_started(business.person()))
    ended = business.bench.hub.end_of_life
    business.bench.drain()
    business.bench.clock.advance(timedelta(days=1000))
    kept = ended.run_retention("somebody", dry_run=True).as_plain()
    assert "supervision.open" in json.dumps(kept)
    business.say(documents.supervision_ended(business.person()))
    kept = ended.run_retention("somebody", dry_run=True).as_plain()
    assert "supervision.open" not in json.dumps(kept)
