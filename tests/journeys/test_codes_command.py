"""`hub codes` as an operator uses it: import, list, show, and the flags of a message. No server runs."""

import json
import os
from pathlib import Path

import pytest

from tests.conftest import ROOT, run_hub, run_hub_process

SENTENCE = ROOT / "schemas" / "kinds" / "hearing_result" / "samples" / "custodial.json"
RESULT_CODES = [
    {"cjsCode": "4999", "description": "Made-up order", "type": "F", "resultCodeQualifiers": "S,"},
    {"cjsCode": "4998", "description": "Another", "type": "I", "resultCodeQualifiers": ""},
]
UNITS = "code,description\nB10JQ00,North Shields\n"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


@pytest.fixture
def result_codes(tmp_path: Path) -> Path:
    path = tmp_path / "results.json"
    path.write_text(json.dumps(RESULT_CODES))
    return path


@pytest.fixture
def sentence(tmp_path: Path) -> Path:
    """A court's result with two offences: imprisonment (1002) and a fine (1015)."""
    path = tmp_path / "sentence.json"
    payload = json.loads(SENTENCE.read_text(encoding="utf-8"))
    document = {"kind": "hearing_result", "version": 1, "sender": "court-b10jq", "reference": "codes-1"}
    path.write_text(json.dumps(document | {"payload": payload}), encoding="utf-8")
    return path


def doubts_of(document: Path, state: Path, **environment: str) -> list[tuple[str, str]]:
    ran = run_hub("try", str(document), "--json", state=state, **environment)
    assert ran.returncode == 0, ran.stderr
    return [(d["code"], d["where"]) for m in json.loads(ran.stdout)["messages"] for d in m["doubts"]]


def test_an_imported_list_is_listed_and_its_codes_shown(result_codes: Path, state: Path) -> None:
    ran = run_hub_process("codes", "import", str(result_codes), state=state)
    assert ran.returncode == 0, ran.stderr
    assert "result-code" in ran.stdout
    listed = {one["list"]: one for one in json.loads(run_hub("codes", "list", "--json", state=state).stdout)}
    assert listed["result-code"]["codes"] == 2
    assert listed["result-code"]["source"] == "results.json"
    assert listed["plea"] == {"list": "plea", "codes": None}
    assert "not checked" in run_hub("codes", "list", state=state).stdout
    shown = run_hub("codes", "show", "4999", state=state)
    assert "Made-up order" in shown.stdout
    assert "resultCodeQualifiers: S," in shown.stdout


def test_show_prints_the_custody_decision_of_a_result_code(state: Path) -> None:
    shown = json.loads(run_hub("codes", "show", "1002", "--json", state=state).stdout)
    assert (shown["custody"]["name"], shown["custody"]["custody"]) == ("Imprisonment", "immediate")
    assert "immediate" in run_hub("codes", "show", "1002", state=state).stdout


def test_show_prints_the_name_of_an_organisation_unit_by_seven_or_five_characters(tmp_path: Path, state: Path) -> None:
    (tmp_path / "units.csv").write_text(UNITS)
    assert run_hub("codes", "import", str(tmp_path / "units.csv"), state=state).returncode == 1, "which list is it?"
    named = run_hub("codes", "import", str(tmp_path / "units.csv"), "--as", "organisation-unit", state=state)
    assert named.returncode == 0, named.stdout
    for asked in ("B10JQ00", "B10JQ"):
        assert "North Shields" in run_hub("codes", "show", asked, state=state).stdout


def test_a_code_in_no_list_is_reported_as_unknown(result_codes: Path, state: Path) -> None:
    before = run_hub("codes", "show", "ZZZ9", state=state)
    assert (before.returncode, "hub codes import" in before.stderr) == (2, True)
    run_hub("codes", "import", str(result_codes), state=state)
    after = run_hub("codes", "show", "ZZZ9", state=state)
    assert (after.returncode, "code.unknown" in after.stderr) == (2, True)


def test_a_broken_file_is_refused_with_place_and_cure_and_the_former_list_holds(
    result_codes: Path, state: Path
) -> None:
    run_hub("codes", "import", str(result_codes), state=state)
    result_codes.write_text(json.dumps(RESULT_CODES)[:-20])
    ran = run_hub("codes", "import", str(result_codes), "--json", state=state)
    assert ran.returncode == 1
    [problem] = json.loads(ran.stdout)["refused"]
    assert problem["code"] == "codes.malformed"
    assert "results.json, line 1" in problem["where"]
    assert problem["cure"]
    assert "Refused" in run_hub("codes", "import", str(result_codes), state=state).stdout
    assert "Made-up order" in run_hub("codes", "show", "4999", state=state).stdout


def test_an_unknown_list_is_refused_with_the_names_of_all(result_codes: Path, state: Path) -> None:
    ran = run_hub("codes", "import", str(result_codes), "--as", "results", state=state)
    assert ran.returncode == 2
    assert "result-qualifier" in ran.stderr


def test_an_unknown_code_is_flagged_by_try_and_never_refused(result_codes: Path, sentence: Path, state: Path) -> None:
    before = doubts_of(sentence, state)
    assert [doubt for doubt in before if doubt[0] == "code.unknown"] == []
    run_hub("codes", "import", str(result_codes), state=state)
    added = [doubt for doubt in doubts_of(sentence, state) if doubt not in before]
    assert added == [
        ("code.unknown", "offences[0].results[0].code"),
        ("code.unknown", "offences[1].results[0].code"),
    ]


def test_the_folder_of_the_lists_can_be_set(result_codes: Path, sentence: Path, state: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    run_hub("codes", "import", str(result_codes), state=state, HUB_CODES_DIR=str(elsewhere))
    assert [path.name for path in elsewhere.iterdir()] == ["result-code.csv"]
    assert not (state / "codes").exists()
    assert "code.unknown" in {code for code, _ in doubts_of(sentence, state, HUB_CODES_DIR=str(elsewhere))}
    assert "code.unknown" not in {code for code, _ in doubts_of(sentence, state)}


def test_a_kept_list_that_somebody_broke_stops_try_in_plain_words(
    result_codes: Path, sentence: Path, state: Path
) -> None:
    run_hub("codes", "import", str(result_codes), state=state)
    (state / "codes" / "result-code.csv").write_text("code,description\n")
    ran = run_hub("try", str(sentence), state=state)
    assert ran.returncode == 1
    assert "codes.kept_list_broken" in ran.stderr
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_reported_in_plain_words(result_codes: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked"
    locked.mkdir(mode=0o500)
    ran = run_hub("codes", "import", str(result_codes), state=locked / "state")
    assert ran.returncode == 1
    assert "Traceback" not in ran.stderr
