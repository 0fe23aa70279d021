"""The exchanges besides lists, reports and results, and what each of them must bring about."""

import json
from datetime import timedelta
from typing import Any

import pytest

from hub.errors import NotFound
from hub.lifecycle import LinkState
from tests.conftest import Bench, run_hub

AREA, PRISON, POLICE, COURT = "probation-northumbria", "prison-durham", "police-northumbria", "court-b10jq"


def _received(bench: Bench, agency: str, kind: str) -> list[dict[str, Any]]:
    messages = [json.loads(item.body()) for item in bench.agencies.received(agency)]
    return [message for message in messages if message["kind"] == kind]


def _states(bench: Bench, name: str) -> list[str]:
    return [clock["state"] for clock in bench.hub.deadlines.listed(stopped_too=True, name=name)]


def test_a_release_starts_the_feedback_clock_and_the_feedback_stops_it(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["release"])
    bench.drain()
    assert _states(bench, "feedback_after_release") == ["running"]
    bench.send(story["feedback"])
    bench.drain()
    assert _states(bench, "feedback_after_release") == ["met"]
    assert _received(bench, PRISON, "sentence_plan_feedback")[0]["payload"]["targets_met"][0]["outcome"] == "met"


def test_the_owner_of_a_clock_is_reminded_before_it_is_due_and_when_it_is_overdue(bench: Bench) -> None:
    bench.send(bench.story()["release"])
    bench.drain()
    assert bench.hub.sweep.run()["reminded"] == 0
    [clock] = bench.hub.deadlines.listed(name="feedback_after_release")
    bench.clock.advance(timedelta(seconds=clock["seconds_left"]) - timedelta(days=13))
    assert bench.hub.sweep.run()["reminded"] == 1
    assert bench.hub.sweep.run()["reminded"] == 0, "each reminder goes out once"
    bench.clock.advance(timedelta(days=14))
    swept = bench.hub.sweep.run()
    assert (swept["overdue"], swept["reminded"]) == (1, 1)
    bench.drain()
    reminders = [message["payload"] for message in _received(bench, AREA, "clock_reminder")]
    assert [reminder["overdue"] for reminder in reminders] == [False, True]
    assert "Dunholm" not in json.dumps(reminders), "a reminder names nobody"


def test_a_warrant_is_followed_from_issue_to_execution(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["warrant"])
    bench.drain()
    board = bench.hub.deadlines.listed(name="warrant_open")
    assert [(entry["state"], entry["age_days"]) for entry in board] == [("running", 0)]
    bench.send(story["acknowledged"])
    assert _states(bench, "warrant_acknowledged") == ["met"]
    assert _states(bench, "warrant_open") == ["running"]
    bench.send(story["executed"])
    bench.drain()
    assert _states(bench, "warrant_open") == ["met"]
    assert [m["payload"]["status"] for m in _received(bench, COURT, "warrant_update")] == ["acknowledged", "executed"]


def test_a_withdrawn_warrant_is_off_the_board_and_never_looks_open_at_a_recipient(bench: Bench) -> None:
    story = bench.story()
    bench.agencies.behave(POLICE, "error")
    bench.send(story["warrant"])
    bench.drain()
    update = json.loads(story["acknowledged"].body)
    update |= {"sender": COURT, "reference": update["reference"] + "-withdrawn"}
    update["payload"]["status"] = "withdrawn"
    step = story["acknowledged"]
    bench.send(type(step)(step.story, step.title, COURT, json.dumps(update).encode(), step.media_type))
    assert _states(bench, "warrant_open") == ["void"]
    assert bench.hub.deadlines.listed(name="warrant_open") == []
    bench.agencies.behave(POLICE, "ok")
    for _ in range(3):
        bench.drain()
        bench.clock.advance(timedelta(minutes=10))
    for agency in (POLICE, AREA):
        last = [json.loads(item.body()) for item in bench.agencies.received(agency)][-1]
        assert (last["kind"], last["payload"]["status"]) == ("warrant_update", "withdrawn")


