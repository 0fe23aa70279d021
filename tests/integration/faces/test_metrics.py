"""`/metrics`: who may read it, and that what it tells is so."""

from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from hub.bootstrap import Hub
from hub.watching.metrics import METRICS
from tests.served import Api

TOKEN = "a-token-of-a-monitor-that-is-long-enough"
PRISON = "prison-durham"


@pytest.fixture
def token(tmp_path: Path) -> Path:
    file = tmp_path / "metrics.token"
    file.write_text(f"{TOKEN}\n")
    return file


def _asked(api: Api, **headers: str) -> tuple[int, str]:
    answer = api.http.request("GET", f"{api.url}/metrics", headers=headers)
    return answer.status, answer.data.decode()


def _opened(hub: Hub, token: Path) -> None:
    hub.settings = hub.settings.model_copy(update={"metrics_token_file": token})


def _figures(api: Api) -> dict[str, dict[tuple[str, ...], float]]:
    status, text = _asked(api, Authorization=f"Bearer {TOKEN}")
    assert status == 200
    labels = {metric.name: metric.labels for metric in METRICS}
    told: dict[str, dict[tuple[str, ...], float]] = {name: {} for name in labels}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            told[sample.name][tuple(sample.labels[label] for label in labels[sample.name])] = sample.value
    return told


def test_it_tells_what_is_so_to_whoever_has_the_token_and_to_nobody_else(api: Api, token: Path) -> None:
    bench, hub = api.bench, api.bench.hub
    assertion = hub.access.issue_key(PRISON).authorization(bench.clock.now())
    assert _asked(api, Authorization=assertion)[0] == 404, "without the setting there is no such path"
    _opened(hub, token)
    for headers in ({}, {"Authorization": assertion}, {"Authorization": f"Bearer {TOKEN[:-1]}"}):
        status, text = _asked(api, **headers)
        assert (status, "access.unauthenticated" in text, "hub_" in text) == (401, True, False)

    story = bench.story()
    bench.send(story["list"])
    before = _figures(api)
    assert before["hub_messages_accepted_recently"] == {("court_list", "court-b10jq"): 1}
    assert before["hub_deliveries_open"] == {("probation-northumbria", "waiting"): 1}
    assert before["hub_deliveries_delivered_recently"] == {}
    assert before["hub_journal_unsealed_entries"][()] > 0
    assert before["hub_workers_stuck"] == {(): 0}
    bench.clock.advance(timedelta(minutes=2))
    assert _figures(api)["hub_workers_stuck"] == {(): 1}
    assert _figures(api)["hub_delivery_oldest_ready_seconds"][("probation-northumbria",)] >= 120

    bench.drain()
    bench.send(story["request"])
    hub.sealing.seal_all(bench.clock.now)
    after = _figures(api)
    assert after["hub_deliveries_delivered_recently"][("court_list", "probation-northumbria")] == 1
    assert after["hub_delivery_seconds"][("court_list", "probation-northumbria", "1")] >= 120
    assert after["hub_journal_unsealed_seconds"] == {(): 0}
    assert ("protocol", "court-lists") in after["hub_ends_in_seconds"]
    assert 0 < after["hub_ends_in_seconds"][("key", PRISON)] <= 400 * 86_400

    running = after["hub_clocks_running"]
    assert sum(running.values()) == len(hub.deadlines.listed()) > 0
    bench.clock.advance(timedelta(days=60))
    assert _figures(api)["hub_clocks_overdue"] == running


def test_an_event_is_counted_once_before_and_after_it_is_sealed(api: Api, token: Path) -> None:
    bench, hub = api.bench, api.bench.hub
    _opened(hub, token)
    body = bench.story()["list"].body
    for number in range(3):
        hub.intake.receive(hub.agencies.named("gateway-libra"), body[: 100 + number], "text/xml")
        counted = _figures(api)["hub_events_total"]
        assert counted[("document.refused", "gateway-libra")] == number + 1
        if number == 1:
            hub.sealing.seal_all(bench.clock.now)
            assert _figures(api)["hub_events_total"] == counted


def test_a_short_token_opens_nothing(api: Api, token: Path) -> None:
    _opened(api.bench.hub, token)
    token.write_text("short")
    status, text = _asked(api, Authorization="Bearer short")
    assert status == 500 and "settings.wrong" in text
