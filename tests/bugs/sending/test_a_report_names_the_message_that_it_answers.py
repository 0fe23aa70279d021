"""The prison's file has a field for the message that it answers, and nothing filled it."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import schemas.protocols
from hub.bootstrap import Hub, build_knowledge
from hub.local.demonstration.agencies import SimulatedAgencies
from hub.settings import Settings
from hub.telemetry.logs import configure_logs
from tests.conftest import Bench, open_store
from tests.exchanges import AdjustableClock

SHIPPED = Path(next(iter(schemas.protocols.__path__)))
PRISON, AREA = "prison-durham", "probation-northumbria"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The prison receives in its own format."""
    file = settings.endpoints_file()
    blocks = file.read_text().split("[[endpoint]]")
    own = [
        block.replace('system = "hub_json"', 'system = "prison"') if f'agency = "{PRISON}"' in block else block
        for block in blocks
    ]
    file.write_text("[[endpoint]]".join(own))
    return settings


def received(bench: Bench, agency: str) -> list[dict[str, Any]]:
    return [json.loads(item.body()) for item in bench.agencies.received(agency)]


def by_type(bench: Bench) -> dict[str, dict[str, Any]]:
    return {message["messageType"]: message for message in received(bench, PRISON)}


@pytest.mark.parametrize("steps", [("request", "report", "sentence"), ("sentence", "report")])
def test_the_prisons_file_of_a_report_names_the_sentence_that_it_received(bench: Bench, steps: tuple[str, ...]) -> None:
    story = bench.story()
    for name in steps:
        bench.send(story[name])
    bench.drain()
    files = by_type(bench)
    assert len(files) == 2, sorted(files)
    [report] = [file for file in files.values() if "answers" in file]
    [sentence] = [file for file in files.values() if "answers" not in file]
    assert report["answers"] == sentence["messageId"] != report["messageId"]


def test_the_hubs_own_question_names_the_sentence_because_of_which_it_asks(bench: Bench) -> None:
    bench.send(bench.story()["sentence_without_report"])
    bench.drain()
    messages = {message["kind"]: message for message in received(bench, AREA)}
    assert messages["report_request"]["causation"] == messages["hearing_result"]["id"]
    assert messages["hearing_result"]["causation"] is None


def test_a_recipient_that_had_not_the_sentence_is_not_named_it(
    settings: Settings, fresh_database_url: str, agencies: SimulatedAgencies, tmp_path: Path
) -> None:
    folder = tmp_path / "protocols"
    shutil.copytree(SHIPPED, folder, ignore=shutil.ignore_patterns("results-to-prisons.toml", "*.py", "__pycache__"))
    knowledge = build_knowledge(Settings(state_dir=Path("nowhere"), agencies_dir=None, protocols_dir=folder))
    clock = AdjustableClock()
    hub = Hub(replace(knowledge, settings=settings), open_store(fresh_database_url), clock, configure_logs("test"))
    bench = Bench(hub, clock, agencies)
    story = bench.story()
    try:
        for name in ("request", "report", "sentence"):
            bench.send(story[name])
        bench.drain()
        [report] = received(bench, PRISON)
        assert "answers" not in report
    finally:
        hub.close()
