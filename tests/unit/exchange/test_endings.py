"""How an attempt ends: its state, its code, when it is looked at again, and whether it counts as an attempt."""

import hashlib
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.contract import CannotDeliver, Receipt
from hub.bootstrap import Knowledge
from hub.errors import KeyServiceUnavailable
from hub.exchange.message.own_ids import OwnIds
from hub.exchange.message.stages import Received
from hub.exchange.partners.breaker import Fault
from hub.exchange.partners.endpoints import load_endpoints
from hub.exchange.sending.endings import (
    broken_off,
    delivered,
    failed,
    given_back,
    held,
    never_ended,
    not_begun,
    not_taken,
    placed,
    says_something,
    stopped,
    stopped_by_receipt,
    turn_over,
    unopened,
)
from hub.exchange.sending.preparation import LoadedMessage, Prepared, Preparing
from hub.exchange.sending.retry import RetryPolicy
from hub.exchange.wiring import Wiring
from hub.lifecycle import ANSWERING, DeliveryState
from hub.local.demonstration.stories import stories
from hub.sharing.decision.decide import Denial
from hub.store.messages.attempts import Ending, Work
from hub.store.messages.mailbox import NewItem
from schemas.kind import StopAt, Target

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
LATER = NOW + timedelta(minutes=7)
POLICY = RetryPolicy(60, 3600, attempts_max=4, deaths_max=3, patience=timedelta(days=3))
ITEM = Work(
    uuid4(), uuid4(), "prison-north", "prison", None, 2, NOW + timedelta(minutes=2), 3, NOW - timedelta(hours=1)
)
PRISON = "prison-durham"


@pytest.mark.parametrize(
    ("ending", "expected"),
    [
        (
            held(ITEM, Denial("protocol.expired", "it is over"), NOW, LATER),
            (DeliveryState.HELD, NOW, LATER, "protocol.expired", "held: it is over"),
        ),
        (given_back(ITEM, LATER), (DeliveryState.WAITING, LATER, LATER, "partner.down", "prison-north did not accept")),
        (not_begun(ITEM, NOW), (DeliveryState.WAITING, NOW, NOW, "partner.paused", "prison-north was paused")),
        (stopped(ITEM, NOW), (DeliveryState.WAITING, NOW, NOW, "worker.stopped", "stopped before its turn")),
        (turn_over(ITEM, NOW), (DeliveryState.WAITING, NOW, NOW, "worker.turn", "other recipients had their turn")),
        (broken_off(ITEM, NOW), (DeliveryState.WAITING, NOW, NOW, "worker.stopped", "stopped while sending it")),
        (
            unopened(ITEM, KeyServiceUnavailable("it does not answer", "start it"), LATER),
            (DeliveryState.WAITING, LATER, LATER, "vault.key_service_unavailable", "waiting: it does not answer"),
        ),
        (never_ended(ITEM, NOW), (DeliveryState.QUARANTINED, NOW, None, "delivery.never_ended", "3 workers died")),
    ],
)
def test_what_was_not_tried_or_not_finished_is_no_attempt_and_says_why(
    ending: Ending, expected: tuple[DeliveryState, datetime, datetime | None, str, str]
) -> None:
    state, at, due_at, code, words = expected
    assert (ending.id, ending.state, ending.at, ending.due_at, ending.why_code) == (ITEM.id, state, at, due_at, code)
    assert ending.uncounted
    assert ending.why is not None and words in ending.why
    assert not says_something(ending), "it shows nothing about the partner"


def test_only_what_was_broken_off_while_it_was_sent_may_have_arrived() -> None:
    endings = [
        not_begun(ITEM, NOW),
        stopped(ITEM, NOW),
        given_back(ITEM, NOW),
        broken_off(ITEM, NOW),
        never_ended(ITEM, NOW),
    ]
    assert [ending.perhaps_sent for ending in endings] == [False, False, False, True, False]


