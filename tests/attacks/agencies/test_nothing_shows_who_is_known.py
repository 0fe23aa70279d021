"""A property over every kind: an agency that speaks of a person whom others know is answered as one that speaks of a
person who was invented, byte for byte but for ids, times and digests. And what two recipients have shows nothing by
which they could join their copies."""

import json
import re
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from hub.settings import Settings
from tests.attacks.standing.courts_and_areas import AWAY, HOME, Business, steps_of
from tests.conftest import Bench
from tests.faults import documents
from tests.faults.documents import AREAS, Message, Person
from tests.served import Api

NAMING = "Quillfeather Marlow 17/04/1981"
RESEARCH = "research-home-office"
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_SIGNED = re.compile(r'"signed": ?"[^"]+"')
_POSITION = re.compile(r'"journal_position": ?"[0-9a-f]+"')


def _own_list(person: Person) -> Message:
    """A court list with the person, by the court of the sender's own area."""
    case = {"id": "1", "number": f"N-{person.number}", "defendant": person.as_defendant(), "urn": person.urn()}
    session = {"court_room": "1", "starts_at": "10:00:00", "cases": [case]}
    day = (person.now + timedelta(days=person.number % 7 + 1)).date().isoformat()
    payload = {"court": person.court(), "date": day, "sessions": [session]}
    return person.message("court_list", person.area.court, payload, "list")


def _record(person: Person, **more: Any) -> Message:
    payload = {
        "record_reference": f"REC-{person.number}",
        "offender": person.as_defendant(),
        "convicted_on": "2026-11-20",
        "offences": [{"sequence": 1, "code": "TH68036", "results": [{"code": "1002"}]}],
    }
    return person.message("reconviction_link", person.area.police, payload | more, "record")


def _everything_of(person: Person) -> list[Message]:
    """A message of every kind that an agency of AWAY can send about the person, under references of its own."""
    said = [*steps_of(person, taker=AREAS[3]), _record(person), _own_list(person)]
    mine = [
        message
        for message in said
        if message["sender"].rpartition("-")[2] == AWAY.probation.rpartition("-")[2]
        or message["sender"] in (AWAY.court, AWAY.prison, AWAY.police)
    ]
    return [_own_references(message) for message in mine]


def _own_references(message: Message) -> Message:
    names = ("warrant_reference", "release_reference", "transfer_reference", "register_reference", "record_reference")
    changed = {name: f"own-{value}" for name, value in message["payload"].items() if name in names}
    return message | {"payload": message["payload"] | changed}


def _masked(text: str, person: Person) -> str:
    for number in (f"{person.number:07d}", f"{person.number:06d}", f"{person.number:05d}"):
        text = text.replace(number, "<number>")
    text = _SIGNED.sub("<signed>", _POSITION.sub("<position>", text))
    text = _DIGEST.sub("<digest>", _MOMENT.sub("<moment>", text))
    seen: dict[str, str] = {}
    return _ID.sub(lambda found: seen.setdefault(found[0], f"<id {len(seen)}>"), text)


def _answer(response: Any, person: Person) -> tuple[int, str, dict[str, str]]:
    headers = {name.lower(): value for name, value in response.headers.items()}
    headers = {name: value for name, value in headers.items() if name not in ("date", "content-length")}
    return response.status, _masked(response.data.decode(), person), headers


@pytest.fixture
def known(bench: Bench) -> Person:
    """A person of whom others have said everything that there is to say."""
    business = Business(bench, 61_111)
    for message in steps_of(business.person()):
        business.say(message)
    bench.drain()
    bench.hub.linking.run()
    return business.person()


def _in_the_words_of_away(number: int, bench: Bench) -> Person:
    return Person(number, AWAY, bench.clock.now().replace(microsecond=0))


