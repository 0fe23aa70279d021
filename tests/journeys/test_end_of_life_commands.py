"""Retention, holds and a report about a person's data, by the command line on a real database."""

import json
from pathlib import Path
from uuid import uuid4

from hub.clock import SystemClock
from hub.local.demonstration.stories import stories
from tests.conftest import run_hub, run_hub_process

BY = ("--by", "officer-one")


def test_hold_report_and_retention_as_a_user_runs_them(tmp_path: Path, database_url: str) -> None:
    def hub(*arguments: str) -> str:
        ran = run_hub(*arguments, state=tmp_path / "state", HUB_DATABASE_URL=database_url)
        assert ran.returncode == 0, ran.stderr
        return ran.stdout

    told = {story.name: story.steps for story in stories(SystemClock().now(), uuid4().hex)}
    report = tmp_path / "report.json"
    report.write_bytes(told["report_to_prison"][1].body)
    hub("send", str(report), "--from", "probation-northumbria")

    assert "it covers 1 message now" in hub("hold", "place", "--crn", "X100001", "--reason", "an inquiry", *BY)
    (held,) = json.loads(hub("hold", "list", "--json"))
    assert held["covers"] == 1
    assert "X100001" not in json.dumps(held)
    hub("hold", "end", held["id"], "--reason", "it is over", *BY)
    assert json.loads(hub("hold", "list", "--json")) == []

    out = tmp_path / "out"
    hub("subject", "report", "--crn", "X100001", "--reason", "asked", "--out", str(out), *BY)
    written = sorted(out.iterdir())
    assert [file.suffix for file in written] == [".html", ".json"]
    assert [file.stat().st_mode & 0o777 for file in written] == [0o600, 0o600]
    assert json.loads(written[1].read_text())["counts"]["messages"] == 1

    done = json.loads(hub("retention", "run", "--dry-run", "--json", *BY))
    assert (done["dry_run"], done["messages"]) == (True, [])


def test_a_number_that_breaks_its_rule_is_refused_and_not_repeated(tmp_path: Path) -> None:
    ran = run_hub_process("hold", "place", "--pnc", "2001/0000001B", "--reason", "x", *BY, state=tmp_path)
    assert ran.returncode == 2
    assert "subject.unclear" in ran.stderr
    assert "0000001B" not in ran.stderr + ran.stdout
