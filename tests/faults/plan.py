"""What a fault run sends, and what must result. All of it follows from the seed."""

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from tests.faults import documents
from tests.faults.documents import AREAS, Area, Message, Person
from tests.faults.sending.doors import Door

POISON = "poison-for-the-worker"
EXPIRING = "release_notice"
"""The kind whose protocol ends when the clock first jumps."""


class Again(StrEnum):
    """How a document is handed in a second time."""

    NO = "no"
    LATER = "later"
    AT_ONCE = "at_once"  # on two connections at the same moment
    CHANGED = "changed"  # the same references, other content


@dataclass(frozen=True)
class Document:
    """`references` are those of the messages that must be accepted; `bad_rows` is the number of those that must be
    refused."""

    caller: str
    messages: tuple[Message, ...]
    references: tuple[str, ...]
    bad_rows: int = 0
    again: Again = Again.NO
    door: Door = Door.MESSAGES

    def body(self) -> bytes:
        return json.dumps(self.messages if len(self.messages) > 1 else self.messages[0]).encode()

    def changed(self) -> bytes:
        """The same references with other content."""
        message = self.messages[0]
        person = "defendant" if "defendant" in message["payload"] else "offender"
        other = message["payload"][person] | {"date_of_birth": "1950-01-01"}
        return json.dumps(message | {"payload": message["payload"] | {person: other}}).encode()


@dataclass(frozen=True)
class Expected:
    """Who must have a message, each once. `matter` and `turn` say what must have reached them before it. `hostile`: its
    sender is no party of the matter, so nobody must have it."""

    reference: str
    kind: str
    recipients: frozenset[str]
    matter: str
    turn: int
    hostile: bool = False


@dataclass(frozen=True)
class Plan:
    """Senders take the `units` one after another, and the documents of one unit in order."""

    seed: int
    units: tuple[tuple[Document, ...], ...]
    expected: dict[str, Expected]
    always_down: str
    poisoned: frozenset[str] = field(default_factory=frozenset)

    @property
    def messages(self) -> int:
        return len(self.expected)


