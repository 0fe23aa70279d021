"""Schemathesis reads the OpenAPI document of the running API, makes up thousands of calls, and finds nothing."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from hub.access.rights import GRANTED_INDIVIDUALLY, StaffRole
from hub.journal.actors import INSTALLATION
from hub.journal.events import Event
from hub.settings import Settings
from tests.conftest import ROOT
from tests.effort import tries
from tests.served import Api

HERE = Path(__file__).parent
pytestmark = pytest.mark.long
EVERY_PHASE = "examples,coverage,fuzzing,stateful"
PHASES = tries("examples,fuzzing", EVERY_PHASE)
"""To try every value at its bounds takes half of the time: `make test` does it as an agency only."""


@pytest.fixture
def settings(settings: Settings) -> Settings:
    file = settings.endpoints_file()
    to_mailbox = re.compile(r'(agency = "probation-northumbria"\nsystem = "hub_json"\n)transport = .*\nsettings = .*')
    file.write_text(to_mailbox.sub(r'\1transport = "mailbox"', file.read_text()))
    return settings.model_copy(update={"calls_max": 100_000})


def _run(api: Api, examples: int, *more: str, phases: str = PHASES, **environment: str) -> None:
    """How many calls of each kind Schemathesis makes, and for how long. What they reach must not depend on who else is
    working."""
    command = [sys.executable, "-m", "schemathesis.cli", "--config-file", str(HERE / "schemathesis.toml"), "run"]
    options = ["--max-examples", str(examples), "--seed", "1", "--request-timeout", "20", "--continue-on-failure"]
    options += ["--suppress-health-check", "all", "--generation-database", "none", "--warnings", "off", *more]
    options += ["--phases", phases]
    done = subprocess.run(
        [*command, f"{api.url}/openapi.json", *options],
        env=os.environ | {"PYTHONPATH": str(ROOT)} | environment,
        cwd=api.bench.hub.settings.state_dir.parent,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2_000:]


def test_it_finds_nothing_as_an_agency(api: Api, tmp_path: Path) -> None:
    key = tmp_path / "agency.key"
    key.write_text(api.bench.hub.access.issue_key("probation-northumbria").as_text())
    receipt: Any = api.bench.send(api.bench.story()["list"])
    api.bench.drain()
    hooks = {"SCHEMATHESIS_HOOKS": "tests.attacks.schemathesis_hooks", "HUB_TEST_KEY": str(key)}
    _run(api, tries(3, 100), phases=EVERY_PHASE, **hooks, HUB_TEST_MESSAGE=receipt["messages"][0]["id"])
    [item] = api.bench.hub.stories.show(receipt["messages"][0]["id"])["deliveries"]
    assert item["state"] == "delivered", "one of its calls has acknowledged it"


def test_it_finds_nothing_as_a_person_with_every_right(api: Api) -> None:
    accounts, sessions = api.bench.hub.staff.accounts, api.bench.hub.staff.sessions
    accounts.add("first-person", list(StaffRole), sorted(GRANTED_INDIVIDUALLY), "seven quiet otters", INSTALLATION)
    receipt: Any = api.bench.send(api.bench.story()["report"])
    hooks = {"SCHEMATHESIS_HOOKS": "tests.attacks.schemathesis_hooks"}
    known = {"HUB_TEST_TOKEN": sessions.open("first-person", "seven quiet otters").token}
    known["HUB_TEST_MESSAGE"] = receipt["messages"][0]["id"]
    _run(api, tries(4, 120), "--include-path-regex", "^/staff/", "--exclude-path", "/staff/session", **hooks, **known)
    entries = api.bench.hub.evidence.entries(0, 1000, Event.BODY_READ)
    assert entries and all(each["detail"]["reason"] for each in entries)


def test_it_finds_nothing_as_a_stranger(api: Api) -> None:
    _run(api, tries(3, 40))
