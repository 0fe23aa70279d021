"""A delivery went to quarantine because its partner was down for days. A person released it as still useful, and
seconds later it went back to quarantine, because it had been accepted so long ago."""

from datetime import timedelta
from typing import Any

import pytest

from hub.settings import Settings
from tests.conftest import Bench

AREA = "probation-northumbria"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"breaker_failures_max": 1, "attempts_max": 25})


def _days(bench: Bench, days: int) -> None:
    for _ in range(2 * days):
        bench.drain()
        bench.clock.advance(timedelta(hours=12))
        bench.hub.sweep.run()


def test_it_has_its_days_again(bench: Bench) -> None:
    def state() -> tuple[str, str]:
        [delivery] = bench.hub.stories.show(receipt["messages"][0]["id"])["deliveries"]
        return delivery["state"], delivery["why_code"]

    bench.agencies.behave(AREA, "error")
    receipt: Any = bench.send(bench.story()["list"])
    _days(bench, 4)
    assert state() == ("quarantined", "partner.down_too_long")
    [item] = bench.hub.quarantine.listed()
    bench.hub.quarantine.release(item["id"], "operator-one", "it is of use for weeks")
    _days(bench, 2)
    assert state()[0] == "waiting"
    _days(bench, 2)
    assert state() == ("quarantined", "partner.down_too_long"), "and then a person is asked again"
