"""A bad optional value refuses nothing beside itself. Each leaf of each sample is broken in turn: another type, blank,
too long, a day that does not exist. The message still arrives, and a doubt names the place. Only what it cannot be
without refuses it, and then it is refused without the leaf as well.

`make test` breaks some leaves of a sample, drawn anew for each sample but the same in every run; `make test-long` many
more: of the leaves at the same place in the entries of a list one, and of a long sample as many as can be read.
"""

import json
import random
import re
from collections import Counter
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

LEAVES_MAX, LEAVES_MIN = tries(3, 400), tries(3, 15)
BYTES = 25_000_000
"""How many leaves of a sample are broken, at most and at least, and how many bytes are read for them in all."""
WAYS = tries(2, 11)
WORD = "zzqx"  # no sample has it
LONG = WORD * 7_500
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}.*|\d{1,2}/\d{1,2}/\d{4}")
BLANK = "blank"
"""No doubt is asked for: nothing is said of what is not there."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The messages of a document, how many entries, offences and results they hold in all, and what is said of them."""

    payloads: tuple[str, ...]
    counts: Counter[str]
    refused: tuple[Problem, ...]
    references: tuple[str, ...]
    doubts: tuple[Problem, ...]

    @property
    def messages(self) -> int:
        return len(self.payloads)

    @property
    def said(self) -> tuple[Problem, ...]:
        return (*self.doubts, *self.refused)


def came_of(system: System, body: bytes | None) -> Outcome:
    found = None if body is None else outcome(system, body)
    if not isinstance(found, Decoded):
        return Outcome((), Counter(), found.problems if found else (), (), ())
    counts = sum((Counter(dict(draft.payload.counts())) for draft in found.drafts), Counter[str]())
    del counts["missing"]
    doubts = tuple(doubt for draft in found.drafts for doubt in draft.doubts)
    payloads = tuple(draft.payload.model_dump_json() for draft in found.drafts)
    references = tuple(draft.reference for draft in found.drafts)
    return Outcome(payloads, counts, found.refused, references, doubts)


def broken(document: Document, leaf: Leaf) -> Iterator[tuple[str, Any]]:
    """(what is wrong, the value that is)."""
    values: dict[str, Any] = {BLANK: "  ", "too long": LONG, "a word": WORD, "marks": "??"}
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


def faults(
    system: System, document: Document, base: Outcome, leaf: Leaf, kinds: int, chance: random.Random
) -> Iterator[str]:
    """`base` is what comes of the whole document."""
    bare = came_of(system, without(document, leaf))
    ways = list(broken(document, leaf))
    for what, value in ways if len(ways) <= kinds else chance.sample(ways, kinds):
        if value == leaf.value:
            continue
        found = came_of(system, document.changed(leaf, value))
        if _loses(found, base, bare):
            yield f"{leaf.place}: {what} loses what is whole without it"
        elif what == BLANK or bare.payloads == base.payloads:  # it is no part of any message, whatever it says
            continue
        elif found.messages == base.messages and not _is_told(base, found, leaf, value):
            yield f"{leaf.place}: {what} is not told"


def _loses(found: Outcome, base: Outcome, bare: Outcome) -> bool:
    """Return whether messages, entries, offences or results are fewer than both with the right value and without it."""
    fewer = any(found.counts[name] < min(base.counts[name], bare.counts[name]) for name in base.counts)
    refuses = len(bare.refused) == len(base.refused) < len(found.refused)
    return fewer or refuses or found.messages < min(base.messages, bare.messages)


def _is_told(base: Outcome, found: Outcome, leaf: Leaf, value: Any) -> bool:
    """Return whether there is a new doubt at the leaf, or at the part that it is in; or the value is passed on."""
    if isinstance(value, str | int | float) and _is_passed_on(value, found, base):
        return True
    return any(is_about(doubt, leaf) for doubt in found.said if doubt not in base.said)


def _is_passed_on(value: str | int | float, found: Outcome, base: Outcome) -> bool:
    """Return whether the value is in the messages more often than before. A word of a file of lines may reach over
    several columns; a yes is passed on as a word."""
    text = json.dumps(value).strip('"').casefold()
    texts = [text[:2] if text.startswith("??") else text, *(["yes"] if value is True else [])]
    before, after = ("".join((*one.payloads, *one.references)).casefold() for one in (base, found))
    return any(after.count(one) > before.count(one) for one in texts)


def is_about(doubt: Problem, leaf: Leaf) -> bool:
    """Return whether the doubt names the leaf, the part that it is in, the part around that, or what is in the leaf. A
    file of lines is told by line, and a profile by record and by column or key."""
    steps, where = steps_of(leaf.place), steps_of(doubt.where)
    if leaf.place.startswith("line "):
        return leaf.place.partition(",")[0] in doubt.where or doubt.where.startswith("record")
    if re.search(rf"\b{re.escape(steps[-1].lstrip('@'))}$", doubt.where) or where[: len(steps)] == steps:
        return True
    return len(where) >= len(steps) - _PARTS_ABOVE and where == steps[: len(where)]