@given(st.integers(1, 8), st.booleans())
def test_a_failure_is_tried_again_until_its_attempts_are_used_up_and_then_a_person_sees_it(
    attempt: int, retryable: bool
) -> None:
    item = replace(ITEM, attempt=attempt)
    ending = failed(item, "partner.error", "it broke", retryable, POLICY, NOW, where="line 3", cure="mend it")
    assert (ending.id, ending.at, ending.why_code, ending.uncounted) == (ITEM.id, NOW, "partner.error", False)
    if retryable and attempt < POLICY.attempts_max:
        assert ending.state is DeliveryState.WAITING
        assert ending.due_at is not None
        assert POLICY.next_try(NOW, attempt, 0) <= ending.due_at < POLICY.next_try(NOW, attempt, 1)
        assert (ending.why, ending.where, ending.cure) == ("waiting: it broke", None, None)
    else:
        assert (ending.state, ending.due_at) == (DeliveryState.QUARANTINED, None)
        assert (ending.where, ending.cure) == ("line 3", "mend it")
        tries = f" after {attempt} attempts" if retryable else ""
        assert ending.why == f"quarantined{tries}: it broke"


def refusal(wait_seconds: float | None = None, *, retryable: bool = True) -> CannotDeliver:
    return CannotDeliver("partner.error", "it broke", retryable=retryable, wait_seconds=wait_seconds)


OPEN = replace(ANSWERING, failures=3, next_try_at=NOW)


@pytest.mark.parametrize(
    ("error", "standing", "age", "counts", "fault"),
    [
        (refusal(retryable=False), ANSWERING, timedelta(), True, None),
        (refusal(retryable=False), OPEN, timedelta(), True, None),
        (refusal(), ANSWERING, timedelta(), True, Fault("partner.error", "it broke")),
        (refusal(), OPEN, timedelta(), False, Fault("partner.error", "it broke")),
        (refusal(), OPEN, timedelta(days=4), False, Fault("partner.error", "it broke")),
        (refusal(90), ANSWERING, timedelta(), False, Fault("partner.error", "it broke", timedelta(seconds=90))),
        (refusal(0), ANSWERING, timedelta(days=3), False, Fault("partner.error", "it broke", timedelta())),
        (
            refusal(90),
            ANSWERING,
            timedelta(days=3, microseconds=1),
            True,
            Fault("partner.error", "it broke", timedelta(seconds=90)),
        ),
        (refusal(90), OPEN, timedelta(days=4), False, Fault("partner.error", "it broke", timedelta(seconds=90))),
    ],
)
def test_a_probe_that_fails_and_a_wait_that_the_partner_asks_for_count_as_no_attempt(
    error: CannotDeliver, standing: Any, age: timedelta, counts: bool, fault: Fault | None
) -> None:
    """A wait counts only after the message has waited too long, while the partner accepts others."""
    outcome = not_taken(replace(ITEM, created_at=NOW - age), error, POLICY, standing, NOW)
    ending = outcome.ending
    assert (outcome.fault, ending.uncounted, ending.why_code, ending.id) == (fault, not counts, error.code, ITEM.id)
    assert says_something(outcome)
    if error.retryable:
        assert (ending.state, ending.why) == (DeliveryState.WAITING, "waiting: it broke")
        assert (ending.due_at == NOW) is not counts, "the breaker or the wait holds it back, not its own time"
    else:
        assert ending.state is DeliveryState.QUARANTINED


@pytest.fixture
def prepared(knowledge: Knowledge, tmp_path: Path) -> Prepared:
    """A report that goes on to the prison; the prison's receipt stops a clock."""
    step = next(stories(NOW, "endings", "report_to_prison")).steps[1]
    caller = knowledge.registry.agencies.named(step.caller)
    received = Received(uuid4(), caller, step.body, step.media_type, {}, NOW)
    [message] = knowledge.assessor.assess(received).messages
    file = tmp_path / "endpoints.toml"
    file.write_text(f'[[endpoint]]\nagency = "{PRISON}"\nsystem = "hub_json"\ntransport = "mailbox"\n')
    endpoints = load_endpoints(file, knowledge.adapters, knowledge.registry.agencies)
    parts = SimpleNamespace(
        assessor=knowledge.assessor,
        clock=SimpleNamespace(now=lambda: NOW),
        catalogue=knowledge.catalogue,
        adapters=knowledge.adapters,
        endpoints=SimpleNamespace(current=lambda: endpoints),
    )
    item = replace(ITEM, recipient=PRISON, target=str(Target.PRISON))
    own = OwnIds(uuid4(), uuid4())
    made = Preparing(cast(Wiring, parts)).prepare(LoadedMessage(item, message.validated, uuid4(), None, own), NOW)
    assert isinstance(made, Prepared)
    return made


