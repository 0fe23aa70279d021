"""The promise: a report reaches the prison within 48 hours of a custodial sentence, proved by the prison's receipt."""

from datetime import timedelta
from typing import Any

from tests.conftest import Bench

CLOCK = "report_to_prison"


def _clock(bench: Bench, name: str = CLOCK) -> dict[str, Any]:
    found = [clock for clock in bench.hub.deadlines.listed(stopped_too=True) if clock["clock"] == name]
    assert len(found) == 1, found
    return found[0]


def _kinds_received(bench: Bench, agency: str) -> list[str]:
    import json

    return [json.loads(item.body())["kind"] for item in bench.agencies.received(agency)]


def test_a_report_that_is_held_goes_on_to_the_prison_and_its_receipt_stops_the_clock(bench: Bench) -> None:
    story = bench.story()
    for name in ("request", "report", "sentence"):
        bench.send(story[name])
    bench.drain()
    assert _kinds_received(bench, "prison-durham").count("pre_sentence_report") == 1
    assert _clock(bench)["state"] == "met"


def test_the_prison_gets_neither_victims_nor_telephone_numbers(bench: Bench) -> None:
    story = bench.story()
    for name in ("request", "report", "sentence"):
        bench.send(story[name])
    bench.drain()
    for item in bench.agencies.received("prison-durham"):
        body = item.body().decode()
        assert "anxious about opening alone" not in body
        assert "01632 960001" not in body


def test_without_a_report_the_area_is_asked_and_the_clock_runs(bench: Bench) -> None:
    bench.send(bench.story()["sentence_without_report"])
    bench.drain()
    assert "report_request" in _kinds_received(bench, "probation-northumbria")
    clock = _clock(bench)
    assert clock["state"] == "running"
    assert clock["owner"] == "probation-northumbria"


def test_a_report_that_comes_after_the_sentence_goes_on_at_once(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["sentence"])
    bench.drain()
    assert _clock(bench)["state"] == "running"
    bench.send(story["report"])
    bench.drain()
    assert _kinds_received(bench, "prison-durham").count("pre_sentence_report") == 1
    assert _clock(bench)["state"] == "met"


def test_a_report_delivered_too_late_is_a_clock_missed(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["sentence"])
    bench.clock.advance(timedelta(hours=49))
    assert bench.hub.sweep.run()["overdue"] == 1
    assert bench.hub.sweep.run()["overdue"] == 0, "an overdue clock is reported once"
    bench.send(story["report"])
    bench.drain()
    assert _clock(bench)["state"] == "missed"


def test_somebody_elses_report_never_goes_to_the_prison(bench: Bench) -> None:
    mine, theirs = bench.story(), bench.story()
    bench.send(theirs["report"])
    bench.send(mine["sentence"])
    bench.drain()
    assert "pre_sentence_report" not in _kinds_received(bench, "prison-durham")
    assert _clock(bench)["state"] == "running"


def test_a_result_sent_again_under_another_reference_starts_no_second_clock(bench: Bench) -> None:
    step = bench.story()["sentence_without_report"]
    bench.send(step)
    again = type(step)(
        step.story, step.title, step.caller, step.body.replace(b"no_report_held-1<", b"again<"), step.media_type
    )
    assert again.body != step.body
    bench.send(again)
    _clock(bench)


def test_the_reports_own_clocks_are_met_when_it_reaches_the_court(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["request"])
    assert _clock(bench, "report_completed")["state"] == "running"
    bench.send(story["report"])
    assert _clock(bench, "report_completed")["state"] == "met"
    assert _clock(bench, "report_before_hearing")["state"] == "running"
    bench.drain()
    assert _clock(bench, "report_before_hearing")["state"] == "met"
