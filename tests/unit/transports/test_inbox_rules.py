"""Which files of an inbox may be collected, whatever names an agency gives its files."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.carriage.inbox import REASONS, Entry, free_names, listing
from adapters.contract import CannotCollect

_NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=260) | st.sampled_from(
    ["..", ".", "../x", "/etc/passwd", "a/b", "x.PART", "x.tmp", "archive", "refused", "x.done", "x.xml"]
)
_ENTRIES = st.builds(
    Entry,
    name=_NAMES,
    kind=st.sampled_from(["file", "folder", "link", "special"]),
    size_bytes=st.integers(0, 10**12),
    modified=st.integers(0, 10**19),
)
_INBOXES = st.lists(_ENTRIES, max_size=12, unique_by=lambda entry: entry.name)


@given(_INBOXES, st.booleans())
def test_what_is_taken_is_a_plain_file_with_a_name_that_leads_nowhere(entries: list[Entry], done_marker: bool) -> None:
    by_name = {entry.name: entry for entry in entries}
    for file in listing(entries, done_marker=done_marker).files:
        assert by_name[file.name].kind == "file"
        assert file.name.isprintable()
        assert not set(file.name) & {"/", "\\", "\0", "\n"}
        assert not file.name.startswith(".")
        assert not file.name.lower().endswith((".part", ".tmp", ".filepart"))
        assert len((file.name + REASONS).encode()) <= 255


@given(_INBOXES, st.booleans())
def test_nothing_is_both_taken_and_ignored_and_the_oldest_comes_first(entries: list[Entry], done_marker: bool) -> None:
    found = listing(entries, done_marker=done_marker)
    taken, ignored = {file.name for file in found.files}, {entry.name for entry in found.ignored}
    unfinished = {file.name for file in found.unfinished}
    assert not taken & ignored
    assert not unfinished & (taken | ignored)
    assert taken | ignored | unfinished <= {entry.name for entry in entries}
    ours = {entry.name for entry in entries if entry.kind == "folder"}
    markers = {entry.name for entry in entries if done_marker and entry.name.endswith(".done")}
    left = {entry.name for entry in entries} - taken - ignored - unfinished
    assert left <= ours | markers, "everything else is told"
    assert [file.modified for file in found.files] == sorted(file.modified for file in found.files)


@given(_INBOXES)
def test_with_markers_nothing_is_taken_that_is_not_marked_by_something_at_least_as_new(entries: list[Entry]) -> None:
    by_name = {entry.name: entry for entry in entries}
    for file in listing(entries, done_marker=True).files:
        assert file.marked
        assert by_name[file.name + ".done"].modified >= file.modified


def test_each_thing_that_is_not_taken_is_passed_over_or_told_by_its_own_code() -> None:
    """What is our own comes to nothing, what is unfinished is told later; the rest is told at once."""
    long = "x" * 200
    entries = [
        Entry(name, kind, 1, at)  # type: ignore[arg-type]
        for at, (name, kind) in enumerate(
            [
                ("archive", "folder"),
                ("refused", "folder"),
                ("x.tmp", "file"),
                ("x.PART", "file"),
                (".hidden", "file"),
                ("archive", "file"),
                ("x.tmp", "folder"),
                ("more", "folder"),
                ("y", "link"),
                ("z", "special"),
                ("a/b", "file"),
                ("a\\b", "file"),
                (".a/b", "file"),
                (long, "file"),
                (f"{long}x", "file"),
                ("two\nlines", "file"),
            ]
        )
    ]
    found = listing(entries, done_marker=False)
    assert [file.name for file in found.files] == ["archive", long]
    assert {(each.name, each.code) for each in found.ignored} == {
        ("x.tmp", "inbox.folder"),
        ("more", "inbox.folder"),
        ("y", "inbox.link"),
        ("z", "inbox.special"),
        ("a/b", "inbox.name"),
        ("a\\b", "inbox.name"),
        (".a/b", "inbox.name"),
        (f"{long}x", "inbox.name"),
        ("two\nlines", "inbox.name"),
    }
    assert [file.name for file in found.unfinished] == ["x.tmp", "x.PART", ".hidden"]


def test_an_old_marker_does_not_mark_a_new_file_of_the_same_name() -> None:
    entries = [
        Entry("old.xml", "file", 1, 7),
        Entry("old.xml.done", "file", 0, 6),
        Entry("new.xml", "file", 1, 7),
        Entry("new.xml.done", "file", 0, 7),
        Entry("alone.xml", "file", 1, 7),
    ]
    found = listing(entries, done_marker=True)
    assert [(file.name, file.marked) for file in found.files] == [("new.xml", True)]
    assert found.ignored == ()
    assert [file.name for file in found.unfinished] == ["old.xml", "alone.xml"]
    unmarked = listing(entries, done_marker=False).files
    assert {file.name for file in unmarked} == {entry.name for entry in entries}
    assert not any(file.marked for file in unmarked)


def test_no_more_than_ten_thousand_files_are_listed_and_of_one_name_as_many_are_tried() -> None:
    many = [Entry(f"{number}", "file", 1, 10_001 - number) for number in range(10_001)]
    found = listing(many, done_marker=False).files
    assert len(found) == 10_000
    assert found[0].name == "10000", "the oldest come first"
    names = free_names("list.xml")
    assert [next(names), next(names), next(names)] == ["list.xml", "list-2.xml", "list-3.xml"]
    with pytest.raises(CannotCollect) as refused:
        list(names)
    assert refused.value.code == "inbox.same_name"


@given(_NAMES)
def test_the_names_to_try_all_differ_and_stay_beside_each_other(name: str) -> None:
    if "/" in name or name in (".", ".."):
        return
    names = list(islice(free_names(name), 50))
    assert names[0] == name
    assert len(set(names)) == 50
    assert not any("/" in tried for tried in names)
