"""Decides which files of an inbox may be collected, and under which names they are archived. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Annotated, Literal, TypeVar

from pydantic import Field, ValidationError

from adapters.carriage.settings import TransportSettings, settings_problems
from adapters.contract import CannotCollect, FoundFile, Ignored, Inbox, Listing, Pace

ARCHIVE, REFUSED = "archive", "refused"
DONE, REASONS = ".done", ".reasons.json"
FILES_MAX = 10_000
_UNFINISHED = (".part", ".tmp", ".filepart")
_NAME_BYTES_MAX = 200  # a file system allows 255, and a suffix is added to the name
_SAME_NAMES_MAX = 10_000
_NEVER_TAKEN = {"folder": "inbox.folder", "link": "inbox.link", "special": "inbox.special"}


class InboxSettings(TransportSettings):
    """The settings that every inbox has, besides its place. With `done_marker`, a file is complete once `<name>.done`
    exists."""

    every_seconds: Annotated[float, Field(ge=0.1, le=86_400, allow_inf_nan=False)] = 30
    settle_seconds: Annotated[float, Field(ge=0, le=3_600, allow_inf_nan=False)] = 2
    done_marker: bool = False

    @property
    def pace(self) -> Pace:
        return Pace(self.every_seconds, self.settle_seconds)


B = TypeVar("B", bound=InboxSettings)


def read_inbox(model: type[B], inbox: Inbox) -> B:
    """Return the settings of the inbox. Raises CannotCollect."""
    try:
        return model.model_validate(dict(inbox.settings))
    except ValidationError:
        first = settings_problems(model, inbox)[0]
    raise CannotCollect(first.code, f"{first.where}: {first.problem}")


EntryKind = Literal["file", "folder", "link", "special"]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of an inbox, as its source describes it."""

    name: str
    kind: EntryKind
    size_bytes: int
    modified: int


def listing(entries: Iterable[Entry], *, done_marker: bool) -> Listing:
    """Return the files that may be collected, the entries that never can be, and the files that are unfinished: hidden
    ones, those with the suffix of an upload, and those without their marker. Our own folders, hidden folders and
    markers are left out."""
    found = [entry for entry in entries if not (_hidden(entry) and entry.kind == "folder")]
    markers = {entry.name: entry.modified for entry in found if done_marker and entry.name.endswith(DONE)}
    files: list[FoundFile] = []
    ignored: list[Ignored] = []
    unfinished: list[FoundFile] = []
    for entry in found:
        if entry.name in markers or (entry.kind == "folder" and entry.name in (ARCHIVE, REFUSED)):
            continue
        if entry.kind == "file" and (_hidden(entry) or entry.name.lower().endswith(_UNFINISHED)):
            unfinished.append(FoundFile(entry.name, entry.size_bytes, entry.modified))
            continue
        why = _never_taken(entry)
        if why is not None:
            ignored.append(Ignored(entry.name, why))
        elif not done_marker:
            files.append(FoundFile(entry.name, entry.size_bytes, entry.modified))
        # an older marker belonged to an earlier file with the same name
        elif markers.get(entry.name + DONE, -1) >= entry.modified:
            files.append(FoundFile(entry.name, entry.size_bytes, entry.modified, marked=True))
        else:
            unfinished.append(FoundFile(entry.name, entry.size_bytes, entry.modified))
    files.sort(key=lambda file: (file.modified, file.name))
    return Listing(tuple(files[:FILES_MAX]), tuple(ignored), tuple(unfinished[:FILES_MAX]))


def free_names(name: str) -> Iterator[str]:
    """Yield the name, then the name with a number before its suffix. The caller tries them until one is free."""
    path = PurePosixPath(name)
    yield name
    for number in range(2, _SAME_NAMES_MAX):
        yield f"{path.stem}-{number}{path.suffix}"
    raise CannotCollect("inbox.same_name", "too many files with the same name came on one day")


def _hidden(entry: Entry) -> bool:
    return entry.name.startswith(".") and "/" not in entry.name


def _never_taken(entry: Entry) -> str | None:
    if entry.kind != "file":
        return _NEVER_TAKEN[entry.kind]
    fits = len(entry.name.encode(errors="surrogateescape")) <= _NAME_BYTES_MAX
    if not entry.name.isprintable() or not fits or set(entry.name) & {"/", "\\"}:
        return "inbox.name"
    return None
