"""If too many entries shared a key, an earlier supervision of the area that was not found counted as none."""

import json

import pytest

from hub.store.persons import candidates
from tests.conftest import Bench

AREA = "probation-northumbria"


def _ended(bench: Bench, reference: str) -> list[str]:
    """Tell the end of a supervision; returns the codes of the doubts."""
    payload = {
        "offender": {"name": {"forenames": ["Ida"], "surname": "Quillfeather"}, "date_of_birth": "1985-04-17"},
        "supervision_reference": reference,
        "ended_on": bench.clock.now().date().isoformat(),
        "reason": "completed",
    }
    frame = {"kind": "supervision_ended", "version": 1, "reference": reference, "payload": payload}
    agency = bench.hub.knowledge.registry.agencies.named(AREA)
    answer = bench.hub.intake.receive(agency, json.dumps(frame).encode())
    assert answer.receipt is not None, answer.refused
    return [doubt["code"] for doubt in bench.hub.stories.show(answer.receipt["messages"][0]["id"])["doubts"]]


def test_the_message_says_that_not_everybody_was_compared(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    assert _ended(bench, "S-1") == []
    monkeypatch.setattr(candidates, "SHARED_MAX", 0)
    assert _ended(bench, "S-2") == ["supervision.not_all_compared"]
