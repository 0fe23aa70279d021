"""One set of tests that every collector passes, with the same partners as the transports. Such a partner also has an
`inbox`, and its `folder` as the agency itself sees it."""

import json
import os
import pkgutil
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import cast

import pytest

import adapters.transports
from adapters.contract import CannotCollect, Collector, Inbox
from tests.contract.transports.inbox_owner import Owner, leave, only, tree
from tests.contract.transports.test_transports import open_partner

NAMES = sorted(
    module.name
    for module in pkgutil.iter_modules(adapters.transports.__path__)
    if hasattr(import_module(f"adapters.transports.{module.name}.adapter"), "collector")
)
DAY = date(2026, 3, 2)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def collector(name: str) -> Iterator[Collector]:
    collector = cast(Collector, import_module(f"adapters.transports.{name}.adapter").collector())
    yield collector
    collector.close()


@pytest.fixture
def owner(name: str, tmp_path: Path) -> Iterator[Owner]:
    with cast(AbstractContextManager[Owner], open_partner(name)(tmp_path)) as partner:
        yield partner


def test_there_are_collectors() -> None:
    assert {"folder", "sftp"} <= set(NAMES)


def test_it_is_called_as_its_folder(name: str, collector: Collector) -> None:
    assert collector.name == name


@pytest.mark.parametrize("body", [b"", b"\r\n.\r\n\x00\xff" * 3, bytes(range(256)) * 30_000], ids=["0", "18", "7.7 MB"])
def test_a_file_is_read_exactly(collector: Collector, owner: Owner, body: bytes) -> None:
    leave(owner, "list.xml", body)
    file = only(collector, owner.inbox())
    assert (file.name, file.size_bytes, file.marked) == ("list.xml", len(body), False)
    assert collector.read(owner.inbox(), file) == body
    assert tree(owner) == {"list.xml": body}, "reading moves nothing"


def test_the_oldest_comes_first(collector: Collector, owner: Owner) -> None:
    for number, name in enumerate(["c.xml", "a.xml", "b.xml"]):
        os.utime(leave(owner, name), (1_700_000_000 + number * 10,) * 2)
    assert [file.name for file in collector.list(owner.inbox()).files] == ["c.xml", "a.xml", "b.xml"]


def test_what_is_still_being_written_is_passed_over(collector: Collector, owner: Owner) -> None:
    for name in ("list.xml.part", "LIST.PART", "list.tmp", "list.xml.filepart", ".list.xml", "..list"):
        leave(owner, name)
    found = collector.list(owner.inbox())
    assert (found.files, found.ignored) == ((), ())


def test_with_a_marker_only_what_is_marked_is_taken_and_the_marker_goes_with_it(
    collector: Collector, owner: Owner
) -> None:
    inbox = owner.inbox(done_marker="true")
    leave(owner, "whole.xml")
    leave(owner, "half.xml")
    leave(owner, "whole.xml.done", b"")
    file = only(collector, inbox)
    assert (file.name, file.marked) == ("whole.xml", True)
    collector.archive(inbox, file, DAY, None)
    assert set(tree(owner)) == {"half.xml", "archive/2026-03-02/whole.xml"}
    assert collector.list(inbox).files == ()


def test_a_marker_older_than_its_file_was_for_another(collector: Collector, owner: Owner) -> None:
    inbox = owner.inbox(done_marker="true")
    os.utime(leave(owner, "list.xml.done", b""), (1_700_000_000,) * 2)
    leave(owner, "list.xml")
    assert collector.list(inbox).files == ()


