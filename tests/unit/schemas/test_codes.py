"""Code lists: which file is which list, what is refused and where, and which codes of a message are flagged."""

import json
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.codes.importing import ImportReport, import_codes
from hub.codes.keeping import keep, kept_path, kept_table, load_code_lists
from hub.codes.known import CodeLists, code_flags
from hub.codes.lists import LISTS, ListRule, list_named
from hub.codes.parsing import NotCodes, read_codes
from hub.codes.table import CodeEntry, CodeTable, Origin
from hub.errors import ValueUnusable
from schemas.catalogue import Catalogue
from schemas.kind import MessageKind
from schemas.problem import Problem, Refused
from schemas.shape import Flag, leaves_of
from tests.conftest import ROOT
from tests.growth import growth

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


# Which file is which list


@pytest.mark.parametrize("name", FILES)
def test_a_published_file_is_recognised_by_what_it_holds(name: str) -> None:
    assert read_codes("any.json", json.dumps(FILES[name]).encode()).rule.name == name


def test_every_list_but_the_csv_one_was_tried() -> None:
    assert {*FILES, "offence-code"} == {rule.name for rule in LISTS}


def test_offence_codes_are_recognised_in_csv_with_a_byte_order_mark_and_quoted_commas() -> None:
    codes = read_codes("any.csv", OFFENCES.encode("utf-8-sig"))
    assert codes.rule.name == "offence-code"
    assert codes.entries[1] == CodeEntry("XX91002B", "Make a test, twice", ("CE", "0"))
    assert codes.columns == ("category", "recordable")


def test_remarks_before_the_header_and_rows_of_nothing_are_passed_over() -> None:
    spaced = "# published in March\n\n" + OFFENCES.replace("\n", "\n\n") + ",,,\n"
    assert read_codes("any.csv", spaced.encode()) == read_codes("any.csv", OFFENCES.encode())


def test_an_organisation_unit_is_put_together_from_its_levels() -> None:
    codes = read_codes("any.json", json.dumps(FILES["organisation-unit"]).encode())
    assert [(entry.code, entry.description) for entry in codes.entries] == [
        ("B91XQ00", "Littleford, Midshire, Courts"),
        ("91XZ00", "Squad, Midshire"),
    ]


def test_a_file_that_its_content_does_not_name_needs_to_be_named() -> None:
    body = json.dumps(plain("AA", "BB")).encode()
    with pytest.raises(NotCodes) as refused:
        read_codes("mine.json", body)
    assert refused.value.problems[0].code == "codes.unrecognised"
    assert "--as" in refused.value.problems[0].cure
    assert read_codes("mine.json", body, list_named("plea")).rule.name == "plea"


def test_a_list_that_does_not_exist_is_refused_with_those_that_do() -> None:
    with pytest.raises(ValueUnusable) as refused:
        list_named("pleas")
    assert "type-of-hearing" in refused.value.problems[0].cure


def test_a_row_without_a_code_stays_behind_and_is_counted() -> None:
    codes = read_codes("any.json", json.dumps([*foreign("", "G", "NC", "NG")]).encode())
    assert (len(codes.entries), codes.without_code) == (3, 1)


# What is refused, and where


@pytest.mark.parametrize(
    ("body", "code", "where"),
    [
        ('[{"cjsCode": "G",\n "description": }]', "codes.malformed", "file, line 2, column 17"),
        ('{"cjsCode": "G"}', "codes.malformed", "file"),
        ('[{"code": "01"}, 7]', "codes.malformed", "file, [1]"),
        ("[" * 100_000, "codes.malformed", "file"),
        ('[{"code": ' + "9" * 5_000 + "}]", "codes.malformed", "file"),
        ('[{"code": "01", "name": "\\ud800"}]', "codes.malformed", "file, [0]"),
        ("[]", "codes.empty", "file"),
        ("", "codes.empty", "file"),
        ("code,category,recordable,title\n", "codes.empty", "file"),
        (OFFENCES + "XX91003,CE\n", "codes.malformed", "file, line 4"),
        (OFFENCES + 'XX91003,CE,1,"never closed\n', "codes.malformed", "file, line 4"),
        (OFFENCES + "XX-91003,CE,1,A hyphen\n", "codes.code_malformed", "file, line 4"),
        (OFFENCES + "XX9100333,CE,1,Too long\n", "codes.code_malformed", "file, line 4"),
        (OFFENCES + "#XX9103,CE,1,A remark among the rows\n", "codes.code_malformed", "file, line 4"),
        ("code,category,recordable,code\nA,B,C,D\n", "codes.malformed", "file, line 1"),
        ("code,category,,title\nA,B,C,D\n", "codes.malformed", "file, line 1"),
        ("code;category;recordable;title\nA;B;C;D\n", "codes.unrecognised", "file"),
        (OFFENCES.encode() + b"XX91003,CE,1,\xff\n", "codes.not_utf8", "file, line 4"),
    ],
)
def test_a_broken_file_is_refused_with_its_place(body: str | bytes, code: str, where: str) -> None:
    problem = refusal(body)
    assert (problem.code, problem.where) == (code, where)


