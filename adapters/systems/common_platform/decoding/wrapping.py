"""Finds the hearings, lists and results in whatever they travel in: bare, in an event with its metadata, in a
notification that holds the event as an escaped string, or several in one list."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import Enum, auto
from typing import Any

from adapters.json import flaws, key_shown, parse, parse_text
from adapters.systems.common_platform.decoding.moments import read_moment
from schemas.problem import Problem, Refused

_STRONG = re.compile(
    rb'"(?:prosecutionCases|courtApplications|courtCentre|courtCentreWithLJA|courtLists|courtHouse|hearingDates'
    rb'|hearingDays|judicialResults|sessionDays)\\*"\s*:'
)
_WRAPPED_MAX = 4
_FOUND_MAX = 500
_CARRIERS = frozenset({"Message", "Messages", "Records", "Body", "Payload"})
_EVENT_IDS = ("MessageId", "messageId", "eventId", "id")
_EVENT_TIMES = ("Timestamp", "timestamp", "createdAt", "publishedAt", "publicationDate")


class Form(Enum):
    """What an object is, by the fields that only such an object has."""

    HEARING = auto()
    POLICE_RESULT = auto()
    LIST = auto()  # as the platform's listing writes it
    PUBLICATION = auto()  # as it is published: court houses, rooms, sittings


@dataclass(frozen=True, slots=True)
class Facts:
    """What the wrappers around an object say of it, inner ones before outer ones."""

    event_id: str | None = None
    sent_at: datetime | None = None
    shared_at: datetime | None = None

    def within(self, wrapper: Mapping[str, Any]) -> "Facts":
        metadata = wrapper.get("_metadata") or wrapper.get("metadata")
        holders = [wrapper, *([metadata] if isinstance(metadata, Mapping) else [])]
        ids = [holder.get(name) for holder in holders for name in _EVENT_IDS]
        times = [holder.get(name) for holder in holders for name in _EVENT_TIMES]
        return replace(
            self,
            event_id=next((one for one in ids if isinstance(one, str) and one.strip()), self.event_id),
            sent_at=next(filter(None, map(_moment, times)), self.sent_at),
            shared_at=_moment(wrapper.get("sharedTime")) or self.shared_at,
        )


@dataclass(frozen=True, slots=True)
class Found:
    form: Form
    values: Mapping[str, Any]
    path: str
    facts: Facts


def recognises(body: bytes) -> bool:
    """By field names that only the platform has, escaped or not. The exchange's own messages carry them too, inside."""
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start not in (b"{", b"[") or (b'"kind"' in body and b'"payload"' in body):
        return False
    return _STRONG.search(body) is not None


def search(body: bytes) -> tuple[list[Found], list[Problem]]:
    """What the document holds, and what of it could not be read. Raises Refused if it is not JSON or holds nothing."""
    tree = _sound(parse(body), "$")
    if isinstance(tree, dict) and "$schema" in tree:
        raise Refused(
            Problem(
                "common_platform.schema", "$", "is a JSON Schema that describes messages, and no message", "send one"
            )
        )
    found: list[Found] = []
    failures: list[Problem] = []
    for one in _within(tree, "$", Facts(), 0):
        if isinstance(one, Problem):
            failures.append(one)
        else:
            found.append(one)
        if len(found) > _FOUND_MAX:
            problem = f"holds more than {_FOUND_MAX} hearings or lists"
            raise Refused(Problem("common_platform.too_many", "$", problem, "send fewer at a time"))
    if not found and not failures:
        raise Refused(
            Problem(
                "common_platform.nothing_found",
                "$",
                "holds neither a hearing with its court and days, nor a court list, nor a result for the police",
                "send the event or the list as the platform writes it",
            )
        )
    return found, failures


def _within(node: Any, path: str, facts: Facts, wrapped: int) -> Iterator[Found | Problem]:
    """Depth first, in the order of the document; nothing is looked for inside what was found."""
    if isinstance(node, dict):
        form = _form_of(node)
        if form is not None:
            yield Found(form, node, path, facts)
            return
        inner = facts.within(node)
        for name, value in node.items():
            step = name if name in _CARRIERS else key_shown(name)
            yield from _within(value, f"{path}.{step}", inner, wrapped)
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _within(value, f"{path}[{index}]", facts, wrapped)
    elif isinstance(node, str) and wrapped < _WRAPPED_MAX and node.lstrip()[:1] == "{" and _STRONG.search(_seen(node)):
        try:
            inside = _sound(parse_text(node, path), path)
        except Refused as refusal:
            yield from refusal.problems
            return
        yield from _within(inside, path, facts, wrapped + 1)


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