def test_links_folders_and_pipes_are_reported_and_never_collected(
    collector: Collector, owner: Owner, tmp_path: Path
) -> None:
    outside = tmp_path / "secret.xml"
    outside.write_bytes(b"<secret/>")
    (owner.folder / "link.xml").symlink_to(outside)
    (owner.folder / "dangling.xml").symlink_to(tmp_path / "nowhere")
    (owner.folder / "folder.xml").mkdir()
    (owner.folder / "archive").mkdir()
    os.mkfifo(owner.folder / "pipe.xml")
    leave(owner, "list.xml")
    found = collector.list(owner.inbox())
    assert [file.name for file in found.files] == ["list.xml"]
    assert {entry.name: entry.code for entry in found.ignored} == {
        "link.xml": "inbox.link",
        "dangling.xml": "inbox.link",
        "folder.xml": "inbox.folder",
        "pipe.xml": "inbox.special",
    }


@pytest.mark.parametrize("called", ["line\nend.xml", "back\\slash.xml", "x" * 220, b"not-text-\xff.xml"])
def test_a_name_that_could_not_be_kept_is_reported(collector: Collector, owner: Owner, called: str | bytes) -> None:
    (owner.folder / os.fsdecode(called)).write_bytes(b"x")
    found = collector.list(owner.inbox())
    assert found.files == ()
    assert [entry.code for entry in found.ignored] == ["inbox.name"]


def test_a_link_put_in_the_place_of_a_file_is_not_followed(collector: Collector, owner: Owner, tmp_path: Path) -> None:
    outside = tmp_path / "secret.xml"
    file = leave(owner, "list.xml")
    outside.write_bytes(file.read_bytes())
    os.utime(outside, ns=(file.stat().st_atime_ns, file.stat().st_mtime_ns))
    found = only(collector, owner.inbox())
    file.unlink()
    file.symlink_to(outside)
    assert collector.read(owner.inbox(), found) is None
    collector.archive(owner.inbox(), found, DAY, None)
    assert file.is_symlink()
    assert outside.exists()


def test_a_file_that_changed_or_went_is_not_read(collector: Collector, owner: Owner) -> None:
    file = leave(owner, "list.xml")
    found = only(collector, owner.inbox())
    file.write_bytes(b"<list>longer</list>")
    assert collector.read(owner.inbox(), found) is None
    file.unlink()
    assert collector.read(owner.inbox(), found) is None


def test_an_accepted_file_is_archived_by_its_day(collector: Collector, owner: Owner) -> None:
    leave(owner, "list.xml", b"one")
    collector.archive(owner.inbox(), only(collector, owner.inbox()), DAY, None)
    assert tree(owner) == {"archive/2026-03-02/list.xml": b"one"}
    found = collector.list(owner.inbox())
    assert (found.files, found.ignored) == ((), ())


def test_a_name_that_comes_again_takes_nothing_from_the_one_before(collector: Collector, owner: Owner) -> None:
    for body in (b"one", b"two", b"three"):
        leave(owner, "list.xml", body)
        collector.archive(owner.inbox(), only(collector, owner.inbox()), DAY, b"why " + body)
    day = "archive/2026-03-02"
    assert tree(owner) == {
        f"{day}/list.xml": b"one",
        f"{day}/list.xml.reasons.json": b"why one",
        f"{day}/list-2.xml": b"two",
        f"{day}/list-2.xml.reasons.json": b"why two",
        f"{day}/list-3.xml": b"three",
        f"{day}/list-3.xml.reasons.json": b"why three",
    }


def test_a_refused_file_comes_back_with_its_reasons_beside_it(collector: Collector, owner: Owner) -> None:
    leave(owner, "list.xml", b"broken")
    reasons = json.dumps({"problems": []}).encode()
    collector.refuse(owner.inbox(), only(collector, owner.inbox()), DAY, reasons)
    day = "refused/2026-03-02"
    assert tree(owner) == {f"{day}/list.xml": b"broken", f"{day}/list.xml.reasons.json": reasons}


def test_a_file_that_was_replaced_since_it_was_read_stays_and_is_read_again(collector: Collector, owner: Owner) -> None:
    file = leave(owner, "list.xml", b"first")
    found = only(collector, owner.inbox())
    assert collector.read(owner.inbox(), found) == b"first"
    file.unlink()
    leave(owner, "list.xml", b"the second, unread")
    collector.archive(owner.inbox(), found, DAY, b"why")
    assert tree(owner) == {"list.xml": b"the second, unread"}


