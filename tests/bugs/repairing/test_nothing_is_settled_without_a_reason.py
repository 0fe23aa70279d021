"""A person could discard, resend or hold something with an empty reason, so nobody could explain it later."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from hub.bootstrap import Hub
from hub.errors import ReasonMissing
from hub.journal.events import Event
from hub.lifecycle import BulkAction
from hub.store.journal.tables import journal
from hub.store.repairing.quarantine import Selection
from tests.conftest import Bench

BY = "operator-one"
ACTS: dict[str, Callable[[Hub, str, str], object]] = {
    "release": lambda hub, item, reason: hub.quarantine.release(item, BY, reason),
    "discard": lambda hub, item, reason: hub.quarantine.discard(item, BY, reason),
    "fix": lambda hub, item, reason: hub.quarantine.fix(item, b"{}", BY, reason),
    "bulk": lambda hub, _, reason: hub.bulk.plan(BulkAction.DISCARD, Selection(), BY, reason),
    "pause": lambda hub, _, reason: hub.partners.pause("prison-durham", BY, reason),
    "replay": lambda hub, _, reason: hub.replay.run(Selection(), [], BY, reason),
}


@pytest.mark.parametrize("reason", ["", "   ", "why"])
@pytest.mark.parametrize("act", ACTS)
def test_nothing_is_settled_without_a_reason(bench: Bench, act: str, reason: str) -> None:
    step = bench.story()["list"]
    bench.hub.intake.receive(bench.hub.knowledge.registry.agencies.named(step.caller), b'{"kind": "unheard_of"}')
    [item] = bench.hub.quarantine.listed()
    with pytest.raises(ReasonMissing):
        ACTS[act](bench.hub, item["id"], reason)
    assert [each["id"] for each in bench.hub.quarantine.listed()] == [item["id"]]
    with bench.hub.store.transaction() as connection:
        events = set(connection.execute(select(journal.c.event)).scalars())
    assert not events & {
        Event.DISCARDED,
        Event.RELEASED,
        Event.BULK_PLANNED,
        Event.PARTNER_PAUSED,
        Event.REPLAYED,
    }
