"""The published standing data, imported as an operator does: every file is recognised and complete."""

import csv
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from hub.codes.importing import import_codes
from hub.codes.keeping import load_code_lists
from hub.codes.known import CodeLists, code_flags
from schemas.catalogue import Catalogue
from schemas.custody.table import custody_table
from schemas.fields import OFFENCE_CODE
from tests.conftest import ROOT, SAMPLES

STANDING_DATA = SAMPLES / "standing-data"
pytestmark = pytest.mark.skipif(not STANDING_DATA.is_dir(), reason="../shared/samples/standing-data is absent")

CODES = {
    "organisation-unit": 6_410,
    "offence-code": 15_352,
    "result-code": 898,
    "result-qualifier": 299,
    "plea": 7,
    "verdict": 4,
    "remand-status": 7,
    "gender": 4,
    "force": 84,
    "type-of-hearing": 50,
    "pnc-disposal": 66,
}


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> CodeLists:
    folder = tmp_path_factory.mktemp("codes")
    report = import_codes([STANDING_DATA], folder, None, datetime.now(UTC))
    assert report.refused == ()
    assert [problem.where for problem in report.left] == ["exception-definitions.json"]
    assert {one.list: one.codes for one in report.imported} == CODES
    assert {one.list: one.without_code for one in report.imported if one.without_code} == {"verdict": 1}
    return load_code_lists(folder)


def test_every_list_is_kept_whole(lists: CodeLists) -> None:
    assert {name: len(table.by_key) for name, table in lists.tables.items()} == CODES
    assert len(lists.tables["plea"].entries) == 8, "one plea has two SPI codes"


def test_each_file_is_recognised_by_itself_under_any_name(lists: CodeLists, tmp_path: Path) -> None:
    for name, table in lists.tables.items():
        copy = tmp_path / "renamed.dat"
        copy.write_bytes((STANDING_DATA / table.origin.source).read_bytes())
        [one] = import_codes([copy], tmp_path / name, None, datetime.now(UTC)).imported
        assert (one.list, one.codes) == (name, CODES[name])


def test_nothing_of_a_row_is_lost(lists: CodeLists) -> None:
    with (STANDING_DATA / "offence-codes.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            [entry] = lists.tables["offence-code"].find(row["code"])
            details = lists.tables["offence-code"].details_of(entry)
            assert entry.description == " ".join(row["title"].split())
            assert details == {"category": row["category"], "recordable": row["recordable"]}
    for row in json.loads((STANDING_DATA / "organisation-unit.json").read_text(encoding="utf-8")):
        levels = ("topLevelCode", "secondLevelCode", "thirdLevelCode", "bottomLevelCode")
        [entry] = lists.tables["organisation-unit"].find("".join(row[level] for level in levels))
        kept = lists.tables["organisation-unit"].details_of(entry)
        assert kept == {column: " ".join(cell.split()) for column, cell in row.items() if cell.strip()}


def test_every_published_offence_code_keeps_the_rule_of_offence_codes(lists: CodeLists) -> None:
    assert [code for code in lists.tables["offence-code"].by_key if OFFENCE_CODE.canonical(code) != code] == []


def test_the_custody_table_decides_every_imported_result_code(lists: CodeLists) -> None:
    assert set(lists.tables["result-code"].by_key) == set(custody_table().results)


def test_north_shields_is_known_by_seven_and_by_five_characters(lists: CodeLists) -> None:
    units = lists.tables["organisation-unit"]
    assert "North Shields" in units.find("B10JQ00")[0].description
    assert units.find("B10JQ") == units.find("B10JQ00")
    assert not units.holds("B10QQ00")


def test_real_sentences_are_flagged_for_nothing_and_a_made_up_code_is(lists: CodeLists) -> None:
    kind = Catalogue.discover().latest("hearing_result")
    sample = ROOT / "schemas" / "kinds" / "hearing_result" / "samples" / "custodial.json"
    payload = json.loads(sample.read_bytes())
    assert code_flags(payload, kind, lists) == ()
    payload["offences"][1]["results"][0]["code"] = "9876"
    payload["court"]["ou_code"] = "B10QQ00"
    assert [flag.path for flag in code_flags(payload, kind, lists)] == [
        "court.ou_code",
        "offences[1].results[0].code",
    ]