def test_a_warrant_that_comes_after_its_withdrawal_reaches_nobody(bench: Bench) -> None:
    story = bench.story()
    update = json.loads(story["acknowledged"].body)
    update |= {"sender": COURT}
    update["payload"]["status"] = "withdrawn"
    step = story["acknowledged"]
    bench.send(type(step)(step.story, step.title, COURT, json.dumps(update).encode(), step.media_type))
    late = story["warrant"]
    answer = bench.hub.intake.receive(bench.hub.knowledge.registry.agencies.named(late.caller), late.body)
    assert answer.receipt is None
    assert answer.refused[0].code == "message.overtaken"
    bench.drain()
    assert _received(bench, POLICE, "breach_warrant") == []


def _record(bench: Bench, step: Any, **offender: Any) -> str:
    record = json.loads(step.body)
    record["payload"]["offender"] |= offender
    for key in [key for key, value in offender.items() if value is None]:
        del record["payload"]["offender"][key]
    changed = type(step)(step.story, step.title, step.caller, json.dumps(record).encode(), step.media_type)
    return str(bench.send(changed)["messages"][0]["id"])  # type: ignore[index]


def test_a_record_with_a_known_number_is_linked_and_the_area_informed(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["supervised"])
    _record(bench, story["record"])
    assert bench.hub.linking.waiting() == 1
    assert bench.hub.linking.run() == {"certain": 1, "doubtful": 0}
    assert bench.hub.linking.waiting() == 0
    bench.drain()
    [told] = _received(bench, AREA, "reconviction_link")
    assert told["payload"]["linked_by"].startswith("identifier pnc_id")
    assert told["payload"]["offender"]["name"]["surname"] == "Fernhurst"


def test_research_gets_a_pseudonym_and_no_name(bench: Bench) -> None:
    story = bench.story()
    _record(bench, story["record"])
    bench.drain()
    [told] = _received(bench, "research-home-office", "reconviction_link")
    plain = json.dumps(told).casefold()
    assert "fernhurst" not in plain
    assert "1985-04-17" not in plain
    pnc_id = json.loads(story["record"].body)["payload"]["offender"]["pnc_id"]
    assert pnc_id not in plain.upper()
    assert told["payload"]["offender"]["pnc_id"].startswith("P-")


def test_a_record_of_a_stranger_is_linked_to_nobody(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["supervised"])
    stranger = {"name": {"forenames": ["Nobody"], "surname": "Quillfeather"}, "date_of_birth": "1951-12-31"}
    _record(bench, story["record"], **stranger, pnc_id=None)
    assert bench.hub.linking.run() == {"certain": 0, "doubtful": 0}
    bench.drain()
    assert _received(bench, AREA, "reconviction_link") == []


def test_a_doubtful_link_waits_for_a_person_who_is_named_in_the_journal(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["supervised"])
    # The same name and date of birth, but a different valid number: one of the two is wrong.
    message_id = _record(bench, story["record"], pnc_id="2003/0011985X")
    assert bench.hub.linking.run()["certain"] == 0
    bench.drain()
    assert _received(bench, AREA, "reconviction_link") == []
    [link] = bench.hub.linking.listed(LinkState.DOUBTFUL)
    assert link.why
    bench.hub.linking.decide(link.id, same=True, by="duty officer")
    bench.drain()
    assert len(_received(bench, AREA, "reconviction_link")) == 1
    events = [e for e in bench.hub.stories.show(message_id)["journal"] if e["event"] == "person.link_confirmed"]
    assert events[0]["decided_by"] == "duty officer"
    with pytest.raises(NotFound):
        bench.hub.linking.decide(link.id, same=False, by="somebody else")


def _doubtful(bench: Bench) -> str:
    """The id of a message with a doubtful link: the same name and date of birth, and another valid number."""
    story = bench.story()
    bench.send(story["supervised"])
    message_id = _record(bench, story["record"], pnc_id="2003/0011985X")
    assert bench.hub.linking.run()["doubtful"] == 1
    return message_id


