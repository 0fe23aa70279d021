"""If too many entries shared a key and no link was found, the record counted as one about nobody. Only the log said
otherwise."""

import json
from datetime import timedelta
from typing import Any

import pytest

from hub.store.persons import candidates
from tests.conftest import Bench

STRANGER = {"name": {"forenames": ["Nestor"], "surname": "Quillfeather"}, "date_of_birth": "1985-04-17"}


def _record(bench: Bench) -> str:
    step = bench.story()["record"]
    record = json.loads(step.body)
    record["payload"]["offender"] |= STRANGER
    del record["payload"]["offender"]["pnc_id"]
    body = json.dumps(record).encode()
    changed = type(step)(step.story, step.title, step.caller, body, step.media_type)
    return str(bench.send(changed)["messages"][0]["id"])  # type: ignore[index]


def _clocks(bench: Bench) -> list[Any]:
    return list(bench.hub.deadlines.listed(stopped_too=True, name="link_decided"))


def test_it_has_a_clock_until_everybody_was_compared(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    bench.send(bench.story()["supervised"])  # born on the same day, and so sharing a key
    message_id = _record(bench)
    monkeypatch.setattr(candidates, "SHARED_MAX", 0)
    assert bench.hub.linking.run() == {"certain": 0, "doubtful": 0}
    [clock] = _clocks(bench)
    assert (clock["started_by"], clock["state"], clock["owner"]) == (message_id, "running", "hub")
    assert "not everybody who may be meant could be compared" in clock["why"]
    bench.clock.advance(timedelta(days=2))
    assert bench.hub.linking.waiting() == 1, "it stays in the search"
    bench.hub.linking.run()
    assert [each["state"] for each in _clocks(bench)] == ["running"], "one clock, however often it is searched"
    monkeypatch.undo()
    bench.clock.advance(timedelta(days=2))
    assert bench.hub.linking.run() == {"certain": 0, "doubtful": 0}
    assert [each["state"] for each in _clocks(bench)] == ["met"]


def test_without_a_cut_nobody_is_asked(bench: Bench) -> None:
    bench.send(bench.story()["supervised"])
    _record(bench)
    assert bench.hub.linking.run() == {"certain": 0, "doubtful": 0}
    assert _clocks(bench) == []
