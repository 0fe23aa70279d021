"""Placing a message in the mailbox of an agency counted as an answer of its server, to which other kinds are pushed.
Its breaker closed, its failures were counted from zero, and the time after which a person is asked never ended."""

from datetime import timedelta
from typing import Any

import pytest

from hub.settings import Settings
from tests.conftest import Bench

AREA = "probation-northumbria"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """Lists are fetched, and everything else is pushed."""
    fetched = f'\n[[endpoint]]\nagency = "{AREA}"\nsystem = "hub_json"\ntransport = "mailbox"\nkinds = ["court_list"]\n'
    with settings.endpoints_file().open("a") as file:
        file.write(fetched)
    return settings.model_copy(update={"breaker_failures_max": 2, "attempts_max": 10})


def _partner(bench: Bench) -> dict[str, Any]:
    [partner] = [each for each in bench.hub.partners.listed() if each["recipient"] == AREA]
    return partner


def test_a_server_that_does_not_answer_still_does_not_when_something_was_placed(bench: Bench) -> None:
    bench.agencies.behave(AREA, "error")
    for _ in range(3):
        bench.send(bench.story()["request"])
    bench.drain()
    before = _partner(bench)
    assert before["state"] == "not_answering"
    placed: Any = bench.send(bench.story()["list"])
    for _ in range(6):
        bench.clock.advance(timedelta(minutes=16))
        bench.drain()
    after = _partner(bench)
    assert (after["state"], after["since"]) == ("not_answering", before["since"])
    [delivery] = bench.hub.stories.show(placed["messages"][0]["id"])["deliveries"]
    assert delivery["state"] == "placed", "its turn as a probe came"


def test_and_after_days_a_person_is_asked(bench: Bench) -> None:
    bench.agencies.behave(AREA, "error")
    request: Any = bench.send(bench.story()["request"])
    for _ in range(80):
        bench.send(bench.story()["list"])
        bench.drain()
        bench.clock.advance(timedelta(hours=1))
    bench.hub.sweep.run()
    [delivery] = [
        each for each in bench.hub.stories.show(request["messages"][0]["id"])["deliveries"] if each["recipient"] == AREA
    ]
    assert delivery["state"] == "quarantined"
