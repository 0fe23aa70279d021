"""Settings and names that would redirect the hub's own connections: into the machine, the cloud, or by an HTTP
redirect."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.carriage.reach import AddressRefused, no_agencys, refuse_address
from adapters.contract import CannotCollect, CannotDeliver, Encoded, Endpoint, Inbox, Parcel
from adapters.transports.email.adapter import Email
from adapters.transports.https_push.adapter import HttpsPush
from adapters.transports.sftp.adapter import Sftp
from adapters.transports.sftp.collector import SftpCollector
from tests.contract.transports.partners.sftp import partner

PARCEL = Parcel(
    "8a5b2a52-6d3b-4f6b-9d36-6f1f6b0f7a11", "d-1", "court_list", "court-b10jq", "a", Encoded(b"{}", "text/xml", ".xml")
)
ANY = "0.0.0.0"  # noqa: S104
NEVER = ("169.254.169.254", "fe80::1", ANY, "::", "224.0.0.1", "255.255.255.255", "240.0.0.1", "fd00:ec2::254")


@pytest.fixture
def listener() -> Iterator[tuple[int, list[bytes]]]:
    """A port of this machine, and what was sent to it."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(2)
                    try:
                        heard.append(connection.recv(65_536))
                        connection.sendall(b"HTTP/1.1 307 Elsewhere\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n")
                    except OSError:
                        pass

        thread = threading.Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], heard
        server.shutdown(socket.SHUT_RDWR)
    thread.join()


@pytest.fixture
def rebinding(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hostile name server: it answers every question with this machine."""

    def answer(host: Any, port: Any, *_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", int(port)))]

    monkeypatch.setattr(socket, "getaddrinfo", answer)


@pytest.mark.parametrize("address", NEVER)
def test_an_address_that_no_agency_has_cannot_be_set(address: str) -> None:
    host = f"[{address}]" if ":" in address else address
    problems = HttpsPush().check(Endpoint("a", "hub_json", "https_push", {"url": f"https://{host}/latest"}))
    assert [problem.code for problem in problems] == ["settings.url_address"]


@pytest.mark.usefixtures("rebinding")
def test_a_name_that_leads_into_this_machine_gets_nothing(listener: tuple[int, list[bytes]]) -> None:
    port, heard = listener
    settings = {"url": f"http://agency.example:{port}/inbox", "allow_http": "true"}
    with pytest.raises(CannotDeliver) as refused:
        HttpsPush().send(Endpoint("a", "hub_json", "https_push", settings), PARCEL)
    assert (refused.value.code, refused.value.retryable) == ("partner.address", True)
    mail = {"host": "mail.example", "port": str(port), "from_address": "a@b.example", "to_address": "c@d.example"}
    with pytest.raises(CannotDeliver) as refused:
        Email().send(Endpoint("a", "hub_json", "email", mail), PARCEL)
    assert refused.value.code == "partner.address"
    assert not any(heard), "not a byte was sent"


@pytest.mark.usefixtures("rebinding")
def test_sftp_is_led_into_this_machine_neither_to_deliver_nor_to_collect(tmp_path: Path) -> None:
    """The server is right in everything except its address."""
    with partner(tmp_path) as server:
        settings = server.settings | {"host": "sftp.example"}
        deliver, collect = Sftp(), SftpCollector()
        with pytest.raises(CannotDeliver) as refused:
            deliver.send(Endpoint("a", "hub_json", "sftp", settings), PARCEL)
        assert (refused.value.code, refused.value.retryable) == ("partner.address", True)
        with pytest.raises(CannotCollect) as unread:
            collect.list(Inbox("a", "sftp", settings))
        assert unread.value.code == "partner.address"
        assert server.taken() == []
        deliver.send(server.endpoint, PARCEL)
        assert len(server.taken()) == 1, "named by its address, it is allowed"
        deliver.close()
        collect.close()


@pytest.mark.usefixtures("rebinding")
def test_sftp_says_nothing_to_an_address_that_is_not_allowed(listener: tuple[int, list[bytes]], tmp_path: Path) -> None:
    port, heard = listener
    with partner(tmp_path) as server:
        settings = server.settings | {"host": "sftp.example", "port": str(port)}
        with pytest.raises(CannotDeliver) as refused:
            Sftp().send(Endpoint("a", "hub_json", "sftp", settings), PARCEL)
    assert refused.value.code == "partner.address"
    assert not any(heard), "not a byte was sent"


def test_a_redirect_is_not_followed(listener: tuple[int, list[bytes]]) -> None:
    port, heard = listener
    with pytest.raises(CannotDeliver):
        HttpsPush().send(Endpoint("a", "hub_json", "https_push", {"url": f"http://127.0.0.1:{port}/inbox"}), PARCEL)
    assert len(heard) == 1


def test_an_inner_address_is_allowed_where_the_operator_names_it_or_its_network() -> None:
    inner = HttpsPush()
    assert inner.check(Endpoint("a", "hub_json", "https_push", {"url": "https://10.1.2.3/in"})) == ()
    named = {"url": "https://prison.example/in", "networks": "10.0.0.0/8, fd12::/32"}
    assert inner.check(Endpoint("a", "hub_json", "https_push", named)) == ()
    wrong = {"url": "https://prison.example/in", "networks": "10.0.0.1/8"}
    assert [p.code for p in inner.check(Endpoint("a", "hub_json", "https_push", wrong))] == ["settings.networks"]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.ip_addresses(), st.sampled_from(["prison.example", "10.1.2.3", "localhost"]))
def test_what_is_allowed_is_public_or_named(address: Any, host: str) -> None:
    try:
        refuse_address(str(address), host, ())
    except AddressRefused:
        return
    plain = getattr(address, "ipv4_mapped", None) or address
    assert not no_agencys(str(plain))
    assert plain.is_global or (plain.is_loopback and host == "localhost") or str(plain) == host


@pytest.mark.parametrize("peer", ["::ffff:169.254.169.254", "::ffff:127.0.0.1", "127.0.0.1", "10.0.0.1", "fe80::1%e"])
def test_an_address_in_disguise_is_refused(peer: str) -> None:
    with pytest.raises(AddressRefused):
        refuse_address(peer, "prison.example", ())
