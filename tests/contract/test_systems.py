"""What every agency system must keep. Systems are found by discovery, so a new one needs no change here.

`samples/refused-*` must be refused; every other sample must be accepted whole.
"""

import dataclasses
import json
import random
import re
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC
from hashlib import sha256
from pathlib import Path

import pytest

from adapters.contract import Decoded, Draft
from schemas.problem import Problem, Refused
from tests.contract.system_samples import (
    CATALOGUE,
    NAMES,
    folder_of,
    outcome,
    samples_of,
    system_named,
)
from tests.effort import tries

MUTATIONS = tries(120, 10_000)
"""How many times the samples of a system are damaged."""
SLOWEST_SECONDS = 10.0
TAKEN = [pytest.param(n, path, id=f"{n}-{path.name}") for n in NAMES for path in samples_of(n, refused=False)]
REFUSED = [pytest.param(n, path, id=f"{n}-{path.name}") for n in NAMES for path in samples_of(n, refused=True)]


def said_of(result: Decoded | Refused) -> tuple[Problem, ...]:
    if isinstance(result, Refused):
        return result.problems
    return (*result.refused, *(doubt for draft in result.drafts for doubt in draft.doubts))


# ---- the folder ----


@pytest.mark.parametrize("name", NAMES)
def test_a_system_folder_is_complete(name: str) -> None:
    folder = folder_of(name)
    declared = tomllib.loads((folder / "system.toml").read_text(encoding="utf-8"))
    system = system_named(name)
    assert system.name == name
    assert declared["name"] == folder.name
    assert declared["title"] and declared["media_types"]
    for key, kinds in (("decodes", system.decodes), ("encodes", system.encodes)):
        assert declared[key] == ["*"] or set(declared[key]) == kinds
        assert kinds <= set(CATALOGUE.names())
    assert any((folder / "wire").iterdir())
    assert len(samples_of(name, refused=False)) >= 2
    assert len((folder / "README.md").read_text(encoding="utf-8").splitlines()) <= 60, "one screen"


# ---- decoding ----


@pytest.mark.parametrize(("name", "path"), TAKEN)
def test_a_sample_is_taken_whole(name: str, path: Path) -> None:
    system = system_named(name)
    result = outcome(system, path.read_bytes())
    assert isinstance(result, Decoded) and result.refused == ()
    for draft in result.drafts:
        kind = CATALOGUE.find(draft.kind, draft.version)
        assert kind is not None and isinstance(draft.payload, kind.payload)
        assert draft.kind in system.decodes


@pytest.mark.parametrize(("name", "path"), REFUSED)
def test_a_refused_sample_is_refused_with_the_reason(name: str, path: Path) -> None:
    assert isinstance(outcome(system_named(name), path.read_bytes()), Refused)


@pytest.mark.parametrize(("name", "path"), TAKEN)
def test_exactly_its_own_system_recognises_a_sample(name: str, path: Path) -> None:
    body = path.read_bytes()
    assert [other for other in NAMES if system_named(other).recognises(body)] == [name]


@pytest.mark.parametrize(("name", "path"), TAKEN)
def test_decoding_is_stable_and_its_references_are_unique(name: str, path: Path) -> None:
    body = path.read_bytes()
    first, second = system_named(name).decode(body, {}), system_named(name).decode(body, {})
    assert first == second
    references = [draft.reference for draft in first.drafts]
    assert len(set(references)) == len(references)
    assert all(reference.isprintable() and 0 < len(reference) <= 200 for reference in references)


@pytest.mark.parametrize(("name", "path"), TAKEN)
def test_the_attachments_of_a_sample_are_those_its_payload_names(name: str, path: Path) -> None:
    for draft in system_named(name).decode(path.read_bytes(), {}).drafts:
        named = {item["sha256"] for item in draft.payload.model_dump().get("documents", ())}
        assert named == {attachment.sha256 for attachment in draft.attachments}
        assert all(sha256(one.content).hexdigest() == one.sha256 for one in draft.attachments)


# ---- damage ----


def damaged(body: bytes, chance: random.Random) -> bytes:
    """Return one to three damages: a flipped bit, a cut, a piece that is lost, repeated, moved or overwritten, or
    another letter.

    Half of the damages replace one letter or digit by another: the syntax survives, and the rules are tested.
    """
    for _ in range(chance.randint(1, 3)):
        a, b = sorted(chance.randrange(len(body) + 1) for _ in range(2))
        piece = body[a : min(b, a + chance.choice([1, 4, 40, 400]))]
        rest = a + len(piece)
        wound = chance.randrange(12)
        if wound == 0 and a < len(body):
            body = body[:a] + bytes([body[a] ^ 1 << chance.randrange(8)]) + body[a + 1 :]
        elif wound == 1:
            body = body[:b]
        elif wound == 2:
            body = body[:a] + body[rest:]
        elif wound == 3:
            body = body[:rest] + piece + body[rest:]
        elif wound == 4:
            to = chance.randrange(len(body) - len(piece) + 1)
            without = body[:a] + body[rest:]
            body = without[:to] + piece + without[to:]
        elif wound == 5:
            body = body[:a] + chance.randbytes(len(piece)) + body[rest:]
        elif body[a : a + 1].isalnum():
            body = body[:a] + chance.choice(b"0129azAZ").to_bytes() + body[a + 1 :]
    return body


