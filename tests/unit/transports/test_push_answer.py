"""What an answer of a partner means, for every possible answer."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.carriage.https.answer import Answer
from adapters.contract import CannotDeliver
from adapters.transports.https_push.answer import understand

MESSAGE_ID = "0198a1b2-0000-7000-8000-00000000000a"

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
bodies = st.binary() | json_values.map(lambda value: json.dumps(value).encode())
answers = st.builds(
    Answer,
    status=st.integers(100, 599),
    media_type=st.sampled_from(["", "application/json", "application/problem+json", "text/html"]),
    wait_seconds=st.none() | st.floats(0, 1e6),
    body=bodies,
)


def answer(found: object, status: int = 200) -> Answer:
    return Answer(status, "application/json", wait_seconds=None, body=json.dumps({"receipt": found}).encode())


@given(answers)
def test_an_answer_that_does_not_name_the_message_is_never_a_success(answer: Answer) -> None:
    with pytest.raises(CannotDeliver) as failed:
        understand(answer, MESSAGE_ID)
    assert failed.value.problem.isascii()
    assert failed.value.problem.isprintable()
    assert len(failed.value.problem) <= 200


@given(st.integers(100, 599))
def test_only_success_and_conflict_can_bring_a_receipt(status: int) -> None:
    given_answer = answer({"message_id": MESSAGE_ID}, status)
    if 200 <= status < 300 or status == 409:
        assert understand(given_answer, MESSAGE_ID).proved
    else:
        with pytest.raises(CannotDeliver):
            understand(given_answer, MESSAGE_ID)


@given(st.dictionaries(st.text(max_size=40), json_values))
def test_whatever_else_a_receipt_says_it_proves_and_keeps_only_short_printable_words(more: dict[str, object]) -> None:
    got = understand(answer(more | {"message_id": MESSAGE_ID.upper()}), MESSAGE_ID)
    assert got.proved
    assert got.received_at is None or got.received_at.tzinfo is not None
    assert len(got.words) <= 8
    for name, value in got.words.items():
        assert more[name] == value
        assert value.isprintable()
        assert len(value) <= 200


@pytest.mark.parametrize("at", [None, 1772443800, "yesterday", "2026-03-02T09:30:00", "2026-03-02", ""])
def test_a_receipt_whose_time_could_mean_two_moments_proves_but_dates_nothing(at: object) -> None:
    got = understand(answer({"message_id": MESSAGE_ID, "received_at": at}), MESSAGE_ID)
    assert (got.proved, got.received_at) == (True, None)


@pytest.mark.parametrize("at", ["2026-03-02T09:30:00Z", "2026-03-02T10:30:00+01:00"])
def test_a_time_with_its_offset_is_that_moment(at: str) -> None:
    got = understand(answer({"message_id": MESSAGE_ID, "received_at": at}), MESSAGE_ID)
    assert got.received_at is not None
    assert got.received_at.timestamp() == 1772443800


def test_a_reference_that_is_too_long_is_left_out_and_not_cut() -> None:
    got = understand(answer({"message_id": MESSAGE_ID, "reference": "9" * 201, "office": "9" * 200}), MESSAGE_ID)
    assert set(got.words) == {"office"}
