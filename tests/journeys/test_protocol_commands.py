"""Proposing, approving and comparing versions of a protocol, by the command line on a real database."""

import csv
import io
import json
import re
from datetime import timedelta
from importlib.resources import files
from pathlib import Path

from hub.clock import SystemClock
from hub.deadlines.london import LONDON
from hub.spreadsheets import harmless
from tests.conftest import run_hub, run_hub_process


def test_two_people_change_a_protocol(tmp_path: Path, database_url: str) -> None:
    def hub(*arguments: str, fails: bool = False) -> str:
        ran = run_hub(*arguments, state=tmp_path / "state", HUB_DATABASE_URL=database_url)
        assert (ran.returncode != 0) is fails, ran.stderr
        return ran.stderr if fails else ran.stdout

    starts = SystemClock().now().astimezone(LONDON).date() + timedelta(days=1)
    text = (files("schemas") / "protocols" / "court-lists.toml").read_text(encoding="utf-8")
    text = text[: text.index("[[message]]")]
    text = re.sub(r"starts = .*", f"starts = {starts}", text.replace("version = 2", "version = 3"))
    text = re.sub(r"review = .*", f"review = {starts + timedelta(days=30)}", text)
    new = tmp_path / "new.toml"
    text = text.replace('["sessions[].cases[].defendant",', '["sessions[].cases[].defendant.name",')
    new.write_text(text.replace('  "category:contact",\n', ""))

    hub("protocols", "propose", str(new), "--by", "officer-one")
    proposal = json.loads(hub("protocols", "versions", "court-lists", "--json"))[-1]
    assert (proposal["state"], proposal["proposed_by"]) == ("proposed", "unverified:officer-one")
    changed = json.loads(hub("protocols", "diff", "court-lists", "2", "3", "--json"))
    assert changed["fields"] and changed == json.loads(hub("protocols", "diff", str(new), "--json"))
    assert "protocol.same_person" in hub("protocols", "approve", proposal["id"], "--by", "Officer-One", fails=True)
    hub("protocols", "approve", proposal["id"][:8], "--by", "officer-two")
    assert [(v["version"], v["state"]) for v in json.loads(hub("protocols", "versions", "court-lists", "--json"))] == [
        (2, "adopted"),
        (3, "approved"),
    ]
    assert "court-lists v3" in hub("protocols", "matrix")


def test_the_matrix_as_a_spreadsheet_holds_what_the_matrix_holds(tmp_path: Path) -> None:
    printed = run_hub_process("protocols", "matrix", "--csv", state=tmp_path)
    rows = list(csv.DictReader(io.StringIO(printed.stdout)))
    cells = json.loads(run_hub("protocols", "matrix", "--json", state=tmp_path).stdout)
    assert [(r["from"], r["to"], r["kind"], int(r["passed"])) for r in rows] == [
        (c["sender"], c["recipient"], c["kind"], c["fields"]["passed"]) for c in cells
    ]


def test_no_cell_of_a_spreadsheet_begins_like_a_formula() -> None:
    for begin in ("=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", " =1", "\n=1"):
        assert harmless(begin) == f"'{begin}"
    for plain in ("role:court", "", "12", "a=b"):
        assert harmless(plain) == plain
