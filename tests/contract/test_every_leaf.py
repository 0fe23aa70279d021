"""Nothing is lost unnoticed. Every leaf of every sample is in the payload, in a doubt, or on the list of leaves that
say nothing. An unknown leaf becomes a doubt, wherever it is, and costs nothing beside it.

A leaf is in the payload if another value of it changes what is decoded. It is in a doubt if the doubt names the place
of the leaf, or of a part that contains it, and is gone without the leaf. What refuses a part is no doubt about a leaf
in it, unless it names the leaf itself. Of the leaves at the same place in the entries of a list, one is tried, and of a
long sample only some: more of them in `make test-long`. They are chosen separately for each sample, and are the same in
every run.
"""

import json
import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import Any, TypeVar

import pytest

from adapters.contract import Decoded, System
from adapters.says_nothing import leaves_that_say_nothing, steps_of
from schemas.kind import Payload
from schemas.problem import Problem, Refused
from tests.contract.leaves.leaf import UNKNOWN, Document, Leaf
from tests.contract.leaves.of_lines import LinesDocument
from tests.contract.leaves.opening import opened, other_values
from tests.contract.samples_of_systems import PARAMS
from tests.contract.system_samples import outcome, system_named
from tests.effort import tries

LEAVES_MAX, LEAVES_MIN = tries(12, 400), tries(4, 40)
BYTES = tries(1_500_000, 25_000_000)
"""How many leaves of a sample are tried, at most and at least, and how many bytes are read for them in all."""
# Doubts that report a whole part as not passed on. Each is at the place of the part.
LEAVES_OUT_THE_PART = {
    "common_platform.application",
    "common_platform.attendance_of_nobody",
    "common_platform.earlier_result",
    "common_platform.not_reached",
    "common_platform.result_deleted",
    "common_platform.result_of_nobody",
}
UPWARD = 4  # at most so many parts above a leaf are looked at, if one doubt reports a whole part


@dataclass(frozen=True)
class Told:
    """The result of a document: what is passed on, and the doubts."""

    passed_on: tuple[Any, ...]
    doubts: Counter["Doubt"]

    def doubts_more_than(self, other: "Told") -> bool:
        return bool(self.doubts - other.doubts)


@dataclass(frozen=True)
class Doubt:
    """A doubt or a refusal without the positions in its place. A copy of a document has other positions."""

    code: str
    steps: tuple[str, ...]
    problem: str
    refuses: bool = False

    def names(self, leaf: Leaf) -> bool:
        steps = _steps(leaf.place)
        return self.steps == steps if self.refuses else self.steps == steps[: len(self.steps)]


def _steps(place: str) -> tuple[str, ...]:
    """Without the step into a document that a text holds, which not every place shows."""
    return tuple(step for step in steps_of(place) if step != "text()")


def told(system: System, body: bytes) -> Told | None:
    """Return the result; None for a document that is refused whole."""
    result = outcome(system, body)
    if isinstance(result, Refused):
        return None
    drafts = tuple(
        (one.kind, one.sender, one.recipient, one.sent_at, _legible(one.reference), _said_in(one.payload))
        for one in result.drafts
    )
    doubts = Counter(
        Doubt(one.code, _steps(one.where), one.problem, refuses)
        for refuses, problems in ((True, result.refused), (False, doubts_of(result)))
        for one in problems
    )
    return Told(drafts, doubts)


def _said_in(payload: Payload) -> str:
    """Return the payload without the number of refused entries, because the refusals themselves are compared."""
    return payload.model_dump_json(exclude={"incomplete"})


def _legible(reference: str) -> str:
    """Return the reference without its digests, because a digest changes with every leaf and shows none of them."""
    return re.sub(r"[0-9a-f]{16,}", "#", reference)


def doubts_of(result: Decoded) -> Iterator[Problem]:
    return (doubt for draft in result.drafts for doubt in draft.doubts)


Tell = Callable[[bytes], Told | None]
Thing = TypeVar("Thing")


def unseen_leaves(tell: Tell, document: Document, leaves: list[Leaf], chance: random.Random) -> list[str]:
    base = tell(document.whole())
    return [leaf.place for leaf in leaves if not _is_told(tell, document, base, leaf, chance)]


def _is_told(tell: Tell, document: Document, base: Told | None, leaf: Leaf, chance: random.Random) -> bool:
    """Each part of the value must matter, or the leaf must be in a doubt."""
    values = list(other_values(leaf.value, chance))
    if values and all(tell(document.changed(leaf, value)) != base for value in values):
        return True
    if any(_is_doubted(tell, document, leaf, above) for above in range(UPWARD)):
        return True
    return base is not None and any(_is_left_out(tell, document, base, leaf, above) for above in range(len(leaf.path)))