def test_a_file_named_as_a_list_that_it_cannot_be_is_refused() -> None:
    assert refusal(OFFENCES, "result-qualifier").code == "codes.code_malformed"
    assert refusal("offence,title\nXX91001,Test\n", "offence-code").code == "codes.unrecognised"


def test_a_list_of_codes_that_are_all_empty_is_refused() -> None:
    assert refusal(json.dumps(plain("", "")), "plea").code == "codes.empty"


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_whatever_a_file_holds_it_is_read_or_refused(body: bytes) -> None:
    for wanted in (None, list_named("plea")):
        try:
            assert read_codes("file", body, wanted).entries
        except Refused as refused:
            assert all(problem.cure and problem.where.startswith("file") for problem in refused.problems)


# Importing


def test_an_import_reports_what_it_added_removed_and_changed(tmp_path: Path) -> None:
    kept = tmp_path / "codes"
    [first] = imported(kept, written(tmp_path, "a.json", foreign("G", "NG", "NONE"))).imported
    assert (first.codes, first.added, first.removed, first.changed, first.written) == (3, 3, 0, 0, True)
    second = [*foreign("NG", "NONE", "ADM", "DEN"), {**foreign("G")[0], "spiCode": "other"}]
    second.pop(3)
    [again] = imported(kept, written(tmp_path, "a.json", second)).imported
    assert (again.codes, again.added, again.removed, again.changed, again.written) == (4, 1, 0, 1, True)
    [less] = imported(kept, written(tmp_path, "a.json", foreign("NG", "NONE"))).imported
    assert (less.codes, less.added, less.removed, less.changed) == (2, 0, 2, 0)


def test_importing_the_same_file_again_changes_nothing_not_even_the_time(tmp_path: Path) -> None:
    source, kept = written(tmp_path, "o.csv", OFFENCES), tmp_path / "codes"
    imported(kept, source)
    path = kept_path(kept, list_named("offence-code"))
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino)
    [again] = imported(kept, source, now=LATER).imported
    assert (again.added, again.removed, again.changed, again.written) == (0, 0, 0, False)
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_a_code_with_two_rows_keeps_both(tmp_path: Path) -> None:
    rows = [*foreign("G", "NG", "NONE"), {**foreign("G")[0], "spiCode": "other"}, foreign("NG")[0]]
    imported(tmp_path, written(tmp_path, "p.json", rows))
    table = load_code_lists(tmp_path).tables["plea"]
    assert [table.details_of(entry)["spiCode"] for entry in table.find("g")] == ["Y", "other"]
    assert len(table.find("NG")) == 1, "a row that is there twice is one"


def test_a_broken_file_leaves_the_former_list_and_the_others_are_taken(tmp_path: Path) -> None:
    kept = tmp_path / "codes"
    imported(kept, written(tmp_path, "o.csv", OFFENCES))
    former = kept_path(kept, list_named("offence-code")).read_bytes()
    report = imported(
        kept, written(tmp_path, "o.csv", OFFENCES + "XX91003\n"), written(tmp_path, "p.json", FILES["plea"])
    )
    assert [one.list for one in report.imported] == ["plea"]
    assert [(problem.code, problem.where) for problem in report.refused] == [("codes.malformed", "o.csv, line 4")]
    assert kept_path(kept, list_named("offence-code")).read_bytes() == former


