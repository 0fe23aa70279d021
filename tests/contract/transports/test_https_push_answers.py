"""https_push: what goes out, and what each answer of the partner means."""

import json
import socket
import uuid
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.contract import CannotDeliver, Receipt
from adapters.transports.https_push.adapter import HttpsPush
from tests.contract.transports.scripted_agency import (
    MESSAGE_ID,
    PARCEL,
    RECEIPT,
    agency,
    endpoint,
    failure_of,
    http,
    receipt,
    says,
    send,
)


@pytest.mark.parametrize("status", [200, 201, 202, 409])
def test_a_receipt_that_names_the_message_proves_it(status: int) -> None:
    with agency(says(http(status, receipt()))) as partner:
        got = send(partner.port)
    at = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    assert got == Receipt(True, at, {"received_at": RECEIPT["received_at"], "reference": "N-42"})


def test_the_request_carries_the_agreed_headers_and_the_body_and_no_more() -> None:
    with agency(says(http(200, receipt()))) as partner:
        send(partner.port, token="s3cret")
        request = partner.requests[0]
    head, _, body = request.partition(b"\r\n\r\n")
    first, *lines = head.decode().split("\r\n")
    assert first == "POST /in?v=1 HTTP/1.1"
    assert dict(line.split(": ", 1) for line in lines) == {
        "Host": f"127.0.0.1:{partner.port}",
        "Accept-Encoding": "identity",
        "Accept": "application/json, application/problem+json",
        "User-Agent": "justice-exchange",
        "Content-Length": "7",
        "Content-Type": "text/xml",
        "Hub-Message-Id": MESSAGE_ID,
        "Hub-Delivery-Id": "d-7",
        "Hub-Kind": "court_list",
        "Hub-Sender": "court-1",
        "Idempotency-Key": MESSAGE_ID,
        "Authorization": "Bearer s3cret",
    }
    assert body == b"<list/>"


def test_a_changed_token_file_counts_from_the_next_message(tmp_path: Path) -> None:
    file = tmp_path / "token"
    with agency(says(http(200, receipt()))) as partner:
        for token in ("first", "second"):
            file.write_text(token + "\n")
            send(partner.port, token_file=str(file))
        assert [f"Bearer {token}".encode() in partner.requests[n] for n, token in enumerate(["first", "second"])]
    file.write_text("two\nlines")
    with pytest.raises(CannotDeliver, match=r"settings\.token_file") as failed:
        send(partner.port, token_file=str(file))
    assert "lines" not in str(failed.value)


def test_a_connection_is_kept_for_the_next_message() -> None:
    transport = HttpsPush()
    with agency(says(http(200, receipt()))) as partner:
        for _ in range(5):
            transport.send(endpoint(partner.port), PARCEL)
        assert (len(partner.requests), partner.connections) == (5, 1)
    transport.close()


def test_a_refusal_does_not_cost_the_connection() -> None:
    transport = HttpsPush()
    with agency(says(http(503, b"later"))) as partner:
        for _ in range(3):
            with pytest.raises(CannotDeliver):
                transport.send(endpoint(partner.port), PARCEL)
        assert partner.connections == 1
    transport.close()


@pytest.mark.parametrize(
    ("status", "headers", "code", "retryable", "partner_down"),
    [
        (301, "Location: /elsewhere\r\n", "partner.redirected", True, True),
        (307, "Location: /elsewhere\r\n", "partner.redirected", True, True),
        (400, "", "partner.refused", False, False),
        (401, "", "partner.credentials", True, True),
        (403, "", "partner.credentials", True, True),
        (404, "", "partner.refused", False, False),
        (405, "", "partner.refused", False, False),
        (408, "", "partner.busy", True, False),
        (409, "", "partner.conflict", True, False),
        (410, "", "partner.refused", False, False),
        (413, "", "partner.refused", False, False),
        (415, "", "partner.refused", False, False),
        (418, "", "partner.refused", False, False),
        (422, "", "partner.refused", False, False),
        (425, "", "partner.busy", True, False),
        (429, "", "partner.busy", True, False),
        (429, "Retry-After: 5\r\n", "partner.busy", True, True),
        (500, "", "partner.failed", True, False),
        (502, "", "partner.failed", True, False),
        (503, "", "partner.busy", True, False),
        (503, "Retry-After: 5\r\n", "partner.busy", True, True),
        (504, "", "partner.failed", True, False),
    ],
)
def test_each_status_has_its_meaning(status: int, headers: str, code: str, retryable: bool, partner_down: bool) -> None:
    failed = failure_of(says(http(status, b"{}", headers)))
    assert (failed.code, failed.retryable, failed.partner_down) == (code, retryable, partner_down)
    assert f"status {status}" in failed.problem


def test_a_redirect_is_not_followed() -> None:
    with agency(says(http(200, receipt()))) as other:
        failed = failure_of(says(http(307, b"", f"Location: http://127.0.0.1:{other.port}/in\r\n")))
        assert failed.code == "partner.redirected"
        assert other.connections == 0


@pytest.mark.parametrize("status", [200, 409])
def test_a_receipt_for_another_message_proves_nothing(status: int) -> None:
    failed = failure_of(says(http(status, receipt(message_id=str(uuid.uuid4())))))
    assert (failed.code, failed.retryable) == ("receipt.other_message", True)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"OK",
        b"<html>Welcome</html>",
        b"\xff\xfe\x00garbage",
        b"[]",
        b'{"receipt": "' + MESSAGE_ID.encode() + b'"}',
        json.dumps(RECEIPT).encode(),
        b"[" * 60_000,
        b'{"receipt":' * 5_000,
    ],
)
def test_an_answer_without_a_receipt_is_no_success(body: bytes) -> None:
    failed = failure_of(says(http(200, body)))
    assert (failed.code, failed.retryable, failed.partner_down) == ("receipt.missing", True, False)


def test_a_megabyte_of_answer_is_not_read_to_its_end() -> None:
    written = []

    def flood(stream: socket.socket) -> None:
        body = receipt(reference="N-42")[:-1] + b" " * 1_000_000 + b"}"
        written.append(len(body))
        stream.sendall(http(200, body))

    assert failure_of(flood).code == "receipt.missing"
    assert written == [len(receipt()) + 1_000_000]


def test_the_connection_of_an_overlong_answer_is_not_used_again() -> None:
    transport = HttpsPush()
    answers = iter([http(200, b" " * 1_000_000), http(200, receipt())])
    with agency(lambda stream: stream.sendall(next(answers))) as partner:
        with pytest.raises(CannotDeliver):
            transport.send(endpoint(partner.port), PARCEL)
        assert transport.send(endpoint(partner.port), PARCEL).proved
        assert partner.connections == 2
    transport.close()


def test_the_title_of_a_problem_is_shown_and_its_detail_is_not() -> None:
    body = json.dumps(
        {"code": "list.old", "title": "Zoë is late\x00" + "x" * 500, "detail": "Pat Example, 12 Low Road"}
    )
    failed = failure_of(says(http(422, body.encode(), media_type="application/problem+json; charset=utf-8")))
    assert failed.problem == f"status 422, list.old, Zo  is late {'x' * 68}"
    assert "Low Road" not in str(failed)


def test_the_words_of_a_plain_answer_are_not_shown() -> None:
    failed = failure_of(says(http(422, b'{"title": "Pat Example"}')))
    assert failed.problem == "status 422"
