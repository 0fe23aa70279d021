"""A hearing that was moved to another court stayed listed at the old one: the court was part of what identified it."""

import itertools
import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from hub.store.content.blinding import edition_key
from tests.bugs.editions.documents import changed, received, send_tree
from tests.conftest import Bench

HOME, OTHER = "B10JQ00", "B46DB"
MOVES = [(HOME, "2026-03-12"), (OTHER, "2026-03-12"), (OTHER, "2026-03-19"), (HOME, "2026-03-20")]
PLATFORM = "gateway-common-platform"
_hearings = itertools.count(1)


def listed_at(court: str, day: str, made_at: str, hearing: str) -> Any:
    tree = changed("morning.json")
    del tree["sharedTime"]
    tree["_metadata"] = {"id": f"event-{hearing}-{made_at}", "createdAt": made_at}
    tree["hearing"]["id"] = hearing
    tree["hearing"]["courtCentre"]["code"] = court
    tree["hearing"]["hearingDays"] = [{"sittingDay": f"{day}T10:00:00Z"}]
    for case in tree["hearing"]["prosecutionCases"]:
        for offence in case["defendants"][0]["offences"]:
            del offence["judicialResults"]
    return tree


def send_by(bench: Bench, caller: str, tree: Any) -> str:
    (id,) = send_tree(bench, tree, caller)
    return id


def new_hearing() -> str:
    return f"8d4aa5e6-59c4-4e1f-9c20-{next(_hearings):012}"


def sent_to(bench: Bench, id: str) -> list[str]:
    return sorted(delivery["recipient"] for delivery in bench.hub.stories.show(id)["deliveries"])


@pytest.mark.parametrize("seed", range(3))
def test_every_recipient_has_the_hearing_at_its_last_court_only(bench: Bench, seed: int) -> None:
    hearing = new_hearing()
    order = random.Random(seed).sample(range(len(MOVES)), len(MOVES))
    ids = {}
    for number in order:
        court, day = MOVES[number]
        ids[number] = send_by(bench, PLATFORM, listed_at(court, day, f"2026-03-0{number + 2}T09:00:00Z", hearing))
        bench.drain()
    newest = len(MOVES) - 1
    told = {area for id in ids.values() for area in sent_to(bench, id)}
    assert set(sent_to(bench, ids[newest])) == told
    for area in told:
        last = received(bench, area, "court_list")[-1]["payload"]
        assert (last["court"]["ou_code"], last["sessions"][0]["on"]) == MOVES[newest]


def test_the_area_of_the_old_court_is_told_where_it_went_and_its_clock_is_void(bench: Bench) -> None:
    hearing = new_hearing()
    first = send_by(bench, PLATFORM, listed_at(HOME, "2026-03-12", "2026-03-02T09:00:00Z", hearing))
    (area,) = sent_to(bench, first)
    bench.agencies.behave(area, "error")
    bench.drain()
    moved = send_by(bench, PLATFORM, listed_at(OTHER, "2026-03-12", "2026-03-03T09:00:00Z", hearing))
    (other,) = set(sent_to(bench, moved)) - {area}
    assert [clock["state"] for clock in bench.hub.stories.show(first)["clocks"]] == ["void"]
    bench.agencies.behave(area, "ok")
    bench.agencies.behave(other, "error")
    bench.clock.advance(timedelta(minutes=30))
    bench.drain()
    [change] = received(bench, area, "court_list")[-1]["payload"]["changes"]
    assert (change["change"], change["parts"]) == ("changed", ["court"])
    states = {clock["toward"]: clock["state"] for clock in bench.hub.stories.show(moved)["clocks"]}
    assert states == {area: "void", other: "running"}, "the receipt of the old area does not end that of the new one"


def test_a_court_with_a_key_of_its_own_takes_no_hearing_from_another_court(bench: Bench) -> None:
    hearing = new_hearing()
    first = send_by(bench, PLATFORM, listed_at(HOME, "2026-03-12", "2026-03-02T09:00:00Z", hearing))
    told = sent_to(bench, first)
    other = bench.hub.knowledge.registry.agencies.resolve(OTHER)
    assert other is not None
    second = send_by(bench, other.id, listed_at(OTHER, "2026-03-12", "2026-03-03T09:00:00Z", hearing))
    assert set(told).isdisjoint(sent_to(bench, second))
    stories = [bench.hub.stories.show(id) for id in (first, second)]
    assert [clock["state"] for clock in stories[0]["clocks"]] == ["running"]
    assert stories[0]["correlation"] != stories[1]["correlation"]


@pytest.mark.parametrize("court", [HOME, OTHER])
def test_a_list_that_an_earlier_version_kept_under_its_day_is_replaced_too(bench: Bench, court: str) -> None:
    hearing = new_hearing()
    first = send_by(bench, PLATFORM, listed_at(HOME, "2026-03-12", "2026-03-02T09:00:00Z", hearing))
    with bench.hub.store.transaction() as connection:
        connection.execute(text("SET LOCAL ROLE NONE"))
        connection.execute(text("DELETE FROM case_key WHERE message_id = :id"), {"id": first})
        key = edition_key(connection, f"court_list:{HOME}:2026-03-12:{hearing}")
        connection.execute(text("UPDATE message SET replaces_key = :key WHERE id = :id"), {"id": first, "key": key})
        connection.execute(text("INSERT INTO list_without_hearing (message_id) VALUES (:id)"), {"id": first})
    bench.hub.sweep.run()
    second = send_by(bench, PLATFORM, listed_at(court, "2026-03-19", "2026-03-03T09:00:00Z", hearing))
    assert bench.hub.stories.show(second)["supersedes"] == first
    with bench.hub.store.transaction() as connection:
        assert connection.execute(text("SELECT count(*) FROM list_without_hearing")).scalar_one() == 0
