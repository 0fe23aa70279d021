"""Every story from end to end: real servers, real HTTP, real workers, and agencies that really receive."""

import json
from typing import Any

import pytest

from hub.local.demonstration.demonstration import failures
from hub.local.demonstration.stories import story_names
from tests.played import Played


@pytest.mark.parametrize("name", story_names())
def test_a_story_ends_with_every_message_delivered_and_every_clock_as_it_must(played: Played, name: str) -> None:
    steps = [told for told in played.told if told.story.name == name]
    assert steps
    assert failures(steps) == []
    assert all(message["state"] == "delivered" for told in steps for message in told.messages)


def test_the_transferred_case_is_in_the_receiving_areas_own_format_with_its_document(
    played: Played,
) -> None:
    [file] = (played.inboxes / "probation-greater-manchester").glob("case_transfer-*.xml")
    text = file.read_text(encoding="utf-8")
    assert "DmpExport" in text
    assert "Hartsdown" in text
    assert "plan.pdf" in text
    [reply] = (played.inboxes / "probation-cheshire").glob("transfer_reply-*.csv")
    assert "ACC" in reply.read_text(encoding="cp1252")


def test_what_the_area_cannot_hold_of_a_transfer_goes_on_paper_and_both_areas_are_told(played: Played) -> None:
    transfer, reply = (message for told in played.told if told.story.name == "sheet" for message in told.messages)
    assert [each["state"] for each in transfer["deliveries"]] == ["delivered, in part on paper"]
    assert [each["state"] for each in reply["deliveries"]] == ["delivered"]
    [sheet] = (played.inboxes / "probation-northumbria").glob("case_transfer-*.sheet.html")
    page = sheet.read_text(encoding="utf-8")
    assert all(said in page for said in ("Skylarke", "threats when drunk", "One warning letter", "A warning was sent."))
    texts = [file.read_text(encoding="cp1252") for file in (played.inboxes / "probation-suffolk").glob("*.csv")]
    [told] = [text for text in texts if "Skylarke" in text]
    assert all(field in told for field in ("risk summary", "enforcement", "contacts"))
    assert "threats" not in told


def test_an_assessment_that_a_prison_made_is_in_the_areas_system_and_the_referral_names_it(played: Played) -> None:
    in_durham = [file.read_text() for file in (played.inboxes / "probation-durham").glob("*.csv")]
    [made] = [text for text in in_durham if "assessment 1" in text]
    [ended] = [text for text in in_durham if "programme_outcome 1" in text]
    [referral] = (played.inboxes / "probation-northumbria").glob("programme_referral-*.txt")
    assert "scores.score||78" in made and "Left for full-time work." in ended
    reference = made.partition("scores.assessment_reference||")[2].partition("\n")[0]
    assert reference and reference in referral.read_text(encoding="cp1252")


def test_the_police_get_the_result_in_their_own_interface(played: Played) -> None:
    files = list((played.inboxes / "police-northumbria").glob("hearing_result-*.xml"))
    assert len(files) == 5, "three sentences, and a result with its correction"
    assert all("ResultedCaseMessage" in file.read_text(encoding="utf-8") for file in files)


def test_agencies_that_know_nothing_of_the_exchange_send_and_receive_in_their_own_manners(played: Played) -> None:
    steps = [told for told in played.told if told.story.name == "own_manners"]
    assert [told.step.by for told in steps] == ["libra", "rest", "spi"]
    agencies = played.demonstration.agencies
    [result] = agencies.received("police-cleveland")
    assert b"ResultedCaseMessage" in result.body()[:200]
    [report] = [message for told in steps for message in told.messages if message["kind"] == "pre_sentence_report"]
    [stored] = [one for one in agencies.received("prison-durham") if one.message_id == report["id"]]
    assert stored.body().startswith(b"%PDF")
    about = json.loads(stored.file.with_suffix(".metadata.json").read_bytes())
    assert (about["prisonCode"], about["court"]) == ("DMI", "B17JA00")
    assert about["message"]["report"]["proposal"] == "A community order with unpaid work."


def test_the_reconviction_reaches_the_area_by_name_and_research_by_pseudonym(
    played: Played,
) -> None:
    [named] = _reconvictions(played, "probation-northumbria")
    counted = _reconvictions(played, "research-home-office")
    assert "Fernhurst" in json.dumps(named)
    assert counted and "Fernhurst" not in json.dumps(counted)


def _reconvictions(played: Played, agency: str) -> list[dict[str, Any]]:
    messages = [json.loads(file.read_bytes()) for file in (played.inboxes / agency).glob("*.json")]
    return [message for message in messages if message["kind"] == "reconviction_link"]


def test_after_a_transfer_the_conviction_goes_to_the_area_that_supervises_now(played: Played) -> None:
    [told] = _reconvictions(played, "probation-cheshire")
    assert told["payload"]["routed_by"] == "supervision"
    assert "Wexcombe" in json.dumps(told)
    assert "Wexcombe" not in json.dumps(_reconvictions(played, "probation-northumbria"))


def test_the_index_says_which_area_knows_a_person_and_the_court_list_names_it(played: Played) -> None:
    files = (played.inboxes / "probation-northumbria").glob("*.json")
    messages = [json.loads(file.read_bytes()) for file in files]
    [answer] = [message["payload"] for message in messages if message["kind"] == "index_answer"]
    [found] = answer["found"]
    assert set(found) == {"area", "contact", "since", "person"}
    assert (found["area"], found["contact"]) == ("probation-cheshire", "Senior probation officer, Chester")
    assert set(found["person"]) == {"crn"}
    lists = [message["payload"] for message in messages if message["kind"] == "court_list"]
    cases = [case for each in lists for session in each["sessions"] for case in session["cases"]]
    assert [case["known_elsewhere"] for case in cases if case.get("known_elsewhere")] == [["probation-cheshire"]]


def test_a_court_list_shows_at_a_glance_whom_the_area_knows(played: Played) -> None:
    [listed] = [
        message["id"]
        for told in played.told
        if told.story.name == "known_to_area"
        for message in told.messages
        if message["kind"] == "court_list"
    ]
    body = json.loads((played.inboxes / "probation-northumbria" / f"{listed}.json").read_bytes())
    first, second = body["payload"]["sessions"][0]["cases"]
    assert first["known"]["by"] == "identifier pnc_id"
    assert "known" not in second


def test_a_review_ends_one_clock_of_the_risk_register_and_starts_the_next(played: Played) -> None:
    told = [each for each in played.told if each.story.name == "risk_register"]
    clocks = {clock["id"]: clock["state"] for each in told for message in each.messages for clock in message["clocks"]}
    assert sorted(clocks.values()) == ["met", "running"]
    recipients = {d["recipient"] for each in told for message in each.messages for d in message["deliveries"]}
    assert recipients == {"police-northumbria", "probation-london"}
    sent = {message["id"] for each in told for message in each.messages}
    [area_file] = [
        file
        for file in (played.inboxes / "probation-london").glob("*.json")
        if file.stem in sent and json.loads(file.read_bytes())["kind"] == "risk_registration"
    ]
    assert "former partner in London" not in area_file.read_text(encoding="utf-8"), "whom it protects only police learn"
