"""The simulated agencies of the demonstration really receive."""

import hashlib
import http.client
import json
import socket
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.contract import CannotDeliver, Encoded, Endpoint, Parcel, Receipt
from adapters.transports.folder.adapter import Folder
from adapters.transports.https_push.adapter import HttpsPush
from hub.local.demonstration.agencies import Behaviour, SimulatedAgencies


@pytest.fixture
def agencies(tmp_path: Path) -> Iterator[SimulatedAgencies]:
    with SimulatedAgencies(tmp_path / "agencies") as started:
        yield started


@pytest.fixture
def push() -> Iterator[HttpsPush]:
    transport = HttpsPush()
    yield transport
    transport.close()


def parcel(body: bytes = b"<list/>", message_id: str | None = None) -> Parcel:
    encoded = Encoded(body, "application/xml", ".xml")
    return Parcel(message_id or str(uuid.uuid4()), "d-1", "court_list", "court-1", "prison-1", encoded)


def send(push: HttpsPush, agencies: SimulatedAgencies, message: Parcel, agency: str = "prison-1") -> Receipt:
    settings = {"url": agencies.endpoint_url(agency), "read_timeout_seconds": "1"}
    return push.send(Endpoint(agency, "hub_json", "https_push", settings), message)


def log_of(agencies: SimulatedAgencies) -> list[dict[str, object]]:
    lines = (agencies.inbox("any").parent / "received.jsonl").read_text().splitlines()
    return [json.loads(line) for line in lines]


def test_a_message_is_kept_as_a_file_and_receipted_in_its_own_name(
    agencies: SimulatedAgencies, push: HttpsPush
) -> None:
    message = parcel()
    receipt = send(push, agencies, message)
    (item,) = agencies.received("prison-1")
    assert (receipt.proved, receipt.received_at) == (True, item.received_at)
    assert item.file == agencies.inbox("prison-1") / f"{message.message_id}.xml"
    assert item.body() == b"<list/>"
    assert (item.kind, item.times_seen) == ("court_list", 1)
    assert agencies.received("prison-2") == []


def test_the_same_message_again_gets_the_same_receipt_and_is_only_counted(
    agencies: SimulatedAgencies, push: HttpsPush
) -> None:
    message = parcel()
    first = send(push, agencies, message)
    later = send(push, agencies, parcel(b"other bytes", message.message_id))
    assert first == later
    (item,) = agencies.received("prison-1")
    assert (item.body(), item.times_seen) == (b"<list/>", 2)


def test_one_message_may_go_to_two_agencies(agencies: SimulatedAgencies, push: HttpsPush) -> None:
    message = parcel()
    for agency in ("prison-1", "area-2"):
        send(push, agencies, message, agency)
    assert [len(agencies.received(agency)) for agency in ("prison-1", "area-2")] == [1, 1]


def test_the_log_says_what_came_and_nothing_of_what_it_held(agencies: SimulatedAgencies, push: HttpsPush) -> None:
    message = parcel(b"<defendant>Pat Example</defendant>")
    send(push, agencies, message)
    send(push, agencies, message)
    first, second = log_of(agencies)
    assert first["sha256"] == hashlib.sha256(message.encoded.body).hexdigest()
    assert (first["message_id"], first["agency"]) == (message.message_id, "prison-1")
    assert (first["times_seen"], second["times_seen"]) == (1, 2)
    assert "Example" not in json.dumps([first, second])


def test_an_agency_that_starts_again_knows_what_it_has_had_at_the_same_address(tmp_path: Path, push: HttpsPush) -> None:
    message = parcel()
    with SimulatedAgencies(tmp_path) as agencies:
        url = agencies.endpoint_url("prison-1")
        first = send(push, agencies, message)
        agencies.stop()
        with pytest.raises(CannotDeliver, match=r"partner\.unreachable"):
            send(push, agencies, message)
        agencies.start()
        assert agencies.endpoint_url("prison-1") == url
        assert send(push, agencies, message) == first
    (tmp_path / "received.jsonl").open("a").write('{"message_id": "half a li')
    with SimulatedAgencies(tmp_path) as later:
        assert send(push, later, message) == first
        send(push, later, parcel())
    reread = SimulatedAgencies(tmp_path).received("prison-1")
    assert [item.times_seen for item in reread] == [3, 1]


def test_many_at_once_are_each_received_once(agencies: SimulatedAgencies, push: HttpsPush) -> None:
    messages = [parcel(f"<list n='{number}'/>".encode()) for number in range(40)]
    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda message: send(push, agencies, message), messages * 2))
    items = agencies.received("prison-1")
    assert {item.message_id: item.body() for item in items} == {m.message_id: m.encoded.body for m in messages}
    assert {item.times_seen for item in items} == {2}


