"""A document dated years ahead stops no deadline, and locks out no later edition."""

from datetime import timedelta

import pytest

from tests.attacks.standing.courts_and_areas import HOME, Business
from tests.conftest import Bench
from tests.faults import documents


@pytest.fixture
def business(bench: Bench) -> Business:
    return Business(bench, 27)


def test_a_result_dated_years_ahead_does_not_overtake_the_sentence_that_comes_after_it(business: Business) -> None:
    person = business.person()
    ahead = documents.result(person, 1, False) | {"sent_at": (person.now + timedelta(days=3_000)).isoformat()}
    first = business.say(ahead)
    business.bench.clock.advance(timedelta(hours=1))
    sentence = business.say(documents.result(business.person(), 2, True) | {"reference": "later"})
    later = documents.result(business.person(), 3, True)
    assert business.clocks(sentence) == {"report_to_prison": "running"}
    assert ("hearing_result", sentence) in business.got(HOME.prison)
    assert [doubt["code"] for doubt in business.bench.hub.stories.show(first)["doubts"]] == ["time.far_ahead"]
    assert later["sent_at"], "what was sent at its own time is compared by that time, as before"


def test_the_48_hours_after_a_sentence_do_not_begin_in_years(business: Business) -> None:
    sentence = documents.result(business.person(), 1, True)
    sentence["payload"]["hearing_at"] = (business.person().now + timedelta(days=3_000)).isoformat()
    id = business.say(sentence)
    [clock] = [each for each in business.bench.hub.deadlines.listed() if each["started_by"] == id]
    due = business.bench.clock.now() + timedelta(hours=48)
    assert clock["due_at"] <= due.isoformat()
    [doubt] = business.bench.hub.stories.show(id)["doubts"]
    assert (doubt["code"], doubt["where"]) == ("time.far_ahead", "report_to_prison")


def test_a_release_may_be_planned_for_long(business: Business) -> None:
    release = documents.release(business.person())
    release["payload"]["released_at"] = (business.person().now + timedelta(days=300)).isoformat()
    id = business.say(release)
    assert business.bench.hub.stories.show(id)["doubts"] == []