def test_a_file_that_is_replaced_in_the_very_moment_of_moving_is_put_back(collector: Collector, owner: Owner) -> None:
    leave(owner, "list.xml", b"first")
    found = only(collector, owner.inbox())
    replaced: list[Path] = []

    def replace(file: Path) -> None:
        if file.name == "list.xml" and not replaced:
            replaced.append(file)
            file.unlink()
            file.write_bytes(b"the second, unread")

    with owner.before_each_move(replace):
        collector.archive(owner.inbox(), found, DAY, b"why")
    assert tree(owner) == {"list.xml": b"the second, unread"}


def test_a_file_that_is_gone_when_it_is_to_be_moved_is_no_failure(collector: Collector, owner: Owner) -> None:
    file = leave(owner, "list.xml")
    found = only(collector, owner.inbox())
    file.unlink()
    collector.archive(owner.inbox(), found, DAY, None)
    assert tree(owner) == {}


def test_a_link_in_the_place_of_the_archive_leads_nothing_elsewhere(
    collector: Collector, owner: Owner, tmp_path: Path
) -> None:
    elsewhere = owner.folder.parent / "elsewhere"
    elsewhere.mkdir()
    (owner.folder / "archive").symlink_to(elsewhere)
    leave(owner, "list.xml")
    file = only(collector, owner.inbox())
    with pytest.raises(CannotCollect):
        collector.archive(owner.inbox(), file, DAY, None)
    assert list(elsewhere.iterdir()) == []
    assert (owner.folder / "list.xml").exists()


def test_an_inbox_that_cannot_be_reached_is_reported_and_later_works(collector: Collector, owner: Owner) -> None:
    leave(owner, "list.xml")
    file = only(collector, owner.inbox())
    owner.go_away()
    with pytest.raises(CannotCollect) as failed:
        collector.list(owner.inbox())
    assert "." in failed.value.code
    with pytest.raises(CannotCollect):
        collector.archive(owner.inbox(), file, DAY, None)
    owner.come_back()
    assert only(collector, owner.inbox()).name == "list.xml"


def test_the_pace_is_the_operators(collector: Collector, owner: Owner) -> None:
    assert (collector.pace(owner.inbox()).every_seconds, collector.pace(owner.inbox()).settle_seconds) == (30, 2)
    pace = collector.pace(owner.inbox(every_seconds="5", settle_seconds="0.5"))
    assert (pace.every_seconds, pace.settle_seconds) == (5, 0.5)


def test_good_settings_have_no_problems_and_bad_ones_are_reported(collector: Collector, owner: Owner) -> None:
    assert collector.check(owner.inbox()) == ()
    bad = dict(owner.bad_inboxes) | {
        "settings.unknown": dict(owner.inbox().settings) | {"colour": "red"},
        "settings.value": dict(owner.inbox().settings) | {"every_seconds": "often"},
    }
    assert "settings.missing" in bad
    for code, settings in bad.items():
        wrong = Inbox("area-north", collector.name, settings)
        problems = collector.check(wrong)
        assert code in [problem.code for problem in problems], f"{code}: {problems}"
        assert all(problem.cure and problem.where.startswith("inbox of area-north") for problem in problems)
        with pytest.raises(CannotCollect):
            collector.list(wrong)


def test_several_inboxes_may_be_collected_at_once(collector: Collector, owner: Owner) -> None:
    for number in range(8):
        leave(owner, f"{number}.xml", str(number).encode() * 100_000)
    files = collector.list(owner.inbox()).files
    got: dict[str, bytes | None] = {}
    threads = [
        threading.Thread(target=lambda f=file: got.update({f.name: collector.read(owner.inbox(), f)})) for file in files
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert got == {f"{number}.xml": str(number).encode() * 100_000 for number in range(8)}
