"""Each figure that an alert rule, the dashboard or the runbook names exists, and each alert has its entry."""

import json
import re
from collections.abc import Iterator

import promql_parser
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from hub.cli.listed import LISTED
from hub.settings import Settings
from hub.watching import metrics
from hub.watching.alerts import ALERTS, OF_MONITOR, Alert, Than
from hub.watching.metrics import METRICS, Sample, Sort
from hub.watching.page import expression
from tests.conftest import ROOT

RULES = yaml.safe_load((ROOT / "ops/prometheus/alerts.yml").read_text())["groups"][0]["rules"]
DASHBOARD = json.loads((ROOT / "ops/grafana/exchange.json").read_text())
RUNBOOK = (ROOT / "docs/operations.md").read_text()
NAMES = {metric.name for metric in METRICS}


def _expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in RULES)
    for panel in DASHBOARD["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def test_every_expression_is_promql_about_figures_and_labels_that_exist() -> None:
    labels = {label for metric in METRICS for label in metric.labels}
    for text in _expressions():
        promql_parser.parse(text)
        named = set(re.findall(r"\bhub_[a-z0-9_]+", text))
        assert named and named <= NAMES, text
        assert {label for by in re.findall(r"by \(([^)]*)\)", text) for label in by.split(", ") if label} <= labels


def test_the_dashboard_shows_every_figure_that_an_alert_is_about() -> None:
    shown = " ".join(target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"])
    assert {alert.metric.name for alert in ALERTS} <= set(re.findall(r"\bhub_[a-z0-9_]+", shown))


def test_every_alert_has_its_rule_and_its_entry_in_the_runbook() -> None:
    names = [alert.name for alert in (*OF_MONITOR, *ALERTS)]
    assert len(set(names)) == len(names)
    assert [rule["alert"] for rule in RULES] == names
    assert re.findall(r"^### (\w+)$", RUNBOOK, re.MULTILINE) == names


def test_the_runbook_names_commands_and_settings_that_exist() -> None:
    commands = {listed.name for listed in LISTED}
    assert set(re.findall(r"`hub ([a-z-]+)", RUNBOOK)) <= commands
    settings = {f"HUB_{name.upper()}" for name in Settings.model_fields}
    assert set(re.findall(r"HUB_[A-Z_]+", RUNBOOK)) <= settings


def test_a_counter_is_named_as_one_and_no_gauge_is() -> None:
    assert all(metric.name.endswith("_total") == (metric.sort is Sort.COUNTER) for metric in METRICS)


def test_a_sample_without_its_labels_cannot_be_made() -> None:
    with pytest.raises(ValueError, match="hub_deliveries_open has the labels"):
        Sample(metrics.OPEN, ("prison-durham",), 1)


@given(st.sampled_from(ALERTS), st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1e9)), max_size=6))
def test_an_alert_holds_for_a_cause_exactly_when_its_figure_is_past_the_limit(
    alert: Alert, told: list[tuple[str, float]]
) -> None:
    once = dict(told)
    samples = [Sample(alert.metric, tuple(who for _ in alert.metric.labels), value) for who, value in once.items()]
    against = (
        [
            Sample(alert.against, labels, 10 / (len(once) if not labels else 1))
            for labels in (tuple(who for _ in alert.against.labels) for who in once)
        ]
        if alert.against
        else []
    )
    limit = alert.limit * (10 if alert.against else 1)
    total = {tuple(who for _ in alert.by): value for who, value in once.items()}
    if not alert.by:
        total = {(): sum(once.values())} if once else {}
    expected = {who for who, value in total.items() if (value > limit if alert.than is Than.MORE else value < limit)}
    assert set(alert.causes([*samples, *against])) == expected


def test_one_cause_is_told_once_however_many_recipients_it_concerns() -> None:
    [quarantine] = [alert for alert in ALERTS if alert.name == "quarantine"]
    samples = [Sample(metrics.QUARANTINED, (who, "partner.refused"), 2) for who in ("a", "b")]
    assert quarantine.causes(samples) == {("partner.refused",): 4.0}
    assert expression(quarantine) == "sum by (code) (max by (recipient, code) (hub_quarantined_deliveries)) > 0"