def test_a_folder_may_hold_other_things_but_a_file_that_is_named_must_be_a_list(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    written(source, "p.json", FILES["plea"])
    other = written(source, "other.json", [{"code": "E1", "cause": "Something else"}])
    written(source, "readme.txt", "no list")
    report = imported(tmp_path / "codes", source)
    assert [one.list for one in report.imported] == ["plea"]
    assert [problem.where for problem in report.left] == ["other.json"]
    assert report.refused == ()
    assert [problem.code for problem in imported(tmp_path / "codes", other).refused] == ["codes.unrecognised"]


def test_a_folder_without_any_file_is_refused(tmp_path: Path) -> None:
    assert [problem.code for problem in imported(tmp_path / "codes", tmp_path).refused] == ["codes.no_file"]


def test_two_files_of_one_list_are_both_refused_because_nobody_says_which_holds(tmp_path: Path) -> None:
    paths = [written(tmp_path, name, FILES["plea"]) for name in ("new.json", "old.json")]
    report = imported(tmp_path / "codes", *paths)
    assert (report.imported, [problem.where for problem in report.refused]) == ((), ["new.json", "old.json"])
    assert kept_table(tmp_path / "codes", list_named("plea")) is None
    assert len(imported(tmp_path / "codes", paths[0], paths[0]).imported) == 1, "one file named twice is one file"


def test_an_import_that_dies_while_writing_leaves_the_former_list(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "codes"
    imported(kept, written(tmp_path, "o.csv", OFFENCES))
    former = kept_path(kept, list_named("offence-code")).read_bytes()

    def disk_full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", disk_full)
    with pytest.raises(OSError, match="No space"):
        imported(kept, written(tmp_path, "o.csv", OFFENCES + "XX91003,CE,1,Third\n"))
    assert [path.name for path in kept.iterdir()] == ["offence-code.csv"]
    assert kept_path(kept, list_named("offence-code")).read_bytes() == former


# Keeping

cells = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12).map(lambda text: " ".join(text.split()))
kept_codes = st.text("ABCXYZ0129", min_size=1, max_size=8)


@given(st.lists(st.tuples(kept_codes, cells, cells), min_size=1, max_size=8), st.sampled_from(LISTS), cells)
def test_what_is_kept_is_what_is_loaded(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]], rule: ListRule, source: str
) -> None:
    folder = tmp_path_factory.mktemp("codes")
    entries = tuple(CodeEntry(code, description, (detail,)) for code, description, detail in rows)
    table = CodeTable(rule, ("detail",), entries, Origin(source, "ab" * 32, NOW))
    keep(folder, table)
    assert kept_table(folder, rule) == table
    assert load_code_lists(folder).tables == {rule.name: table}


@pytest.mark.parametrize(
    ("change", "line"),
    [
        (lambda text: text.replace("# sha256", "# sum"), 1),
        (lambda text: text.replace("imported=2026", "imported=yes"), 1),
        (lambda text: text.replace("code,description", "description,code"), 2),
        (lambda text: text.replace("XX91001,", "XX91001,,"), 3),
        (lambda text: text.replace("XX91002B,", ","), 4),
    ],
)
def test_a_kept_list_that_somebody_broke_is_refused_and_importing_cures_it(
    tmp_path: Path, change: Any, line: int
) -> None:
    kept, source = tmp_path / "codes", written(tmp_path, "o.csv", OFFENCES)
    imported(kept, source)
    path = kept_path(kept, list_named("offence-code"))
    good = path.read_text(encoding="utf-8")
    path.write_text(change(good), encoding="utf-8")
    with pytest.raises(Refused) as refused:
        load_code_lists(kept)
    [problem] = refused.value.problems
    assert (problem.code, problem.where) == ("codes.kept_list_broken", f"{path}, line {line}")
    assert imported(kept, source).imported[0].written
    assert path.read_text(encoding="utf-8") == good


def test_a_kept_list_can_be_imported_again_as_a_backup(tmp_path: Path) -> None:
    kept, elsewhere = tmp_path / "codes", tmp_path / "elsewhere"
    imported(kept, written(tmp_path, "u.json", FILES["organisation-unit"]), written(tmp_path, "o.csv", OFFENCES))
    assert [one.list for one in imported(elsewhere, kept).imported] == ["offence-code", "organisation-unit"]
    for name in ("offence-code", "organisation-unit"):
        first, second = kept_table(kept, list_named(name)), kept_table(elsewhere, list_named(name))
        assert first is not None
        assert second is not None
        assert (first.columns, first.entries) == (second.columns, second.entries)


# When two codes are the same


@pytest.mark.parametrize(
    ("held", "asked", "known"),
    [
        ("B91XQ00", "B91XQ00", True),
        ("B91XQ00", "b91xq00", True),
        ("B91XQ00", "B91XQ", True),
        ("B91XQ00", "B91XQ01", True),
        ("B91XQ", "B91XQ00", True),
        ("B91XQ00", "B91XR00", False),
        ("B91XQ00", "B91X", False),
        ("B91XQ00", "B91XQ0", False),
        ("B91XQ00", "B91XQ00 or so", False),
        ("91XZ00", "91XZ00", True),
        ("91XZ00", "91XZ0", False),
    ],
)
def test_an_organisation_unit_is_known_whole_or_by_its_first_five_characters(
    held: str, asked: str, known: bool
) -> None:
    table = lists_of(organisation_unit=(held,)).tables["organisation-unit"]
    assert table.holds(asked) is known
    assert bool(table.find(asked)) is known


def test_the_whole_code_is_found_before_its_stem() -> None:
    table = lists_of(organisation_unit=("B91XQ00", "B91XQ01")).tables["organisation-unit"]
    assert [entry.code for entry in table.find("B91XQ01")] == ["B91XQ01"]
    assert [entry.code for entry in table.find("B91XQ02")] == ["B91XQ00", "B91XQ01"]


def test_leading_noughts_of_a_result_code_do_not_matter_and_of_an_offence_code_do() -> None:
    tables = lists_of(result_code=("1002",), offence_code=("1002",)).tables
    assert tables["result-code"].holds("01002")
    assert not tables["offence-code"].holds("01002")


# The codes of a message

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
