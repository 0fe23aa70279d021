"""A new area system is one file in the operator's folder. The exchange reads what the system sends, and the system can
read what it gets."""

import json
from pathlib import Path

import pytest

from hub.bootstrap import Knowledge, build_knowledge
from hub.settings import Settings
from tests.conftest import Bench, run_hub

AREA, OTHER = "probation-kent", "probation-cumbria"

PROFILE = """
name = "ledger"
title = "The ledger of an area that nobody had heard of"

[layout]
format = "csv"
delimiter = "^"
trailer = "TOTAL"

[tables.answer]
"taken on" = "accepted"
"sent back" = "refused"

[[exchange]]
kind = "case_transfer"
version = 1
fields = [
  { wire = "entry", to = "@reference" },
  { wire = "transfer", to = "transfer_reference" },
  { wire = "to", to = "to_area" },
  { wire = "asked", to = "requested_at", by = ["moment: DD.MM.YYYY HH:MI"] },
  { wire = "client", to = "offender.name", by = ["name: surname_first"] },
  { wire = "born", to = "offender.date_of_birth", by = ["date: DD.MM.YYYY"] },
  { wire = "crn", to = "offender.crn" },
]

[[exchange]]
kind = "transfer_reply"
version = 1
fields = [
  { wire = "entry", to = "@reference" },
  { wire = "reply to", to = "transfer_reference" },
  { wire = "from", to = "@sender" },
  { wire = "to", to = "to_area" },
  { wire = "answer", to = "decision", by = ["table: answer"] },
  { wire = "answered", to = "decided_at", by = ["moment: DD.MM.YYYY HH:MI"] },
  { wire = "client", to = "offender.name", by = ["name: surname_first"] },
]
"""
TRANSFERS = """entry^transfer^to^asked^client^born^crn
0001^LT-1^probation-cumbria^02.03.2026 09:30^Mockford, Pat^09.04.1971^D271828
0002^LT-2^probation-cumbria^02.03.2026 09:31^Fictive, Sam^31.02.1980^C314159
TOTAL^2
"""


@pytest.fixture
def profiles_dir(tmp_path: Path) -> Path:
    folder = tmp_path / "profiles"
    folder.mkdir()
    (folder / "ledger.toml").write_text(PROFILE, encoding="utf-8")
    return folder


