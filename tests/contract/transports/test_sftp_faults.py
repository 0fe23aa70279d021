"""SFTP with a real server that misbehaves: nobody ever sees half a file, and every failure says what it is."""

import socket
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import asyncssh
import pytest

from adapters.contract import CannotCollect, CannotDeliver, Encoded, Endpoint, Parcel
from adapters.transports.sftp.adapter import Sftp
from adapters.transports.sftp.collector import SftpCollector
from tests.contract.transports.partners.sftp import SftpPartner, partner


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[SftpPartner]:
    with partner(tmp_path) as agency:
        yield agency


@pytest.fixture
def sftp() -> Iterator[Sftp]:
    sftp = Sftp()
    yield sftp
    sftp.close()


def parcel(body: bytes, message_id: str | None = None) -> Parcel:
    encoded = Encoded(body, "application/xml", ".xml")
    return Parcel(message_id or str(uuid.uuid4()), "d-1", "hearing_result", "court-1", "area-1", encoded)


def to(agency: SftpPartner, **settings: str | None) -> Endpoint:
    plain = {name: value for name, value in (agency.settings | settings).items() if value is not None}
    return Endpoint("area-north", "hub_json", "sftp", plain)


def failure(sftp: Sftp, endpoint: Endpoint, body: bytes = b"<result/>") -> str:
    with pytest.raises(CannotDeliver) as failed:
        sftp.send(endpoint, parcel(body))
    assert failed.value.retryable
    assert failed.value.partner_down
    return failed.value.code


def names(agency: SftpPartner) -> list[str]:
    return [file.name for file in agency.folder.iterdir()]


def test_a_connection_dropped_during_the_upload_leaves_no_half_file_under_the_final_name(
    sftp: Sftp, agency: SftpPartner
) -> None:
    message = parcel(bytes(3_000_000))
    agency.server.troubles.drop_after_bytes = 1_000_000
    with pytest.raises(CannotDeliver, match=r"partner\.lost") as failed:
        sftp.send(agency.endpoint, message)
    assert failed.value.retryable
    assert all(name.endswith(".part") for name in names(agency))
    assert names(agency), "it did begin"
    agency.server.troubles.drop_after_bytes = None
    sftp.send(agency.endpoint, message)
    [whole] = agency.folder.glob("*.xml")
    assert whole.read_bytes() == message.encoded.body


def test_a_full_server_keeps_the_message_waiting_and_no_part_stays_behind(sftp: Sftp, agency: SftpPartner) -> None:
    agency.server.troubles.full_after_bytes = 1_000_000
    assert failure(sftp, agency.endpoint, bytes(3_000_000)) == "folder.full"
    assert names(agency) == []


def test_a_server_with_another_host_key_gets_nothing(sftp: Sftp, agency: SftpPartner) -> None:
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode()
    assert failure(sftp, to(agency, host_key=other)) == "partner.host_key"
    assert names(agency) == []


@pytest.mark.parametrize("algorithm", ["ecdsa-sha2-nistp256", "ssh-rsa"])
def test_a_pinned_key_of_another_kind_trusts_nobody(sftp: Sftp, agency: SftpPartner, algorithm: str) -> None:
    other = asyncssh.generate_private_key(algorithm).export_public_key().decode()
    assert failure(sftp, to(agency, host_key=other)) == "partner.host_key"
    assert names(agency) == []


def test_a_known_hosts_file_that_names_the_server_is_enough(sftp: Sftp, agency: SftpPartner) -> None:
    sftp.send(to(agency, host_key=None, known_hosts_file=str(agency.file("known_hosts"))), parcel(b"x"))
    assert len(names(agency)) == 1


def test_a_server_that_the_known_hosts_file_does_not_name_is_refused(sftp: Sftp, agency: SftpPartner) -> None:
    agency.file("others").write_text(f"sftp.example {agency.host_key}\n")
    endpoint = to(agency, host_key=None, known_hosts_file=str(agency.file("others")))
    assert failure(sftp, endpoint) == "partner.host_key"


def test_a_wrong_password_is_reported_and_a_corrected_one_works_at_once(sftp: Sftp, agency: SftpPartner) -> None:
    right = agency.file("password").read_text()
    agency.file("password").write_text("wrong\n")
    assert failure(sftp, agency.endpoint) == "partner.credentials"
    agency.file("password").write_text(right)
    sftp.send(agency.endpoint, parcel(b"x"))


