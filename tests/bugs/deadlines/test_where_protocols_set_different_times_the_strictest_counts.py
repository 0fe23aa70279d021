"""The time of the last recipient's protocol was used, whichever it was, and the clock's words gave the kind's time."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

import schemas.kinds
import schemas.protocols
from hub.bootstrap import Hub, build_knowledge
from hub.bootstrap.knowledge import registry_folders
from hub.deadlines.due import due_at
from hub.local.demonstration.agencies import SimulatedAgencies
from hub.settings import Settings
from hub.sharing.checking.lint import lint
from hub.telemetry.logs import configure_logs
from schemas.catalogue import Catalogue
from schemas.kind import Allowance
from tests.conftest import Bench, open_store
from tests.exchanges import AdjustableClock

SHIPPED = Path(next(iter(schemas.protocols.__path__)))
WARRANT = Path(schemas.kinds.__path__[0]) / "breach_warrant" / "samples" / "minimal.json"
POLICE, AREA = "police", "probation"


def warrants(id: str, recipient: str, acknowledged: str) -> str:
    """Return the shipped protocol for this recipient only."""
    text = (SHIPPED / "breach-warrants.toml").read_text()
    head = text[: text.index("[clocks]")].replace('id = "breach-warrants"', f'id = "{id}"')
    [permit] = [block for block in text.split("[[permit]]")[1:] if f'recipients = ["role:{recipient}"]' in block]
    permit = permit[: permit.index("[[example]]")] if "[[example]]" in permit else permit
    return f'{head}[clocks]\nwarrant_acknowledged = "{acknowledged}"\n\n[[permit]]{permit}'


@pytest.fixture
def protocols(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    to_police, to_area = request.param
    folder = tmp_path / "protocols"
    shutil.copytree(SHIPPED, folder, ignore=lambda _, names: [name for name in names if not name.endswith(".toml")])
    (folder / "breach-warrants.toml").write_text(warrants("warrants-to-police", POLICE, to_police))
    (folder / "warrants-to-areas.toml").write_text(warrants("warrants-to-areas", AREA, to_area))
    return folder


@pytest.fixture
def exchange(
    protocols: Path, settings: Settings, fresh_database_url: str, agencies: SimulatedAgencies
) -> Iterator[Bench]:
    knowledge = build_knowledge(Settings(state_dir=Path("nowhere"), agencies_dir=None, protocols_dir=protocols))
    clock = AdjustableClock()
    hub = Hub(replace(knowledge, settings=settings), open_store(fresh_database_url), clock, configure_logs("test"))
    yield Bench(hub, clock, agencies)
    hub.close()


def warrant_clock(bench: Bench) -> dict[str, Any]:
    """Return the clocks of a warrant that was issued just now."""
    payload = json.loads(WARRANT.read_text()) | {"issued_at": bench.clock.now().isoformat()}
    frame = {"kind": "breach_warrant", "version": 1, "reference": uuid4().hex, "payload": payload}
    court = bench.hub.knowledge.registry.agencies.named(payload["court"]["ou_code"])
    answer = bench.hub.intake.receive(court, json.dumps(frame).encode())
    assert answer.receipt is not None, answer.refused
    [clock] = bench.hub.deadlines.listed(name="warrant_acknowledged")
    return clock


@pytest.mark.parametrize(
    "protocols", [("3 working days", "5 working days"), ("5 working days", "3 working days")], indirect=True
)
def test_the_strictest_counts_whoever_it_was_agreed_with(exchange: Bench) -> None:
    clock = warrant_clock(exchange)
    issued = datetime.fromisoformat(clock["starts_at"])
    assert datetime.fromisoformat(clock["due_at"]) == due_at(issued, Allowance(3, "working_days"))
    assert clock["why"] == "the police acknowledge a warrant within three working days"


@pytest.mark.parametrize("protocols", [("72 hours", "24 hours")], indirect=True)
def test_a_reminder_says_the_time_that_counts(exchange: Bench) -> None:
    clock = warrant_clock(exchange)
    exchange.clock.advance(timedelta(hours=25))
    assert exchange.hub.sweep.run()["reminded"] == 1
    exchange.drain()
    sent = [json.loads(message.body()) for message in exchange.agencies.received(clock["owner"])]
    [reminder] = [each["payload"] for each in sent if each["kind"] == "clock_reminder"]
    assert reminder["why"] == "the police acknowledge a warrant within 24 hours"


@pytest.mark.parametrize("protocols", [("3 working days", "5 working days")], indirect=True)
def test_lint_says_that_they_differ_and_where(protocols: Path) -> None:
    agencies, _ = registry_folders(Settings(agencies_dir=None, protocols_dir=None))
    [problem] = lint(agencies, protocols, Catalogue.discover(), date(2026, 12, 1))
    assert problem.code == "clock.differs"
    assert problem.where.startswith("protocols/warrants-to-areas.toml line ")
    assert "5 working days here and 3 working days in protocols/breach-warrants.toml line " in problem.problem


@pytest.mark.parametrize("protocols", [("3 working days", "3 working days")], indirect=True)
def test_lint_is_silent_where_they_agree(protocols: Path) -> None:
    agencies, _ = registry_folders(Settings(agencies_dir=None, protocols_dir=None))
    assert lint(agencies, protocols, Catalogue.discover(), date(2026, 12, 1)) == ()