@pytest.fixture
def knowledge(profiles_dir: Path) -> Knowledge:
    """As in every other test, except for the operator's folder."""
    return build_knowledge(Settings(state_dir=Path("nowhere"), profiles_dir=profiles_dir))


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The area receives in its own format."""
    file = settings.endpoints_file()
    plain = f'agency = "{AREA}"\nsystem = "hub_json"'
    assert plain in file.read_text()
    file.write_text(file.read_text().replace(plain, f'agency = "{AREA}"\nsystem = "probation.ledger"'))
    return settings


def test_what_the_new_system_sends_is_read_and_its_answer_comes_in_its_own_format(bench: Bench) -> None:
    agency = bench.hub.knowledge.registry.agencies.named
    today = bench.clock.now().strftime("%d.%m.%Y")
    answer = bench.hub.intake.receive(agency(AREA), TRANSFERS.replace("02.03.2026", today).encode())
    assert answer.receipt is not None
    first, second = answer.receipt["messages"]
    assert (first["reference"], second["reference"]) == ("0001", "0002")
    doubts = bench.hub.stories.show(second["id"])["doubts"]
    assert [(one["code"], one["where"]) for one in doubts] == [("value.date", "record 2, line 3, column born")]
    bench.drain()
    cases = [json.loads(item.body()) for item in bench.agencies.received(OTHER)]
    (case,) = [each for each in cases if each["id"] == first["id"]]
    assert (case["sender"], case["payload"]["offender"]["name"]["surname"]) == (AREA, "Mockford")

    reply = {
        "kind": "transfer_reply",
        "version": 1,
        "reference": "R-1",
        "payload": {
            "transfer_reference": "LT-1",
            "to_area": AREA,
            "decision": "accepted",
            "decided_at": "2026-03-09T10:30:00Z",
            "offender": case["payload"]["offender"],
            "officer": "S. Inkwell",
        },
    }
    answer = bench.hub.intake.receive(agency(OTHER), json.dumps(reply).encode())
    assert answer.receipt is not None, answer.refused
    bench.drain()
    (item,) = bench.agencies.received(AREA)
    message_id = answer.receipt["messages"][0]["id"]
    assert item.body().decode().splitlines() == [
        "entry^reply to^from^to^answer^answered^client",
        f"{message_id}^LT-1^{OTHER}^{AREA}^taken on^09.03.2026 10:30^Mockford, Pat",
        "TOTAL^1",
    ]
    story = bench.hub.stories.show(message_id)
    assert "officer" in json.dumps(story), "what its format cannot hold is said"
    clocks = bench.hub.deadlines.listed(stopped_too=True, name="transfer_reply")
    assert {clock["started_by"]: clock["state"] for clock in clocks}[first["id"]] == "met"


def test_the_command_line_finds_it_by_the_setting(tmp_path: Path, profiles_dir: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(TRANSFERS)
    chosen = {"HUB_PROFILES_DIR": str(profiles_dir)}
    tried = run_hub("try", str(file), "--from", AREA, "--json", state=tmp_path / "state", **chosen)
    assert tried.returncode == 0, tried.stderr
    assert [message["kind"] for message in json.loads(tried.stdout)["messages"]] == ["case_transfer", "case_transfer"]
    unknown = run_hub("try", str(file), "--from", AREA, "--json", state=tmp_path / "state")
    assert unknown.returncode == 2
    linted = run_hub("profile", "lint", str(profiles_dir / "ledger.toml"), "--json", state=tmp_path / "state", **chosen)
    assert linted.returncode == 1
    codes = [problem["code"] for problem in json.loads(linted.stdout)["problems"]]
    assert codes == ["example.missing", "example.missing"]
    tested = run_hub("profile", "test", "--json", state=tmp_path / "state")
    assert tested.returncode == 0 and json.loads(tested.stdout)["failed"] == 0


def test_a_sample_becomes_a_profile_that_reads_it(tmp_path: Path) -> None:
    sample = tmp_path / "export.csv"
    sample.write_text(TRANSFERS.replace("31.02.1980", "01.02.1980").replace("^", "|"))
    folder = tmp_path / "drafted"
    folder.mkdir()
    chosen = {"HUB_PROFILES_DIR": str(folder)}
    made = run_hub(
        "profile", "new", str(sample), "--name", "drafted", "--kind", "case_transfer", "--json",
        state=tmp_path / "state", **chosen,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    said = json.loads(made.stdout)
    assert {"client", "asked", "born", "crn", "transfer"} & {one["wire"] for one in said["mapped"]}
    written = folder / "drafted.toml"
    text = written.read_text(encoding="utf-8")
    for path in said["needed"]:
        wire = {"to_area": "to", "requested_at": "asked", "offender": "client", "transfer_reference": "transfer"}[path]
        by = {"requested_at": ', by = ["moment: DD.MM.YYYY HH:MI"]', "offender": ', by = ["name: surname_first"]'}
        to = {"offender": "offender.name"}.get(path, path)
        line = next(line for line in text.splitlines() if f'wire = "{wire}"' in line)
        text = text.replace(line, f'  {{ wire = "{wire}", to = "{to}"{by.get(path, "")} }},')
    written.write_text(text, encoding="utf-8")
    tried = run_hub("try", str(sample), "--from", AREA, "--json", state=tmp_path / "state", **chosen)
    assert tried.returncode == 0, tried.stdout + tried.stderr
    assert len(json.loads(tried.stdout)["messages"]) == 2
    again = run_hub(
        "profile", "new", str(sample), "--name", "drafted", "--kind", "case_transfer",
        state=tmp_path / "state", **chosen,
    )  # fmt: skip
    assert again.returncode == 1 and "not overwritten" in again.stderr
