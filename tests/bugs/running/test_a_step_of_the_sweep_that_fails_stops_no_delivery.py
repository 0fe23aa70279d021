"""A failing step of the sweep ended the relay, which began with the sweep when it was started again. Nothing was
delivered, and no deadline was reported, until somebody had repaired what that step could not read."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from hub.exchange.due.sweep import SweepFailed
from hub.settings import Servers
from hub.telemetry.logs import configure_logs
from tests.conftest import Bench
from workers.app import create_app
from workers.relay import Relay


@pytest.fixture
def bench(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> Bench:
    """A deadline has passed, and plans of bulk work cannot be read."""

    def fail() -> int:
        raise ValueError("the words of a row, ASHBROOK")

    bench.send(bench.story()["sentence_without_report"])
    bench.clock.advance(timedelta(days=5))
    monkeypatch.setattr(bench.hub.bulk, "work", fail)
    return bench


def test_the_other_steps_are_done_and_the_failed_one_is_reported(bench: Bench) -> None:
    with pytest.raises(SweepFailed) as failed:
        bench.hub.sweep.run()
    assert list(failed.value.errors) == ["bulk"]
    assert failed.value.done["overdue"] == 1
    assert list(failed.value.done)[-1] == "sealed", "the steps that come later, too"


def test_the_relay_reports_it_and_continues_to_publish(
    bench: Bench, servers: Servers, capsys: pytest.CaptureFixture[str]
) -> None:
    receipt: Any = bench.send(bench.story()["list"])
    app, rounds = create_app(servers.broker, 1), iter([False, False, True, True])
    Relay(bench.hub, app, configure_logs("test"), f"relay-{uuid4().hex}").run(lambda: next(rounds))
    app.close()
    [delivery] = bench.hub.stories.show(receipt["messages"][0]["id"])["deliveries"]
    assert delivery["state"] == "sending", "leased, and in the queue"
    told = capsys.readouterr().err
    assert '"step": "bulk"' in told and '"error_type": "ValueError"' in told
    assert "ASHBROOK" not in told
