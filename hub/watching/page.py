"""Writes `ops/prometheus/alerts.yml` and the part of docs/operations.md about alerts, from the alerts themselves."""

import json
import sys
from pathlib import Path

from hub.watching.alerts import ALERTS, OF_MONITOR, Alert, OfMonitor

_ROOT = Path(__file__).parent.parent.parent
RULES = _ROOT.joinpath("ops/prometheus/alerts.yml")
RUNBOOK = _ROOT / "docs" / "operations.md"
_BEGIN, _END = "<!-- written from hub/watching/alerts.py: make schemas -->\n", "<!-- end of what is written -->\n"
_TOLD = {"now": "somebody is called", "today": "within the working day", "soon": "within weeks"}


def expression(alert: Alert | OfMonitor) -> str:
    """As PromQL. Every process tells the same figures, so the highest of them counts."""
    if isinstance(alert, OfMonitor):
        return alert.expression
    figure = _figure(alert.metric.name, alert.metric.labels, alert.by)
    if alert.against is None:
        return f"{figure} {alert.than} {alert.limit:g}"
    return f"{figure} {alert.than} {alert.limit:g} * {_figure(alert.against.name, alert.against.labels, alert.by)}"


def _figure(name: str, labels: tuple[str, ...], by: tuple[str, ...]) -> str:
    once = f"max by ({', '.join(labels)}) ({name})"
    return once if labels == by else f"sum by ({', '.join(by)}) ({once})"


def written_rules() -> str:
    """As YAML whose strings are those of JSON."""
    lines = ["# Written from hub/watching/alerts.py: make schemas", "groups:", "  - name: exchange", "    rules:"]
    for alert in (*OF_MONITOR, *ALERTS):
        annotations = {"summary": alert.means, "runbook": f"docs/operations.md#{alert.name}"}
        lines += [
            f"      - alert: {alert.name}",
            f"        expr: {json.dumps(expression(alert))}",
            f"        for: {alert.after_seconds}s",
            f"        labels: {json.dumps({'urgency': str(alert.urgency)})}",
            f"        annotations: {json.dumps(annotations)}",
        ]
    return "\n".join(lines) + "\n"


def written_runbook() -> str:
    entries = [_entry(alert) for alert in (*OF_MONITOR, *ALERTS)]
    return "\n".join(entries)


def _entry(alert: Alert | OfMonitor) -> str:
    who = "" if isinstance(alert, Alert) else " Only a monitor outside sees this."
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(alert.do, 1))
    return f"### {alert.name}\n\n{alert.means} *{_TOLD[alert.urgency].capitalize()}.*{who}\n\n{steps}\n"


def runbook_with(page: str) -> str:
    """The page, with its part about alerts written anew."""
    before, _, rest = page.partition(_BEGIN)
    _, _, after = rest.partition(_END)
    return f"{before}{_BEGIN}\n{written_runbook()}\n{_END}{after}"


def main() -> None:
    wanted = {RULES: written_rules(), RUNBOOK: runbook_with(RUNBOOK.read_text())}
    if "--check" not in sys.argv[1:]:
        for file, text in wanted.items():
            file.write_text(text)
    elif stale := [str(file.relative_to(_ROOT)) for file, text in wanted.items() if file.read_text() != text]:
        sys.exit(f"not up to date: {', '.join(stale)}; run: make schemas")


if __name__ == "__main__":
    main()
