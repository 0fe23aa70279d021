"""Who gives up many items one by one needs a second person, as for a plan of many."""

import ast
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from hub.approval.proposals import ApprovalRefused
from hub.approval.waiting import WaitsForSecondPerson
from hub.exchange.repairing.giving_up import COUNTED_FOR
from hub.lifecycle import BulkAction, TwoPersonAct
from hub.store.repairing.quarantine import Selection
from tests.architecture.modules import MODULES, parsed
from tests.attacks.two_people.doubted import doubtful_clock, doubtful_link
from tests.conftest import ROOT, Bench
from tests.quarantined import quarantined

ONE, OTHER, WHY = "operator-one", "operator-two", "their system is repaired"


def _listed(bench: Bench) -> list[str]:
    return [each["id"] for each in bench.hub.quarantine.listed()]


def _broken_document(bench: Bench, body: bytes = b"no list at all") -> None:
    court = bench.hub.knowledge.registry.agencies.named("court-b10jq")
    assert bench.hub.intake.receive(court, body, "application/xml").refused


def _by_document_and_delivery(bench: Bench) -> None:
    quarantined(bench, 3)
    _broken_document(bench)
    bench.agree(alone_up_to=2)


def test_beyond_the_limit_within_an_hour_each_needs_a_second_person(bench: Bench) -> None:
    _by_document_and_delivery(bench)
    ids = _listed(bench)
    assert [bench.hub.quarantine.discard(id, ONE, WHY) for id in ids[-2:]] == [None, None], "a document and a delivery"
    waits = bench.hub.quarantine.discard(ids[0], ONE, WHY)
    assert waits is not None and waits.act is TwoPersonAct.DISCARD
    assert ids[0] in _listed(bench)
    assert bench.hub.quarantine.discard(ids[0], ONE, WHY) == waits, "it waits once"
    assert bench.hub.quarantine.discard(ids[1], OTHER, WHY) is None, "another person has a count of their own"
    with pytest.raises(ApprovalRefused, match=r"approval\.same_person"):
        bench.hub.approving.approve(str(waits.id), ONE, bench.seen(waits.id))
    bench.hub.approving.approve(str(waits.id), OTHER, bench.seen(waits.id))
    assert _listed(bench) == []
    with bench.hub.store.transaction() as connection:
        query = text("SELECT detail FROM journal WHERE event = 'quarantine.discarded' AND detail ? 'approved_by'")
        [detail] = connection.execute(query).scalars()
    assert (detail["by"], detail["approved_by"], detail["proposal"]) == (ONE, OTHER, str(waits.id))
    assert bench.hub.evidence.verify().whole


def test_after_an_hour_one_person_may_again(bench: Bench) -> None:
    _by_document_and_delivery(bench)
    first, second, third, _ = _listed(bench)
    for id in (first, second):
        bench.hub.quarantine.discard(id, ONE, WHY)
    bench.clock.advance(COUNTED_FOR + timedelta(seconds=1))
    assert bench.hub.quarantine.discard(third, ONE, WHY) is None


def test_small_plans_one_after_another_are_counted_together_before_they_are_worked_off(bench: Bench) -> None:
    _by_document_and_delivery(bench)
    ids = _listed(bench)
    bench.hub.quarantine.discard(ids[0], ONE, WHY)
    plans = [UUID(bench.hub.bulk.plan(BulkAction.DISCARD, Selection(), ONE, WHY)["id"]) for _ in range(2)]
    with pytest.raises(ApprovalRefused, match=r"bulk\.second_person"):
        bench.hub.bulk.approve(plans[0], ONE)
    bench.clock.advance(COUNTED_FOR + timedelta(seconds=1))
    bench.hub.bulk.approve(plans[0], ONE)
    with pytest.raises(ApprovalRefused, match=r"bulk\.second_person"):
        bench.hub.bulk.approve(plans[1], ONE)
    assert bench.hub.quarantine.discard(ids[-1], ONE, WHY) is not None


def test_releasing_and_what_two_people_gave_up_do_not_count(bench: Bench) -> None:
    _by_document_and_delivery(bench)
    plan = UUID(bench.hub.bulk.plan(BulkAction.DISCARD, Selection(), ONE, WHY)["id"])
    bench.hub.bulk.approve(plan, OTHER, bench.seen(plan))
    bench.hub.sweep.run()
    [document] = _listed(bench)
    assert bench.hub.quarantine.discard(document, ONE, WHY) is None


def test_a_document_whose_proposal_expired_waits_as_before(bench: Bench) -> None:
    bench.agree(alone_up_to=0)
    _broken_document(bench)
    [document] = _listed(bench)
    waits = bench.hub.quarantine.discard(document, ONE, WHY)
    assert waits is not None
    bench.clock.advance(timedelta(hours=73))
    bench.hub.sweep.run()
    assert _listed(bench) == [document]
    again = bench.hub.quarantine.discard(document, ONE, WHY)
    assert again is not None and again.id != waits.id


def test_a_rejected_link_and_a_void_clock_are_given_up_too(bench: Bench) -> None:
    """Because of them a conviction or a report is not sent, as if its delivery had been discarded."""
    for body in (b"no list at all", b"none", b"nor this"):
        _broken_document(bench, body)
    bench.agree(alone_up_to=2)
    link, clock = doubtful_link(bench), doubtful_clock(bench)
    bench.hub.linking.decide(link, same=False, by=ONE)
    bench.hub.quarantine.discard(_listed(bench)[-1], ONE, WHY)
    with pytest.raises(WaitsForSecondPerson) as waits:
        bench.hub.doubtful_clocks.decide(clock, runs=False, by=ONE, because=WHY)
    bench.hub.approving.approve(str(waits.value.proposal.id), OTHER, bench.seen(waits.value.proposal.id))
    bench.clock.advance(COUNTED_FOR + timedelta(seconds=1))
    ids = _listed(bench)
    assert [bench.hub.quarantine.discard(id, ONE, WHY) for id in ids[-2:]] == [None, None]


def test_nothing_is_given_up_in_another_place_than_where_it_is_counted() -> None:
    """Whoever records that something was given up is counted first."""
    callers = {
        str(file.relative_to(ROOT))
        for file in MODULES
        for node in ast.walk(parsed(file))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in ("record_discarded", "quarantine.discard")
    }
    assert callers == {
        "hub/exchange/repairing/quarantine.py",
        "hub/exchange/repairing/refused_parts.py",
        "hub/exchange/repairing/correction.py",  # a corrected message takes its place
    }
