"""A database and its state folder belong to each other. No new key takes the place of a lost one, and no other folder
works on the database."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.access.pseudonym_key import pseudonym_key
from hub.bootstrap import Hub, build_hub
from hub.errors import Failure
from hub.journal.record.installation import record_backed_up
from hub.journal.signing_keys import rotate, signing_keys
from hub.local.backup import restore_keys
from hub.settings import Settings
from hub.store.schema import check_keys, migrate
from hub.telemetry.logs import configure_logs
from hub.vault.master_keys import MasterKeyFile
from tests.conftest import ROOT, run_hub


@pytest.fixture
def folder(tmp_path: Path) -> Settings:
    return Settings(state_dir=tmp_path / "own")


@pytest.fixture
def url(empty_database_url: str, folder: Settings) -> str:
    """A database that the folder has worked on."""
    hub = _opened(folder, empty_database_url)
    migrate(hub.store)
    hub.access.issue_key("court-b10jq")
    with hub.store.transaction() as connection:
        record_backed_up(connection, hub.clock.now(), up_to=1, sha256="ab" * 32, with_keys=True, by="ada")
    hub.sealing.seal_all(hub.clock.now)
    hub.close()
    return empty_database_url


def _opened(settings: Settings, url: str) -> Hub:
    return build_hub(settings, url, configure_logs("test"))


def _works_on(settings: Settings, url: str) -> None:
    hub = _opened(settings, url)
    try:
        check_keys(hub.store)
        hub.check_ready()
        hub.sealing.seal_all(hub.clock.now)
    finally:
        hub.close()


def _key_files() -> list[str]:
    return [file.name for file in Settings(state_dir=Path("any")).key_files()]


@pytest.mark.parametrize("name", _key_files())
def test_a_lost_key_is_never_replaced_by_a_new_one_where_the_database_has_data(
    name: str, folder: Settings, url: str
) -> None:
    (folder.state_dir / name).unlink()
    with pytest.raises(Failure) as refused:
        _opened(folder, url)
    assert refused.value.code == "installation.key_missing"
    assert name in refused.value.problem
    assert "backup of" in refused.value.cure
    assert "abababab" in refused.value.cure
    assert not (folder.state_dir / name).exists()


_ANOTHER: dict[str, Callable[[Path], object]] = {
    "pseudonym.key": pseudonym_key,
    "signing.keys": lambda file: signing_keys(file, datetime.now(UTC)),
    "master.keys": lambda file: MasterKeyFile(file).prepare(),
}


@pytest.mark.parametrize("name", _key_files())
def test_another_key_in_the_place_of_the_right_one_is_refused(name: str, folder: Settings, url: str) -> None:
    (folder.state_dir / name).unlink()
    _ANOTHER[name](folder.state_dir / name)
    with pytest.raises(Failure) as refused:
        _works_on(folder, url)
    assert refused.value.code in ("installation.key_other", "vault.key_missing")


def test_a_key_that_was_rotated_is_the_right_one(folder: Settings, url: str) -> None:
    rotate(folder.signing_keys(), datetime.now(UTC))
    _works_on(folder, url)
    _works_on(folder, url)


def test_a_second_state_folder_is_refused_before_it_seals_or_sends(tmp_path: Path, folder: Settings, url: str) -> None:
    """Empty, and with copies of all keys."""
    other = Settings(state_dir=tmp_path / "other")
    with pytest.raises(Failure, match=r"installation\.key_missing"):
        _works_on(other, url)
    restore_keys(other, folder.state_dir)
    with pytest.raises(Failure, match=r"installation\.folder_other"):
        _works_on(other, url)
    shutil.copy(folder.instance(), other.instance())
    _works_on(other, url)


def test_a_lost_state_folder_is_replaced_by_a_person_and_the_former_one_is_refused(
    tmp_path: Path, folder: Settings, url: str
) -> None:
    other = Settings(state_dir=tmp_path / "other")
    restore_keys(other, folder.state_dir)
    own = {"HUB_DATABASE_URL": url, "HUB_INSTANCE_FILE": str(other.instance())}
    done = run_hub("take-over", "--reason", "the disk was lost", state=other.state_dir, **own)
    assert done.returncode == 0, done.stderr
    _works_on(other, url)
    with pytest.raises(Failure, match=r"installation\.folder_other"):
        _works_on(folder, url)


@pytest.mark.parametrize("process", [("workers", "relay"), ("workers", "worker"), ("hub.api",)])
def test_no_process_starts_in_a_second_state_folder(
    process: tuple[str, ...], tmp_path: Path, folder: Settings, url: str
) -> None:
    other = Settings(state_dir=tmp_path / "other")
    restore_keys(other, folder.state_dir)
    environment = os.environ | {
        "HUB_STATE_DIR": str(other.state_dir),
        "HUB_DATABASE_URL": url,
        "HUB_BROKER_URL": "redis://127.0.0.1:1/0",
        "HUB_API_PORT": "0",
    }
    done = subprocess.run(
        [sys.executable, "-m", *process], env=environment, cwd=ROOT, capture_output=True, timeout=60, check=False
    )
    assert done.returncode != 0
    assert b"installation.folder_other" in done.stderr