_PARTS_ABOVE = 3


# Why a bad value of these refuses the whole, although the message could be without them.
DECIDES = {
    "pi_job_type": "says whether the document is a court list",
    "doc_type": "as pi_job_type",
    "contentType": "as pi_job_type",
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


_IS_CONTENT = re.compile(r"[A-Za-z0-9+/]{32,}={0,2}")
"""In a file of lines nothing names the content of a document, but it can be told by its form."""


def optional_leaves(name: str, document: Document) -> list[Leaf]:
    quiet = leaves_that_say_nothing(name.partition(".")[0])
    return [
        leaf for leaf in document.leaves() if not quiet.covers(leaf.place, leaf.value) and not _decides(document, leaf)
    ]


def drawn(leaves: list[Leaf], sample: Path, chance: random.Random) -> list[Leaf]:
    """Of the leaves at the same place in the entries of a list, one."""
    shuffled = chance.sample(leaves, len(leaves))
    one_of_each = {re.sub(r"\[\d+\]", "[]", leaf.place): leaf for leaf in shuffled}
    count = min(LEAVES_MAX, max(LEAVES_MIN, BYTES // (WAYS * sample.stat().st_size)))
    return list(one_of_each.values())[:count]


def _decides(document: Document, leaf: Leaf) -> bool:
    if isinstance(document, LinesDocument):
        return _IS_CONTENT.fullmatch(str(leaf.value).strip()) is not None
    return steps_of(leaf.place)[-1].lstrip("@") in DECIDES


@pytest.mark.long
@pytest.mark.parametrize(("name", "path"), PARAMS)
def test_a_bad_value_refuses_nothing_beside_itself_and_is_told_with_its_place(name: str, path: Path) -> None:
    system, document, chance = system_named(name), opened(path.read_bytes()), random.Random(path.name)
    leaves = optional_leaves(name, document)
    base = came_of(system, document.whole())
    chosen = drawn(leaves, path, chance)
    assert [fault for leaf in chosen for fault in faults(system, document, base, leaf, WAYS, chance)] == []


@pytest.mark.long
@pytest.mark.parametrize(("name", "path"), PARAMS)
def test_a_bad_value_that_decides_refuses_its_own_part_only_and_says_where(name: str, path: Path) -> None:
    system, document = system_named(name), opened(path.read_bytes())
    leaves = [leaf for leaf in document.leaves() if _decides(document, leaf)]
    base = came_of(system, document.whole())
    for leaf in leaves[:LEAVES_MAX]:
        found = came_of(system, document.changed(leaf, "madeup"))
        told = [problem for problem in found.said if problem not in base.said]
        if found.messages < base.messages:
            assert base.messages - found.messages == 1, leaf.place
            assert told and all(one.where and one.problem and one.cure for one in told), leaf.place


# Without these, a message does not say what it is, who it is about, in which case, or where and when the court sat;
# of a prison, which release, or what the report says. Nothing else that is missing may refuse it. The exchange's own
# format is not here: what its kinds require is in their schemas.
REQUIRED = {
    "common_platform": {
        *("caseURN", "caseUrn", "caseNumber", "urn", "applicationReference"),
        *("courtHouseName", "organisationName", "name", "lastName", "surname", "individualSurname", "partyRole"),
        *("sittingDay", "sittingStart", "hearingDate", "code", "ouCode"),
    },
    "libra": {"caseno", "def_name", "surname", "doh", "ou_code", "source_file_name"},
    "spi": {"PTIURN", "CourtHearingLocation", "DateOfHearing", "DataStreamContent", "PersonFamilyName"},
    "cps": {"URN", "urn", "organisationName", "surname", "Surname", "DocumentContent"},
    "police_record": {"asn", "longPersonUrn", "arrestSummonsReference", "recordId"},
    "prison": {
        *("prisonSystem", "messageType", "messageId", "urn", "at", "code", "reference", "releasedAt"),
        *("supervisingArea", "completedAt", "name", "offenceAnalysis", "proposal", "fileName", "mediaType"),
    },
}


@pytest.mark.long
@pytest.mark.parametrize(("name", "path"), [param for param in PARAMS if param.values[0] in REQUIRED])
def test_only_what_says_who_where_and_when_refuses_if_it_is_missing(name: str, path: Path) -> None:
    system, document, chance = system_named(name), opened(path.read_bytes()), random.Random(path.name)
    base, found = came_of(system, document.whole()), []
    leaves = optional_leaves(name, document)
    for leaf in leaves if len(leaves) <= 4 * LEAVES_MAX else chance.sample(leaves, 4 * LEAVES_MAX):
        bare = came_of(system, without(document, leaf))
        if bare.messages < base.messages or len(bare.refused) > len(base.refused):
            found.append(steps_of(leaf.place)[-1])
    assert set(found) <= REQUIRED[name]
