"""A date of birth from 2100 on, or before 1800, was left out: it could be neither seen nor corrected."""

import json

import pytest

from adapters.systems.common_platform.adapter import system
from schemas.births import birth_flags
from tests.bugs.formats.documents import INPUTS


@pytest.mark.parametrize(("born", "code"), [("2190-06-15", "after_document"), ("1790-06-15", "before_1900")])
def test_a_birth_that_cannot_be_is_kept_as_received(born: str, code: str) -> None:
    tree = json.loads((INPUTS / "born_after_the_hearing.json").read_bytes())
    tree["hearing"]["prosecutionCases"][0]["defendants"][0]["personDefendant"]["personDetails"]["dateOfBirth"] = born
    [draft] = system().decode(json.dumps(tree).encode(), {}).drafts
    [defendant] = draft.payload.about()
    assert defendant.date_of_birth == born
    assert draft.payload.facts().get("age_group") is None
    assert [flag.code for flag in birth_flags(draft.payload, draft.payload.dated())] == [f"birth.{code}"]
