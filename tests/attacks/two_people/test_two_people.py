"""Everything that takes two people, by one mechanism: the second person approves what they were shown, and nobody
else's, nothing else and nothing too late."""

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import text

from hub.access.rights import StaffRole
from hub.approval.proposals import ApprovalRefused
from hub.approval.rules import Rules
from hub.errors import CodedFailure, Failure
from hub.journal.actors import unverified
from hub.lifecycle import ProposalState, TwoPersonAct
from tests.attacks.two_people.acts import ACTS, APPROVER, MANAGER, PASSWORD, PROPOSER, Played, staffed
from tests.conftest import Bench
from tests.effort import LONG

SAME_PERSON = {"approval.same_person", "protocol.same_person", "bulk.second_person"}


_SOME = [TwoPersonAct.PROTOCOL, TwoPersonAct.BULK, TwoPersonAct.PASSWORD_RESET]
"""All acts have one mechanism. What it alone decides is tried with each act only if there is time."""
_OF_THE_ACT = {
    "test_another_person_approves_what_they_were_shown_once",
    "test_what_would_do_something_else_meanwhile_is_refused",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "act" in metafunc.fixturenames:
        every = LONG or metafunc.function.__name__ in _OF_THE_ACT
        metafunc.parametrize("act", list(TwoPersonAct) if every else _SOME)


@pytest.fixture
def waiting(bench: Bench, act: TwoPersonAct) -> Iterator[UUID]:
    staffed(bench)
    ACTS[act].prepare(bench)
    yield ACTS[act].propose(bench)


def _refused(bench: Bench, proposal: UUID, by: str, seen: str | None) -> str:
    with pytest.raises(Failure) as refused:
        bench.hub.approving.approve(str(proposal), by, seen)
    return refused.value.code


def _played(act: TwoPersonAct) -> Played:
    return ACTS[act]


def test_every_act_that_takes_two_people_has_its_face(bench: Bench) -> None:
    assert bench.hub.approving.faces.keys() == set(TwoPersonAct) == ACTS.keys()


def test_another_person_approves_what_they_were_shown_once(bench: Bench, act: TwoPersonAct, waiting: UUID) -> None:
    assert not _played(act).done(bench), "nothing happens before"
    assert [each["id"] for each in bench.hub.approving.listed() if each["act"] is act] == [str(waiting)]
    seen = bench.seen(waiting)
    bench.hub.approving.approve(str(waiting), APPROVER, seen)
    assert _played(act).done(bench)
    with pytest.raises(Failure):
        bench.hub.approving.approve(str(waiting), APPROVER, seen)
    assert bench.hub.approving.show(str(waiting))["state"] == ProposalState.APPROVED
    assert bench.hub.evidence.verify().whole


def test_whoever_proposed_it_cannot_approve_it(bench: Bench, act: TwoPersonAct, waiting: UUID) -> None:
    assert _refused(bench, waiting, PROPOSER, bench.seen(waiting)) in SAME_PERSON
    assert _refused(bench, waiting, PROPOSER.upper(), bench.seen(waiting)) in SAME_PERSON
    assert not _played(act).done(bench)


def test_an_account_that_was_in_one_hand_lately_is_no_second_person(
    bench: Bench, act: TwoPersonAct, waiting: UUID
) -> None:
    staff = bench.hub.staff
    made = staff.accounts.add("new.account", list(StaffRole), [], PASSWORD, PROPOSER)
    assert _refused(bench, waiting, made, bench.seen(waiting)) in SAME_PERSON
    if bench.hub.rules.history()[-1].rules["two_for_recovery"]:
        staff.accounts.enable(APPROVER, PROPOSER)
    else:
        staff.accounts.set_password(APPROVER, "mine is new now 33", PROPOSER)
    assert _refused(bench, waiting, APPROVER, bench.seen(waiting)) in SAME_PERSON
    assert not _played(act).done(bench)


def test_nothing_is_approved_unseen_or_by_the_value_of_something_else(
    bench: Bench, act: TwoPersonAct, waiting: UUID
) -> None:
    assert _refused(bench, waiting, APPROVER, None) == "approval.not_seen"
    assert _refused(bench, waiting, APPROVER, "") == "approval.changed"
    assert _refused(bench, waiting, APPROVER, "0" * 16) == "approval.changed"
    assert not _played(act).done(bench)


def test_what_would_do_something_else_meanwhile_is_refused(bench: Bench, act: TwoPersonAct, waiting: UUID) -> None:
    seen = bench.seen(waiting)
    _played(act).change(bench, waiting)
    assert _refused(bench, waiting, APPROVER, seen) == "approval.changed"
    assert not _played(act).done(bench)


def test_after_its_time_nobody_approves_it_and_it_is_told(bench: Bench, act: TwoPersonAct, waiting: UUID) -> None:
    seen = bench.seen(waiting)
    bench.clock.advance(timedelta(hours=Rules().approval_hours, minutes=1))
    assert _refused(bench, waiting, APPROVER, seen) == "approval.expired"
    assert bench.hub.sweep.run()["expired"] >= 1
    assert bench.hub.approving.show(str(waiting))["state"] == ProposalState.EXPIRED
    with bench.hub.store.transaction() as connection:
        query = text("SELECT detail ->> 'proposal' FROM journal WHERE event = 'proposal.expired'")
        assert str(waiting) in set(connection.execute(query).scalars())
    assert _refused(bench, waiting, APPROVER, seen) != "approval.expired", "it does not wait any longer"
    assert not _played(act).done(bench)
    again = _played(act).propose(bench)
    bench.hub.approving.approve(str(again), APPROVER, bench.seen(again))
    assert _played(act).done(bench)


def test_a_proposer_whose_name_nobody_checked_needs_to_propose_again(bench: Bench, act: TwoPersonAct) -> None:
    """Before there were accounts, anybody could use any name."""
    staffed(bench)
    _played(act).prepare(bench)
    proposal = _played(act).propose(bench)
    with bench.hub.store.transaction() as connection:
        connection.execute(text("UPDATE proposal SET proposed_by = :by"), {"by": unverified("somebody")})
    refused = _refused(bench, proposal, APPROVER, bench.seen(proposal))
    assert refused in {"approval.proposer_unverified", "protocol.proposer_unverified", "bulk.second_person"}


def test_its_proposer_withdraws_it_and_then_nobody_approves_it(bench: Bench, act: TwoPersonAct, waiting: UUID) -> None:
    seen = bench.seen(waiting)
    assert bench.hub.approving.may_withdraw(str(waiting), PROPOSER)
    assert not bench.hub.approving.may_withdraw(str(waiting), MANAGER)
    bench.hub.approving.reject(str(waiting), PROPOSER, "it was wrong")
    assert bench.hub.approving.show(str(waiting))["state"] == ProposalState.REJECTED
    with pytest.raises(CodedFailure):
        bench.hub.approving.approve(str(waiting), APPROVER, seen)
    assert not _played(act).done(bench)


def test_the_value_is_that_of_this_proposal_alone(bench: Bench, act: TwoPersonAct, waiting: UUID) -> None:
    """Somebody who withdraws a proposal and makes the same again needs a new look of the second person."""
    seen = bench.seen(waiting)
    bench.hub.approving.reject(str(waiting), PROPOSER, "it was wrong")
    again = _played(act).propose(bench)
    assert bench.seen(again) != seen
    assert _refused(bench, again, APPROVER, seen) == "approval.changed"


@pytest.mark.parametrize("seen", [None, "0123456789abcdef"])
def test_while_nobody_can_log_in_what_was_seen_may_be_left_out(bench: Bench, seen: str | None) -> None:
    one, other = unverified("ada"), unverified("bob")
    proposal = bench.hub.rules.propose({"alone_up_to": "7"}, one)
    if seen is None:
        assert bench.hub.rules.approve(proposal.id, other, None).rules["alone_up_to"] == 7
        return
    with pytest.raises(ApprovalRefused, match=r"approval\.changed"):
        bench.hub.rules.approve(proposal.id, other, seen)
