"""Whatever is sent, the answer is Decoded or Refused: nothing else is ever raised, and nothing personal is repeated."""

import random
from collections.abc import Callable

import pytest

from adapters.systems.libra.adapter import system
from schemas.problem import Problem, Refused
from tests.unit.systems.libra_documents import decode, sample

SECRETS = ("Testina", "Hypothetical", "Nowhere Lane", "29/02/2000")
SAMPLES = ("adult_list_in_soap.xml", "two_courts_in_csci.xml")
TEXTS = ("", "31/02/2020", "-1", "99999999999999999999", "<x/>", "&lt;x", "&#xD7FF;", "A" * 300, "Z_Z", "\u0660", "N")


def _spans(text: str) -> list[tuple[int, int]]:
    """Where each leaf element and each short group of elements begins and ends."""
    starts = [position for position, letter in enumerate(text) if letter == "<"]
    return list(zip(starts, starts[2:], strict=False))


def _truncate(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text))]


def _delete(text: str, chance: random.Random) -> str:
    start, end = chance.choice(_spans(text))
    return text[:start] + text[end:]


def _repeat(text: str, chance: random.Random) -> str:
    start, end = chance.choice(_spans(text))
    return text[:end] + text[start:end] + text[end:]


def _swap(text: str, chance: random.Random) -> str:
    opened = [position + 1 for position, letter in enumerate(text) if letter == ">"]
    start = chance.choice(opened[:-1])
    return text[:start] + chance.choice(TEXTS) + text[text.index("<", start) :]


def _rename(text: str, chance: random.Random) -> str:
    name = chance.choice(["session", "case", "def_name", "documents", "doh", "ou_code", "source_file_name", "info"])
    return text.replace(f"{name}>", f"{chance.choice(['x', 'case', 'data'])}>")


def _flip(text: str, chance: random.Random) -> str:
    position = chance.randrange(len(text))
    return text[:position] + chance.choice("<>&\x00/x\u20ac") + text[position + 1 :]


MUTATIONS = (_truncate, _delete, _repeat, _swap, _rename, _flip)


@pytest.mark.parametrize("mutation", MUTATIONS)
@pytest.mark.parametrize("name", SAMPLES)
def test_a_mutated_list_is_decoded_or_refused(mutation: Callable[[str, random.Random], str], name: str) -> None:
    chance = random.Random(f"{mutation.__name__} {name}")
    for _ in range(60):
        text = sample(name).decode()
        for _ in range(chance.randint(1, 3)):
            text = mutation(text, chance) if len(_spans(text)) > 3 else text
        _check(text.encode())


def test_mutations_of_every_sort_together_are_decoded_or_refused() -> None:
    chance = random.Random(7)
    for _ in range(200):
        text = sample(chance.choice(SAMPLES)).decode()
        for mutation in chance.choices([_delete, _repeat, _swap], k=6):
            text = mutation(text, chance) if len(_spans(text)) > 3 else text
        _check(text.encode(chance.choice(["utf-8", "utf-16"])))


def _check(body: bytes) -> None:
    system().recognises(body)
    problems: tuple[Problem, ...]
    try:
        decoded = decode(body)
    except Refused as refusal:
        problems = refusal.problems
        assert problems
    else:
        problems = (*decoded.refused, *(doubt for draft in decoded.drafts for doubt in draft.doubts))
        assert decoded.drafts
        assert all(draft.sender and draft.reference for draft in decoded.drafts)
        assert len({draft.reference for draft in decoded.drafts}) == len(decoded.drafts)
    for problem in problems:
        assert problem.code and problem.where and problem.cure
        assert not any(secret in problem.problem for secret in SECRETS)