def private_words(name: str) -> re.Pattern[str]:
    """Return surnames and full dates of birth of everybody in the samples, in all forms in which they may be
    written."""
    words: set[str] = set()
    for path in samples_of(name, refused=False):
        for draft in system_named(name).decode(path.read_bytes(), {}).drafts:
            for person in draft.payload.about():
                words |= {person.name.surname} if person.name else set()
                if person.date_of_birth and len(person.date_of_birth) == 10:
                    year, month, day = person.date_of_birth.split("-")
                    words |= {
                        person.date_of_birth,
                        f"{day}/{month}/{year}",
                        f"{day}-{month}-{year}",
                        f"{day}{month}{year}",
                    }
    assert words, "the samples name somebody"
    return re.compile(r"\b(?:" + "|".join(map(re.escape, sorted(words))) + r")\b", re.IGNORECASE)


@pytest.mark.long
@pytest.mark.parametrize("name", NAMES)
def test_a_mutated_sample_is_decoded_or_refused_and_nothing_private_is_repeated(name: str) -> None:
    chance = random.Random(f"{name}")
    private = private_words(name)
    bodies = [path.read_bytes() for refused in (False, True) for path in samples_of(name, refused=refused)]
    system = system_named(name)
    for _ in range(MUTATIONS):
        body = damaged(chance.choice(bodies), chance)
        system.recognises(body)
        result = outcome(system, body)
        for problem in said_of(result):
            assert not private.search(" ".join(dataclasses.astuple(problem))), problem.code
        for draft in result.drafts if isinstance(result, Decoded) else ():
            exercise(draft)


@pytest.mark.parametrize("markup", ["<{}", "<{}/>", "&{};", "{}=<", '"{}": 1, "', '{}", "{}', "\\u{}"])
@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_slips_into_the_markup_is_not_repeated(name: str, markup: str) -> None:
    private = private_words(name)
    for path in samples_of(name, refused=False):
        text = path.read_bytes().decode("utf-8-sig", "surrogateescape")
        for word in sorted(set(private.findall(text))):
            body = text.replace(word, markup.replace("{}", word)).encode("utf-8", "surrogateescape")
            said = said_of(outcome(system_named(name), body))
            assert not private.search(" ".join(field for problem in said for field in dataclasses.astuple(problem)))


def exercise(draft: Draft) -> None:
    """Call everything that the hub may ask of a decoded message, and keep it as JSON."""
    payload = draft.payload
    for ask in (
        payload.facts,
        payload.counts,
        payload.targets,
        payload.about,
        payload.case_references,
        payload.forwards,
    ):
        ask()
    assert payload.subject()
    assert all(clock.anchor.astimezone(UTC) for clock in payload.clocks())
    assert type(payload).model_validate(json.loads(payload.model_dump_json())) == payload


def hopeless() -> Iterator[tuple[str, bytes]]:
    yield "nothing", b""
    yield "NULs", b"\0" * 100
    yield "a megabyte of spaces", b" " * 1_000_000
    yield "deep JSON lists", b"[" * 200_000
    yield "deep JSON objects", b'{"payload":' * 50_000
    yield "deep JSON that closes", b"[" * 5_000 + b"]" * 5_000
    yield "deep XML", b"<a>" * 100_000
    yield "deep XML that closes", b"<a>" * 5_000 + b"</a>" * 5_000
    yield "a million small JSON values", b"[" + b"0," * 1_000_000 + b"0]"
    yield "noise", random.Random(1).randbytes(100_000)
    yield "a PDF", b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"
    yield "a zip", b"PK\x03\x04" + b"\0" * 100
    yield "UTF-16 without a mark", "<a>é</a>".encode("utf-16-be")


HOPELESS = [pytest.param(name, body, id=f"{name}-{what}") for name in NAMES for what, body in hopeless()]


@pytest.mark.parametrize(("name", "body"), HOPELESS)
def test_a_hopeless_document_is_refused_soon(name: str, body: bytes) -> None:
    started = time.process_time()
    system_named(name).recognises(body)
    assert isinstance(outcome(system_named(name), body), Refused)
    assert time.process_time() - started < SLOWEST_SECONDS


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "cp037"])
@pytest.mark.parametrize("name", NAMES)
def test_a_sample_in_another_encoding_is_taken_or_refused(name: str, encoding: str) -> None:
    for path in samples_of(name, refused=False):
        text = path.read_text(encoding="utf-8", errors="ignore")
        outcome(system_named(name), text.encode(encoding, errors="replace"))


@pytest.mark.parametrize("name", NAMES)
def test_every_bit_of_text_lost_from_the_end_of_a_sample_is_noticed(name: str) -> None:
    path = min(samples_of(name, refused=False), key=lambda one: one.stat().st_size)
    body = path.read_bytes().rstrip()
    for keep in range(0, len(body), max(1, len(body) // 40)):
        result = outcome(system_named(name), body[:keep])
        assert isinstance(result, Refused), f"{path.name} cut after {keep} bytes was taken"
