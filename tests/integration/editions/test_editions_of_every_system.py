"""Editions are told apart in the format of every system that writes and reads a kind with editions: two hearings of one
day are two results, and an older edition that comes later replaces nothing."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest

from adapters.contract import Outbound
from schemas.problem import Refused
from tests.conftest import Bench
from tests.contract.system_samples import CATALOGUE, KINDS_FOLDER, NAMES, system_named
from tests.integration.editions.test_editions_in_any_order import SENDERS, _variant

DIRECTORATE = "directorate-hmpps"
SENT_BY = {
    "release_notice": (SENDERS[1], "probation-northumbria"),
    "recall_notice": (DIRECTORATE, "probation-northumbria"),
}
"""Who sends it and to whom, if it is not a court to the area of the case."""
EARLY, LATE = datetime(2026, 3, 2, 15, tzinfo=UTC), datetime(2026, 3, 2, 17, 30, tzinfo=UTC)


def _with_editions() -> Iterator[Any]:
    for name in NAMES:
        system = system_named(name)
        for kind in sorted(system.encodes & system.decodes):
            for file in sorted((KINDS_FOLDER / kind / "samples").glob("*.json")):
                payload = json.loads(file.read_bytes())
                if CATALOGUE.latest(kind).payload.model_validate(payload).replaces() is None:
                    continue
                if _written(name, kind, payload, EARLY) is not None:
                    yield pytest.param(name, kind, payload, id=f"{name}-{kind}")
                    break


def _written(name: str, kind: str, payload: dict[str, Any], made_at: datetime) -> bytes | None:
    """In the format of the system; None if it cannot hold this one. A result is shared when it is made."""
    if kind == "hearing_result":
        payload = payload | {"shared_at": made_at.isoformat()}
    version = CATALOGUE.latest(kind).version
    reference = sha256(f"{kind} {made_at} {json.dumps(payload, sort_keys=True)}".encode()).hexdigest()[:32]
    sender, recipient = SENT_BY.get(kind, (SENDERS[0], "area"))
    message = Outbound(reference, kind, version, sender, recipient, reference, made_at, "c-1", payload)
    try:
        return system_named(name).encode(message).body
    except Refused:
        return None


WITH_EDITIONS = list(_with_editions())


def _send(bench: Bench, body: bytes | None) -> dict[str, Any]:
    assert body is not None
    callers = (None, *SENDERS, DIRECTORATE)
    previews = (bench.hub.knowledge.preview(body, caller, bench.clock)["messages"] for caller in callers)
    sender = next(found[0]["sender"] for found in previews if found)
    answer = bench.hub.intake.receive(bench.hub.knowledge.registry.agencies.named(sender), body)
    assert answer.receipt is not None, answer.refused
    return bench.hub.stories.show(answer.receipt["messages"][0]["id"])


def test_every_format_of_results_lists_and_releases_is_tried() -> None:
    tried = {(param.values[0], param.values[1]) for param in WITH_EDITIONS}
    assert tried >= {
        ("common_platform", "hearing_result"),
        ("common_platform", "court_list"),
        ("libra", "court_list"),
        ("spi", "hearing_result"),
        ("hub_json", "hearing_result"),
        ("hub_json", "court_list"),
        ("prison", "hearing_result"),
    }


@pytest.mark.parametrize(("name", "kind", "payload"), WITH_EDITIONS)
def test_an_older_edition_that_comes_later_replaces_nothing_or_is_doubted(
    bench: Bench, name: str, kind: str, payload: dict[str, Any]
) -> None:
    one, other = (_variant(CATALOGUE.kinds[kind, 1], payload, number) for number in (1, 2))
    newer = _send(bench, _written(name, kind, one, LATE))
    older = _send(bench, _written(name, kind, other, EARLY))
    codes = [doubt["code"] for doubt in older["doubts"]]
    if older["overtaken_by"] is None:
        assert "edition.order_unknown" in codes, "a format that has no time cannot say which is later"
    else:
        assert (older["overtaken_by"], older["deliveries"]) == (newer["id"], [])
    again = _send(bench, _written(name, kind, other, LATE + timedelta(hours=1)))
    assert again["supersedes"] in (newer["id"], older["id"])


def _of_another_hearing(payload: dict[str, Any]) -> dict[str, Any]:
    at = datetime.fromisoformat(payload["hearing_at"])
    later = at + timedelta(hours=-3 if at.hour > 12 else 3)
    return payload | {"hearing_at": later.isoformat(), "hearing_id": "another-hearing"}


@pytest.mark.parametrize(
    ("name", "kind", "payload"), [one for one in WITH_EDITIONS if one.values[1] == "hearing_result"]
)
def test_two_hearings_of_one_case_on_one_day_are_two_results(
    bench: Bench, name: str, kind: str, payload: dict[str, Any]
) -> None:
    first = _send(bench, _written(name, kind, payload | {"hearing_id": "one-hearing"}, EARLY))
    second = _send(bench, _written(name, kind, _of_another_hearing(payload), LATE))
    assert (second["supersedes"], second["overtaken_by"]) == (None, None)
    assert bench.hub.stories.show(first["id"])["state"] != "overtaken"
