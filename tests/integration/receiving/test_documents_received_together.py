"""Documents that are received in one transaction come to the same as documents that are received one by one."""

import asyncio
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from hub.errors import AssertionRefused
from hub.exchange.accepting.demands import StillMay, anybody
from hub.exchange.accepting.grouped import HandedIn
from hub.exchange.accepting.intake import digest_of, is_small
from hub.exchange.message.receipts import Answer
from hub.settings import Settings
from hub.store.database.engine import Transaction
from tests.conftest import Bench, Knowledge, Servers, SimulatedAgencies, a_database, bench_of
from tests.effort import tries
from tests.faults import documents
from tests.faults.documents import AREAS, Message, Person

KEPT = {
    "document": "SELECT digest, caller, state, message_ids::text FROM raw_document",
    "message": """SELECT m.id::text, kind, sender, m.state, doubts::text, counts::text, supersedes::text,
        overtaken_by::text, replaces_key, edition_at::text, subject, r.digest,
        (SELECT min(o.id::text) FROM message o WHERE o.correlation = m.correlation)
        FROM message m LEFT JOIN raw_document r ON r.id = raw_document_id""",
    "case": "SELECT message_id::text, key FROM case_key",
    "standing": "SELECT message_id::text, matter, keeper, sender, acts_for::text, parties::text, within, stands, reason"
    " FROM message_standing",
    "delivery": """SELECT message_id::text, recipient, target, subject, cause::text, state, protocol, withheld::text,
        why_code, why, handed_in_by, known_as::text, quarantined_at IS NULL FROM delivery""",
    "clock": """SELECT name, message_id::text, owner, toward, toward_target, forward_kind, due_at::text, why, state,
        stopped_by::text, remind_at::text, next_reminder_at::text FROM clock""",
    "person": "SELECT area, message_id::text, surname_key, date_of_birth, finding_keys::text FROM supervised_person",
    "number": "SELECT message_id::text, scheme, value FROM supervised_identifier"
    " JOIN supervised_person ON id = person_id",
    "part": "SELECT code, place, problem, cure, state FROM refused_part",
    "key": "SELECT count(*) FROM content_key",
    "entry": """SELECT event, message_id::text, agency, CASE WHEN event LIKE 'state.%' THEN '' ELSE
        (detail - 'delivery')::text END FROM journal WHERE event NOT LIKE 'state.%'""",
}


def _documents(seed: int, now: datetime) -> list[tuple[str, bytes]]:
    """Documents about few people, so that many touch each other: editions, repeats, used references, bad rows."""
    chance = random.Random(seed)
    made: list[Message] = []
    for _ in range(24):
        person = Person(chance.randint(1, 6), chance.choice(AREAS[:2]), now)
        what = chance.choice(
            (
                lambda of: documents.result(of, chance.randint(1, 3), chance.random() < 0.5),
                documents.warrant,
                lambda of: documents.warrant_update(of, chance.choice(("executed", "withdrawn"))),
                lambda of: documents.report_request(of, chance.choice(("Is it suitable?", "Is there work?"))),
                documents.report,
                documents.release,
                documents.feedback,
                documents.bad_row,
            )
        )
        made.append(what(person))
    handed_in: list[tuple[str, bytes]] = []
    while made:
        several = [made.pop() for _ in range(min(len(made), chance.choice((1, 1, 1, 3))))]
        of_one = [each for each in several if each["sender"] == several[0]["sender"]]
        body = of_one[0] if len(of_one) == 1 else {"messages": of_one}
        handed_in.append((several[0]["sender"], json.dumps(body).encode()))
    handed_in += chance.sample(handed_in, 3)
    chance.shuffle(handed_in)
    return handed_in


def _call(bench: Bench, sender: str, body: bytes, may: StillMay = anybody) -> HandedIn:
    caller = bench.hub.knowledge.registry.agencies.named(sender)
    return HandedIn(caller, body, "application/json", None, digest_of(body, {}), may)


def _kept(bench: Bench) -> dict[str, Counter[Any]]:
    with bench.hub.store.reading() as connection:
        return {name: Counter(map(tuple, connection.execute(text(query)))) for name, query in KEPT.items()}


@pytest.fixture
def other(
    settings: Settings,
    knowledge: Knowledge,
    servers: Servers,
    template: str,
    agencies: SimulatedAgencies,
    tmp_path: Path,
) -> Iterator[Bench]:
    """A second exchange, with notes of its own."""
    (tmp_path / "other").mkdir()
    settings = settings.model_copy(update={"state_dir": tmp_path / "other"})
    with a_database(servers, template) as url, bench_of(settings, knowledge, url, agencies) as other:
        yield other


