"""The folder transport with a real file system, including its failures."""

import errno
import os
import stat
import subprocess
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.contract import CannotDeliver, Encoded, Endpoint, Parcel
from adapters.transports.folder.adapter import Folder

NOBODY = 65_534


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    inbox = tmp_path.resolve() / "inbox"
    inbox.mkdir()
    return inbox


def to(inbox: Path) -> Endpoint:
    return Endpoint("area-1", "hub_json", "folder", {"path": str(inbox)})


def parcel(body: bytes, message_id: str | None = None) -> Parcel:
    encoded = Encoded(body, "application/xml", ".xml")
    return Parcel(message_id or str(uuid.uuid4()), "d-1", "hearing_result", "court-1", "area-1", encoded)


def test_the_file_is_called_by_kind_and_id_and_the_receipt_says_so_without_proof(inbox: Path) -> None:
    message = parcel(b"<result/>")
    receipt = Folder().send(to(inbox), message)
    name = f"hearing_result-{message.message_id}.xml"
    assert [file.name for file in inbox.iterdir()] == [name]
    assert (receipt.proved, receipt.received_at, receipt.words) == (False, None, {"file": name})


def test_other_users_of_the_machine_may_not_read_it(inbox: Path) -> None:
    Folder().send(to(inbox), parcel(b"<result/>"))
    mode = next(inbox.iterdir()).stat().st_mode
    assert stat.S_IMODE(mode) & stat.S_IRWXO == 0


def test_another_body_under_the_same_id_takes_the_place_of_the_first(inbox: Path) -> None:
    message_id = str(uuid.uuid4())
    Folder().send(to(inbox), parcel(b"a longer body than the next", message_id))
    Folder().send(to(inbox), parcel(b"short", message_id))
    assert [file.read_bytes() for file in inbox.iterdir()] == [b"short"]


def test_a_reader_never_sees_half_a_file(inbox: Path) -> None:
    message_id, bodies, seen = str(uuid.uuid4()), [b"a" * 400_000, b"b" * 700_000], set()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            for file in inbox.glob("*.xml"):
                seen.add(file.read_bytes())

    reader = threading.Thread(target=read)
    writers = [
        threading.Thread(target=lambda b=body: [Folder().send(to(inbox), parcel(b, message_id)) for _ in range(15)])
        for body in bodies
    ]
    for thread in (reader, *writers):
        thread.start()
    for writer in writers:
        writer.join()
    done.set()
    reader.join()
    assert seen
    assert seen <= set(bodies)
    assert len(list(inbox.iterdir())) == 1


def test_a_link_in_the_place_of_the_file_is_replaced_and_not_followed(inbox: Path) -> None:
    outside = inbox.parent / "outside"
    outside.write_bytes(b"untouched")
    message = parcel(b"<result/>")
    placed = inbox / f"hearing_result-{message.message_id}.xml"
    placed.symlink_to(outside)
    Folder().send(to(inbox), message)
    assert (outside.read_bytes(), placed.read_bytes(), placed.is_symlink()) == (b"untouched", b"<result/>", False)


@pytest.mark.parametrize("link", ["inbox-link", "parent-link/inbox"])
def test_a_folder_behind_a_link_is_refused(inbox: Path, link: str) -> None:
    (inbox.parent / "inbox-link").symlink_to(inbox)
    (inbox.parent / "parent-link").symlink_to(inbox.parent)
    behind = to(inbox.parent / link)
    assert [problem.code for problem in Folder().check(behind)] == ["folder.link"]
    with pytest.raises(CannotDeliver, match=r"folder\.link"):
        Folder().send(behind, parcel(b"x"))
    assert not list(inbox.iterdir())


@pytest.mark.parametrize("path", ["inbox", "./inbox", "", "~/inbox", "/tmp/../etc"])
def test_a_path_that_is_not_whole_is_refused(path: str) -> None:
    endpoint = Endpoint("area-1", "hub_json", "folder", {"path": path})
    assert [problem.code for problem in Folder().check(endpoint)] == ["settings.path"]


def test_a_file_in_the_place_of_the_folder_is_a_missing_folder(inbox: Path) -> None:
    file = inbox / "file"
    file.touch()
    assert [problem.code for problem in Folder().check(to(file))] == ["folder.missing"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    place = tmp_path.resolve() / "disk"
    place.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True)
    if mounted.returncode:
        pytest.skip("no right to mount a small file system here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_keeps_the_message_waiting_and_leaves_no_part_behind(small_disk: Path) -> None:
    folder = Folder()
    folder.send(to(small_disk), parcel(bytes(40_000)))
    with pytest.raises(CannotDeliver) as failed:
        folder.send(to(small_disk), parcel(bytes(60_000)))
    assert (failed.value.code, failed.value.retryable, failed.value.partner_down) == ("folder.full", True, True)
    assert [file.stat().st_size for file in small_disk.iterdir()] == [40_000]


def test_a_read_only_disk_is_denied(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert [problem.code for problem in Folder().check(to(small_disk))] == ["folder.denied"]
    with pytest.raises(CannotDeliver, match=r"folder\.denied") as failed:
        Folder().send(to(small_disk), parcel(b"x"))
    assert failed.value.retryable


def test_a_folder_that_may_not_be_written_to_is_denied(inbox: Path) -> None:
    if os.geteuid() == 0:
        codes = _as_nobody(inbox)
    else:
        inbox.chmod(0o500)
        codes = _codes_of_denial(inbox)
        inbox.chmod(0o700)
    assert codes == ["folder.denied", "folder.denied"]


def _codes_of_denial(inbox: Path) -> list[str]:
    checked = [problem.code for problem in Folder().check(to(inbox))]
    with pytest.raises(CannotDeliver) as failed:
        Folder().send(to(inbox), parcel(b"x"))
    return [*checked, failed.value.code]


def _as_nobody(inbox: Path) -> list[str]:
    """Root may write anywhere, so another process tries under another account."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.seteuid(NOBODY)
            os.write(writing, ",".join(_codes_of_denial(inbox)).encode())
        finally:
            os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        codes = answer.read().split(",")
    os.waitpid(child, 0)
    return codes


@pytest.mark.parametrize("number", [errno.EIO, errno.EISDIR, errno.EMFILE])
def test_any_other_failure_of_the_disk_keeps_the_message_waiting(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    def fail(_: int) -> None:
        raise OSError(number, "secret path")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(CannotDeliver) as failed:
        Folder().send(to(inbox), parcel(b"x"))
    assert (failed.value.code, failed.value.retryable) == ("folder.failed", True)
    assert "secret path" not in str(failed.value)
    assert not list(inbox.iterdir())
