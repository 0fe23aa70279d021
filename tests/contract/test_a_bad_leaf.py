"""A bad optional value refuses nothing beside itself. Each leaf of each sample is broken in turn: another type, blank,
too long, a day that does not exist. The message still arrives, and a doubt names the place. Only what it cannot be
without refuses it, and then it is refused without the leaf as well.

`make test` breaks some leaves of a sample, drawn anew for each sample but the same in every run; `make test-long` all.
"""

import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from adapters.contract import Decoded, System
from adapters.says_nothing import leaves_that_say_nothing, steps_of
from schemas.problem import Problem
from tests.contract.leaves.leaf import Document, Leaf
from tests.contract.leaves.of_json import JsonDocument
from tests.contract.leaves.of_lines import LinesDocument
from tests.contract.leaves.opening import opened
from tests.contract.samples_of_systems import PARAMS
from tests.contract.system_samples import outcome, system_named
from tests.effort import tries

LEAVES = tries(5, 1_000_000)
WAYS = tries(2, 9)
LONG = "madeup" * 5_000
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}.*|\d{1,2}/\d{1,2}/\d{4}")
BLANK = "blank"
"""No doubt is asked for: nothing is said of what is not there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many messages there are, what of the document was refused, and what is said of the messages."""

    messages: int
    refused: int
    doubts: tuple[Problem, ...]
    payloads: tuple[str, ...]


def came_of(system: System, body: bytes | None) -> Outcome:
    found = None if body is None else outcome(system, body)
    if not isinstance(found, Decoded):
        return Outcome(0, 1, (), ())
    doubts = tuple(doubt for draft in found.drafts for doubt in draft.doubts)
    payloads = tuple(draft.payload.model_dump_json() for draft in found.drafts)
    return Outcome(len(found.drafts), len(found.refused), (*doubts, *found.refused), payloads)


def broken(document: Document, leaf: Leaf) -> Iterator[tuple[str, Any]]:
    """(what is wrong, the value that is)."""
    values: dict[str, Any] = {BLANK: "  ", "too long": LONG}
    if isinstance(document, JsonDocument):
        values |= {"an object": {"made": "up"}, "a list": [["made up"]], "a number": -7.5, "a flag": True}
    elif isinstance(document, LinesDocument):
        # the same width, for a longer one moves what stands after it
        values = {BLANK: " " * len(leaf.value), "marks": "?" * len(leaf.value)}
    if isinstance(leaf.value, str) and _DATE.fullmatch(leaf.value.strip()):
        values["no such day"] = "2026-02-30" if "-" in leaf.value else "30/02/2026"
    yield from values.items()


def without(document: Document, leaf: Leaf) -> bytes | None:
    if isinstance(document, LinesDocument):
        return document.changed(leaf, " " * len(leaf.value))
    return document.without(leaf, 0)


def faults(system: System, document: Document, leaf: Leaf, kinds: int, chance: random.Random) -> Iterator[str]:
    base, bare = came_of(system, document.whole()), came_of(system, without(document, leaf))
    ways = list(broken(document, leaf))
    for what, value in ways if len(ways) <= kinds else chance.sample(ways, kinds):
        if value == leaf.value:
            continue
        found = came_of(system, document.changed(leaf, value))
        if found.messages < min(base.messages, bare.messages) or bare.refused == base.refused < found.refused:
            yield f"{leaf.place}: {what} refuses what is whole without it"
        elif what == BLANK or bare.payloads == base.payloads:  # it is no part of any message, whatever it says
            continue
        elif found.messages == base.messages and not _is_told(base, found, leaf, value):
            yield f"{leaf.place}: {what} is not told"


def _is_told(base: Outcome, found: Outcome, leaf: Leaf, value: Any) -> bool:
    """A new doubt at the leaf, or at what it stands in; or the value is passed on."""
    if isinstance(value, str | int | float) and _is_passed_on(value, "".join(found.payloads).casefold()):
        return True
    return any(_is_about(doubt, leaf) for doubt in found.doubts if doubt not in base.doubts)


def _is_passed_on(value: str | int | float, payloads: str) -> bool:
    """A word of a file of lines may reach over several columns; the court's yes is passed on as a word."""
    text = str(value).casefold()
    return (text[:2] if text.startswith("??") else text) in payloads or (value is True and "yes" in payloads)


def _is_about(doubt: Problem, leaf: Leaf) -> bool:
    """A file of lines is told by line, and a profile by record, column or key."""
    around, name = steps_of(leaf.place)[:-1], steps_of(leaf.place)[-1].lstrip("@")
    where = steps_of(doubt.where)
    told = f"{doubt.where} {doubt.problem}"
    if leaf.place.startswith("line "):
        return leaf.place.partition(",")[0] in told or "record" in told
    return name in told or where[: len(around)] == around or where == around[:-1]


# Why a bad value of these refuses the whole, although the message could be without them.
DECIDES = {
    "sha256": "tells which bytes belong to the message: a document of which that is wrong may be another one",
    "size_bytes": "as sha256",
    "sizeBytes": "as sha256",
    "media_type": "as sha256",
    "DocumentContent": "is the document",
    "content": "is the document",
    "purpose": "another one than was meant would be said in its place",
    "report_type": "another one than was meant would be said in its place",
    "adjudication": "says whether it is a conviction: a record of none is not passed on",
    "ownerCode": "is only looked at for the force, which the arrest summons number says too",
}


def optional_leaves(name: str, document: Document) -> list[Leaf]:
    quiet = leaves_that_say_nothing(name.partition(".")[0])
    return [
        leaf
        for leaf in document.leaves()
        if not quiet.covers(leaf.place, leaf.value) and steps_of(leaf.place)[-1].lstrip("@") not in DECIDES
    ]


@pytest.mark.long
@pytest.mark.parametrize(("name", "path"), PARAMS)
def test_a_bad_value_refuses_nothing_beside_itself_and_is_told_with_its_place(name: str, path: Path) -> None:
    system, document, chance = system_named(name), opened(path.read_bytes()), random.Random(path.name)
    leaves = optional_leaves(name, document)
    drawn = leaves if len(leaves) <= LEAVES else chance.sample(leaves, LEAVES)
    assert [fault for leaf in drawn for fault in faults(system, document, leaf, WAYS, chance)] == []
