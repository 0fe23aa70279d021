"""A result of another type was left out, so that the message had none, and that withdrew the sentence before it."""

import json
from typing import Any
from uuid import uuid4

import pytest

from adapters.contract import Decoded, System
from tests.bugs.editions.documents import clocks
from tests.conftest import Bench
from tests.contract.system_samples import folder_of, system_named
from tests.unit.systems.hub_json_messages import sample


def _frame(**offence: Any) -> bytes:
    payload = sample("hearing_result", "custodial")
    payload["offences"] = [one | offence for one in payload["offences"]]
    frame = {"kind": "hearing_result", "version": 1, "reference": uuid4().hex, "payload": payload}
    return json.dumps(frame).encode()


@pytest.mark.parametrize("results", [[None], ["1002"], 5, {"code": "1002"}])
def test_it_is_refused_and_the_sentence_stands(bench: Bench, results: Any) -> None:
    court = bench.hub.knowledge.registry.agencies.named("court-b10jq")
    assert bench.hub.intake.receive(court, _frame()).receipt is not None
    answer = bench.hub.intake.receive(court, _frame(results=results))
    assert answer.receipt is None
    assert any("results" in problem.where for problem in answer.refused)
    assert clocks(bench) == ["running"]


def test_beside_another_result_it_is_a_doubt() -> None:
    found = _decoded(system_named("hub_json"), _frame(results=[None, {"code": "1002"}]))
    assert found.drafts[0].payload.counts()["results"] >= 1
    assert any("results" in doubt.where for doubt in found.drafts[0].doubts)


def _decoded(system: System, body: bytes) -> Decoded:
    return system.decode(body, {})


def test_in_the_form_of_the_prison_it_stays_a_result_and_is_a_doubt() -> None:
    body = json.loads((folder_of("prison") / "samples" / "result.json").read_bytes())
    for offence in body["offences"]:
        offence["results"] = ["1002"]
    (draft,) = _decoded(system_named("prison"), json.dumps(body).encode()).drafts
    assert draft.payload.says_something()
    assert any("results" in doubt.where for doubt in draft.doubts)