def _is_doubted(tell: Tell, document: Document, leaf: Leaf, above: int) -> bool:
    """If a part contains only the leaf, a doubt names the leaf or its part, and is gone without the leaf."""
    there = document.alone(leaf, above) if above else document.whole()
    gone = document.emptied(leaf, above) if above else document.without(leaf, 0)
    if there is None or gone is None:
        return False
    with_it, without_it = tell(there), tell(gone)
    if with_it is None or without_it is None or with_it.passed_on != without_it.passed_on:
        return False
    return any(doubt.names(leaf) for doubt in with_it.doubts - without_it.doubts)


def drawn(things: list[Thing], place: Callable[[Thing], str], sample: Path, chance: random.Random) -> list[Thing]:
    one_of_each = {_without_numbers(place(thing)): thing for thing in chance.sample(things, len(things))}
    count = min(LEAVES_MAX, max(LEAVES_MIN, BYTES // sample.stat().st_size))
    return list(one_of_each.values())[:count]


def _without_numbers(place: str) -> str:
    """The same for each entry of a list; the place of a word in a file of lines is its own."""
    return re.sub(r"\[\d+\]", "[]", place)


def _is_left_out(tell: Tell, document: Document, base: Told, leaf: Leaf, above: int) -> bool:
    """A doubt reports that the whole part is left out, whatever it contains. The doubt is gone with the part."""
    gone = document.without(leaf, above)
    without_it = None if gone is None else tell(gone)
    if without_it is None or base.passed_on != without_it.passed_on:
        return False
    left_out = base.doubts - without_it.doubts
    return any(doubt.code in LEAVES_OUT_THE_PART and doubt.names(leaf) for doubt in left_out)


@pytest.mark.long
@pytest.mark.parametrize(("name", "path"), PARAMS)
def test_every_leaf_is_passed_on_or_doubted_or_says_nothing(name: str, path: Path) -> None:
    quiet, tell = leaves_that_say_nothing(name.partition(".")[0]), partial(told, system_named(name))
    document, chance = opened(path.read_bytes()), random.Random(path.name)
    leaves = [leaf for leaf in document.leaves() if not quiet.covers(leaf.place, leaf.value)]
    assert unseen_leaves(tell, document, drawn(leaves, attrgetter("place"), path, chance), chance) == []


@pytest.mark.long
@pytest.mark.parametrize(("name", "path"), PARAMS)
def test_a_leaf_that_nobody_knows_is_doubted_wherever_it_is(name: str, path: Path) -> None:
    tell, document = partial(told, system_named(name)), opened(path.read_bytes())
    base = tell(document.whole())
    assert base is not None
    places = drawn(list(document.with_unknown()), itemgetter(0), path, random.Random(path.name))
    unseen = []
    for place, written in places:
        found = tell(written())
        if not _is_noticed(found, base, costs_its_line=isinstance(document, LinesDocument)):
            unseen.append(place)
    assert unseen == []


def _is_noticed(found: Told | None, base: Told, *, costs_its_line: bool) -> bool:
    """It is passed on, or there is a doubt and all else is passed on as before. In a file of lines it may break a line,
    which is then refused."""
    if costs_its_line:
        return found is None or found.doubts_more_than(base) or UNKNOWN in str(found.passed_on)
    if found is None:
        return False
    return UNKNOWN in str(found.passed_on) or (found.doubts_more_than(base) and found.passed_on == base.passed_on)


# ---- the test of this test ----


def _half_deaf(body: bytes) -> Told:
    """A system that passes on one leaf whole and another cut, doubts a third only by its name, refuses a person without
    a name, and drops the others."""
    tree = json.loads(body)
    person, held = tree.get("person"), sum(map(len, tree.get("held", [])))
    doubts = Counter([Doubt("x.unmapped", ("$", "held"), f"{held} values")] if held else [])
    if person is not None and "name" not in person:
        doubts[Doubt("x.no_name", ("$", "person"), "has no name", refuses=True)] += 1
    return Told((tree.get("kept"), str(tree.get("cut", ""))[:4], (person or {}).get("name")), doubts)


def test_the_yardstick_finds_what_is_dropped_and_only_that() -> None:
    document = opened(
        b'{"kept": "this", "cut": "1990-06-14T23:00", "held": [{"a": 1}, {"a": 2}], "dropped": {"flag": false},'
        b' "person": {"name": "Q", "isYouth": true}}'
    )
    unseen = unseen_leaves(_half_deaf, document, document.leaves(), random.Random(0))
    assert unseen == ["$.cut", "$.dropped.flag", "$.person.isYouth"]
