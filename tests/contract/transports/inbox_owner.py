"""The agency that leaves files for a collector, and its view of what the collector did with them."""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from adapters.contract import Collector, FoundFile, Inbox


class Owner(Protocol):
    """The agency. `folder` is its own view of what the collector reads."""

    folder: Path

    def inbox(self, **settings: str) -> Inbox: ...

    def before_each_move(self, act: Callable[[Path], None]) -> AbstractContextManager[None]:
        """`act` gets the file that is about to be moved, at the last moment."""
        ...

    def go_away(self) -> None: ...

    def come_back(self) -> None: ...

    @property
    def bad_inboxes(self) -> Mapping[str, Mapping[str, str]]: ...


def leave(owner: Owner, name: str, body: bytes = b"<list/>") -> Path:
    file = owner.folder / name
    file.write_bytes(body)
    return file


def only(collector: Collector, inbox: Inbox) -> FoundFile:
    [file] = collector.list(inbox).files
    return file


def tree(owner: Owner) -> dict[str, bytes]:
    files = (file for file in owner.folder.rglob("*") if file.is_file() and not file.is_symlink())
    return {str(file.relative_to(owner.folder)): file.read_bytes() for file in files}
