"""Files of code lists as they are published, and lists made of them."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from hub.codes.importing import ImportReport, import_codes
from hub.codes.known import CodeLists
from hub.codes.lists import list_named
from hub.codes.parsing import read_codes
from hub.codes.table import CodeEntry, CodeTable, Origin
from schemas.catalogue import Catalogue
from schemas.problem import Problem, Refused

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
KINDS = Catalogue.discover()

Rows = list[dict[str, Any]]


def foreign(*codes: str) -> Rows:
    return [{"cjsCode": code, "description": f"meaning of {code}", "pncCode": "X", "spiCode": "Y"} for code in codes]


def plain(*codes: str) -> Rows:
    return [{"cjsCode": code, "description": f"meaning of {code}"} for code in codes]


def unit(code: str, *names: str) -> dict[str, Any]:
    """An organisation unit as published: six characters if it has no top level."""
    top, levels = (code[0], code[1:]) if len(code) == 7 else ("", code)
    named = dict(zip(("thirdLevelName", "secondLevelName", "topLevelName"), names, strict=False))
    return {
        "topLevelCode": top,
        "secondLevelCode": levels[:2],
        "thirdLevelCode": levels[2:4],
        "bottomLevelCode": levels[4:],
    } | named


FILES: dict[str, Rows] = {
    "organisation-unit": [unit("B91XQ00", "Littleford", "Midshire", "Courts"), unit("91XZ00", "Squad", "Midshire")],
    "result-code": [{**row, "type": "F", "resultCodeQualifiers": "S,"} for row in plain("1002", "4999")],
    "result-qualifier": plain("C", "Q", "S"),
    "plea": foreign("G", "NG", "NONE"),
    "verdict": foreign("G", "NC", "NG"),
    "remand-status": foreign("CB", "UB"),
    "gender": [{**row, "xhibitCode": "z"} for row in foreign("1", "2")],
    "force": [{"code": "01", "name": "One"}, {"code": "06", "name": "Six"}],
    "type-of-hearing": plain("PTR", "TRIAL"),
    "pnc-disposal": [{**row, "pncAdjudication": "1002", "pncNonAdjudication": ""} for row in plain("1507")],
}
OFFENCES = 'code,category,recordable,title\nXX91001,CE,1,Make a test\nXX91002B,CE,0,"Make a test, twice"\n'


def written(folder: Path, name: str, content: Rows | str) -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def imported(into: Path, *paths: Path, wanted: str | None = None, now: datetime = NOW) -> ImportReport:
    return import_codes(paths, into, list_named(wanted) if wanted else None, now)


def refusal(body: str | bytes, wanted: str | None = None) -> Problem:
    with pytest.raises(Refused) as refused:
        read_codes("file", body.encode() if isinstance(body, str) else body, list_named(wanted) if wanted else None)
    [problem] = refused.value.problems
    assert problem.cure
    return problem


def lists_of(**codes: tuple[str, ...]) -> CodeLists:
    origin = Origin("made up", "0" * 64, NOW)
    tables = [
        CodeTable(
            list_named(name.replace("_", "-")), (), tuple(CodeEntry(code, "", ()) for code in given_codes), origin
        )
        for name, given_codes in codes.items()
    ]
    return CodeLists({table.rule.name: table for table in tables})
