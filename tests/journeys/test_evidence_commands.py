"""Evidence by the command line: sealed, proved and checked elsewhere; backed up, restored, and still complete."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from hub.access.rights import Right, StaffRole
from hub.cli.speaking.session_file import keep_session, machine_account
from hub.journal.actors import INSTALLATION
from hub.local.backup import read_manifest
from hub.local.demonstration.demonstration import Demonstration, failures
from hub.local.servers import LocalServers
from hub.local.state import StateFolder
from hub.settings import Settings
from hub.telemetry.logs import configure_logs
from tests.conftest import run_hub, run_hub_process, state_folder


@pytest.fixture
def demonstration() -> Iterator[Demonstration]:
    """One story, played by a running exchange with embedded servers of its own."""
    if os.environ.get("HUB_DATABASE_URL"):
        pytest.skip("a backup is restored into an empty database, and HUB_DATABASE_URL names one for all tests")
    with state_folder() as state:
        settings = Settings(state_dir=state, api_port=0)
        playing = Demonstration(settings, configure_logs("test"), lambda _: None, "report_to_prison")
        try:
            playing.start()
            assert failures(playing.run()) == []
            yield playing
        finally:
            playing.close()


def _json(*arguments: str, state: Path) -> dict:
    ran = run_hub(*arguments, "--json", state=state)
    assert ran.returncode == 0, ran.stderr + ran.stdout
    return json.loads(ran.stdout)


def test_a_proof_is_checked_elsewhere_and_a_backup_comes_back_whole_and_sends_nothing_twice(
    demonstration: Demonstration, tmp_path: Path
) -> None:
    state = demonstration.exchange.state.path
    assert run_hub_process("journal", "seal", state=state).returncode == 0
    assert _json("journal", "verify", state=state)["whole"]
    proof, keys, head = (tmp_path / name for name in ("proof.json", "keys.json", "head.txt"))
    assert run_hub("journal", "prove", "2", "--out", str(proof), state=state).returncode == 0
    assert run_hub("journal", "public-key", "--out", str(keys), state=state).returncode == 0
    assert run_hub("journal", "head", "--out", str(head), state=state).returncode == 0
    elsewhere = tmp_path / "elsewhere"  # no hub has ever run here
    assert _json("journal", "check", str(proof), "--key", str(keys), state=elsewhere)["entry"]["position"] == 2
    proof.write_text(proof.read_text().replace('"position":2', '"position":3'))
    assert run_hub("journal", "check", str(proof), "--key", str(keys), state=elsewhere).returncode == 1

    staff = demonstration.exchange.hub.staff
    staff.accounts.add("ada.first", [StaffRole.OPERATOR], [Right.READ_BODY], "seven quiet otters", INSTALLATION)
    opened = staff.sessions.open("ada.first", "seven quiet otters", machine=machine_account())
    keep_session(state / "session", opened.token)
    backup = tmp_path / "backup"
    made = _json("backup", str(backup), "--with-keys", state=state)
    assert made["rows"]["message"] > 0
    checked = run_hub("restore", str(backup), "--check", state=state)
    assert checked.returncode == 0, checked.stderr + checked.stdout
    assert "can be put back" in checked.stdout and "The journal is whole." in checked.stdout
    upgraded = _json("upgrade", str(tmp_path / "before-upgrade"), state=state)
    assert upgraded["before"] == upgraded["after"] == made["schema"] and not upgraded["changed"]
    assert read_manifest(tmp_path / "before-upgrade").rows["message"] == made["rows"]["message"]
    received = [item.message_id for item in demonstration.agencies.inboxes.received("prison-durham")]
    demonstration.exchange.stop()
    with state_folder() as other:
        restored = run_hub_process("restore", str(backup), state=other)
        assert restored.returncode == 0, restored.stderr + restored.stdout
        again = run_hub("restore", str(backup), state=other)
        assert again.returncode == 1 and "restore.not_empty" in again.stderr
        with LocalServers(StateFolder(other)) as urls:
            own = {"HUB_DATABASE_URL": urls.database, "HUB_MASTER_KEY_FILE": str(other / "master.keys")}
            verified = run_hub("journal", "verify", "--head", str(head), state=other, **own)
            assert verified.returncode == 0, verified.stdout
            url = make_url(urls.database).set(drivername="postgresql").render_as_string(hide_password=False)
            with psycopg.connect(url) as connection:
                states = connection.execute("SELECT DISTINCT state FROM delivery").fetchall()
                people, sessions = (
                    connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608
                    for table in ("account", "staff_session")
                )
            assert (people, sessions) == ((1,), (0,)), "accounts come back, and no session that has ended meanwhile"
            assert states == [("delivered",)], "what was delivered before stays delivered, so nothing is sent again"
    assert [item.message_id for item in demonstration.agencies.inboxes.received("prison-durham")] == received


def test_a_damaged_or_half_backup_is_refused_before_anything_is_touched(tmp_path: Path) -> None:
    (tmp_path / "backup").mkdir()
    with state_folder() as state:
        ran = run_hub("restore", str(tmp_path / "backup"), state=state)
    assert ran.returncode == 1
    assert "backup.unreadable" in ran.stderr
