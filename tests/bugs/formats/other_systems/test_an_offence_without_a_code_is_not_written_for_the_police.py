"""A result was written for the police without an offence code, which the reader of the same system refuses."""

import json

import pytest

from adapters.systems.hub_json.adapter import system as hub_json
from schemas.problem import Refused
from tests.bugs.formats.other_systems.reading import input_of, system_named
from tests.contract.test_systems_encode import outbound


def test_the_writer_says_what_is_missing_and_where() -> None:
    (draft,) = hub_json().decode(input_of("offence_without_code.json").read_bytes(), {}).drafts
    assert json.loads(input_of("offence_without_code.json").read_bytes())["payload"]["offences"][0].get("code") is None
    with pytest.raises(Refused) as refused:
        system_named("spi").encode(outbound(draft))
    assert [(each.code, each.where) for each in refused.value.problems] == [("spi.cannot_express", "offences[0].code")]
