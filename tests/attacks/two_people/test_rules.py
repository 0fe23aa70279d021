"""The rules of an installation: two people change them, and neither SQL nor an environment does."""

from datetime import timedelta
from uuid import UUID

import pytest

from hub.approval.rule_changes import RulesRefused
from hub.approval.rules import Rules
from hub.exchange.due.sweep import SweepFailed
from hub.lifecycle import BulkAction
from hub.store.repairing.quarantine import Selection
from hub.unproved import StateUnproved
from tests.attacks.evidence.test_state_changed_past_the_exchange import _past_the_exchange as past_the_exchange
from tests.conftest import Bench
from tests.quarantined import quarantined

ONE, OTHER, WHY = "operator-one", "operator-two", "their system is repaired"


def _in_force(bench: Bench) -> Rules:
    return bench.hub.wiring.rules.read()


def test_the_first_rules_are_adopted_once_and_stand_in_the_journal(bench: Bench) -> None:
    assert _in_force(bench) == Rules() == _in_force(bench)
    [first] = bench.hub.rules.history()
    assert (first.number, first.proposal) == (1, None)
    assert bench.hub.evidence.verify().whole


def test_two_people_change_them_and_it_counts_at_once(bench: Bench) -> None:
    proposal = bench.hub.rules.propose({"alone_up_to": "7", "approval_hours": "2"}, ONE)
    assert bench.hub.approving.show(str(proposal.id))["content"]["changes"] == {
        "alone_up_to": [20, 7],
        "approval_hours": [72, 2],
    }
    assert _in_force(bench).alone_up_to == 20
    bench.hub.rules.approve(proposal.id, OTHER, bench.seen(proposal.id))
    assert (_in_force(bench).alone_up_to, _in_force(bench).approval_hours) == (7, 2)
    bench.hub.rules.propose({"alone_up_to": "8"}, ONE)
    bench.clock.advance(timedelta(hours=3))
    assert bench.hub.sweep.run()["expired"] == 1


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"alone_upto": "7"}, "rules.unknown"),
        ({"alone_up_to": "-1"}, "rules.wrong_value"),
        ({"alone_up_to": "many"}, "rules.wrong_value"),
        ({"apart_days": "0"}, "rules.wrong_value"),
        ({"approval_hours": "100000"}, "rules.wrong_value"),
        ({"alone_up_to": "20"}, "rules.unchanged"),
        ({}, "rules.unchanged"),
    ],
)
def test_what_cannot_be_a_rule_is_not_proposed(bench: Bench, changes: dict[str, str], code: str) -> None:
    with pytest.raises(RulesRefused) as refused:
        bench.hub.rules.propose(changes, ONE)
    assert refused.value.code == code


def test_one_proposal_waits_at_a_time(bench: Bench) -> None:
    bench.hub.rules.propose({"alone_up_to": "7"}, ONE)
    with pytest.raises(RulesRefused, match=r"rules\.proposal_waits"):
        bench.hub.rules.propose({"alone_up_to": "8"}, OTHER)


@pytest.mark.parametrize("number", [-1, 1, 3, 4, 1000])
def test_rules_that_are_put_in_by_sql_decide_nothing_and_are_named(bench: Bench, number: int) -> None:
    bench.agree(alone_up_to=7)
    bench.agree(alone_up_to=6)
    rules = Rules(alone_up_to=10_000).model_dump_json()
    with past_the_exchange(bench, "hub") as connection:
        connection.execute(
            "INSERT INTO installation_rules (number, rules, since) VALUES (%s, %s, now())"
            " ON CONFLICT (number) DO UPDATE SET rules = excluded.rules",
            (number, rules),
        )
    if number == 3:  # the newest: it is not known what it said
        with pytest.raises(StateUnproved):
            _in_force(bench)
    else:
        assert _in_force(bench).alone_up_to == 6
    assert f"installation_rules {number}" in {each.row for each in bench.hub.evidence.verify().findings}
    with pytest.raises(SweepFailed, match="proved"):
        bench.clock.advance(timedelta(minutes=2))
        bench.hub.sweep.run()
    if number == 4:
        bench.agree(alone_up_to=5)
        assert _in_force(bench).alone_up_to == 5, "what was put in is in nobody's way"


def test_without_its_newest_rules_the_exchange_falls_back_to_no_older_ones(bench: Bench) -> None:
    bench.agree(alone_up_to=1)
    quarantined(bench, 2)
    with past_the_exchange(bench) as connection:
        connection.execute("DELETE FROM installation_rules WHERE number = 2")
    with pytest.raises(StateUnproved):
        bench.hub.bulk.preview(Selection())
    with pytest.raises(StateUnproved):
        bench.hub.end_of_life.run_retention(ONE)


def test_a_proposal_that_is_put_in_or_approved_by_sql_is_none(bench: Bench) -> None:
    bench.agree(alone_up_to=0)
    quarantined(bench, 1)
    plan = bench.hub.bulk.plan(BulkAction.DISCARD, Selection(), ONE, WHY)["id"]
    with past_the_exchange(bench, "hub") as connection:
        connection.execute(
            "UPDATE proposal SET state = 'approved', decided_by = 'somebody', decided_at = now() WHERE id = %s", (plan,)
        )
        connection.execute(
            "UPDATE quarantine_bulk SET state = 'running', approved_by = 'somebody', approved_at = now()"
        )
    with pytest.raises(SweepFailed, match="bulk"):
        bench.hub.sweep.run()
    assert len(bench.hub.quarantine.listed()) == 1, "nobody approved it"


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE quarantine_bulk SET action = 'discard'",
        "UPDATE quarantine_bulk SET reason = 'another reason'",
        "DELETE FROM quarantine_bulk_item WHERE delivery_id IN (SELECT delivery_id FROM quarantine_bulk_item LIMIT 1)",
        "UPDATE quarantine_bulk_item SET quarantined_at = now()",
    ],
)
def test_an_approved_plan_that_was_changed_by_sql_does_nothing(bench: Bench, change: str) -> None:
    quarantined(bench, 2)
    plan = UUID(bench.hub.bulk.plan(BulkAction.RELEASE, Selection(), ONE, WHY)["id"])
    bench.hub.bulk.approve(plan, ONE)
    with past_the_exchange(bench) as connection:
        connection.execute(change)
    with pytest.raises(SweepFailed, match="bulk"):
        bench.hub.sweep.run()
    assert len(bench.hub.quarantine.listed()) == 2
