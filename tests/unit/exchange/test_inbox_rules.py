"""Which files of an inbox may be collected, whatever names an agency gives its files."""

from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from adapters.carriage.inbox import REASONS, Entry, free_names, listing

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
    assert not taken & ignored
    assert taken | ignored <= {entry.name for entry in entries}
    assert [file.modified for file in found.files] == sorted(file.modified for file in found.files)


@given(_INBOXES)
def test_with_markers_nothing_is_taken_that_is_not_marked_by_something_at_least_as_new(entries: list[Entry]) -> None:
    by_name = {entry.name: entry for entry in entries}
    for file in listing(entries, done_marker=True).files:
        assert file.marked
        assert by_name[file.name + ".done"].modified >= file.modified


@given(_NAMES)
def test_the_names_to_try_all_differ_and_stay_beside_each_other(name: str) -> None:
    if "/" in name or name in (".", ".."):
        return
    names = list(islice(free_names(name), 50))
    assert names[0] == name
    assert len(set(names)) == 50
    assert not any("/" in tried for tried in names)