def is_told(ending: Ending, prepared: Prepared) -> None:
    """The delivery keeps the protocol under which it was sent, and what was withheld."""
    protocol, version = prepared.minimised.protocol
    assert ending.decision == (protocol, version, prepared.minimised.withheld())
    assert ending.decision[2], "a prison is not told everything"
    assert ending.unexpressed == list(prepared.encoded.unexpressed)
    assert (ending.id, ending.at, ending.due_at, ending.uncounted) == (prepared.outgoing.id, NOW, None, False)


def as_work(prepared: Prepared) -> Work:
    assert isinstance(prepared.outgoing, Work)
    return prepared.outgoing


@pytest.mark.parametrize("received_at", [None, NOW - timedelta(seconds=3)])
@pytest.mark.parametrize("proved", [True, False])
def test_what_was_delivered_keeps_its_receipt_and_only_a_proved_one_stops_clocks(
    prepared: Prepared, proved: bool, received_at: datetime | None
) -> None:
    item = as_work(prepared)
    sent = delivered(item, prepared, Receipt(proved, received_at, {"reference": "r1"}), NOW)
    is_told(sent.ending, prepared)
    assert (sent.ending.state, sent.ending.why_code, sent.ending.why) == (DeliveryState.DELIVERED, None, None)
    assert sent.ending.receipt == {
        "proved": proved,
        "received_at": received_at.isoformat() if received_at else None,
        "words": {"reference": "r1"},
    }
    assert (sent.message_id, sent.recipient, sent.attempt) == (item.message_id, item.recipient, item.attempt)
    assert sent.receipt_proved is proved
    assert [stop.clock for stop in sent.stops] == (["report_to_prison", "report_after_move"] if proved else [])
    assert sent.handed.sha256 == hashlib.sha256(prepared.encoded.body).hexdigest()
    assert (sent.handed.protocol, sent.handed.protocol_version) == prepared.minimised.protocol
    assert sent.handed.withheld == [field["path"] for field in prepared.minimised.withheld()]
    assert says_something(sent)


def test_what_was_placed_waits_in_the_mailbox_in_the_recipients_format(prepared: Prepared) -> None:
    item = as_work(prepared)
    for only_fetches in (True, False):
        outcome = placed(item, prepared, NOW, only_fetches=only_fetches)
        is_told(outcome.ending, prepared)
        assert (outcome.ending.state, outcome.ending.why_code) == (DeliveryState.PLACED, "mailbox.placed")
        assert outcome.ending.why is not None and item.recipient in outcome.ending.why
        encoded = prepared.encoded
        assert outcome.item == NewItem(
            item.id,
            item.recipient,
            item.message_id,
            encoded.media_type,
            len(encoded.body),
            outcome.handed.sha256,
            placed_at=NOW,
        )
        assert outcome.handed == delivered(item, prepared, Receipt(True, NOW), NOW).handed
        assert (outcome.attempt, outcome.only_fetches) == (item.attempt, only_fetches)
        assert says_something(outcome) is only_fetches


def test_a_receipt_stops_the_clocks_of_its_own_recipient_and_none_that_acceptance_stops(prepared: Prepared) -> None:
    stops = prepared.validated.stops()
    assert {stop.at for stop in stops} == {StopAt.ACCEPTED, StopAt.RECEIPT}
    for target in Target:
        expected = [stop for stop in stops if (stop.at, stop.toward) == (StopAt.RECEIPT, target)]
        assert list(stopped_by_receipt(stops, target)) == expected
