"""The small pure rules of the exchange: lifecycle, retry, unpacking."""

import gzip
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.errors import BodyTooLarge, BodyUnreadable, EncodingUnsupported
from hub.exchange.accepting.unpack import body_limit, unpack
from hub.exchange.sending.retry import RetryPolicy
from hub.lifecycle import MOVES, DeliveryState, MessageState, message_state
from hub.settings import Settings

NOW = datetime(2026, 11, 22, tzinfo=UTC)
POLICY = RetryPolicy(5, 3600, attempts_max=10, deaths_max=3, patience=timedelta(days=3))


@given(st.integers(1, 200), st.floats(0, 1, exclude_max=True))
def test_a_retry_is_never_at_once_and_never_later_than_one_and_a_half_of_the_longest(
    attempt: int, jitter: float
) -> None:
    wait = POLICY.next_try(NOW, attempt, jitter) - NOW
    assert timedelta(seconds=2.5) <= wait <= timedelta(seconds=5400)


@given(st.integers(1, 100), st.floats(0, 1, exclude_max=True))
def test_retries_grow_further_apart(attempt: int, jitter: float) -> None:
    assert POLICY.next_try(NOW, attempt, jitter) <= POLICY.next_try(NOW, attempt + 1, jitter)


@pytest.mark.parametrize(
    ("attempt", "jitter", "seconds"),
    [
        (1, 0.5, 5),
        (2, 0.5, 10),
        (3, 0.5, 20),
        (1, 0.0, 2.5),
        (2, 0.9, 14),
        (9, 0.5, 1280),
        (11, 0.5, 3600),
        (99, 0, 1800),
    ],
)
def test_the_first_wait_is_the_shortest_and_each_further_one_is_doubled(
    attempt: int, jitter: float, seconds: float
) -> None:
    assert POLICY.next_try(NOW, attempt, jitter) - NOW == timedelta(seconds=seconds)


def test_attempts_and_deaths_are_bounded() -> None:
    assert [n for n in range(1, 13) if POLICY.exhausted(n)] == [10, 11, 12]
    assert [n for n in range(6) if POLICY.deadly(n)] == [3, 4, 5]


def test_a_delivered_message_is_sent_again_only_by_a_replay_which_waits_its_turn() -> None:
    moves = {to for begun, to in MOVES["delivery"] if begun is DeliveryState.DELIVERED}
    assert moves - {DeliveryState.QUARANTINED} == {DeliveryState.WAITING}, "a recipient that refuses it sends nothing"


@given(st.lists(st.sampled_from(list(DeliveryState))))
def test_a_message_is_delivered_only_when_every_delivery_is(states: list[DeliveryState]) -> None:
    state = message_state(tuple(states))
    assert (state is MessageState.DELIVERED) == all(s is DeliveryState.DELIVERED for s in states)
    assert (state is MessageState.NEEDS_ATTENTION) == (DeliveryState.QUARANTINED in states)


@given(st.binary(max_size=2000))
def test_what_was_gzipped_comes_back(body: bytes) -> None:
    assert unpack(gzip.compress(body), "gzip", 10_000) == body
    assert unpack(gzip.compress(body), None, 10_000) == body, "a gzipped file needs no header to be known"


def test_a_bomb_is_stopped_at_the_limit() -> None:
    with pytest.raises(BodyTooLarge):
        unpack(gzip.compress(b"0" * 10_000_000), "gzip", 1_000_000)


@pytest.mark.parametrize("damage", [b"\x1f\x8b" + b"\0" * 20, gzip.compress(b"hello" * 100, mtime=0)[:-10]])
def test_damaged_gzip_is_reported(damage: bytes) -> None:
    with pytest.raises(BodyUnreadable):
        unpack(damage, "gzip", 1_000_000)


def test_an_unknown_compression_is_refused() -> None:
    with pytest.raises(EncodingUnsupported):
        unpack(b"", "br", 10)


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", " GZIP ", None, "", "identity"])
def test_gzip_is_undone_whatever_the_sender_calls_it(encoding: str | None) -> None:
    assert unpack(gzip.compress(b"<a/>", mtime=0), encoding, 10) == b"<a/>"


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip"])
def test_what_says_that_it_is_compressed_and_is_not_is_refused(encoding: str) -> None:
    with pytest.raises(BodyUnreadable):
        unpack(b"<a/>", encoding, 10)


@pytest.mark.parametrize("encoding", [None, "identity", "gzip"])
def test_a_body_may_be_as_large_as_the_limit_and_no_larger(encoding: str | None) -> None:
    def packed(body: bytes) -> bytes:
        return gzip.compress(body) if encoding == "gzip" else body

    assert unpack(packed(b"x" * 10), encoding, 10) == b"x" * 10
    with pytest.raises(BodyTooLarge):
        unpack(packed(b"x" * 11), encoding, 10)


@pytest.mark.parametrize(
    ("body", "is_xml"),
    [
        (b"<a/>", True),
        (b"\xef\xbb\xbf \r\n<a/>", True),
        (b"{}", False),
        (b"", False),
        (gzip.compress(b"<a/>", mtime=0), False),
    ],
)
def test_xml_has_a_limit_of_its_own(body: bytes, is_xml: bool) -> None:
    settings = Settings(xml_body_bytes_max=1_000, json_body_bytes_max=2_000)
    assert body_limit(settings, body) == (1_000 if is_xml else 2_000)
