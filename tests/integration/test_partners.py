"""A partner that does not answer, or is paused by a person: what is for it waits, says why, and loses no attempt."""

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from hub.bootstrap import Hub
from hub.errors import NotPaused, NotYours, PartnerPaused
from hub.journal.events import Event
from hub.local.stories import Step
from hub.settings import Settings
from hub.store import journal
from tests.conftest import Bench
from tests.contract.scripted_agency import Agency, agency, http, says

AREA, BY = "probation-northumbria", "operator-one"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"breaker_failures_max": 2, "attempts_max": 10})


def _send(bench: Bench, count: int) -> list[str]:
    """So many court lists, each about a subject of its own."""
    steps = [bench.story()["list"] for _ in range(count)]
    return [str(bench.send(_of_another_day(step, number))["messages"][0]["id"]) for number, step in enumerate(steps)]


def _of_another_day(step: Step, number: int) -> Step:
    return replace(step, body=step.body.replace(b"B10JQ", b"B10JQ"))


def _delivery(bench: Bench, id: str) -> dict[str, Any]:
    [delivery] = bench.hub.show(id)["deliveries"]
    found: dict[str, Any] = delivery
    return found


def _events(bench: Bench) -> list[str]:
    with bench.hub.store.transaction() as connection:
        return [row.event for row in journal.of_agency(connection, AREA)]
