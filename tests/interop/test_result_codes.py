"""The custody tables, compared with the published standing data: every code has its row, every rule a real
qualifier."""

import json
from pathlib import Path

import pytest

from schemas.custody.table import ANY_CODE, custody_table

STANDING_DATA = Path(__file__).parents[3] / "shared" / "samples" / "standing-data"
pytestmark = pytest.mark.skipif(not STANDING_DATA.is_dir(), reason="../shared/samples/standing-data is absent")


def published(name: str) -> dict[str, dict[str, str]]:
    rows: list[dict[str, str]] = json.loads((STANDING_DATA / name).read_text(encoding="utf-8"))
    return {row["cjsCode"]: row for row in rows}


def test_every_published_result_code_has_exactly_one_row() -> None:
    codes = published("result-code.json")
    assert len(codes) == 898
    assert set(custody_table().results) == set(codes)


def test_names_and_types_are_the_published_ones() -> None:
    codes = published("result-code.json")
    table = custody_table().results
    assert {code: (row.name, row.type) for code, row in table.items()} == {
        code: (" ".join(row["description"].split()), row["type"]) for code, row in codes.items()
    }


def test_every_qualifier_of_a_rule_is_published() -> None:
    assert {qualifier for _, qualifier in custody_table().qualifiers} <= set(published("result-qualifier-code.json"))


def test_every_rule_of_a_code_uses_a_qualifier_that_the_code_may_carry() -> None:
    codes = published("result-code.json")
    for code, qualifier in custody_table().qualifiers:
        if code != ANY_CODE:
            allowed = {item.strip() for item in codes[code]["resultCodeQualifiers"].split(",")}
            assert qualifier in allowed, (code, qualifier)


def test_every_immediate_sentence_that_may_be_wholly_suspended_has_its_rule() -> None:
    table = custody_table()
    suspendable = {
        code
        for code, row in published("result-code.json").items()
        if "S" in [item.strip() for item in row["resultCodeQualifiers"].split(",")]
        and table.results[code].custody == "immediate"
    }
    assert suspendable == {code for code, qualifier in table.qualifiers if qualifier == "S" and code != ANY_CODE}
