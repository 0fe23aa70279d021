"""The days that the parties of a protocol agreed for a clock."""

from importlib.resources import files
from pathlib import Path
from uuid import uuid4

import pytest

from hub.bootstrap import build_knowledge
from hub.clock import SystemClock
from hub.exchange.message.stages import Received
from hub.settings import Settings
from hub.sharing.checking.lint import lint
from hub.sharing.terms.protocols import read_escalation
from schemas.catalogue import Catalogue

MESSAGE = b"""{"kind": "case_transfer", "version": 1, "sender": "probation-kent", "reference": "T-1", "payload": {
 "transfer_reference": "T-1", "to_area": "probation-essex", "requested_at": "2026-11-20T10:00:00+00:00",
 "offender": {"name": {"surname": "Gorsehill"}, "crn": "X123456"}}}"""


@pytest.fixture
def protocols(tmp_path: Path) -> Path:
    text = (files("schemas") / "protocols" / "case-transfers.toml").read_text(encoding="utf-8")
    (tmp_path / "case-transfers.toml").write_text(text)
    return tmp_path


def _due(protocols: Path) -> str:
    knowledge = build_knowledge(Settings(protocols_dir=protocols, state_dir=protocols / "none"))
    [clock] = knowledge.preview(MESSAGE, None, SystemClock())["clocks"]
    return str(clock["due"])[:10]


def _agree(protocols: Path, days: str) -> None:
    file = protocols / "case-transfers.toml"
    file.write_text(file.read_text().replace('transfer_reply = "10 working days"', days))


def test_the_days_of_the_protocol_hold(protocols: Path) -> None:
    assert _due(protocols) == "2026-12-04"
    _agree(protocols, 'transfer_reply = "5 working days"')
    assert _due(protocols) == "2026-11-27"


def _chased_on(protocols: Path) -> list[str]:
    knowledge = build_knowledge(Settings(protocols_dir=protocols, state_dir=protocols / "none"))
    now = SystemClock().now()
    assessed = knowledge.assessor.assess(Received(uuid4(), None, MESSAGE, "application/json", {}, now))
    [clock] = assessed.messages[0].clocks
    return [moment.date().isoformat() for moment in clock.terms.remind_at if moment >= clock.terms.due_at]


def test_the_steps_of_the_protocol_hold(protocols: Path) -> None:
    assert _chased_on(protocols) == ["2026-12-04", "2026-12-07", "2026-12-09", "2026-12-11"]
    steps = 'team = "2 working days"\ndivision = "4 working days"\narea = "8 working days"'
    _agree(protocols, f'transfer_reply = "10 working days"\n\n[escalation]\n{steps}')
    assert _chased_on(protocols) == ["2026-12-04", "2026-12-08", "2026-12-10", "2026-12-16"]


@pytest.mark.parametrize(
    "steps",
    [
        {"team": "1 working days", "division": "3 working days"},
        {"team": "1 working days", "division": "1 working days", "area": "2 working days"},
        {"team": "1 hours", "division": "3 working days", "area": "5 working days"},
        {
            "team": "1 working days",
            "division": "3 working days",
            "area": "5 working days",
            "minister": "9 working days",
        },
        "1 working days",
    ],
)
def test_a_ladder_without_three_steps_one_after_the_other_is_refused(steps: object) -> None:
    with pytest.raises(ValueError, match="step"):
        read_escalation(steps)


@pytest.mark.parametrize(
    ("days", "code"),
    [('transfer_replies = "5 working days"', "clock.unknown"), ('transfer_reply = "soon"', "toml.value")],
)
def test_a_clock_that_no_kind_starts_and_days_that_mean_nothing_are_errors(
    protocols: Path, days: str, code: str
) -> None:
    _agree(protocols, days)
    found = lint(files("schemas") / "agencies", protocols, Catalogue.discover(), SystemClock().now().date())
    assert any(problem.code == code or code.startswith("toml") for problem in found), found
    assert all("case-transfers.toml line" in problem.where for problem in found)
