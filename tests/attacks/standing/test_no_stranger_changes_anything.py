"""A property: whatever agencies with ordinary keys say about the matters of others, before, between and after, the
parties get the same messages in the same order, and their clocks end the same way."""

import copy
import random
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from hub.bootstrap import Hub
from tests.attacks.standing.courts_and_areas import HOME, Business
from tests.conftest import Bench
from tests.effort import LONG
from tests.faults import documents
from tests.faults.documents import AREAS, Message, Person

OTHER, STRANGERS = AREAS[1], AREAS[2:]
PARTIES = (HOME.probation, HOME.court, HOME.police, HOME.prison, OTHER.probation)


def _offender(person: Person, more: dict[str, Any]) -> dict[str, Any]:
    return {"offender": person.as_defendant()} | more


def _steps(person: Person) -> list[Message]:
    """What the parties say, in their order: a message of every kind in which one agency acts on what another began."""
    at, day = person.now.isoformat(), (person.now + timedelta(days=90)).date().isoformat()
    number = person.number
    transfer = {"transfer_reference": f"T-{number}", "to_area": OTHER.probation, "requested_at": at}
    reply = {
        "transfer_reference": f"T-{number}",
        "to_area": HOME.probation,
        "decision": "accepted",
        "decided_at": at,
    }
    register = {"register_reference": f"RR-{number}", "force": HOME.force}
    entry = register | {"registered_at": at, "review_on": day, "category": "Harm", "level": "high"}
    review = register | {"reviewed_at": at, "outcome": "continued", "level": "low", "next_review_on": day}
    package = {"urn": person.urn(), "court": person.court(), "defendants": [{"defendant": person.as_defendant()}]}
    convictions = {"urn": person.urn(), "court": person.court(), "defendant": person.as_defendant()}
    return [
        documents.report_request(person),
        person.message("case_package", HOME.police, package, "package"),
        person.message("previous_convictions", HOME.police, convictions, "convictions"),
        documents.result(person, 1, False),
        documents.report(person),
        documents.result(person, 2, True),
        documents.warrant(person),
        documents.warrant_update(person, "acknowledged"),
        documents.warrant_update(person, "executed"),
        documents.release(person),
        documents.feedback(person),
        person.message("risk_registration", HOME.probation, _offender(person, entry), "entry"),
        person.message("risk_review", HOME.probation, _offender(person, review), "review"),
        person.message("case_transfer", HOME.probation, _offender(person, transfer), "transfer"),
        person.message("transfer_reply", OTHER.probation, _offender(person, reply), "reply"),
    ]


def _of_a_stranger(person: Person, chance: random.Random, number: int) -> tuple[str, Message]:
    """A message of any kind about the matters of the parties, from an agency that could send such a kind."""
    message = copy.deepcopy(chance.choice(_steps(person)))
    area, payload = chance.choice(STRANGERS), message["payload"]
    role = message["sender"].partition("-")[0]
    if message["kind"] == "warrant_update" and chance.random() < 0.5:
        role, payload["status"] = "court", "withdrawn"
    if "decision" in payload:
        payload["decision"] = chance.choice(("accepted", "refused"))
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
        for agency in PARTIES
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


@pytest.mark.parametrize("seed", range(40 if LONG else 3))
def test_what_strangers_say_changes_nothing_that_a_party_gets_or_owes(bench: Bench, seed: int) -> None:
    alone = _played(Business(bench, 1_000 + seed), None)
    among_strangers = _played(Business(bench, 2_000 + seed), random.Random(seed))
    assert alone["got"] == among_strangers["got"]
    assert alone["clocks"] == among_strangers["clocks"]
    assert among_strangers["kept back"] > 5, "strangers said enough to be kept back"
    assert {state for _, _, state, _ in alone["clocks"]} >= {"met", "running"}
