"""`hub report` as a user runs it, on a sentence whose 48 hours are over."""

import csv
import io
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from hub.indicators.periods import Every, period_of
from hub.local.demonstration.stories import stories
from tests.commands import Ran
from tests.conftest import run_hub
from tests.exchanges import AdjustableClock

INDICATOR = "report_at_prison_48_hours"
Report = Callable[..., Ran]


@pytest.fixture
def report(tmp_path: Path, database_url: str) -> Report:
    told = {story.name: story.steps for story in stories(AdjustableClock().now() - timedelta(days=30), "report")}
    document = tmp_path / "sentence.xml"
    document.write_bytes(told["report_to_prison"][2].body)

    def hub(*arguments: str) -> Ran:
        return run_hub(*arguments, state=tmp_path, HUB_DATABASE_URL=database_url)

    assert hub("send", str(document), "--from", "gateway-cjse", "--json").returncode == 0
    [clock] = json.loads(hub("deadlines", "--json").stdout)
    month = period_of(datetime.fromisoformat(clock["due_at"]), Every.MONTH)
    return lambda *more: hub("report", "--period", str(month), *more)


def test_a_sentence_without_its_report_is_in_the_figure_and_leads_to_its_message(report: Report) -> None:
    found = json.loads(report("--indicator", INDICATOR, "--by", "court", "--json").stdout)
    assert [(each["agency"], each["numerator"], each["denominator"]) for each in found] == [
        (None, 0, 1),
        ("court-b10jq", 0, 1),
    ]
    assert found[0]["source"] == "5.67" and found[0]["left_out"]["not_due_yet"]
    assert (found[0]["low"], found[0]["high"]) == (0.0, 0.7935)
    [behind] = json.loads(report("--messages", INDICATOR, "--json").stdout)
    assert (behind["outcome"], behind["must_act"]) == ("not_done", "probation-northumbria")
    assert "0 of 1, 0% (95%: 0% to 79%)" in report().stdout


def test_the_report_of_a_quarter_is_written_to_print(tmp_path: Path, database_url: str) -> None:
    page = tmp_path / "board.html"
    ran = run_hub("board", "--to", str(page), state=tmp_path, HUB_DATABASE_URL=database_url)
    assert ran.returncode == 0, ran.stderr
    assert "<h1>All agencies</h1>" in page.read_text()
    refused = run_hub("board", "--to", "board.doc", state=tmp_path, HUB_DATABASE_URL=database_url)
    assert (refused.returncode, "end it in .html or .pdf" in refused.stderr) == (2, True)


def test_the_figures_go_to_a_spreadsheet(report: Report) -> None:
    rows = list(csv.DictReader(io.StringIO(report("--csv", "--by", "agency", "--indicator", INDICATOR).stdout)))
    assert [(row["agency"], row["numerator"], row["denominator"], row["hidden"]) for row in rows] == [
        ("all", "0", "1", "no"),
        ("probation-northumbria", "0", "1", "no"),
    ]


def test_a_small_number_is_in_none_of_what_is_printed(report: Report) -> None:
    for more in ((), ("--by", "agency"), ("--agency", "probation-northumbria")):
        found = json.loads(report("--suppress-below", "3", "--indicator", INDICATOR, "--json", *more).stdout)
        assert all(each["hidden"] and each["denominator"] is None for each in found), more
    refused = report("--suppress-below", "3", "--messages", INDICATOR)
    assert refused.returncode == 2
    assert "value.unusable" in refused.stderr


@pytest.mark.parametrize(
    "wrong",
    [
        ("--by", "moon"),
        ("--every", "year"),
        ("--indicator", "x"),
        ("--agency", "x"),
        ("--by", "court", "--suppress-below", "3"),
    ],
    ids=" ".join,
)
def test_what_cannot_be_asked_ends_with_exit_code_2_and_says_what_to_do(report: Report, wrong: tuple[str, ...]) -> None:
    refused = report(*wrong)
    assert refused.returncode == 2, refused.stdout
    assert refused.stderr.strip()