@pytest.mark.parametrize("seed", range(tries(3, 60)))
def test_the_same_is_kept_whether_they_come_together_or_one_by_one(bench: Bench, other: Bench, seed: int) -> None:
    bench.clock.stand_still()
    other.clock._stands_at = bench.clock.now()
    handed_in = _documents(seed, bench.clock.now().replace(microsecond=0))
    one_by_one = [
        bench.hub.intake.receive(_call(bench, *each).caller, each[1], "application/json") for each in handed_in
    ]
    together: list[Answer | Exception] = []
    for first in range(0, len(handed_in), 8):
        together += other.hub.intake.grouped.receive_all([_call(other, *each) for each in handed_in[first : first + 8]])
    for alone, with_others in zip(one_by_one, together, strict=True):
        assert isinstance(with_others, Answer), with_others
        assert _said(alone) == _said(with_others)
    for name, kept in _kept(bench).items():
        assert _kept(other)[name] == kept, name
    assert other.hub.evidence.verify().whole


def _said(answer: Answer) -> object:
    receipt = answer.receipt
    said = [(each["id"], each["kind"], each["recipients"]) for each in receipt["messages"]] if receipt else None
    return said, [(problem.code, problem.where) for problem in answer.refused], answer.repeated


def test_who_may_not_hand_in_any_more_falls_out_alone(bench: Bench) -> None:
    def revoked(_: Transaction) -> None:
        raise AssertionRefused("key.revoked", "the key was revoked", "sign with another key of yours")

    bodies = [
        json.dumps(documents.result(Person(n, AREAS[0], bench.clock.now()), 1, False)).encode() for n in (1, 2, 3)
    ]
    calls = [_call(bench, AREAS[0].court, body) for body in bodies]
    first, second, third = bench.hub.intake.grouped.receive_all(
        [calls[0], replace(calls[1], still_may=revoked), calls[2]]
    )
    assert isinstance(first, Answer) and isinstance(third, Answer)
    assert isinstance(second, AssertionRefused)
    assert sum(_kept(bench)["document"].values()) == 2


def test_a_document_that_breaks_the_transaction_falls_out_alone(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    from hub.exchange.accepting import answering

    usual, people = answering.record, [Person(number, AREAS[0], bench.clock.now()) for number in (1, 2, 3)]

    def breaks(connection: Any, assessed: Any, *others: Any, **more: Any) -> Any:
        if assessed.validated.draft.reference == documents.result(people[1], 1, False)["reference"]:
            raise RuntimeError("nobody has foreseen this")
        return usual(connection, assessed, *others, **more)

    monkeypatch.setattr(answering, "record", breaks)
    calls = [_call(bench, AREAS[0].court, json.dumps(documents.result(each, 1, False)).encode()) for each in people]
    first, second, third = bench.hub.intake.grouped.receive_all(calls)
    assert isinstance(first, Answer) and isinstance(third, Answer)
    assert isinstance(second, RuntimeError)
    states = Counter(row[2] for row in _kept(bench)["document"].elements())
    assert states == {"accepted": 2, "received": 1}, "what was not answered is kept, and shown as abandoned later"


def test_many_senders_at_once_have_one_answer_each_and_few_commits(bench: Bench) -> None:
    bodies = [
        json.dumps(documents.result(Person(n, AREAS[0], bench.clock.now()), 1, False)).encode() for n in range(60)
    ]

    async def hand_in(bodies: list[bytes]) -> list[Answer]:
        calls = [_call(bench, AREAS[0].court, body) for body in bodies]
        return await asyncio.gather(*(bench.hub.intake.grouped.ask(call) for call in calls))

    answers = asyncio.run(hand_in([*bodies, *bodies[:20]]))
    ids = [answer.receipt["messages"][0]["id"] for answer in answers if answer.receipt]
    assert len(ids) == 80
    assert len(set(ids)) == 60
    assert ids[60:] == ids[:20]
    assert _kept(bench)["delivery"] == Counter(set(_kept(bench)["delivery"]))
    assert bench.hub.evidence.verify().whole


@pytest.mark.parametrize(
    ("body", "encoding", "small"),
    [
        (b'{"kind": 1}', None, True),
        (b'\xef\xbb\xbf \n{"kind": 1}', "identity", True),
        (b'{"kind": 1}', "gzip", False),
        (b"\x1f\x8b\x08", None, False),
        (b"<CPS/>", None, False),
        (b"[1]", None, False),
        (b"", None, False),
        (b"{" + b" " * 65_536, None, False),
    ],
)
def test_only_small_plain_json_is_received_together(body: bytes, encoding: str | None, small: bool) -> None:
    assert is_small(body, encoding) is small