def test_a_sender_gets_the_same_answers_whether_others_know_the_person_or_not(
    bench: Bench, api: Api, known: Person
) -> None:
    told: dict[int, list[Any]] = {}
    numbers = (known.number, 62_222)
    sent = {number: _everything_of(_in_the_words_of_away(number, bench)) for number in numbers}
    assert {message["kind"] for message in sent[known.number]} == {
        *("report_request", "case_package", "previous_convictions", "hearing_result", "pre_sentence_report"),
        *("breach_warrant", "warrant_update", "release_notice", "sentence_plan_feedback", "risk_registration"),
        *("risk_review", "case_transfer", "reconviction_link", "court_list", "prisoner_received"),
    }, "every kind that this area's agencies send"
    for number in numbers:
        person, answers = _in_the_words_of_away(number, bench), []
        ids = []
        for message in sent[number]:
            body, sender = json.dumps(message).encode(), message["sender"]
            response = api.post(sender, body)
            answers.append(("sent", message["kind"], _answer(response, person)))
            ids.append((sender, response.json()["receipt"]["messages"][0]["id"]))
            answers.append(("at once", message["kind"], _answer(api.get(*ids[-1]), person)))
        told[number] = answers
        bench.drain()
        bench.hub.linking.run()
        bench.drain()
        for message, (sender, id) in zip(sent[number], ids, strict=True):
            answers.append(("later", message["kind"], _answer(api.get(sender, id), person)))
            answers.append(("again", message["kind"], _answer(api.post(sender, json.dumps(message).encode()), person)))
            changed = message | {"payload": message["payload"] | {"unheard_of": "x"}}
            answers.append(
                ("changed", message["kind"], _answer(api.post(sender, json.dumps(changed).encode()), person))
            )
    for known_ones, invented in zip(told[known.number], told[numbers[1]], strict=True):
        assert known_ones == invented


def test_a_stranger_to_a_case_is_answered_as_if_nobody_had_spoken_of_it(bench: Bench, api: Api, known: Person) -> None:
    answers = []
    for person in (known, Person(68_888, HOME, bench.clock.now().replace(microsecond=0))):
        message = documents.report(person) | {"sender": AWAY.probation}
        response = api.post(AWAY.probation, json.dumps(message).encode())
        id = response.json()["receipt"]["messages"][0]["id"]
        answers.append([_answer(response, person), _answer(api.get(AWAY.probation, id), person)])
    assert {item["code"] for item in bench.hub.quarantine.listed()} == {"standing.none"}, "the first is kept back"
    assert answers[0] == answers[1]


def test_a_message_of_others_looks_like_one_that_does_not_exist(bench: Bench, api: Api, known: Person) -> None:
    of_others = bench.hub.linking.listed(None), steps_of(known)[0]
    assert of_others
    ids = [item.message_id for item in bench.agencies.received(HOME.probation)]
    assert ids
    nothing = api.get(AWAY.police, str(uuid4()))
    for id in ids:
        response = api.get(AWAY.police, id)
        assert _answer(response, known) == _answer(nothing, known)
        assert response.status == 404


def test_every_recipient_of_every_kind_reads_its_own_copy_and_no_words_of_the_sender(bench: Bench) -> None:
    business = Business(bench, 63_333)
    person = business.person()
    for message in [*steps_of(person), _record(person), _own_list(person)]:
        business.say(message | {"reference": f"{NAMING} {message['kind']} {message['reference']}"})
        bench.drain()
    bench.hub.linking.run()
    bench.drain()
    kinds = set()
    agencies = bench.hub.knowledge.registry.agencies
    for agency in agencies.by_id.values():
        for item in bench.agencies.received(agency.id):
            own: Any = bench.hub.stories.show_to(agency, UUID(item.message_id))
            assert "Quillfeather" not in json.dumps(own) + item.body().decode(errors="replace"), item.kind
            assert own["sha256"] == item.sha256
            assert own["reference"] == item.message_id
            assert {each["recipient"] for each in own["deliveries"]} == {agency.id}
            kinds.add(item.kind)
    assert len(kinds) > 14


def test_a_reminder_names_the_message_and_not_as_its_sender_calls_it(bench: Bench) -> None:
    business = Business(bench, 64_444)
    request = business.say(documents.report_request(business.person()) | {"reference": NAMING})
    bench.clock.advance(timedelta(days=20))
    bench.hub.sweep.run()
    bench.drain()
    reminders = [item.body() for item in bench.agencies.received(HOME.probation) if item.kind == "clock_reminder"]
    assert reminders
    for body in reminders:
        assert json.loads(body)["payload"]["reference"] == request
        assert b"Quillfeather" not in body


# ---- the id of the exchange that several messages share


def _exchange_of(bench: Bench, id: str) -> str:
    return bench.hub.stories.show(id)["correlation"]