def test_a_doubtful_link_that_nobody_decides_in_time_is_told_to_the_people_of_the_exchange_only(bench: Bench) -> None:
    message_id = _doubtful(bench)
    [clock] = bench.hub.deadlines.listed(name="link_decided")
    assert (clock["owner"], clock["state"], clock["started_by"]) == ("hub", "running", message_id)
    assert "within five working days" in clock["why"]
    assert bench.hub.linking.run() == {"certain": 0, "doubtful": 0}
    bench.clock.advance(timedelta(days=12))
    assert [bench.hub.sweep.run()["overdue"] for _ in range(2)] == [1, 0], "it is told once"
    [clock] = bench.hub.deadlines.listed(name="link_decided")
    assert clock["overdue"]
    events = [entry["event"] for entry in bench.hub.stories.show(message_id)["journal"]]
    assert events.count("clock.overdue") == 1
    shown = run_hub("links", "list", state=bench.hub.settings.state_dir, HUB_DATABASE_URL=bench.hub.store.url)
    assert "overdue" not in shown.stdout, "the command has the real time, which the clock of the test is ahead of"
    assert "decide by" in shown.stdout
    bench.drain()
    told = [message for agency in (AREA, POLICE) for message in _received(bench, agency, "clock_reminder")]
    assert told == [], "an agency would learn that somebody similar is known"
    [link] = bench.hub.linking.listed(LinkState.DOUBTFUL)
    bench.hub.linking.decide(link.id, same=False, by="duty officer")
    assert _states(bench, "link_decided") == ["missed"]
    assert bench.hub.evidence.verify().whole


def test_a_doubtful_link_that_is_decided_in_time_has_no_clock_any_more(bench: Bench) -> None:
    _doubtful(bench)
    [link] = bench.hub.linking.listed(LinkState.DOUBTFUL)
    assert set(bench.hub.linking.decide_by([link])) == {link.message_id}
    bench.hub.linking.decide(link.id, same=True, by="duty officer")
    assert _states(bench, "link_decided") == ["met"]
    assert bench.hub.linking.decide_by(bench.hub.linking.listed(None)) == {}


def test_a_court_list_marks_who_is_known_to_the_area(bench: Bench) -> None:
    story = bench.story()
    report = json.loads(story["report"].body)
    listed = story["list"].body.decode()
    pnc_id = listed.split("<pnc_id>")[1].split("</pnc_id>")[0]
    report["payload"]["defendant"]["pnc_id"] = pnc_id
    step = story["report"]
    bench.send(type(step)(step.story, step.title, step.caller, json.dumps(report).encode(), step.media_type))
    bench.send(story["list"])
    bench.drain()
    [message] = _received(bench, AREA, "court_list")
    first, second = message["payload"]["sessions"][0]["cases"]
    assert first["known"]["by"].startswith("identifier pnc_id")
    assert first["known"]["crn"] == "X100001"
    assert "known" not in second


def test_the_request_shows_what_is_still_missing_until_the_cps_sends_it(bench: Bench) -> None:
    story = bench.story()
    bench.send(story["request"])
    missing = {clock["clock"] for clock in bench.hub.deadlines.listed() if clock["owner"] == "cps-northumbria"}
    assert missing == {"previous_convictions_before_report", "case_package_before_report"}


def test_an_area_that_has_merged_is_reached_through_its_successor(bench: Bench) -> None:
    transfer = {
        "kind": "case_transfer",
        "version": 1,
        "sender": AREA,
        "reference": "T-1",
        "payload": {
            "transfer_reference": "T-1",
            "to_area": "probation-inner-london",
            "requested_at": bench.clock.now().isoformat(),
            "offender": {"name": {"surname": "Gorsehill"}, "date_of_birth": "1991-02-03", "crn": "X123456"},
        },
    }
    answer = bench.hub.intake.receive(bench.hub.knowledge.registry.agencies.named(AREA), json.dumps(transfer).encode())
    assert answer.receipt is not None, answer.refused
    bench.drain()
    [received] = _received(bench, "probation-london", "case_transfer")
    assert received["payload"]["offender"]["crn"] == "X123456"
    [clock] = bench.hub.deadlines.listed(name="transfer_reply")
    assert (clock["owner"], clock["toward"]) == ("probation-london", AREA)