def test_a_key_with_its_passphrase_opens_the_door(sftp: Sftp, agency: SftpPartner) -> None:
    keys = {"client_key_file": str(agency.file("key")), "passphrase_file": str(agency.file("passphrase"))}
    endpoint = to(agency, password_file=None, **keys)
    assert sftp.check(endpoint) == ()
    sftp.send(endpoint, parcel(b"x"))
    assert len(names(agency)) == 1


def test_a_folder_that_is_not_there_is_reported(sftp: Sftp, agency: SftpPartner) -> None:
    assert failure(sftp, to(agency, folder="/elsewhere")) == "folder.missing"


def test_the_server_decides_what_is_below_its_root(sftp: Sftp, agency: SftpPartner, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    assert failure(sftp, to(agency, folder=str(outside))) == "folder.missing"
    assert [problem.code for problem in sftp.check(to(agency, folder="/inbox/../../outside"))] == ["settings.folder"]
    assert list(outside.iterdir()) == []


def test_a_folder_that_may_not_be_written_to_is_denied(sftp: Sftp, agency: SftpPartner) -> None:
    agency.server.troubles.denied = True
    assert failure(sftp, agency.endpoint) == "folder.denied"


@pytest.mark.parametrize("trouble", ["posix_rename", "fsync"])
def test_a_server_without_an_extension_takes_the_message_and_takes_it_again(
    sftp: Sftp, agency: SftpPartner, trouble: str
) -> None:
    setattr(agency.server.troubles, trouble, False)
    message_id = str(uuid.uuid4())
    sftp.send(agency.endpoint, parcel(b"a longer body than the next", message_id))
    sftp.send(agency.endpoint, parcel(b"short", message_id))
    assert [file.read_bytes() for file in agency.folder.iterdir()] == [b"short"]


def test_one_connection_serves_many_messages_and_a_lost_one_is_replaced(sftp: Sftp, agency: SftpPartner) -> None:
    for _ in range(5):
        sftp.send(agency.endpoint, parcel(b"x"))
    assert agency.server.count_connections() == 1
    agency.go_away()
    agency.come_back()
    until = time.monotonic() + 5
    while agency.server.count_connections() == 1 and time.monotonic() < until:
        try:
            sftp.send(agency.endpoint, parcel(b"x"))
        except CannotDeliver as error:
            assert error.code == "partner.lost"  # not noticed yet
    assert agency.server.count_connections() == 2


def test_a_server_that_falls_silent_is_given_up_in_time(sftp: Sftp, agency: SftpPartner) -> None:
    sftp.send(agency.endpoint, parcel(b"x"))
    agency.server.troubles.silent = True  # silent for a minute, then it continues
    assert failure(sftp, to(agency, total_timeout_seconds="0.4")) == "partner.timeout"


def test_something_that_never_answers_is_given_up_in_time(sftp: Sftp, agency: SftpPartner) -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute:
        endpoint = to(agency, port=str(mute.getsockname()[1]), total_timeout_seconds="0.4")
        assert failure(sftp, endpoint) == "partner.timeout"


def test_a_server_cannot_lead_the_collector_out_of_its_inbox(agency: SftpPartner) -> None:
    agency.server.troubles.extra_names = (b"../../etc/passwd", b"/etc/passwd", b"in/side.xml", b"..")
    collector = SftpCollector()
    found = collector.list(agency.inbox())
    collector.close()
    assert found.files == ()
    assert {entry.code for entry in found.ignored} == {"inbox.name"}
    assert len(found.ignored) == 3


def test_a_collector_gives_up_a_silent_server_in_time(agency: SftpPartner) -> None:
    (agency.folder / "list.xml").write_bytes(b"x")
    collector = SftpCollector()
    [file] = collector.list(agency.inbox()).files
    agency.server.troubles.silent = True
    with pytest.raises(CannotCollect, match=r"partner\.timeout"):
        collector.read(agency.inbox(total_timeout_seconds="0.4"), file)
    collector.close()


def test_no_failure_repeats_a_secret_or_what_the_server_said(sftp: Sftp, agency: SftpPartner) -> None:
    agency.file("password").write_text("wrong and secret\n")
    with pytest.raises(CannotDeliver) as failed:
        sftp.send(agency.endpoint, parcel(b"x"))
    assert "secret" not in str(failed.value)
    assert failed.value.__cause__ is None
