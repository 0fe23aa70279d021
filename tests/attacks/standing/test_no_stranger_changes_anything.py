"""A property: whatever agencies with ordinary keys say about the matters of others, before, between and after, the
parties get the same messages in the same order, and their clocks end the same way."""

import copy
import random
from collections import Counter
from typing import Any

import pytest

from hub.bootstrap import Hub
from tests.attacks.standing.courts_and_areas import HOME, Business, steps_of
from tests.conftest import Bench
from tests.effort import LONG
from tests.faults import documents
from tests.faults.documents import AREAS, Message, Person

STRANGERS = AREAS[2:]
EVERYBODY = [each for area in AREAS for each in (area.probation, area.court, area.police, area.prison)]
"""Strangers too: they must get nothing of what the parties say."""


def _steps(person: Person) -> list[Message]:
    """What the parties say; every message of the case also has the court's own number of the case."""
    said = steps_of(person)
    for message in said:
        if message["kind"] in _OF_THE_CASE:
            message["payload"]["court_case_reference"] = f"CR-{person.number}"
    return said


_OF_THE_CASE = (
    *("report_request", "case_package", "previous_convictions", "hearing_result", "pre_sentence_report"),
    "prisoner_received",
)


def _other_urn(person: Person) -> str:
    return f"{person.urn()[:4]}99999{person.urn()[-2:]}"


def _other_person(person: Person) -> Person:
    return Person(person.number + 50_000, HOME, person.now)


def _elsewhere(person: Person) -> list[Message]:
    """Another case of the person that the court has sent to each stranger's court, and another person whom each
    stranger's area has taken over: in these the strangers are parties."""
    said = []
    for area in STRANGERS:
        sent = documents.result(person, 1, False)
        result = sent["payload"]["offences"][0]["results"][0]
        result |= {"code": "4028", "next_hearing": {"court_ou_code": area.ou_code}}
        sent["payload"] |= {"urn": _other_urn(person)}
        handed_over = [message for message in steps_of(_other_person(person), area) if "transfer" in message["kind"]]
        said += [message | {"reference": f"{message['reference']}-{area.force}"} for message in (sent, *handed_over)]
    return said


def _of_a_stranger(person: Person, chance: random.Random, number: int) -> tuple[str, Message]:
    """A message of any kind about the matters of the parties, from an agency that could send such a kind. It may also
    name a case in which the stranger is a party, or give a number of another person or one of its own making."""
    message = copy.deepcopy(chance.choice(_steps(person)))
    area, payload = chance.choice(STRANGERS), message["payload"]
    if message["kind"] in _OF_THE_CASE and chance.random() < 0.4:
        payload["urn"] = _other_urn(person)
    who = payload.get("defendant") or payload.get("offender") or {}
    if chance.random() < 0.3:
        who |= chance.choice(({"pnc_id": _other_person(person).as_defendant()["pnc_id"]}, {"crn": "X123456"}))
    role = message["sender"].partition("-")[0]
    if message["kind"] == "warrant_update" and chance.random() < 0.5:
        role, payload["status"] = "court", "withdrawn"
    if "decision" in payload:
        payload["decision"] = chance.choice(("accepted", "refused"))
    if message["kind"] == "prisoner_received":
        payload["prison"] = area.prison
    if message["kind"] == "risk_review":
        payload["outcome"] = chance.choice(("continued", "deregistered"))
    if role == "court":
        payload["court"] = {"ou_code": area.ou_code}
    if message["kind"] == "hearing_result":
        payload["offences"][0]["results"][0]["code"] = chance.choice(("1002", "1015"))
    return getattr(area, role), message | {"reference": f"X{person.number}-{number}"}


def _played(business: Business, chance: random.Random | None) -> dict[str, Any]:
    """What the parties got and what became of their clocks, by the steps in which they speak."""
    person, hub = business.person(), business.bench.hub
    label: dict[str, int] = {}

    def strangers(how_many: int) -> None:
        for _ in range(how_many if chance else 0):
            sender, message = _of_a_stranger(person, chance or random.Random(0), len(said))
            said.append(_try(hub, business, sender, message))

    for step in _elsewhere(person):
        business.say(step)
    said: list[str | None] = []
    strangers(3)
    for number, step in enumerate(_steps(person)):
        label[business.say(step)] = number
        strangers(2)
        business.bench.drain()
        hub.linking.run()
    got = {
        agency: [
            label[item.message_id] for item in business.bench.agencies.received(agency) if item.message_id in label
        ]
        for agency in EVERYBODY
    }
    listed = hub.deadlines.listed(stopped_too=True)
    clocks = Counter(
        (label[clock["started_by"]], clock["clock"], clock["state"], clock["owner"])
        for clock in listed
        if clock["started_by"] in label
    )
    return {"got": got, "clocks": clocks, "kept back": sum(bool(id and business.in_quarantine(id)) for id in said)}


def _try(hub: Hub, business: Business, sender: str, message: Message) -> str | None:
    try:
        return business.say(message, by=sender)
    except AssertionError:  # No protocol lets this agency send this to anybody.
        return None


@pytest.mark.parametrize("seed", range(40 if LONG else 1))
def test_what_strangers_say_changes_nothing_that_a_party_gets_or_owes(bench: Bench, seed: int) -> None:
    alone = _played(Business(bench, 1_000 + seed), None)
    among_strangers = _played(Business(bench, 2_000 + seed), random.Random(seed))
    assert alone["got"] == among_strangers["got"]
    assert alone["clocks"] == among_strangers["clocks"]
    assert among_strangers["kept back"] > 5, "strangers said enough to be kept back"
    assert {state for _, _, state, _ in alone["clocks"]} >= {"met", "running"}
