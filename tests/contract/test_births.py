"""A date of birth that cannot be is a doubt in every system and profile: later than the document, or before 1900. It
never refuses the message, and never becomes another person's date.

Each value of each sample that holds the year of a birth is written with another year. Systems, profiles and samples
are discovered.
"""

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters.contract import Decoded, System
from schemas.births import birth_flags
from schemas.shape import leaves_of, values_at
from tests.contract.leaves.leaf import Document, Leaf
from tests.contract.leaves.opening import opened
from tests.contract.samples_of_systems import CASES
from tests.contract.system_samples import NAMES, outcome, system_named

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
    texts = [(leaf, str(leaf.value)) for leaf in document.leaves()]
    return [(leaf, year) for leaf, text in texts for year in years if re.search(rf"(?<!\d){year}|{year}(?!\d)", text)]


def _cases() -> list[Any]:
    found = []
    for name, path in CASES:
        decoded = outcome(system_named(name), path.read_bytes())
        if isinstance(decoded, Decoded) and (born := births(decoded)):
            found.append(
                pytest.param(name, path, {one[:4] for one in born}, id=f"{name}-{path.parent.name}-{path.name}")
            )
    return found


WITH_BIRTHS = _cases()


def faults(system: System, document: Document, leaf: Leaf, year: str) -> list[str]:
    base = outcome(system, document.whole())
    assert isinstance(base, Decoded)
    found = []
    for impossible, code in IMPOSSIBLE.items():
        changed = outcome(system, document.changed(leaf, str(leaf.value).replace(year, impossible)))
        if not isinstance(changed, Decoded) or len(changed.drafts) < len(base.drafts):
            found.append(f"{leaf.place}: {impossible} refuses the message")
            continue
        before, after = births(base), births(changed)
        if before == after:
            continue  # the year stands in something else
        more = len(doubts(changed)) > len(doubts(base))  # a system may leave the date out, with a doubt of its own
        if code not in flagged(changed) and not more:
            found.append(f"{leaf.place}: {impossible} is not told")
    return found


def test_every_system_that_reads_people_has_a_sample_with_a_birth() -> None:
    shown = {param.values[0] for param in WITH_BIRTHS}
    assert shown == set(NAMES)


@pytest.mark.parametrize(("name", "path", "years"), WITH_BIRTHS)
def test_an_impossible_date_of_birth_is_told_and_refuses_nothing(name: str, path: Path, years: set[str]) -> None:
    system, document = system_named(name), opened(path.read_bytes())
    leaves = leaves_with_a_birth(document, years)
    assert [fault for leaf, year in leaves for fault in faults(system, document, leaf, year)] == []
