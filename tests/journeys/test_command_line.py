"""The command line as a user runs it, in a process of its own."""

import json
from pathlib import Path

import pytest

from hub.local.demonstration.stories import stories
from tests.broken_documents import with_one_bad_case
from tests.conftest import ROOT, run_hub, run_hub_process
from tests.exchanges import AdjustableClock


@pytest.fixture
def documents(tmp_path: Path) -> dict[str, Path]:
    told = {story.name: story.steps for story in stories(AdjustableClock().now(), "cli")}
    files = {"list": tmp_path / "list.xml", "sentence": tmp_path / "sentence.xml"}
    files["list"].write_bytes(told["court_list"][0].body)
    files["sentence"].write_bytes(told["report_to_prison"][2].body)
    return files


def test_try_needs_no_server_and_says_what_would_happen(documents: dict[str, Path], tmp_path: Path) -> None:
    ran = run_hub_process("try", str(documents["sentence"]), "--json", state=tmp_path / "none")
    assert ran.returncode == 0, ran.stderr
    result = json.loads(ran.stdout)
    assert result["accepted"] is True
    [message] = result["messages"]
    assert (message["kind"], message["version"], message["sender"]) == ("hearing_result", 1, "court-b10jq")
    assert message["counts"] == {"cases": 1, "defendants": 1, "offences": 1, "results": 1}
    assert {d["recipient"]: d["permitted"] for d in result["deliveries"]} == {
        "probation-northumbria": True,
        "police-northumbria": True,
        "prison-durham": True,
    }
    [clock] = result["clocks"]
    assert clock["clock"] == "report_to_prison"
    assert "1002" in clock["why"]
    assert not (tmp_path / "none").exists(), "it writes nothing"


def test_try_exits_3_when_some_is_refused_and_2_when_nothing_can_be_taken(
    documents: dict[str, Path], tmp_path: Path
) -> None:
    partly = tmp_path / "partly.xml"
    partly.write_bytes(with_one_bad_case(documents["list"].read_bytes()))
    ran = run_hub("try", str(partly), "--json", state=tmp_path)
    assert ran.returncode == 3
    result = json.loads(ran.stdout)
    assert result["accepted"] is False
    assert result["messages"][0]["counts"]["cases"] == 1
    assert set(result["refused"][0]) == {"code", "where", "problem", "cure"}
    nothing = tmp_path / "nothing.txt"
    nothing.write_text("no document at all")
    ran = run_hub("try", str(nothing), "--json", state=tmp_path)
    assert ran.returncode == 2
    assert json.loads(ran.stdout)["messages"] == []


def test_try_with_an_agency_refuses_what_that_agency_may_not_send(documents: dict[str, Path], tmp_path: Path) -> None:
    ran = run_hub("try", str(documents["list"]), "--from", "prison-durham", "--json", state=tmp_path)
    assert ran.returncode == 2
    assert json.loads(ran.stdout)["refused"][0]["code"] == "sender.not_yours"


def test_a_command_that_needs_a_running_exchange_says_how_to_start_one(
    documents: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUB_DATABASE_URL", raising=False)
    ran = run_hub_process("send", str(documents["list"]), "--from", "gateway-libra", state=tmp_path / "none")
    assert ran.returncode == 1
    assert "hub up" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_the_shipped_registry_holds_together(tmp_path: Path) -> None:
    """A review that has become due is shown to operators. It is not a fault of what was shipped before that day."""
    ran = run_hub("lint", "--json", state=tmp_path)
    told = [problem["code"] for problem in json.loads(ran.stdout)["problems"]]
    assert set(told) <= {"protocol.review_due"}, ran.stdout
    assert ran.returncode == bool(told)


def test_a_broken_registry_is_reported_with_file_and_line(tmp_path: Path) -> None:
    protocols = tmp_path / "protocols"
    protocols.mkdir()
    (protocols / "broken.toml").write_text('id = "x"\nversion = "one"\n')
    ran = run_hub("lint", state=tmp_path, HUB_PROTOCOLS_DIR=str(protocols))
    assert ran.returncode == 1
    assert "broken.toml line" in ran.stdout


def test_send_show_deadlines_and_keys_on_a_real_database(
    documents: dict[str, Path], tmp_path: Path, database_url: str
) -> None:
    def hub(*arguments: str) -> dict[str, object]:
        ran = run_hub(*arguments, "--json", state=tmp_path, HUB_DATABASE_URL=database_url)
        assert ran.returncode == 0, ran.stderr
        found: dict[str, object] = json.loads(ran.stdout)
        return found

    sent = hub("send", str(documents["sentence"]), "--from", "gateway-cjse")
    message_id = sent["receipt"]["messages"][0]["id"]  # type: ignore[index]
    assert hub("send", str(documents["sentence"]), "--from", "gateway-cjse")["repeated"] is True
    story = hub("show", message_id[:8])
    assert story["id"] == message_id
    assert [entry["event"] for entry in story["journal"]][:2] == ["document.received", "message.accepted"]  # type: ignore[index,attr-defined]
    [clock] = hub("deadlines")
    assert clock["clock"] == "report_to_prison"  # type: ignore[index]
    key_file = tmp_path / "durham.key"
    assert hub("keys", "new", "prison-durham", "--out", str(key_file))["agency"] == "prison-durham"
    assert key_file.stat().st_mode & 0o777 == 0o600
    signed = run_hub("keys", "assertion", "--key", str(key_file), state=tmp_path)
    assert signed.stdout.startswith("Authorization: Bearer ey")
    explained = ["protocols", "explain", message_id, "prison-durham"]
    for plain in (["show", message_id], ["keys", "list"], explained, ["deadlines"], ["migrate"]):
        ran = run_hub(*plain, state=tmp_path, HUB_DATABASE_URL=database_url)
        assert ran.returncode == 0, ran.stderr


def test_try_says_by_what_it_decides_and_shows_what_was_read(tmp_path: Path) -> None:
    file = ROOT / "schemas" / "kinds" / "hearing_result" / "samples" / "custodial.json"
    frame = {"kind": "hearing_result", "version": 1, "reference": "R-1", "payload": json.loads(file.read_bytes())}
    document = tmp_path / "result.json"
    document.write_text(json.dumps(frame))
    tried = run_hub("try", str(document), "--from", "court-b10jq", "--values", "--json", state=tmp_path / "state")
    told = json.loads(tried.stdout)
    assert told["protocols"]["not_approved"] is None
    assert "nobody has approved" in told["protocols"]["note"]
    values = told["messages"][0]["values"]
    assert values["urn"] == frame["payload"]["urn"]
    assert values["offences[0].results[0].code"] == "1002"
    without = run_hub("try", str(document), "--from", "court-b10jq", "--json", state=tmp_path / "state")
    assert "values" not in json.loads(without.stdout)["messages"][0]
