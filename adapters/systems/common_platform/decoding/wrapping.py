"""Finds the hearings, lists and results in a document: bare, in an event with its metadata, in a notification that
holds the event as an escaped string, or several in one list."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import Enum, auto
from typing import Any

from adapters.json import flaws, key_shown, parse, parse_text
from adapters.systems.common_platform.decoding.moments import read_day, read_moment
from adapters.systems.common_platform.decoding.notes import Notes
from adapters.systems.common_platform.decoding.record import Record, unread
from schemas.problem import Problem, Refused

_STRONG = re.compile(
    rb'"(?:prosecutionCases|courtApplications|courtCentre|courtCentreWithLJA|courtLists|courtHouse|hearingDates'
    rb'|hearingDays|judicialResults|sessionDays)\\*"\s*:'
)
PUBLISHED = "publication"  # what the publisher of a list says beside it, in the headers of the call
_WRAPPED_MAX = 4
_FOUND_MAX = 500
_CARRIERS = frozenset({"Message", "Messages", "Records", "Body", "Payload"})
_EVENT_IDS = ("MessageId", "messageId", "eventId", "id")
_EVENT_TIMES = ("Timestamp", "timestamp", "createdAt", "publishedAt", "publicationDate")


class Form(Enum):
    """What an object is, by the fields that only such an object has."""

    HEARING = auto()
    POLICE_RESULT = auto()
    LIST = auto()  # in the form of the platform's listing
    PUBLICATION = auto()  # in the published form: court houses, rooms, sittings


@dataclass(frozen=True, slots=True)
class Facts:
    """What the wrappers around an object say about it, inner ones before outer ones."""

    event_id: str | None = None
    sent_at: datetime | None = None
    shared_at: datetime | None = None
    hearing_day: date | None = None
    """The day of the hearing whose results the event shares."""
    court: str | None = None
    """The court that the publisher of a list names beside it."""

    def within(self, wrapper: Mapping[str, Any]) -> "Facts":
        metadata = wrapper.get("_metadata") or wrapper.get("metadata")
        holders = [wrapper, *([metadata] if isinstance(metadata, Mapping) else [])]
        ids = [holder.get(name) for holder in holders for name in _EVENT_IDS]
        times = [holder.get(name) for holder in holders for name in _EVENT_TIMES]
        day, published = wrapper.get("hearingDay"), wrapper.get(PUBLISHED)
        return replace(
            self,
            court=published.get("x-court-id", self.court) if isinstance(published, Mapping) else self.court,
            # of several numbers and times in one wrapper, the first one in these tables belongs to the wrapper itself
            event_id=next((one for one in ids if isinstance(one, str) and one.strip()), self.event_id),
            sent_at=next(filter(None, map(_moment, times)), self.sent_at),
            shared_at=_moment(wrapper.get("sharedTime")) or self.shared_at,
            hearing_day=(read_day(day) if isinstance(day, str) else None) or self.hearing_day,
        )


@dataclass(frozen=True, slots=True)
class Found:
    """`outside` are the doubts about unread content around it."""

    form: Form
    values: Mapping[str, Any]
    path: str
    facts: Facts
    outside: Notes = field(default_factory=Notes)

    def record(self) -> Record:
        notes = Notes()
        notes.include(self.outside)
        return Record(self.values, self.path, notes)


def recognises(body: bytes) -> bool:
    """Return whether a name occurs that only the platform's fields have, escaped or not. The exchange's own messages
    may contain such names too, inside."""
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start not in (b"{", b"[") or (b'"kind"' in body and b'"payload"' in body):
        return False
    return _STRONG.search(body) is not None


def search(body: bytes) -> tuple[list[Found], list[Problem]]:
    """Return what the document contains, and what could not be read. Raises Refused if it is not JSON or contains
    nothing."""
    tree = _sound(parse(body), "$")
    if isinstance(tree, dict) and "$schema" in tree:
        raise Refused(
            Problem(
                "common_platform.schema", "$", "is a JSON Schema that describes messages, not a message", "send one"
            )
        )
    found: list[Found] = []
    failures: list[Problem] = []
    outside = Notes()
    for one in _within(tree, _Place("$", "$"), Facts(), 0, outside):
        if isinstance(one, Problem):
            failures.append(one)
        else:
            found.append(replace(one, outside=outside))
        if len(found) > _FOUND_MAX:
            problem = f"contains more than {_FOUND_MAX} hearings or lists"
            raise Refused(Problem("common_platform.too_many", "$", problem, "send fewer at a time"))
    if not found and not failures:
        raise Refused(
            Problem(
                "common_platform.nothing_found",
                "$",
                "contains no hearing with its court and days, no court list and no result for the police",
                "send the event or the list as the platform writes it",
            )
        )
    return found, failures


@dataclass(frozen=True, slots=True)
class _Place:
    """A path as it is, and as it may be repeated."""

    path: str
    shown: str

    def below(self, name: str) -> "_Place":
        return _Place(f"{self.path}.{name}", f"{self.shown}.{name if name in _CARRIERS else key_shown(name)}")

    def item(self, index: int) -> "_Place":
        return _Place(f"{self.path}[{index}]", f"{self.shown}[{index}]")


def _within(node: Any, at: _Place, facts: Facts, wrapped: int, outside: Notes) -> Iterator[Found | Problem]:
    """Yield what is found, depth first, in the order of the document. Nothing is searched inside what was found."""
    if isinstance(node, dict):
        form = _form_of(node)
        if form is not None:
            yield Found(form, node, at.shown, facts)
            return
        inner = facts.within(node)
        for name, value in node.items():
            if not _is_read(name, value):
                yield from _within(value, at.below(name), inner, wrapped, outside)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _within(value, at.item(index), facts, wrapped, outside)
    elif isinstance(node, str) and wrapped < _WRAPPED_MAX and node.lstrip()[:1] == "{" and _STRONG.search(_seen(node)):
        try:
            inside = _sound(parse_text(node, at.shown), at.shown)
        except Refused as refusal:
            yield from refusal.problems
            return
        yield from _within(inside, at, facts, wrapped + 1, outside)
    else:
        unread(outside, node, at.path, at.shown)


def _is_read(name: str, value: Any) -> bool:
    """Return whether the facts about the inner object come from this field. A time that cannot be read does not
    count."""
    if name == PUBLISHED:
        return isinstance(value, dict)
    if name in _EVENT_TIMES or name == "sharedTime":
        return _moment(value) is not None
    if name == "hearingDay":
        return isinstance(value, str) and read_day(value) is not None
    return name in _EVENT_IDS and isinstance(value, str)


def _seen(text: str) -> bytes:
    return text.encode(errors="replace")


def _sound(tree: Any, path: str) -> Any:
    unsafe = tuple(flaws(tree, path))
    if unsafe:
        raise Refused(*unsafe[:20])
    return tree


def _form_of(node: Mapping[str, Any]) -> Form | None:
    if isinstance(node.get("courtLists"), list):
        return Form.PUBLICATION
    if isinstance(node.get("hearingDates"), list):
        return Form.LIST
    if "courtCentreWithLJA" in node or ("sessionDays" in node and "defendant" in node):
        return Form.POLICE_RESULT
    if any(name in node for name in ("prosecutionCases", "courtApplications", "hearingDays")):
        return Form.HEARING
    return None


def _moment(value: Any) -> datetime | None:
    return read_moment(value) if isinstance(value, str) else None
