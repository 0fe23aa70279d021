"""Which state may follow which. The database refuses every other move, so the list must say neither too much nor too
little."""

import pytest

from hub.lifecycle import (
    AGREED,
    ENDED,
    MOVES,
    OPEN_CLOCKS,
    ClockState,
    DeliveryState,
    DocumentState,
    LinkState,
    MessageState,
    PartState,
    VersionState,
    message_state,
)


def _from(what: str, state: str) -> set[str]:
    return {str(after) for before, after in MOVES[what] if before == state}


def test_nothing_moves_to_where_it_is_but_a_delivery_whose_lease_another_worker_takes() -> None:
    same = {(what, str(before)) for what, moves in MOVES.items() for before, after in moves if before is after}
    assert same == {("delivery", "sending")}


@pytest.mark.parametrize(("what", "state"), [("document", DocumentState.RECEIVED), ("part", PartState.OPEN)])
def test_a_document_and_a_part_are_settled_once_and_for_good(what: str, state: str) -> None:
    states = set(map(str, type(state)))
    assert _from(what, state) == states - {str(state)}
    assert {before for before, _ in MOVES[what]} == {state}


def test_a_message_follows_its_deliveries_and_an_overtaken_one_never_moves() -> None:
    others = set(map(str, MessageState)) - {"overtaken"}
    for state in others:
        assert _from("message", state) == others - {state}
    assert not any("overtaken" in (before, after) for before, after in MOVES["message"])


@pytest.mark.parametrize(
    ("state", "after"),
    [
        ("waiting", {"sending", "quarantined", "discarded"}),
        ("sending", {"sending", "waiting", "held", "delivered", "quarantined", "placed"}),
        ("placed", {"delivered", "held"}),
        ("held", {"sending", "discarded"}),
        ("delivered", {"waiting", "quarantined"}),
        ("quarantined", {"waiting", "discarded"}),
        ("discarded", set()),
    ],
)
def test_a_delivery_goes_its_way(state: str, after: set[str]) -> None:
    assert _from("delivery", state) == after


def test_a_clock_that_has_stopped_never_runs_again_and_a_doubtful_one_is_never_met() -> None:
    assert _from("clock", "running") == {"met", "missed", "void"}
    assert _from("clock", "doubtful") == {"running", "void"}
    assert {str(before) for before, _ in MOVES["clock"]} == set(OPEN_CLOCKS) == {"running", "doubtful"}


def test_only_a_doubtful_link_is_decided() -> None:
    assert MOVES["link"] == {(LinkState.DOUBTFUL, LinkState.CONFIRMED), (LinkState.DOUBTFUL, LinkState.REJECTED)}
    assert {VersionState.ADOPTED, VersionState.APPROVED} == AGREED


def test_bulk_work_is_planned_run_stopped_and_done() -> None:
    assert {(str(a), str(b)) for a, b in MOVES["bulk"]} == {
        ("planned", "running"),
        ("planned", "withdrawn"),
        ("running", "stopped"),
        ("stopped", "running"),
        ("running", "done"),
    }


D = DeliveryState


@pytest.mark.parametrize(
    ("deliveries", "state"),
    [
        ((), MessageState.DELIVERED),
        ((D.DELIVERED, D.DELIVERED), MessageState.DELIVERED),
        ((D.DELIVERED, D.WAITING), MessageState.IN_PROGRESS),
        ((D.DISCARDED, D.HELD), MessageState.IN_PROGRESS),
        ((D.DELIVERED, D.DISCARDED), MessageState.DISCARDED),
        ((D.DISCARDED, D.QUARANTINED), MessageState.NEEDS_ATTENTION),
        ((D.WAITING, D.QUARANTINED), MessageState.NEEDS_ATTENTION),
    ],
)
def test_the_state_of_a_message_is_that_of_its_deliveries(
    deliveries: tuple[DeliveryState, ...], state: MessageState
) -> None:
    assert message_state(deliveries) is state
    assert message_state(deliveries[::-1]) is state


def test_what_has_ended_delays_nobody_and_what_has_stopped_is_over() -> None:
    assert {D.DELIVERED, D.DISCARDED} == ENDED
    assert ClockState.MET not in OPEN_CLOCKS
