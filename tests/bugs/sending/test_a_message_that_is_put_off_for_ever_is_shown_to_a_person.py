"""A recipient always answered 503 with Retry-After to one message, but accepted all others. No attempt was counted,
each accepted message began the waiting time again, and no person was ever informed."""

from datetime import timedelta
from typing import Any

import pytest

from adapters.contract import CannotDeliver, Endpoint, Parcel, Receipt
from adapters.transports.https_push.adapter import HttpsPush
from hub.settings import Settings
from tests.conftest import Bench

AREA = "probation-northumbria"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"attempts_max": 4})


@pytest.fixture(autouse=True)
def lists_are_put_off(monkeypatch: pytest.MonkeyPatch) -> None:
    send = HttpsPush.send

    def asked_to_wait(self: HttpsPush, endpoint: Endpoint, parcel: Parcel) -> Receipt:
        if parcel.kind == "court_list":
            raise CannotDeliver("partner.busy", "status 503", retryable=True, partner_down=True, wait_seconds=1)
        return send(self, endpoint, parcel)

    monkeypatch.setattr(HttpsPush, "send", asked_to_wait)


def _one_day(bench: Bench) -> None:
    """It is tried, and another message is accepted."""
    bench.send(bench.story()["request"])
    for _ in range(3):
        bench.drain()
        bench.clock.advance(timedelta(hours=8))
    bench.hub.sweep.run()


def test_it_is_in_quarantine_after_some_days(bench: Bench) -> None:
    receipt: Any = bench.send(bench.story()["list"])
    states = []
    for _ in range(10):
        _one_day(bench)
        [delivery] = bench.hub.stories.show(receipt["messages"][0]["id"])["deliveries"]
        states.append(delivery["state"])
    assert states[:3] == ["waiting"] * 3, "its recipient may be busy for a while"
    assert states[-1] == "quarantined"
    assert delivery["why_code"] == "partner.busy"
