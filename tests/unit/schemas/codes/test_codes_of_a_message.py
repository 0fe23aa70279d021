"""Each code of a message that its list lacks is flagged at its place."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from hub.codes.keeping import load_code_lists
from hub.codes.known import CodeLists, code_flags
from hub.codes.lists import LISTS
from schemas.kind import MessageKind
from schemas.shape import Flag, leaves_of
from tests.conftest import ROOT
from tests.growth import growth
from tests.unit.schemas.codes.files_of_lists import (
    KINDS,
    lists_of,
)

RESULT = KINDS.latest("hearing_result")
ALL_LISTS = {leaf.code_list for kind in KINDS.kinds.values() for leaf in leaves_of(kind.payload) if leaf.code_list}


def message(**code: Any) -> dict[str, Any]:
    """A hearing result as plain JSON, from the sample, with one offence that has one result."""
    folder = ROOT / "schemas" / "kinds" / RESULT.name / "samples"
    plain_payload: dict[str, Any] = json.loads((folder / "custodial.json").read_text(encoding="utf-8"))
    result = {"code": code.get("result", "1002"), "qualifiers": code.get("qualifiers", ["S"])}
    offences = [{"code": offence, "results": [result]} for offence in code.get("offences", ["XX91001"])]
    court = plain_payload["court"] | {"ou_code": code.get("court", "B91XQ00")}
    return plain_payload | {"court": court, "offences": offences}


def flags(payload: Mapping[str, Any], lists: CodeLists, kind: MessageKind = RESULT) -> list[tuple[str, str]]:
    """Return the flags, which must be the same for a payload and its plain JSON form."""
    of_plain = code_flags(payload, kind, lists)
    assert code_flags(kind.payload.model_validate_json(json.dumps(payload)), kind, lists) == of_plain
    return [(flag.path, flag.code) for flag in of_plain]


COMPLETE = lists_of(
    organisation_unit=("B91XQ00",), offence_code=("XX91001",), result_code=("1002",), result_qualifier=("C", "S")
)


def test_a_message_of_known_codes_has_no_flags() -> None:
    assert flags(message(), COMPLETE) == []


def test_each_code_that_its_list_lacks_is_flagged_at_its_place() -> None:
    payload = message(court="B91ZZ00", offences=["XX91001", "XX91009"], result="4999", qualifiers=["S", "ZZ"])
    assert sorted(flags(payload, COMPLETE)) == [
        ("court.ou_code", "code.unknown"),
        ("offences[0].results[0].code", "code.unknown"),
        ("offences[0].results[0].qualifiers[1]", "code.unknown"),
        ("offences[1].code", "code.unknown"),
        ("offences[1].results[0].code", "code.unknown"),
        ("offences[1].results[0].qualifiers[1]", "code.unknown"),
    ]


def test_a_flag_names_the_list_and_not_the_value() -> None:
    [flag] = code_flags(message(result="4999"), RESULT, COMPLETE)
    problem = "is not in the imported list of result codes; kept as received"
    assert flag == Flag("offences[0].results[0].code", "code.unknown", problem)


def test_a_list_that_was_not_imported_is_not_checked() -> None:
    payload = message(court="B91ZZ00", result="4999")
    assert flags(payload, CodeLists()) == []
    assert flags(payload, lists_of(result_code=("1002",))) == [("offences[0].results[0].code", "code.unknown")]


def test_a_folder_that_does_not_exist_holds_no_lists(tmp_path: Path) -> None:
    assert load_code_lists(tmp_path / "none") == CodeLists()


def test_every_list_that_a_kind_names_is_one_that_can_be_imported() -> None:
    assert {"organisation-unit", "offence-code", "result-code", "result-qualifier"} <= ALL_LISTS
    assert {rule.name for rule in LISTS} >= ALL_LISTS


@pytest.mark.parametrize("kind", KINDS.kinds.values(), ids=lambda kind: f"{kind.name}-v{kind.version}")
def test_in_every_kind_each_marked_code_and_nothing_else_is_checked(kind: MessageKind) -> None:
    marked = {leaf.path for leaf in leaves_of(kind.payload) if leaf.code_list}
    assert {leaf.path for leaf in leaves_of(kind.payload) if leaf.path.split(".")[-1] == "ou_code"} <= marked
    empty_lists = lists_of(**{name.replace("-", "_"): ("NOTHING",) for name in ALL_LISTS})
    folder = ROOT / "schemas" / "kinds" / kind.name / "samples"
    for sample in folder.glob("*.json"):
        payload = kind.payload.model_validate_json(sample.read_bytes())
        found = code_flags(payload, kind, empty_lists)
        paths = {"".join("[]" if part.isdigit() else part for part in _split(flag.path)) for flag in found}
        assert paths <= marked
        present = {leaf.path for leaf in leaves_of(kind.payload) if leaf.code_list and _holds(payload, leaf.path)}
        assert paths == present


def _split(path: str) -> list[str]:
    return path.replace("[", "\0").replace("]", "\0").split("\0")


def _holds(node: Any, path: str) -> bool:
    """Written in a different way from the code under test: one path at a time, over the model."""
    nodes = [node]
    for step in path.split("."):
        name, depth = step.rstrip("[]"), step.count("[]")
        nodes = [value for item in nodes if (value := getattr(item, name)) is not None]
        for _ in range(depth):
            nodes = [item for items in nodes for item in items]
    return bool(nodes)


def test_checking_a_court_list_does_not_grow_with_the_code_lists() -> None:
    kind = KINDS.latest("court_list")
    folder = ROOT / "schemas" / "kinds" / "court_list" / "samples"
    plain_payload = json.loads((folder / "full.json").read_text(encoding="utf-8"))
    case = plain_payload["sessions"][0]["cases"][0]
    case["offences"] = [{"code": "XX91009"}] * 3
    plain_payload["sessions"] = [plain_payload["sessions"][0] | {"cases": [case] * 500}]

    def known(codes: int) -> CodeLists:
        return lists_of(offence_code=tuple(f"YY{n:05}" for n in range(codes)))

    assert len(code_flags(plain_payload, kind, known(15_000))) == 1_500
    assert growth(known, lambda lists: code_flags(plain_payload, kind, lists), 1_875, below=3) < 3
