"""Accounts by the command line: without accounts everything works as before; with accounts, only a login and its rights
count."""

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import make_url

from hub.clock import SystemClock
from hub.local.demonstration.stories import stories
from tests.conftest import run_hub, run_hub_process

FIRST, OWN = "seven quiet otters", "nine quiet otters"
Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def hub(tmp_path: Path, database_url: str) -> Command:
    """Run a command. `typed` is its standard input; `person` is whose session file it uses."""

    def run(
        *arguments: str, typed: str = "", person: str = "nobody", process: bool = False
    ) -> subprocess.CompletedProcess[str]:
        environment = {
            "HUB_DATABASE_URL": database_url,
            "HUB_SESSION_FILE": str(tmp_path / f"{person}.session"),
        }
        start = run_hub_process if process else run_hub
        return start(*arguments, state=tmp_path / "state", typed=typed, **environment)

    return run


def _journal(database_url: str, event: str) -> list[dict[str, object]]:
    url = make_url(database_url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(url) as connection:
        return [row[0] for row in connection.execute("SELECT detail FROM journal WHERE event = %s", (event,))]


def test_without_accounts_a_name_is_taken_and_the_journal_says_that_nobody_checked_it(
    hub: Command, database_url: str
) -> None:
    placed = hub("hold", "place", "--crn", "X100001", "--reason", "an inquiry", "--by", "officer-one")
    assert placed.returncode == 0, placed.stderr
    assert _journal(database_url, "hold.placed")[0]["by"] == "unverified:officer-one"


def test_accounts_from_the_first_person_to_the_end_of_a_session(
    hub: Command, database_url: str, tmp_path: Path
) -> None:
    made = hub("people", "add", "ada.first", "--role", "operator", "--password-stdin", typed=f"{FIRST}\n")
    assert made.returncode == 0, made.stderr
    assert "manages people" in made.stdout
    assert _journal(database_url, "account.added")[0]["by"] == "installation"

    refused = hub("hold", "place", "--crn", "X100001", "--reason", "an inquiry", "--by", "ada.first")
    assert refused.returncode == 1 and "access.not_logged_in" in refused.stderr

    assert hub("login", "ada.first", "--password-stdin", typed=f"{FIRST}\n", person="ada", process=True).returncode == 0
    assert (tmp_path / "ada.session").stat().st_mode & 0o777 == 0o600
    who = json.loads(hub("whoami", "--json", person="ada").stdout)
    assert who["name"] == "ada.first" and "manage_people" in who["rights"]

    officer = ("people", "add", "Grace.Second", "--role", "protocol_officer", "--password-stdin")
    added = hub(*officer, typed=f"{FIRST}\n", person="ada")
    assert added.returncode == 0, added.stderr
    hub("login", "grace.second", "--password-stdin", typed=f"{FIRST}\n", person="grace")
    early = hub("hold", "list", person="grace")
    assert early.returncode == 1 and "access.password_to_change" in early.stderr
    changed = hub("people", "password", "--password-stdin", typed=f"{FIRST}\n{OWN}\n", person="grace")
    assert changed.returncode == 0, changed.stderr
    hub("login", "grace.second", "--password-stdin", typed=f"{OWN}\n", person="grace")

    placed = hub("hold", "place", "--crn", "X100001", "--reason", "an inquiry", person="grace")
    assert placed.returncode == 0, placed.stderr
    assert _journal(database_url, "hold.placed")[0]["by"] == "grace.second"
    another = hub("hold", "place", "--crn", "X100001", "--reason", "an inquiry", "--by", "ada.first", person="grace")
    assert another.returncode == 1 and "access.not_your_name" in another.stderr

    assert hub("people", "disable", "grace.second", person="ada").returncode == 0
    assert "access.not_logged_in" in hub("hold", "list", person="grace").stderr
    listed = {one["name"]: one["state"] for one in json.loads(hub("people", "list", "--json", person="ada").stdout)}
    assert listed == {"ada.first": "active", "grace.second": "disabled"}
    assert hub("logout", person="ada").returncode == 0
    assert not (tmp_path / "ada.session").exists()


def test_a_body_is_shown_with_a_reason_and_its_documents_are_saved_for_their_reader_alone(
    hub: Command, database_url: str, tmp_path: Path
) -> None:
    told = {story.name: story.steps for story in stories(SystemClock().now(), uuid4().hex)}
    (tmp_path / "report.json").write_bytes(told["report_to_prison"][1].body)
    sent = hub("send", str(tmp_path / "report.json"), "--from", "probation-northumbria", "--json")
    id = json.loads(sent.stdout)["receipt"]["messages"][0]["id"]
    unsaid = hub("show", id, "--body")
    assert unsaid.returncode == 1 and "access.reason_missing" in unsaid.stderr
    assert unsaid.stdout == ""
    shown = hub("show", id, "--body", "--reason", "an inquiry", "--save", str(tmp_path / "out"), "--by", "officer-one")
    assert shown.returncode == 0, shown.stderr
    body = json.loads(shown.stdout)
    saved = sorted((tmp_path / "out").iterdir())
    assert [file.stat().st_size for file in saved] == [each["bytes"] for each in body["attachments"]] != []
    assert {file.stat().st_mode & 0o777 for file in saved} == {0o600}
    read = _journal(database_url, "body.read")
    assert [each["read"] for each in read] == [["body"], *([f"attachment {a['sha256']}"] for a in body["attachments"])]
    assert {(each["person"], each["reason"]) for each in read} == {("unverified:officer-one", "an inquiry")}


def test_a_session_that_others_may_read_is_not_used(hub: Command, tmp_path: Path) -> None:
    (tmp_path / "ada.session").write_text("a-token\n")
    (tmp_path / "ada.session").chmod(0o644)
    refused = hub("whoami", person="ada")
    assert refused.returncode == 1 and "other accounts can read" in refused.stderr
    assert "a-token" not in refused.stderr
