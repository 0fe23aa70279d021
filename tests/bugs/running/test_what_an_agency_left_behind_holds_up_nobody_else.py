"""A message whose sender has left the registry stopped others: a sentence in the same case was answered 500 each time,
and no record was linked to anybody any more."""

from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest

from hub.bootstrap import Hub
from hub.settings import Settings
from hub.sharing.terms.agencies import Agencies
from hub.telemetry.logs import configure_logs
from tests.conftest import Bench, open_store

AREA, POLICE = "probation-northumbria", "police-northumbria"
Without = Callable[[str], Bench]


@pytest.fixture
def without(bench: Bench) -> Iterator[Without]:
    """Start the same exchange again without that agency in its registry."""
    started: list[Hub] = []

    def start(agency: str) -> Bench:
        known = bench.hub.knowledge
        before = known.registry.agencies
        stayed = Agencies.of(each for id, each in before.by_id.items() if id != agency)
        registry = replace(known.registry, agencies=replace(stayed, prison_by_intake=before.prison_by_intake))
        assessor = copy(known.assessor)
        assessor._fixed = registry
        folders = replace(known.folders, registry=registry)
        file = bench.hub.settings.endpoints_file()
        entries = file.read_text().split("[[endpoint]]")
        file.write_text("[[endpoint]]".join(each for each in entries if f'agency = "{agency}"' not in each))
        left = replace(known, registry=registry, assessor=assessor, folders=folders)
        started.append(Hub(left, open_store(bench.hub.store.url), bench.clock, configure_logs("test")))
        return Bench(started[-1], bench.clock, bench.agencies)

    yield start
    for hub in started:
        hub.close()


def test_a_sentence_is_accepted_though_the_author_of_the_report_has_left(bench: Bench, without: Without) -> None:
    story = bench.story()
    bench.send(story["report"])
    later = without(AREA)
    receipt: Any = later.send(story["sentence"])
    [clock] = later.hub.deadlines.listed(name="report_to_prison")
    assert clock["state"] == "running", "the report that is held cannot be sent on, and is still owed"
    later.drain()
    reached = later.hub.stories.show(receipt["messages"][0]["id"])["deliveries"]
    assert (POLICE, "delivered") in {(each["recipient"], each["state"]) for each in reached}


def test_what_was_withdrawn_stays_withdrawn_though_who_did_it_has_left(bench: Bench, without: Without) -> None:
    story = bench.story()
    bench.send(story["executed"])
    without(POLICE).send(story["warrant"])
    assert bench.hub.deadlines.listed(name="warrant_open") == []


def test_records_are_linked_though_the_sender_of_another_has_left(bench: Bench, without: Without) -> None:
    story, other = bench.story(), bench.story()["record"]
    bench.send(story["supervised"])
    bench.send(story["record"])
    foreign = other.body.replace(POLICE.encode(), b"police-cheshire")
    assert foreign != other.body
    bench.send(replace(other, caller="police-cheshire", body=foreign))
    assert without("police-cheshire").hub.linking.run()["certain"] == 1


@pytest.fixture
def fetching(settings: Settings) -> None:
    file = settings.endpoints_file()
    entries = [each for each in file.read_text().split("[[endpoint]]") if f'"{AREA}"' not in each]
    entries.append(f'\nagency = "{AREA}"\nsystem = "hub_json"\ntransport = "mailbox"\n')
    file.write_text("[[endpoint]]".join(entries))


@pytest.mark.usefixtures("fetching")
def test_what_was_fetched_is_acknowledged_though_its_sender_has_left(bench: Bench, without: Without) -> None:
    receipt: Any = bench.send(bench.story()["list"])
    id = UUID(receipt["messages"][0]["id"])
    bench.drain()
    area = bench.hub.knowledge.registry.agencies.named(AREA)
    bench.hub.mailbox.fetch(area, id)
    later = without(receipt["messages"][0]["sender"])
    later.hub.mailbox.acknowledge(area, id, None)
    assert {each["state"] for each in later.hub.stories.show(str(id))["deliveries"]} == {"delivered"}
