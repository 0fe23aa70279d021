"""What the simulated agencies have: every message as a file, and a log of every arrival."""

import hashlib
import json
import os
import re
import secrets
import threading
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

LOG_NAME = "received.jsonl"
NO_AGENCY = "an agency id has letters, digits, dots, dashes and underscores only"

_AGENCY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_DROPPED = re.compile(
    r"(?P<kind>[a-z][a-z0-9_]*)-(?P<id>[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})(\.[a-z0-9]{1,8}){1,2}"
)


@dataclass(frozen=True, slots=True)
class ReceivedItem:
    """A received message. `received_at` is its first arrival, in UTC with the offset; `times_seen` counts all arrivals.
    `sha256` is that of the kept bytes, which came first."""

    message_id: str
    agency: str
    kind: str
    file: Path
    sha256: str
    size_bytes: int
    received_at: datetime
    times_seen: int

    def body(self) -> bytes:
        return self.file.read_bytes()


def is_agency(name: str) -> bool:
    return _AGENCY.fullmatch(name) is not None


class Inboxes:
    """Keeps messages. The bytes are on the disk and the line is in the log before `take` returns. A later run continues
    the log, so that an agency still knows after a restart what it has received. Several threads may use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        self._lock = threading.Lock()
        self._items = self._read_log()

    def of(self, agency: str) -> Path:
        """Return the agency's own folder, created when it is first asked for."""
        if not is_agency(agency):
            raise ValueError(NO_AGENCY)
        inbox = self.folder / agency
        inbox.mkdir(exist_ok=True)
        return inbox

    def take(self, agency: str, message_id: str, kind: str, body: bytes, suffix: str) -> ReceivedItem:
        """Keep the message, or count it once more. The first bytes stay, whatever comes later."""
        file = self.of(agency) / f"{message_id}{suffix}"
        part = _write_part(file, body)  # outside the lock, so that many can wait for the disk together
        with self._lock:
            known = self._items.get((agency, message_id))
            if known is None:
                part.rename(file)
                sha256 = hashlib.sha256(body).hexdigest()
                item = ReceivedItem(message_id, agency, kind, file, sha256, len(body), datetime.now(UTC), 1)
            else:
                part.unlink()
                item = replace(known, times_seen=known.times_seen + 1)
            self._log(item)
            self._items[agency, message_id] = item
        return item

    def received(self, agency: str) -> list[ReceivedItem]:
        """Return what came over HTTP and what is in the folder, in the order of the first arrival."""
        with self._lock:
            posted = [item for (of, _), item in self._items.items() if of == agency]
        dropped = [item for file in self.of(agency).iterdir() if (item := _dropped(agency, file))]
        return sorted(posted + dropped, key=lambda item: item.received_at)

    def _log(self, item: ReceivedItem) -> None:
        entry = asdict(item) | {"file": item.file.name, "received_at": item.received_at.isoformat()}
        with (self.folder / LOG_NAME).open("ab") as log:
            log.write(json.dumps(entry).encode() + b"\n")

    def _read_log(self) -> dict[tuple[str, str], ReceivedItem]:
        """Read the log. The last line of each message counts. A crash can leave half a line of a message that was never
        answered; a line end is added, so that the next line is separate."""
        log = self.folder / LOG_NAME
        items: dict[tuple[str, str], ReceivedItem] = {}
        if not log.exists():
            return items
        *lines, rest = log.read_bytes().split(b"\n")
        if rest:
            with log.open("ab") as file:
                file.write(b"\n")
        for line in lines:
            try:
                entry = json.loads(line)
            except ValueError:
                continue
            file_path = self.folder / entry["agency"] / entry["file"]
            at = datetime.fromisoformat(entry["received_at"])
            item = ReceivedItem(**entry | {"file": file_path, "received_at": at})
            items[item.agency, item.message_id] = item
        return items


def _dropped(agency: str, file: Path) -> ReceivedItem | None:
    """Return a file that the folder transport placed; None for any other file, unfinished ones included."""
    named = _DROPPED.fullmatch(file.name)
    if named is None:
        return None
    body = file.read_bytes()
    at = datetime.fromtimestamp(file.stat().st_mtime, UTC)
    sha256 = hashlib.sha256(body).hexdigest()
    return ReceivedItem(named["id"], agency, named["kind"], file, sha256, len(body), at, 1)


def _write_part(file: Path, body: bytes) -> Path:
    """Write the bytes to the disk under a temporary name."""
    part = file.with_name(f"{file.name}.{secrets.token_hex(8)}.part")
    with part.open("xb") as written:
        written.write(body)
        written.flush()
        os.fsync(written.fileno())
    return part
