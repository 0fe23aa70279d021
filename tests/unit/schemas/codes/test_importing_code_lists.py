"""What an import adds, keeps and leaves as it was; two codes that are the same."""

import os
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.codes.keeping import keep, kept_path, kept_table, load_code_lists
from hub.codes.lists import LISTS, ListRule, list_named
from hub.codes.table import CodeEntry, CodeTable, Origin
from schemas.problem import Refused
from tests.unit.schemas.codes.files_of_lists import FILES, LATER, NOW, OFFENCES, foreign, imported, lists_of, written


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