def test_a_stranger_who_speaks_first_does_not_share_the_exchange_of_the_parties(bench: Bench) -> None:
    business = Business(bench, 65_555)
    false = business.say(documents.report(business.person()), by=AWAY.probation)
    true = business.say(documents.report_request(business.person()))
    assert _exchange_of(bench, false) != _exchange_of(bench, true)


@pytest.mark.parametrize("others_know", [True, False])
def test_two_messages_do_not_show_that_a_third_joins_two_numbers(bench: Bench, others_know: bool) -> None:
    business = Business(bench, 66_666)
    person, crn = business.person(), {"crn": "X123456"}
    if others_know:
        both = [{"defendant": person.as_defendant() | crn}]
        package = {"urn": person.urn(), "court": person.court(), "defendants": both}
        business.say(person.message("case_package", HOME.police, package, "package"))
    asked = []
    for edition, number in enumerate(({"pnc_id": person.as_defendant()["pnc_id"]}, crn)):
        somebody = {"name": {"surname": f"Nobody {edition}"}} | number
        asked.append(business.say(documents.result(person, edition, False), defendant=somebody))
    assert _exchange_of(bench, asked[0]) != _exchange_of(bench, asked[1])


def test_who_has_been_sent_a_message_answers_it_in_its_exchange(bench: Bench) -> None:
    business = Business(bench, 67_777)
    said = [business.say(message) for message in steps_of(business.person())[3:6]]
    assert len({_exchange_of(bench, id) for id in said}) == 1


# ---- pseudonyms


@pytest.fixture
def research_fetches(request: pytest.FixtureRequest) -> bool:
    return bool(getattr(request, "param", False))


@pytest.fixture
def settings(settings: Settings, research_fetches: bool) -> Settings:
    if research_fetches:
        endpoints = settings.endpoints_file()
        pushed = re.compile(rf'agency = "{RESEARCH}"\nsystem = "hub_json"\n[^\[]*')
        fetched = f'agency = "{RESEARCH}"\nsystem = "hub_json"\ntransport = "mailbox"\n'
        endpoints.write_text(pushed.sub(fetched, endpoints.read_text()))
    return settings


def _tells_apart(text: str) -> set[str]:
    """Everything that two copies of one message may share by no chance: ids, digests, moments, sizes and names."""
    moments = {found[0] for found in _MOMENT.finditer(text) if "T00:00:00" not in found[0]}
    named = set(re.findall(r"(?:F|R-|REC-)\d{5,}[\w-]*", text))
    sizes = {f"size {size}" for size in re.findall(r'"size_bytes": ?(\d+)', text)}
    return {*_ID.findall(text), *_DIGEST.findall(text), *moments, *named, *sizes}


@pytest.mark.parametrize("research_fetches", [False, True], indirect=True, ids=["it is sent", "it fetches"])
def test_what_research_has_shares_nothing_with_what_the_sender_and_the_area_have(
    bench: Bench, api: Api, research_fetches: bool
) -> None:
    business = Business(bench, 68_888)
    record = _record(business.person(), area=HOME.probation)
    id = business.say(record)
    bench.drain()
    if research_fetches:
        research = bench.hub.knowledge.registry.agencies.named(RESEARCH)
        listed = bench.hub.mailbox.waiting(research, 10)
        own = UUID(listed[0]["message_id"])
        handed = bench.hub.mailbox.fetch(research, own)
        acknowledged = bench.hub.mailbox.acknowledge(research, own, None)
        has = [json.dumps(listed), handed.body.decode(), str(handed.delivery_id), json.dumps(acknowledged)]
    else:
        [item] = [each for each in bench.agencies.received(RESEARCH) if each.kind == "reconviction_link"]
        own, has = UUID(item.message_id), [item.body().decode(), item.file.name]
    has.append(api.get(RESEARCH, str(own)).data.decode())
    [item] = [each for each in bench.agencies.received(HOME.probation) if each.message_id == id]
    others = [item.body().decode(), item.file.name, f'"size_bytes": {item.size_bytes}']
    others += [api.get(agency, id).data.decode() for agency in (HOME.probation, HOME.police)]
    shared = _tells_apart("\n".join(has)) & _tells_apart("\n".join(others))
    assert shared == set()
    assert api.get(RESEARCH, id).status == 404, "it does not know the message by the id of the others"
