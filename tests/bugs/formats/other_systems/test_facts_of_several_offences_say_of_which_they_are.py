"""The same facts of two offences stood under the number of the first only, and those of two defendants under numbers
that both have."""

import json
from typing import Any

from adapters.facts import StatedFacts, summary_of
from schemas.kinds.case_package.v1 import CasePackage
from tests.bugs.formats.other_systems.reading import input_of, system_named


def test_facts_that_are_the_same_for_all_stand_once() -> None:
    assert summary_of([StatedFacts(1, "1", "He left."), StatedFacts(2, "1", "He left.")]) == "He left."


def test_facts_name_every_offence_and_defendant_that_they_are_about() -> None:
    stated = [StatedFacts(1, "1", "He left."), StatedFacts(1, "2", "He left."), StatedFacts(1, None, "She came.")]
    assert summary_of(stated) == "Offence 1 and 2: He left.\n\nOffence without a number: She came."
    several = [StatedFacts(1, "1", "He left."), StatedFacts(2, "1", "She came."), StatedFacts(2, "2", "He left.")]
    assert summary_of(several) == (
        "Defendant 1, offence 1; Defendant 2, offence 2: He left.\n\nDefendant 2, offence 1: She came."
    )


def _charge(*facts: str) -> Any:
    tree = json.loads(input_of("charge_with_offset.json").read_bytes())
    (offence,) = tree["defendants"][0]["offences"][:1]
    tree["defendants"][0]["offences"] = [
        {
            **offence,
            "statementOfFacts": text,
            "offenceDetails": {**offence["offenceDetails"], "offenceSequenceNo": number},
        }
        for number, text in enumerate(facts, start=1)
    ]
    return tree


def test_a_charge_says_so_too() -> None:
    (draft,) = system_named("cps").decode(json.dumps(_charge("A.", "A.", "B.")).encode(), {}).drafts
    assert isinstance(draft.payload, CasePackage)
    assert draft.payload.summary == "Offence 1 and 2: A.\n\nOffence 3: B."
