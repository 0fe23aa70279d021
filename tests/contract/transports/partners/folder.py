"""The partner of the folder transport: a folder, read as a recipient would read it."""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from unittest.mock import patch

from adapters.contract import Endpoint, Inbox


class FolderPartner:
    def __init__(self, folder: Path) -> None:
        self._place = folder.resolve()
        self._inbox = self._place / "inbox"
        self._inbox.mkdir()

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint("area-north", "hub_json", "folder", {"path": str(self._inbox)})

    @property
    def bad_settings(self) -> Mapping[str, Mapping[str, str]]:
        link = self._place / "link"
        if not link.is_symlink():
            link.symlink_to(self._inbox)
        good = dict(self.endpoint.settings)
        return {
            "settings.missing": {},
            "settings.unknown": good | {"folder": "x"},
            "settings.path": {"path": "inbox"},
            "folder.missing": {"path": str(self._place / "elsewhere")},
            "folder.link": {"path": str(link)},
        }

    @property
    def folder(self) -> Path:
        return self._inbox

    def inbox(self, **settings: str) -> Inbox:
        return Inbox("area-north", "folder", {"path": str(self._inbox)} | settings)

    @property
    def bad_inboxes(self) -> Mapping[str, Mapping[str, str]]:
        return self.bad_settings

    @contextmanager
    def before_each_move(self, act: Callable[[Path], None]) -> Iterator[None]:
        def rename(source: str, target: str, **folders: int) -> None:
            act(self._inbox / source)
            os_rename(source, target, **folders)

        os_rename = os.rename
        with patch("adapters.transports.folder.collector.os.rename", rename):
            yield

    def taken(self) -> list[tuple[str, bytes]]:
        """The message id is in the name, after the kind. An unfinished file would count as a message here."""
        files = sorted(self._inbox.iterdir(), key=lambda file: file.stat().st_mtime_ns)
        return [(file.name.removeprefix("court_list-").removesuffix(".json"), file.read_bytes()) for file in files]

    def go_away(self) -> None:
        self._inbox.rename(self._place / "unmounted")

    def come_back(self) -> None:
        (self._place / "unmounted").rename(self._inbox)


@contextmanager
def partner(folder: Path) -> Iterator[FolderPartner]:
    yield FolderPartner(folder)
