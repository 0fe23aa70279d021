"""A breach from its third failure: its clocks, and who says how far it is."""

from datetime import timedelta
from typing import Any

import pytest

from tests.attacks.standing.courts_and_areas import AWAY, HOME, Business
from tests.conftest import Bench
from tests.faults.documents import Message


@pytest.fixture
def business(bench: Bench) -> Business:
    return Business(bench, 51)


def _breach(business: Business, stage: str, sender: str = HOME.probation) -> Message:
    person = business.person()
    days = [(person.now - timedelta(days=back)).date().isoformat() for back in (30, 20, 10, 3)]
    failures: list[dict[str, Any]] = [{"on": day, "acceptable": day == days[1]} for day in days]
    payload = {
        "breach_reference": "BR-51",
        "stage": stage,
        "at": person.now.isoformat(),
        "court": person.court(),
        "offender": person.as_defendant(),
        "order_breached": "Community order",
        "failures": failures,
    }
    return person.message("breach_information", sender, payload, stage)


def test_the_time_counts_from_the_third_failure_that_is_not_acceptable(business: Business) -> None:
    business.say(_breach(business, "started"))
    [clock] = business.bench.hub.deadlines.listed(name="breach_information_laid")
    third = (business.person().now - timedelta(days=3)).date()
    assert clock["starts_at"].startswith(third.isoformat())
    assert (clock["owner"], clock["toward"]) == (HOME.probation, HOME.court)


def test_laying_the_information_and_the_first_hearing_end_the_clocks(business: Business) -> None:
    started = business.say(_breach(business, "started"))
    laid = business.say(_breach(business, "information_laid"))
    assert business.clocks(started) == {"breach_information_laid": "met"}
    assert business.clocks(laid) == {"breach_first_hearing": "running"}
    business.say(_breach(business, "first_hearing"))
    assert business.clocks(laid) == {"breach_first_hearing": "met"}


def test_a_breach_that_is_given_up_leaves_no_clock(business: Business) -> None:
    started = business.say(_breach(business, "started"))
    business.say(_breach(business, "withdrawn"))
    assert business.clocks(started) == {"breach_information_laid": "void"}


def test_information_that_came_before_the_start_ends_its_clock(business: Business) -> None:
    start = _breach(business, "started")
    business.say(_breach(business, "information_laid"))
    started = business.say(start)
    assert business.clocks(started) == {"breach_information_laid": "met"}


@pytest.mark.parametrize("stage", ["information_laid", "first_hearing", "withdrawn"])
def test_another_area_says_nothing_about_it(business: Business, stage: str) -> None:
    started = business.say(_breach(business, "started"))
    business.say(_breach(business, stage, AWAY.probation))
    assert business.clocks(started) == {"breach_information_laid": "running"}
