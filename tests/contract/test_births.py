"""A date of birth that cannot be is a doubt in every system and profile: later than the document, or before 1900. It
never refuses the message, and never becomes another person's date.

Each value of each sample that holds the year of a birth is written with another year. Systems, profiles and samples
are discovered.
"""

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.contract import Decoded, System
from schemas.births import birth_flags
from schemas.shape import leaves_of, values_at
from tests.contract.leaves.leaf import Document, Leaf
from tests.contract.leaves.opening import opened
from tests.contract.samples_of_systems import CASES, PARAMS
from tests.contract.system_samples import NAMES, outcome, system_named
from tests.effort import LONG

TODAY = datetime(2031, 1, 1, tzinfo=UTC).date()
IMPOSSIBLE = {"2150": "birth.after_document", "1850": "birth.before_1900"}


def births(decoded: Decoded) -> list[str]:
    found = []
    for draft in decoded.drafts:
        document = draft.payload.model_dump(mode="json")
        paths = [leaf.path for leaf in leaves_of(type(draft.payload)) if leaf.path.endswith("date_of_birth")]
        found += [value for path in paths for _, value in values_at(document, path)]
    return found


def flagged(decoded: Decoded) -> list[str]:
    return [flag.code for draft in decoded.drafts for flag in birth_flags(draft.payload, TODAY)]


def doubts(decoded: Decoded) -> list[str]:
    return [doubt.code for draft in decoded.drafts for doubt in draft.doubts]


def leaves_with_a_birth(document: Document, years: set[str]) -> list[tuple[Leaf, str]]:
    """Of the leaves at the same place in the entries of a list, `make test` tries one."""
    texts = [(leaf, str(leaf.value)) for leaf in document.leaves()]
    held = [(leaf, year) for leaf, text in texts for year in years if re.search(rf"(?<!\d){year}|{year}(?!\d)", text)]
    return held if LONG else list({re.sub(r"\d+", "#", leaf.place): (leaf, year) for leaf, year in held}.values())


def years_of_births(decoded: Decoded) -> set[str]:
    return {one[:4] for one in births(decoded)}


def faults(system: System, document: Document, base: Decoded, leaf: Leaf, year: str) -> list[str]:
    found = []
    for impossible, code in IMPOSSIBLE.items():
        changed = outcome(system, document.changed(leaf, str(leaf.value).replace(year, impossible)))
        if not isinstance(changed, Decoded) or len(changed.drafts) < len(base.drafts):
            found.append(f"{leaf.place}: {impossible} refuses the message")
            continue
        if births(base) == births(changed):
            continue  # the year stands in something else
        more = len(doubts(changed)) > len(doubts(base))  # a system may leave the date out, with a doubt of its own
        if code not in flagged(changed) and not more:
            found.append(f"{leaf.place}: {impossible} is not told")
    return found


def test_every_system_that_reads_people_has_a_sample_with_a_birth() -> None:
    shown = set()
    for name, path in CASES:
        if name not in shown:
            decoded = outcome(system_named(name), path.read_bytes())
            if isinstance(decoded, Decoded) and births(decoded):
                shown.add(name)
    assert shown == set(NAMES)


@pytest.mark.parametrize(("name", "path"), PARAMS)
def test_an_impossible_date_of_birth_is_told_and_refuses_nothing(name: str, path: Path) -> None:
    system, document = system_named(name), opened(path.read_bytes())
    base = outcome(system, document.whole())
    if isinstance(base, Decoded):
        leaves = leaves_with_a_birth(document, years_of_births(base))
        assert [fault for leaf, year in leaves for fault in faults(system, document, base, leaf, year)] == []
