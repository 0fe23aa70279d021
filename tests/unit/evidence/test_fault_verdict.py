"""The verdict of the fault runs finds the faults that are there. A count that can only be 0 would prove nothing."""

from datetime import UTC, datetime
from typing import Any

import pytest

from tests.faults import verdict as judge
from tests.faults.plan import EXPIRING, Expected, Plan, make_plan
from tests.faults.sending.senders import Answers
from tests.faults.verdict import Verdict

NOW = datetime(2026, 1, 5, tzinfo=UTC)
STOPPED = [("quarantined", "hearing_result", 1), ("held", "hearing_result", 1), ("held", EXPIRING, 0)]


def _plan_and_one(kind: str) -> tuple[Plan, Expected, str]:
    plan = make_plan(1, 300, NOW)
    expected = next(each for each in plan.expected.values() if each.kind == kind)
    return plan, expected, next(iter(expected.recipients - {plan.always_down}))


def _judged(plan: Plan, expected: Expected, row: dict[str, Any] | None, recipient: str) -> Verdict:
    verdict = Verdict()
    everybody = expected.recipients
    answers = Answers(accepted={expected.reference: "m"}, recipients={expected.reference: everybody})
    came = {(each, "m"): 1 for each in everybody if each != recipient}
    judge._examine_one(verdict, plan, expected, answers, came, {(recipient, "m"): row} if row else {})
    return verdict


@pytest.mark.parametrize(("state", "kind", "count"), STOPPED)
def test_what_was_stopped_without_need_is_counted(state: str, kind: str, count: int) -> None:
    plan, expected, recipient = _plan_and_one(kind)
    row = {"state": state, "why": "a reason", "why_code": "x", "behind": False}
    assert _judged(plan, expected, row, recipient).count("stopped_for_nothing") == count


@pytest.mark.parametrize("row", [None, {"state": "sending", "why": None, "why_code": None, "behind": False}])
def test_what_never_came_is_lost(row: dict[str, Any] | None) -> None:
    plan, expected, recipient = _plan_and_one("hearing_result")
    assert _judged(plan, expected, row, recipient).count("lost") == 1


def test_what_nobody_was_answered_202_for_reaches_nobody() -> None:
    answers = Answers(accepted={"F1": "accepted"})
    kept = {("a", id): {"sender": sender} for id, sender in (("accepted", "c"), ("refused", "c"), ("reminder", "hub"))}
    for id, count in (("accepted", 0), ("refused", 1), ("reminder", 0), ("unknown", 1)):
        verdict = Verdict()
        judge._never_accepted(verdict, answers, [{"agency": "a", "id": id, "kind": "k"}], kept)
        assert verdict.count("leaked_fields") == count


def test_two_contents_under_one_id_and_one_content_under_two_are_doubled() -> None:
    for first, second, count in (("1x", "1x", 0), ("1x", "1y", 1), ("1x", "2x", 1)):
        verdict = Verdict()
        judge._doubled(verdict, [{"agency": "a", "id": each[0], "content": each[1]} for each in (first, second)])
        assert verdict.count("doubled") == count


def test_what_came_in_another_order_than_its_positions_is_out_of_order() -> None:
    kept = {("a", id): {"subject": "s", "position": position} for position, id in enumerate("xy")}
    for first, count in (({("a", "x"): 0, ("a", "y"): 1}, 0), ({("a", "x"): 1, ("a", "y"): 0}, 1)):
        verdict = Verdict()
        judge._out_of_position(verdict, first, kept)
        assert verdict.count("out_of_order") == count


def test_what_came_in_the_middle_of_a_pause_was_sent_while_paused() -> None:
    for agency, at, count in (("a", 103.0, 0), ("a", 107.0, 1), ("b", 107.0, 0), ("a", 111.0, 0)):
        verdict = Verdict()
        judge._sent_while_paused(verdict, [{"agency": agency, "id": "m", "at": at}], (("a", 100.0, 110.0),))
        assert verdict.count("sent_while_paused") == count
