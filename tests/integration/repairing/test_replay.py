"""Replay: decided again under today's protocols. A recipient that has a message does not act on it twice."""

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text

from hub.exchange.repairing.replay import ReplayRefused
from hub.journal.events import Event
from hub.store.journal.tables import journal
from hub.store.repairing.quarantine import Selection
from tests.conftest import Bench

AREA, BY, WHY = "probation-northumbria", "operator-one", "their database was restored"


def _delivered(bench: Bench) -> UUID:
    receipt: Any = bench.send(bench.story()["list"])
    assert bench.drain() == 1
    return UUID(receipt["messages"][0]["id"])


def _verdicts(told: dict[str, Any]) -> dict[str, str]:
    return {each["recipient"]: each["verdict"] for each in told["groups"]}


def test_a_preview_counts_and_sends_nothing(bench: Bench) -> None:
    _delivered(bench)
    told = bench.hub.replay.preview(Selection(kind="court_list"))
    assert (told["messages"], told["sent"], told["not_sent"]) == (1, 1, 0)
    assert told["groups"] == [{"recipient": AREA, "kind": "court_list", "verdict": "again", "count": 1}]
    assert bench.drain() == 0


def test_what_was_delivered_goes_out_under_the_same_id_and_has_effect_once(bench: Bench) -> None:
    id = _delivered(bench)
    bench.hub.replay.run(Selection(), [id], BY, WHY)
    assert bench.hub.stories.show(str(id))["state"] == "in_progress"
    assert bench.drain() == 1
    [item] = bench.agencies.received(AREA)
    assert (item.message_id, item.times_seen) == (str(id), 2)
    story = bench.hub.stories.show(str(id))
    assert (story["state"], len(story["deliveries"])) == ("delivered", 1)
    with bench.hub.store.transaction() as connection:
        [entry] = connection.execute(select(journal).where(journal.c.event == Event.REPLAYED)).all()
    assert entry.detail == {"verdict": "again", "by": BY, "reason": WHY}
    assert bench.hub.evidence.verify().whole


def test_what_is_being_sent_or_was_discarded_is_left_alone(bench: Bench) -> None:
    receipt: Any = bench.send(bench.story()["list"])
    id = UUID(receipt["messages"][0]["id"])
    run = bench.hub.replay.run
    told = run(Selection(), [id], BY, WHY)
    assert _verdicts(told) == {AREA: "still_open"}
    assert (told["messages"], told["sent"], told["not_sent"]) == (1, 0, 1)
    bench.agencies.behave(AREA, "error")
    for _ in range(bench.hub.settings.attempts_max + 1):
        bench.drain()
        bench.clock.advance(timedelta(hours=2))
    [item] = bench.hub.quarantine.listed()
    bench.hub.quarantine.discard(item["id"], BY, "stale")
    assert _verdicts(run(Selection(), [id], BY, WHY)) == {AREA: "given_up"}
    assert bench.drain() == 0


def test_what_no_protocol_permits_any_more_is_not_sent(bench: Bench) -> None:
    id = _delivered(bench)
    bench.clock.advance(timedelta(days=365 * 30))
    assert _verdicts(bench.hub.replay.run(Selection(), [id], BY, WHY)) == {AREA: "not_permitted"}
    assert bench.drain() == 0


def test_what_would_leave_with_other_fields_today_is_not_sent_and_the_fields_are_named(bench: Bench) -> None:
    id = _delivered(bench)
    with bench.hub.store.transaction() as connection:  # as if an earlier protocol had granted the wording too
        connection.execute(
            text(
                "UPDATE delivery SET withheld = (SELECT coalesce(jsonb_agg(held), '[]') FROM"
                " jsonb_array_elements(withheld) held WHERE held ->> 'path' NOT LIKE '%wording')"
            )
        )
    told = bench.hub.replay.run(Selection(), [id], BY, WHY)
    assert _verdicts(told) == {AREA: "other_fields"}
    [change] = told["changes"]
    assert all(path.endswith("wording") for path in change["fields"])
    assert bench.drain() == 0


def test_whom_todays_protocols_permit_and_who_never_had_it_gets_it(bench: Bench) -> None:
    id = _delivered(bench)
    with bench.hub.store.transaction() as connection:  # as if nothing had permitted it when it came
        connection.execute(text("DELETE FROM delivery"))
    assert _verdicts(bench.hub.replay.run(Selection(), [id], BY, WHY)) == {AREA: "new"}
    assert bench.drain() == 1


def test_only_the_latest_edition_goes_out(bench: Bench) -> None:
    step = bench.story()["list"]
    bench.send(step)
    bench.drain()
    bench.send(replace(step, body=step.body.replace(b"-list<", b"-edition2<")))
    bench.drain()
    told = bench.hub.replay.run(Selection(kind="court_list"), [], BY, WHY)
    assert sorted(each["verdict"] for each in told["groups"]) == ["again", "replaced"]
    assert bench.drain() == 1


def test_a_recipient_narrows_it_and_everything_at_once_is_refused(bench: Bench) -> None:
    _delivered(bench)
    work = bench.hub.replay
    assert work.preview(Selection(recipient="prison-durham", kind="court_list"))["groups"] == []
    before = bench.clock.now() - timedelta(days=1)
    assert work.preview(Selection(until=before))["messages"] == 0
    with pytest.raises(ReplayRefused, match=r"replay\.unlimited"):
        work.preview(Selection())
