"""Files that are complete and on the disk, whatever happens meanwhile."""

import os
import stat
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Barrier, Thread

import pytest

from hub.durable_files import AS_USUAL, make_file, make_file_once, replace_file

EVERY = pytest.mark.parametrize("write", [replace_file, make_file_once, make_file])


def _names(folder: Path) -> list[str]:
    return [file.name for file in folder.iterdir()]


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """The inodes that were flushed to the disk, in order."""
    found: list[int] = []
    real = os.fsync

    def fsync(handle: int) -> None:
        found.append(os.fstat(handle).st_ino)
        real(handle)

    monkeypatch.setattr(os, "fsync", fsync)
    yield found


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    def fsync(handle: int) -> None:
        raise OSError(28, "No space left on device")

    return lambda: monkeypatch.setattr(os, "fsync", fsync)


@EVERY
def test_first_the_content_and_then_the_name_is_on_the_disk(
    write: Callable[..., None], tmp_path: Path, synced: list[int]
) -> None:
    file = tmp_path / "keys.json"
    write(file, "secret")
    assert file.read_text() == "secret" and _names(tmp_path) == ["keys.json"]
    assert synced == [file.stat().st_ino, tmp_path.stat().st_ino]


@EVERY
def test_only_the_owner_may_read_it_unless_stated_otherwise(write: Callable[..., None], tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        write(tmp_path / "secret", b"x")
        write(tmp_path / "open", b"x", mode=AS_USUAL)
    finally:
        os.umask(before)
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("secret", "open")] == [0o600, 0o644]


@EVERY
def test_what_fails_half_way_leaves_nothing_of_itself(
    write: Callable[..., None], tmp_path: Path, full: Callable[[], None]
) -> None:
    full()
    with pytest.raises(OSError, match="No space left"):
        write(tmp_path / "keys.json", "half")
    assert _names(tmp_path) == []


def test_what_is_replaced_stays_until_the_new_content_is_complete(tmp_path: Path, full: Callable[[], None]) -> None:
    file = tmp_path / "keys.json"
    replace_file(file, "former")
    full()
    with pytest.raises(OSError, match="No space left"):
        replace_file(file, "new")
    assert file.read_text() == "former" and _names(tmp_path) == ["keys.json"]


def test_nothing_is_written_over_by_make_file_and_the_first_one_stays(tmp_path: Path) -> None:
    file = tmp_path / "keys.json"
    make_file(file, "first")
    with pytest.raises(FileExistsError):
        make_file(file, "second")
    make_file_once(file, "third")
    assert file.read_text() == "first" and _names(tmp_path) == ["keys.json"]


def test_of_many_that_make_one_file_at_once_one_wins_and_all_read_it_whole(tmp_path: Path) -> None:
    file, start, seen = tmp_path / "key", Barrier(8), []

    def make(number: int) -> None:
        start.wait()
        make_file_once(file, str(number) * 1000)
        seen.append(file.read_text())

    threads = [Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 8 and len(set(seen)) == 1 and len(seen[0]) == 1000
    assert _names(tmp_path) == ["key"]