def make_plan(seed: int, messages: int, now: datetime) -> Plan:
    """At least `messages` messages, and two that kill the worker that delivers them."""
    chance = random.Random(seed)
    down = chance.choice(AREAS)
    units: list[tuple[Document, ...]] = []
    expected: dict[str, Expected] = {}
    poisoned: set[str] = set()
    poison_at = {messages // 8, messages // 4}  # units, of about two messages each
    for number in range(1, messages + 1):
        person = Person(number, chance.choice(AREAS), now)
        if number in poison_at:
            person = Person(number, next(area for area in AREAS if area is not down), now)
            unit, of = _poisoned(person)
            poisoned |= {entry.reference for entry in of}
        else:
            unit, of = _among_strangers(_unit(chance)(person, chance), person, chance)
        units.append(tuple(_sent_again(document, chance) for document in unit))
        expected |= {entry.reference: entry for entry in of}
        if len(expected) >= messages and number > max(poison_at):
            break
    return Plan(seed, tuple(units), expected, down.police, frozenset(poisoned))


_Unit = tuple[list[Document], list[Expected]]


def _unit(chance: random.Random) -> Callable[[Person, random.Random], _Unit]:
    shares = {_corrected: 30, _sentenced: 5, _warrant: 20, _reported: 15, _released: 15, _together: 5}
    return chance.choices(list(shares), list(shares.values()))[0]


_HOSTILE_SHARE = 0.25
"""The share of units in which a stranger speaks."""


def _among_strangers(unit: _Unit, person: Person, chance: random.Random) -> _Unit:
    """An agency of another area speaks about the same matter, some time after it has begun."""
    (sent, of), area = unit, chance.choice([area for area in AREAS if area != person.area])
    if of[0].kind not in _FALSE or any(each.bad_rows for each in sent) or chance.random() > _HOSTILE_SHARE:
        return unit
    message = _FALSE[of[0].kind](person, area)
    told = Expected(message["reference"], message["kind"], frozenset(), message["reference"], 0, hostile=True)
    sent.insert(chance.randint(1, len(sent)), Document(message["sender"], (message,), (message["reference"],)))
    return sent, [*of, told]


def _false_result(person: Person, area: Area) -> Message:
    message = documents.result(Person(person.number, area, person.now), 1, True)
    message["payload"]["urn"] = person.urn()
    return _false(message, area.court)


def _false_update(person: Person, area: Area) -> Message:
    return _false(documents.warrant_update(person, "executed"), area.police)


def _false_report(person: Person, area: Area) -> Message:
    return _false(documents.report(person), area.probation)


def _false(message: Message, sender: str) -> Message:
    return message | {"sender": sender, "reference": f"{message['reference']}-of-a-stranger"}


_FALSE: dict[str, Callable[[Person, Area], Message]] = {
    "hearing_result": _false_result,
    "pre_sentence_report": _false_result,
    "report_request": _false_report,
    "breach_warrant": _false_update,
}
"""What a stranger says, by the kind that begins the matter."""


def _corrected(person: Person, chance: random.Random) -> _Unit:
    """A result and one or two corrections of it."""
    area = person.area
    editions = [documents.result(person, edition, False) for edition in range(1, chance.choice((3, 3, 4)))]
    return _one_by_one(person, "result", [(m, (area.probation, area.police)) for m in editions])


def _sentenced(person: Person, _: random.Random) -> _Unit:
    """A report, and the custodial sentence that sends it to the prison. The hub itself reports what it forwards."""
    area = person.area
    told = _one_by_one(person, "report", [(documents.report(person), (area.court, area.prison))])
    passed = [(documents.result(person, 1, True), (area.probation, area.police, area.prison))]
    sentenced = _one_by_one(person, "sentence", passed)
    return told[0] + sentenced[0], told[1] + sentenced[1]


def _warrant(person: Person, _: random.Random) -> _Unit:
    area = person.area
    return _one_by_one(
        person,
        "warrant",
        [
            (documents.warrant(person), (area.police, area.probation)),
            (documents.warrant_update(person, "acknowledged"), (area.court, area.probation)),
            (documents.warrant_update(person, "executed"), (area.court, area.probation)),
        ],
    )


def _reported(person: Person, _: random.Random) -> _Unit:
    area = person.area
    return _one_by_one(
        person,
        "report",
        [(documents.report_request(person), (area.probation,)), (documents.report(person), (area.court,))],
    )


def _released(person: Person, _: random.Random) -> _Unit:
    area = person.area
    steps = [(documents.release(person), (area.probation,)), (documents.feedback(person), (area.prison,))]
    return _one_by_one(person, "release", steps)


def _together(person: Person, chance: random.Random) -> _Unit:
    """Several requests in one document, one of them bad."""
    area, count = person.area, chance.randrange(3, 7)
    people = [Person(person.number + 1_000_000 * index, area, person.now) for index in range(1, count)]
    rows = [documents.report_request(each) for each in people]
    of = [Expected(row["reference"], row["kind"], frozenset({area.probation}), row["reference"], 0) for row in rows]
    bad = chance.randrange(len(rows) + 1)
    sent = (*rows[:bad], documents.bad_row(person), *rows[bad:])
    return [Document(area.court, sent, tuple(row["reference"] for row in rows), bad_rows=1)], of


def _poisoned(person: Person) -> _Unit:
    return _one_by_one(
        person, "poison", [(documents.report_request(person, f"{POISON} {person.number}"), (person.area.probation,))]
    )


def _one_by_one(person: Person, matter: str, steps: list[tuple[Message, tuple[str, ...]]]) -> _Unit:
    sent = [Document(message["sender"], (message,), (message["reference"],)) for message, _ in steps]
    of = [
        Expected(message["reference"], message["kind"], frozenset(to), f"{matter}-{person.number}", turn)
        for turn, (message, to) in enumerate(steps)
    ]
    return sent, of


def _sent_again(document: Document, chance: random.Random) -> Document:
    again = chance.choices((Again.NO, Again.LATER, Again.AT_ONCE, Again.CHANGED), (90, 5, 3, 2))[0]
    if document.bad_rows and again is Again.CHANGED:
        again = Again.LATER
    return replace(document, again=again, door=_door(document, chance))


def _door(document: Document, chance: random.Random) -> Door:
    """A third comes through the doors for agencies' own systems. The Common Platform sends for courts alone."""
    if len(document.messages) > 1:
        return Door.MESSAGES  # these doors do not say of each row whether it was taken
    shares = {Door.MESSAGES: 65, Door.REST: 12, Door.SPI: 12}
    if role_of(document.caller) == "court":
        shares[Door.COMMON_PLATFORM] = 11
    return chance.choices(list(shares), list(shares.values()))[0]


def agencies() -> Iterator[str]:
    """Everybody who sends or receives."""
    for area in AREAS:
        yield from (area.probation, area.court, area.police, area.prison)


def role_of(agency: str) -> str:
    return agency.partition("-")[0]


def area_of(agency: str) -> Area:
    return next(area for area in AREAS if agency in (area.probation, area.court, area.police, area.prison))