@pytest.mark.parametrize(
    ("how", "code", "kept"),
    [
        ("down", "partner.busy", False),
        ("error", "partner.failed", False),
        ("garbage", "receipt.missing", False),
        ("drop", "partner.unknown_outcome", True),
        ("slow", "partner.timeout", False),
    ],
)
def test_an_agency_can_be_ordered_to_misbehave_and_recovers(
    agencies: SimulatedAgencies, push: HttpsPush, how: Behaviour, code: str, kept: bool
) -> None:
    message = parcel()
    agencies.behave("prison-1", how)
    with pytest.raises(CannotDeliver) as failed:
        send(push, agencies, message)
    assert (failed.value.code, failed.value.retryable) == (code, True)
    assert failed.value.partner_down is (how in ("down", "slow"))
    assert bool(agencies.received("prison-1")) is kept
    send(push, agencies, message, "area-2")
    agencies.behave("prison-1", "ok")
    assert send(push, agencies, message).proved
    assert len(agencies.received("prison-1")) == 1


def test_a_slow_agency_answers_in_the_end(tmp_path: Path, push: HttpsPush) -> None:
    with SimulatedAgencies(tmp_path, slow_seconds=0.3) as agencies:
        agencies.behave("prison-1", "slow")
        began = time.monotonic()
        assert send(push, agencies, parcel()).proved
        assert time.monotonic() - began >= 0.3


def test_a_misspelt_behaviour_is_refused(agencies: SimulatedAgencies) -> None:
    with pytest.raises(ValueError, match="garbage"):
        agencies.behave("prison-1", "garbled")  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/agencies/prison-1/inbox", {}, 400),
        ("/agencies/prison-1/inbox", {"Hub-Message-Id": "../../../etc/x", "Hub-Kind": "court_list"}, 400),
        ("/agencies/prison-1/inbox", {"Hub-Message-Id": str(uuid.UUID(int=7)), "Hub-Kind": "../x"}, 400),
        ("/agencies/..%2f..%2fetc/inbox", {}, 404),
        ("/agencies/../inbox", {}, 404),
        ("/elsewhere", {}, 404),
        ("/agencies/prison-1/inbox", {"Content-Length": "much"}, 411),
        ("/agencies/prison-1/inbox", {"Content-Length": "99999999999"}, 413),
    ],
)
def test_what_is_not_a_message_is_refused_and_leaves_nothing(
    agencies: SimulatedAgencies, path: str, headers: dict[str, str], status: int
) -> None:
    port = int(agencies.endpoint_url("prison-1").split(":")[2].split("/")[0])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("POST", path, b"<list/>", headers)
    answer = connection.getresponse()
    assert answer.status == status
    assert json.loads(answer.read())["code"]
    connection.close()
    assert agencies.received("prison-1") == []


def test_a_folder_inbox_counts_what_the_folder_transport_places(agencies: SimulatedAgencies) -> None:
    endpoint = Endpoint("area-9", "hub_json", "folder", {"path": str(agencies.inbox("area-9"))})
    messages = [parcel(f"<list n='{number}'/>".encode()) for number in range(3)]
    assert Folder().check(endpoint) == ()
    for message in [*messages, messages[0]]:
        Folder().send(endpoint, message)
    (agencies.inbox("area-9") / "court_list-half.xml.part").write_bytes(b"<li")
    items = agencies.received("area-9")
    assert {item.message_id: item.body() for item in items} == {m.message_id: m.encoded.body for m in messages}
    assert {item.kind for item in items} == {"court_list"}


@pytest.mark.parametrize("agency", ["", "..", "a/b", ".hidden", "a\0b"])
def test_an_agency_id_is_never_a_path(agencies: SimulatedAgencies, agency: str) -> None:
    with pytest.raises(ValueError, match="agency id"):
        agencies.inbox(agency)


def test_stopping_ends_open_connections_and_slow_answers_at_once(tmp_path: Path, push: HttpsPush) -> None:
    before = set(threading.enumerate())
    agencies = SimulatedAgencies(tmp_path)
    agencies.start()
    send(push, agencies, parcel())  # leaves a kept connection
    port = int(agencies.endpoint_url("prison-1").split(":")[2].split("/")[0])
    idle = socket.create_connection(("127.0.0.1", port))
    agencies.behave("prison-1", "slow")
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(send, push, agencies, parcel())
        time.sleep(0.2)
        began = time.monotonic()
        agencies.stop()
        assert time.monotonic() - began < 10, "half of what a slow answer takes"
        assert isinstance(waiting.exception(), CannotDeliver)
    assert idle.recv(1) == b""
    idle.close()
    for _ in range(100):
        if set(threading.enumerate()) <= before:
            break
        time.sleep(0.02)
    assert set(threading.enumerate()) <= before
    agencies.stop()
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port))
