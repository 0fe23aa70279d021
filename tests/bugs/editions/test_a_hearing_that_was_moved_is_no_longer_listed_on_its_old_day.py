"""The day was part of what identified the list of a hearing. A hearing moved from the 12th to the 19th was listed on
both."""

import random
from typing import Any

import pytest

from tests.bugs.editions.documents import changed, received, send_tree
from tests.conftest import Bench

EDITIONS = {
    "2026-03-02T09:00:00Z": ["2026-03-12"],
    "2026-03-03T09:00:00Z": ["2026-03-19"],
    "2026-03-04T09:00:00Z": ["2026-03-19", "2026-03-20"],
    "2026-03-05T09:00:00Z": ["2026-03-20"],
}


def _listed_on(days: list[str], made_at: str) -> Any:
    tree = changed("morning.json")
    del tree["sharedTime"]
    tree["_metadata"] = {"id": f"event-{made_at}", "createdAt": made_at}
    tree["hearing"]["hearingDays"] = [{"sittingDay": f"{day}T10:00:00Z"} for day in days]
    for case in tree["hearing"]["prosecutionCases"]:
        for offence in case["defendants"][0]["offences"]:
            del offence["judicialResults"]
    return tree


@pytest.mark.parametrize("seed", range(3))
def test_every_recipient_has_the_hearing_on_its_last_days_only(bench: Bench, seed: int) -> None:
    order = random.Random(seed).sample(sorted(EDITIONS), len(EDITIONS))
    ids = {}
    for made_at in order:
        (ids[made_at],) = send_tree(bench, _listed_on(EDITIONS[made_at], made_at))
        bench.drain()
    newest = bench.hub.stories.show(ids[max(order)])
    assert newest["deliveries"]
    standing = [at for at in order if bench.hub.stories.show(ids[at])["state"] != "overtaken"]
    assert standing[-1] == max(order)
    for delivery in newest["deliveries"]:
        last = received(bench, delivery["recipient"], "court_list")[-1]
        assert [session["on"] for session in last["payload"]["sessions"]] == EDITIONS[max(order)]


def test_the_list_says_that_the_day_changed(bench: Bench) -> None:
    first, second = sorted(EDITIONS)[:2]
    send_tree(bench, _listed_on(EDITIONS[first], first))
    (moved,) = send_tree(bench, _listed_on(EDITIONS[second], second))
    bench.drain()
    (delivery,) = bench.hub.stories.show(moved)["deliveries"]
    last = received(bench, delivery["recipient"], "court_list")[-1]
    (change,) = last["payload"]["changes"]
    assert (change["change"], change["parts"]) == ("changed", ["session.on"])
    clocks = bench.hub.deadlines.listed(stopped_too=True, name="court_list_before_sitting")
    assert [clock["state"] == "void" for clock in clocks].count(False) == 1, "one clock counts: that of the new day"
