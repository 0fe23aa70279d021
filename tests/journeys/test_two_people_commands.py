"""The rules of the installation, and everything that waits for a second person, by the command line."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import run_hub

Run = Callable[..., str]


@pytest.fixture
def hub(database_url: str, tmp_path: Path) -> Run:
    def run(*arguments: str, fails: bool = False) -> str:
        done = run_hub(*arguments, state=tmp_path / "state", HUB_DATABASE_URL=database_url)
        assert (done.returncode != 0) is fails, done.stdout + done.stderr
        return done.stdout + done.stderr

    return run


def test_two_people_change_a_rule_after_a_look(hub: Run) -> None:
    assert "alone_up_to" in hub("rules", "show")
    assert json.loads(hub("rules", "show", "--json"))["rules"]["alone_up_to"] == 20
    assert "rules.unknown" in hub("rules", "propose", "alone_up=7", "--by", "ada", fails=True)
    hub("rules", "propose", "alone_up_to=7", "--by", "ada")
    [waiting] = json.loads(hub("approvals", "list", "--json"))
    shown = json.loads(hub("approvals", "show", waiting["id"][:8], "--json"))
    assert shown["content"]["changes"] == {"alone_up_to": [20, 7]}
    assert f"--seen {shown['seen']}" in hub("approvals", "show", waiting["id"])
    approve = ("rules", "approve", waiting["id"][:8])
    assert "approval.same_person" in hub(*approve, "--by", "Ada", "--seen", shown["seen"], fails=True)
    assert "approval.changed" in hub(*approve, "--by", "bob", "--seen", "0" * 16, fails=True)
    assert "Rules number 2 are in force" in hub(*approve, "--by", "bob", "--seen", shown["seen"])
    assert json.loads(hub("rules", "show", "--json"))["rules"]["alone_up_to"] == 7
    assert json.loads(hub("approvals", "list", "--json")) == []


def test_a_proposal_is_withdrawn_and_then_decided_about(hub: Run) -> None:
    hub("rules", "propose", "approval_hours=24", "--by", "ada")
    [waiting] = json.loads(hub("approvals", "list", "--json"))
    assert "rules is rejected" in hub("approvals", "reject", waiting["id"], "--by", "ada", "--reason", "too short")
    assert "approval.not_open" in hub("approvals", "reject", waiting["id"], "--reason", "again", fails=True)
    assert "approval.not_open" in hub("approvals", "approve", waiting["id"], "--by", "bob", fails=True)
    [past] = json.loads(hub("approvals", "list", "--all", "--json"))
    assert past["state"] == "rejected"
