"""https_push with a partner that is slow, silent, gone, or drops the connection."""

import socket
import time

import pytest

from adapters.contract import CannotDeliver, Encoded, Parcel
from adapters.transports.https_push.adapter import HttpsPush
from hub.local.ports import HeldPort
from tests.contract.transports.scripted_agency import (
    MESSAGE_ID,
    PARCEL,
    agency,
    endpoint,
    failure_of,
    http,
    receipt,
    send,
)


def test_a_partner_who_is_silent_is_left_in_time() -> None:
    """The partner may take 0.4 seconds to answer. It would hang up after 20 seconds, and all of it may take 60."""

    def say_nothing(_: socket.socket) -> None:
        partner.stopping.wait(20)
        raise ConnectionAbortedError

    with agency(say_nothing) as partner, pytest.raises(CannotDeliver) as failed:
        send(partner.port, total_timeout_seconds="60")
    assert (failed.value.code, failed.value.retryable, failed.value.partner_down) == ("partner.timeout", True, True)


@pytest.mark.parametrize("drip", ["head", "body", "chunks"])
def test_a_partner_who_answers_drop_by_drop_is_left_at_the_total_time(drip: str) -> None:
    starts = {
        "head": b"HTTP/1.1 200 OK\r\nX-Slow: ",
        "body": b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n",
        "chunks": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    }

    def slowly(stream: socket.socket) -> None:
        """The partner continues for at least 30 seconds and then hangs up."""
        stream.sendall(starts[drip])
        for _ in range(300):
            if partner.stopping.wait(0.1):
                break
            stream.sendall(b"1\r\n \r\n" if drip == "chunks" else b" ")
        raise ConnectionAbortedError

    with agency(slowly) as partner:
        began = time.monotonic()
        with pytest.raises(CannotDeliver) as failed:
            send(partner.port, read_timeout_seconds="20")
        assert time.monotonic() - began > 0.9
    assert (failed.value.code, failed.value.partner_down) == ("partner.timeout", True)


def test_a_partner_who_does_not_read_is_left_at_the_total_time() -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    port = listener.getsockname()[1]
    large = Parcel(MESSAGE_ID, "d-7", "court_list", "c", "a", Encoded(bytes(40_000_000), "text/xml", ".xml"))
    with listener:
        began = time.monotonic()
        with pytest.raises(CannotDeliver) as failed:
            HttpsPush().send(endpoint(port, connect_timeout_seconds="20", read_timeout_seconds="20"), large)
        assert 0.9 < time.monotonic() - began < 10, "not after 20 seconds, when another time would be over"
    assert (failed.value.code, failed.value.partner_down) == ("partner.timeout", True)


@pytest.mark.parametrize(
    "last_words",
    [
        b"",
        b"HTTP/1.1 20",
        b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + receipt(),
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{",
        b"SSH-2.0-agency\r\n",
    ],
    ids=["nothing", "half a status", "half a body", "half a chunk", "not HTTP"],
)
def test_a_connection_dropped_after_the_message_was_read_leaves_the_outcome_unknown(last_words: bytes) -> None:
    def drop(stream: socket.socket) -> None:
        stream.sendall(last_words)
        raise ConnectionAbortedError

    failed = failure_of(drop)
    assert (failed.code, failed.retryable, failed.partner_down) == ("partner.unknown_outcome", True, False)


def test_a_message_whose_connection_dropped_is_proved_by_the_same_message_again() -> None:
    transport, seen = HttpsPush(), []

    def drop_once(stream: socket.socket) -> None:
        seen.append(1)
        if len(seen) == 1:
            raise ConnectionAbortedError
        stream.sendall(http(409, receipt()))

    with agency(drop_once) as partner:
        with pytest.raises(CannotDeliver):
            transport.send(endpoint(partner.port), PARCEL)
        assert len(seen) == 1, "the hub owns the retry"
        assert transport.send(endpoint(partner.port), PARCEL).proved
    transport.close()


def test_nobody_listening_is_unreachable() -> None:
    with HeldPort("127.0.0.1") as port, pytest.raises(CannotDeliver) as failed:
        send(port.number)
    assert (failed.value.code, failed.value.retryable, failed.value.partner_down) == ("partner.unreachable", True, True)


def test_a_name_that_is_not_known_is_unreachable() -> None:
    with pytest.raises(CannotDeliver, match=r"partner\.unreachable") as failed:
        HttpsPush().send(endpoint(0, url="https://agency.invalid/in"), PARCEL)
    assert failed.value.partner_down
    assert "agency.invalid" not in str(failed.value)
