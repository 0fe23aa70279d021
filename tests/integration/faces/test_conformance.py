"""The conformance report of an agency says what it sent, got and was refused, and names nobody."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from hub.errors import ValueUnusable
from tests.broken_documents import with_one_bad_case
from tests.conftest import Bench, run_hub

COURT, AREA, GATEWAY = "court-b10jq", "probation-northumbria", "gateway-libra"


def test_it_says_what_was_sent_got_and_refused_and_names_nobody(bench: Bench, tmp_path: Path) -> None:
    story = bench.story()
    since = bench.clock.now() - timedelta(days=1)
    bench.send(story["request"])
    bad = with_one_bad_case(story["list"].body)
    bench.hub.intake.receive(bench.hub.agencies.named(GATEWAY), bad, "text/xml")
    bench.drain()
    sender, area, gateway = (bench.hub.conformance.report(name, since) for name in (COURT, AREA, GATEWAY))
    assert {each["kind"]: each["messages"] for each in sender["sends"]} == {"report_request": 1, "court_list": 1}
    assert all(len(each["sample_sha256"]) == 64 for each in sender["sends"])
    assert {(each["kind"], each["from"], each["state"], each["with_receipt"]) for each in area["gets"]} == {
        ("report_request", COURT, "delivered", 1),
        ("court_list", COURT, "delivered", 1),
    }
    [refused] = gateway["refused"]
    assert refused["times"] == 1 and refused["cause"] and refused["cure"]
    assert any(point.startswith("pre_sentence_report: it may be sent") for point in area["open_points"])
    assert not any(point.startswith("report_request: it may be received") for point in area["open_points"])
    assert bench.hub.conformance.report(COURT, bench.clock.now() + timedelta(days=1))["sends"] == []
    with pytest.raises(ValueUnusable):
        bench.hub.conformance.report("nobody", since)

    place = bench.hub.settings.state_dir
    ran = run_hub("conformance", GATEWAY, "--out", str(tmp_path), state=place, HUB_DATABASE_URL=bench.hub.store.url)
    assert ran.returncode == 0, ran.stderr
    [html], [plain] = ([file.read_text() for file in tmp_path.glob(f"*.{kind}")] for kind in ("html", "json"))
    assert json.loads(plain)["refused"][0]["code"] == refused["code"] and refused["code"] in html
    assert "ASHBROOK" not in html + plain and "ashbrook" not in (html + plain).lower()
