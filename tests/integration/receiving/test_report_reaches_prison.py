"""The promise: a report reaches the prison within 48 hours of a custodial sentence, and the prison's receipt proves
it."""

import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from hub.local.demonstration.stories import Step
from hub.settings import Settings
from schemas.fields import check_letter
from tests.conftest import Bench

CLOCK = "report_to_prison"


def _clock(bench: Bench, name: str = CLOCK) -> dict[str, Any]:
    found = [clock for clock in bench.hub.deadlines.listed(stopped_too=True) if clock["clock"] == name]
    assert len(found) == 1, found
    return found[0]


def _kinds_received(bench: Bench, agency: str) -> list[str]:
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


def test_for_each_person_without_a_report_the_area_is_asked(bench: Bench) -> None:
    for _ in range(2):
        bench.send(bench.story()["sentence_without_report"])
    bench.drain()
    assert _kinds_received(bench, "probation-northumbria").count("report_request") == 2


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


def _asn(serial: int) -> str:
    return f"2610NS01{serial:011d}{check_letter(int(f'100126{serial:011d}'))}"


def _about_somebody_else(report: Step) -> Step:
    """A report in the same case about a person with the same name and date of birth but with other numbers."""
    document = json.loads(report.body)
    document["reference"] += "-another"
    person = document["payload"]["defendant"]
    del person["crn"], person["pnc_id"]
    person["arrest_summons_number"] = _asn(4711)
    return replace(report, body=json.dumps(document).encode())


def _reports_at_the_prison(bench: Bench) -> list[str]:
    messages = [json.loads(item.body()) for item in bench.agencies.received("prison-durham")]
    return [message["id"] for message in messages if message["kind"] == "pre_sentence_report"]


def test_a_held_report_about_a_namesake_in_the_same_case_is_not_forwarded_and_the_area_is_asked(bench: Bench) -> None:
    story = bench.story()
    bench.send(_about_somebody_else(story["report"]))
    bench.send(story["sentence"])
    bench.drain()
    assert _reports_at_the_prison(bench) == []
    assert "report_request" in _kinds_received(bench, "probation-northumbria")
    assert _clock(bench)["state"] == "running"


def test_a_later_report_about_a_namesake_in_the_same_case_is_not_forwarded_either(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["sentence"])
    bench.send(_about_somebody_else(story["report"]))
    bench.drain()
    assert _reports_at_the_prison(bench) == []
    assert _clock(bench)["state"] == "running"


@pytest.mark.parametrize("namesake_first", [True, False])
def test_of_two_held_reports_the_one_about_the_sentenced_person_is_forwarded(
    bench: Bench, namesake_first: bool
) -> None:
    story = bench.story()
    reports = [_about_somebody_else(story["report"]), story["report"]]
    sent = [bench.send(report)["messages"][0]["id"] for report in (reports if namesake_first else reports[::-1])]  # type: ignore[index]
    bench.send(story["sentence"])
    bench.drain()
    assert _reports_at_the_prison(bench) == [sent[1] if namesake_first else sent[0]]
    assert _clock(bench)["state"] == "met"


def _a_day_earlier(sentence: Step) -> Step:
    """Another sentence in the same case, with its own reference and clock."""

    def earlier(day: re.Match[bytes]) -> bytes:
        return b"%02d" % (int(day[1]) - 1 or 2)

    body = re.sub(rb"(?<=DateOfHearing&gt;[0-9]{4}-[0-9]{2}-)([0-9]{2})", earlier, sentence.body)
    body = body.replace(b"-3</", b"-before</")
    assert body.count(b"-before</") == 2
    return replace(sentence, body=body)


def test_a_receipt_that_came_before_the_clock_started_stops_it_at_once(bench: Bench) -> None:
    story = bench.story()
    for name in ("report", "sentence"):
        bench.send(story[name])
    bench.drain()
    bench.send(_a_day_earlier(story["sentence"]))
    states = [clock["state"] for clock in bench.hub.deadlines.listed(stopped_too=True, name=CLOCK)]
    assert states == ["met", "met"]
    bench.drain()
    assert len(_reports_at_the_prison(bench)) == 1, "the prison is not sent it twice"


class TestAPrisonThatNeverAnswers:
    """The prison takes files out of a folder, so nobody knows whether it has read them."""

    @pytest.fixture
    def settings(self, settings: Settings, agencies: Any) -> Settings:
        file = settings.endpoints_file()
        entries = [entry for entry in file.read_text().split("[[endpoint]]") if '"prison-durham"' not in entry]
        path = agencies.inbox("prison-durham")
        entries.append(
            f'\nagency = "prison-durham"\nsystem = "hub_json"\ntransport = "folder"\nsettings = {{ path = "{path}" }}\n'
        )
        file.write_text("[[endpoint]]".join(entries))
        return settings

    def test_an_unproved_receipt_stops_no_clock(self, bench: Bench) -> None:
        story = bench.story()
        for name in ("request", "report", "sentence"):
            bench.send(story[name])
        bench.drain()
        assert len(_reports_at_the_prison(bench)) == 1
        assert _clock(bench)["state"] == "running"
        assert _clock(bench, "report_before_hearing")["state"] == "met", "the court did answer"

    def test_an_unproved_receipt_that_came_before_the_clock_started_does_not_stop_it_either(self, bench: Bench) -> None:
        story = bench.story()
        for name in ("report", "sentence"):
            bench.send(story[name])
        bench.drain()
        bench.send(_a_day_earlier(story["sentence"]))
        states = [clock["state"] for clock in bench.hub.deadlines.listed(stopped_too=True, name=CLOCK)]
        assert states == ["running", "running"]
