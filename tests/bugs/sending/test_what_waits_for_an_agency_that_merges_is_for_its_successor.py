"""A message accepted for an agency before it merged was placed in a mailbox that nobody reads any more. If it was
pushed, it reached the successor in spite of a pause, and later messages for the successor could overtake it."""

import json
from collections.abc import Iterator
from copy import copy
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from hub.bootstrap import Knowledge
from hub.deadlines.london import LONDON
from hub.settings import Settings
from tests.conftest import Bench
from tests.exchanges import AdjustableClock

AREA, SUCCESSOR = "probation-northumbria", "probation-cheshire"


@pytest.fixture
def knowledge(knowledge: Knowledge) -> Knowledge:
    """The area merges at the end of today."""
    before = knowledge.registry.agencies
    today = AdjustableClock().now().astimezone(LONDON).date()
    merging = replace(before.by_id[AREA], existed_until=today, successor=SUCCESSOR)
    registry = replace(knowledge.registry, agencies=replace(before, by_id={**before.by_id, AREA: merging}))
    assessor = copy(knowledge.assessor)
    assessor._fixed = registry
    folders = replace(knowledge.folders, registry=registry)
    return replace(knowledge, registry=registry, assessor=assessor, folders=folders)


@pytest.fixture
def settings(settings: Settings, request: pytest.FixtureRequest) -> Iterator[Settings]:
    if getattr(request, "param", "push") == "mailbox":
        file = settings.endpoints_file()
        entries = [each for each in file.read_text().split("[[endpoint]]") if f'"{SUCCESSOR}"' not in each]
        fetching = f'\nagency = "{SUCCESSOR}"\nsystem = "hub_json"\ntransport = "mailbox"\n'
        file.write_text("[[endpoint]]".join([*entries, fetching]))
    yield settings


def _merged(bench: Bench) -> None:
    bench.clock.advance(timedelta(days=2))


@pytest.mark.parametrize("settings", ["mailbox"], indirect=True)
@pytest.mark.parametrize("placed_before", [False, True])
def test_the_successor_finds_it_in_its_mailbox(bench: Bench, placed_before: bool) -> None:
    receipt: Any = bench.send(bench.story()["list"])
    message = UUID(receipt["messages"][0]["id"])
    successor = bench.hub.knowledge.registry.agencies.named(SUCCESSOR)
    _merged(bench)
    if placed_before:
        bench.drain()
    assert bench.hub.sweep.run()["readdressed"] == 1
    bench.drain()
    assert [each["message_id"] for each in bench.hub.mailbox.waiting(successor, 10)] == [str(message)]
    bench.hub.mailbox.fetch(successor, message)
    bench.hub.mailbox.acknowledge(successor, message, None)
    story = bench.hub.stories.show(str(message))
    assert story["state"] == "delivered"
    assert [each["former"] for each in story["journal"] if each["event"] == "delivery.readdressed"] == [AREA]


def test_it_waits_while_the_successor_is_paused_and_goes_before_what_came_later(bench: Bench) -> None:
    story = bench.story()
    ids: list[str] = []
    bench.agencies.behave(AREA, "error")
    for name in ("list", "second_list"):
        receipt: Any = bench.send(story[name])
        ids.append(receipt["messages"][0]["id"])
        bench.drain()
        _merged(bench)
        bench.hub.sweep.run()
        bench.hub.partners.pause(SUCCESSOR, "operator-one", "their systems are being joined")
        assert bench.drain() == 0
    assert bench.agencies.received(SUCCESSOR) == []
    bench.hub.partners.resume(SUCCESSOR, "operator-one")
    bench.drain()
    assert [json.loads(item.body())["id"] for item in bench.agencies.received(SUCCESSOR)] == ids
