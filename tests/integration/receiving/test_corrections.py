"""Corrections and editions: a later message replaces the earlier one at every recipient, and says what changed."""

import json
from datetime import timedelta
from typing import Any

from tests.conftest import Bench

AREA, PRISON, POLICE = "probation-northumbria", "prison-durham", "police-northumbria"


def _received(bench: Bench, agency: str) -> list[dict[str, Any]]:
    return [json.loads(item.body()) for item in bench.agencies.received(agency)]


def _clocks(bench: Bench, name: str) -> list[str]:
    return [clock["state"] for clock in bench.hub.deadlines.listed(stopped_too=True, name=name)]


def test_a_corrected_result_reaches_everybody_who_had_the_former(bench: Bench) -> None:
    story = bench.story()
    former = bench.send(story["result"])["messages"][0]["id"]
    bench.drain()
    assert len(_received(bench, PRISON)) == 1
    later = bench.send(story["corrected_result"])["messages"][0]["id"]
    bench.drain()
    for agency in (AREA, POLICE, PRISON):
        ids = [message["id"] for message in _received(bench, agency) if message["kind"] == "hearing_result"]
        assert ids == [former, later], f"{agency} has both, the correction last"
    assert bench.hub.stories.show(later)["supersedes"] == former


def test_a_correction_voids_the_clock_that_it_does_not_start_again(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["result"])
    assert _clocks(bench, "report_to_prison") == ["running"]
    bench.send(story["corrected_result"])
    assert _clocks(bench, "report_to_prison") == ["void"]


def test_a_correction_that_stays_custodial_keeps_the_clock_running(bench: Bench) -> None:
    step = bench.story()["result"]
    bench.send(step)
    longer = step.body.replace(b"3 months", b"4 months").replace(b"-1&lt;", b"-9&lt;").replace(b"-1</", b"-9</")
    bench.send(type(step)(step.story, step.title, step.caller, longer, step.media_type))
    assert _clocks(bench, "report_to_prison") == ["running"]


def test_an_amended_result_never_overtakes_the_one_it_corrects(bench: Bench) -> None:
    bench.clock.stand_still()
    story = bench.story()
    former = bench.send(story["result"])["messages"][0]["id"]
    bench.agencies.behave(POLICE, "error")
    bench.drain()
    bench.agencies.behave(POLICE, "ok")
    bench.send(story["corrected_result"])
    bench.drain()
    assert _received(bench, POLICE) == [], "the correction waits behind the former"
    bench.clock.advance(timedelta(minutes=5))
    bench.drain()
    ids = [message["id"] for message in _received(bench, POLICE)]
    assert ids[0] == former
    assert len(ids) == 2


def test_a_second_edition_of_a_list_says_what_changed(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["list"])
    bench.send(story["second_list"])
    bench.drain()
    first, second = _received(bench, AREA)
    assert first["payload"]["changes"] == []
    changes = second["payload"]["changes"]
    assert [change["change"] for change in changes] == ["changed", "removed"]
    assert changes[0]["parts"] == ["offences"]
    case_numbers = [case["number"] for case in first["payload"]["sessions"][0]["cases"]]
    assert [change["number"] for change in changes] == case_numbers


def test_the_first_edition_has_no_former_one(bench: Bench) -> None:
    assert bench.hub.stories.show(bench.send(bench.story()["list"])["messages"][0]["id"])["supersedes"] is None
