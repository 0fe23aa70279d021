"""Names that are paths: the hub reads and writes only in the intended folder."""

import json
import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

import pytest
from typer.testing import CliRunner

from adapters.contract import CannotCollect, CannotDeliver, Encoded, Endpoint, FoundFile, Inbox, Parcel
from adapters.transports.folder.adapter import Folder
from adapters.transports.folder.collector import FolderCollector
from adapters.transports.sftp.adapter import Sftp
from adapters.transports.sftp.collector import SftpCollector
from hub.cli.main import create_cli
from hub.errors import Failure
from hub.local.backup import read_manifest
from hub.local.failures import BackupFailed
from schemas.problem import Refused
from tests.conftest import run_hub
from tests.contract.transports.partners.sftp import SftpPartner, partner

OUTSIDE = ("../outside.xml", "../../outside.xml", "/outside.xml", "archive/../../outside.xml", "..", ".", "a\\..\\b")
ID = "8a5b2a52-6d3b-4f6b-9d36-6f1f6b0f7a11"


@pytest.fixture
def agency(tmp_path: Path) -> Iterator[SftpPartner]:
    with partner(tmp_path) as running:
        yield running


def _everything(folder: Path) -> dict[str, bytes]:
    return {str(file): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_an_sftp_server_calls_its_files_leads_nowhere(agency: SftpPartner, tmp_path: Path, name: str) -> None:
    """A hostile server lists whatever it likes."""
    (agency.server.root / "outside.xml").write_text("<secret/>")
    agency.server.troubles.extra_names = (name.encode(),)
    collector, before = SftpCollector(), _everything(tmp_path)
    listing = collector.list(agency.inbox(settle_seconds="0"))
    assert listing.files == ()
    assert {(each.name, each.code) for each in listing.ignored} <= {(name, "inbox.name")}
    assert _everything(tmp_path) == before
    collector.close()


@pytest.mark.parametrize("way", ["folder", "sftp"])
@pytest.mark.parametrize("part", ["message_id", "kind", "file_suffix"])
@pytest.mark.parametrize("name", ["../outside", "/outside", "..", "a/b", ".\\x"])
def test_no_name_of_a_parcel_is_written_beside_its_folder(
    agency: SftpPartner, tmp_path: Path, way: str, part: str, name: str
) -> None:
    said = {"message_id": ID, "kind": "court_list", "file_suffix": ".json"} | {part: name}
    encoded = Encoded(b"{}", "application/json", said["file_suffix"])
    parcel = Parcel(said["message_id"], "d-1", said["kind"], "court-b10jq", "area-north", encoded)
    transport = Sftp() if way == "sftp" else Folder()
    settings = agency.settings if way == "sftp" else {"path": str(agency.folder)}
    before = _everything(tmp_path)
    with pytest.raises(CannotDeliver, match="agreed form"):
        transport.send(Endpoint("area-north", "hub_json", way, settings), parcel)
    assert _everything(tmp_path) == before
    transport.close()


@pytest.mark.parametrize("folder", ["/inbox/../..", "..", "/inbox/..", "in\\..\\.."])
def test_the_settings_of_a_folder_lead_only_downwards(agency: SftpPartner, folder: str) -> None:
    place = agency.settings | {"folder": folder}
    assert [one.code for one in Sftp().check(Endpoint("area-north", "hub_json", "sftp", place))] == ["settings.folder"]
    assert [one.code for one in SftpCollector().check(Inbox("area-north", "sftp", place))] == ["settings.folder"]


def test_a_collected_file_that_became_a_link_is_not_read_through(agency: SftpPartner, tmp_path: Path) -> None:
    secret = tmp_path / "root" / "secret.xml"
    secret.write_text("<secret/>")
    (agency.folder / "list.xml").symlink_to(secret)
    as_the_link_says = FoundFile("list.xml", secret.stat().st_size, int(secret.stat().st_mtime))
    for collector, inbox in (
        (SftpCollector(), agency.inbox()),
        (FolderCollector(), Inbox("area-north", "folder", {"path": str(agency.folder)})),
    ):
        with suppress(CannotCollect):  # reported, and nothing was read
            assert collector.read(inbox, as_the_link_says) is None
        collector.close()


@pytest.mark.parametrize("name", ["../outside", "/outside", "..", "a/b", "x\n"])
def test_no_profile_is_written_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    sample, profiles = tmp_path / "sample.csv", tmp_path / "profiles"
    sample.write_text("REF,CRN\n1,X100001\n")
    profiles.mkdir()
    monkeypatch.setenv("HUB_PROFILES_DIR", str(profiles))
    ran = CliRunner().invoke(create_cli(), ["profile", "new", str(sample), "--name", name])
    assert isinstance(ran.exception, Refused | Failure), ran.exception
    assert set(tmp_path.rglob("*")) == {profiles, sample}


def _backup(folder: Path, **manifest: object) -> Path:
    """Make what looks like a backup, with a dump that is not one."""
    (folder / "keys").mkdir(parents=True)
    (folder / "hub.dump").write_bytes(b"no dump")
    said = {"made_at": "2026-11-20T10:00:00+00:00", "schema": "0001", "journal_position": 0, "rows": {}, "keys": []}
    whole = said | {"sha256": sha256(b"no dump").hexdigest()} | manifest
    (folder / "manifest.json").write_text(json.dumps(whole))
    return folder


@pytest.mark.parametrize("linked", ["keys/master.keys", "keys/pseudonym.key", "hub.dump", "manifest.json", "keys"])
def test_a_backup_with_a_link_in_it_is_refused_before_anything_is_copied(tmp_path: Path, linked: str) -> None:
    """A file of this machine would be copied as a key into the state folder."""
    secret = tmp_path / "elsewhere"
    secret.mkdir()
    (secret / "master.keys").write_text("a secret of the machine")
    folder = _backup(tmp_path / "backup")
    place = folder / linked
    if place.is_dir():
        place.rmdir()
    place.unlink(missing_ok=True)
    place.symlink_to(secret if linked == "keys" else secret / "master.keys")
    with pytest.raises(BackupFailed, match=r"backup\.unreadable"):
        read_manifest(folder)


def test_restoring_it_copies_nothing(tmp_path: Path) -> None:
    folder = _backup(tmp_path / "backup")
    (tmp_path / "secret").write_text("a secret of the machine")
    (folder / "keys" / "master.keys").symlink_to(tmp_path / "secret")
    ran = run_hub("restore", str(folder), state=tmp_path / "state")
    assert (ran.returncode, "backup.unreadable" in ran.stderr) == (1, True), ran.stderr
    assert not (tmp_path / "state").exists()


def test_a_backup_with_a_pipe_in_it_does_not_hang(tmp_path: Path) -> None:
    folder = _backup(tmp_path / "backup")
    (folder / "hub.dump").unlink()
    os.mkfifo(folder / "hub.dump")
    with pytest.raises(BackupFailed, match="not a file"):
        read_manifest(folder)


@pytest.mark.parametrize("wrong", [{}, {"rows": []}, {"rows": {"x": "y"}}, {"schema": 7}, {"keys": "all"}])
def test_a_manifest_of_another_shape_is_refused(tmp_path: Path, wrong: dict[str, object]) -> None:
    folder = _backup(tmp_path / "backup", **wrong)
    if not wrong:
        assert read_manifest(folder).schema == "0001"
        return
    with pytest.raises(BackupFailed, match=r"backup\.unreadable"):
        read_manifest(folder)
