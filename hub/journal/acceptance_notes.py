"""Notes, outside of the database, of the messages that were accepted. A message that is taken out with its entries
before they are sealed is missing from what these notes say. They hold ids and positions only, for a week."""

import os
import re
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

_NAME = re.compile(r"accepted-(\d{4}-\d{2}-\d{2})\.log")
_KEPT_FOR = timedelta(days=7)


class AcceptanceNotes:
    """One file for each day. Several processes add lines to it at the same moment."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, accepted: Iterable[tuple[int, UUID]], now: datetime) -> None:
        """`accepted` are positions in the journal, and messages. Raises OSError."""
        lines = "".join(f"{position} {message_id}\n" for position, message_id in accepted)
        if lines:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(
                self._folder / f"accepted-{now:%Y-%m-%d}.log", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600
            )
            try:
                os.write(handle, lines.encode())
            finally:
                os.close(handle)

    def forget(self, now: datetime) -> None:
        for file, day in self._files():
            if day < f"{now - _KEPT_FOR:%Y-%m-%d}":
                file.unlink(missing_ok=True)

    def read(self) -> Iterator[tuple[int, UUID]]:
        """A line that a crash cut short is left out."""
        for file, _ in self._files():
            for line in file.read_text(encoding="ascii", errors="replace").splitlines():
                position, _, message_id = line.partition(" ")
                if position.isdigit() and len(message_id) == 36:
                    yield int(position), UUID(message_id)

    def _files(self) -> list[tuple[Path, str]]:
        if not self._folder.is_dir():
            return []
        named = ((file, _NAME.fullmatch(file.name)) for file in sorted(self._folder.iterdir()))
        return [(file, match[1]) for file, match in named if match]
