"""Only what the permit lists leaves. Pure; the payload is walked once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hub.sharing.decide import Permit
from hub.sharing.grants import verdicts
from hub.sharing.tree import Place, tree_of
from schemas.category import Category
from schemas.document import Attachment
from schemas.kind import MessageKind
from schemas.shape import leaves_of, values_at

_NOTHING = object()  # what is left of a value of which nothing may leave; None is a value


@dataclass(frozen=True, slots=True)
class Withheld:
    """`count` values at the shape path `path` stay behind. What the kind does not know has a path that ends in `.?`
    and no category: its name is not repeated, for the name may itself be personal."""

    path: str
    category: Category | None
    count: int
    reason: str


@dataclass(frozen=True, slots=True)
class MinimisedPayload:
    """`payload` holds permitted leaves only. A list keeps its positions: an item of which nothing may leave stays as
    an empty one while another item of that list leaves."""

    payload: dict[str, Any]
    withheld: tuple[Withheld, ...]


def minimise(payload: Mapping[str, Any], permit: Permit, kind: MessageKind) -> MinimisedPayload:
    """`payload` is plain JSON of that kind. ValueError if the permit was given for another kind."""
    if (permit.kind, permit.kind_version) != (kind.name, kind.version):
        raise ValueError(f"a permit for {permit.kind} {permit.kind_version} says nothing of {kind.name} {kind.version}")
    counts: Counter[str] = Counter()
    kept = _object(tree_of(permit.clauses, kind.payload), payload, counts)
    return MinimisedPayload({} if kept is _NOTHING else kept, tuple(_withheld(counts, permit, kind)))


def released_attachments(
    minimised: MinimisedPayload, kind: MessageKind, attachments: Iterable[Attachment]
) -> tuple[Attachment, ...]:
    """The bytes follow their description: an attachment leaves only if the minimised payload still names its digest."""
    named = {
        value
        for leaf in leaves_of(kind.payload)
        if leaf.category is Category.DOCUMENT and leaf.path.endswith(".sha256")
        for _, value in values_at(minimised.payload, leaf.path)
    }
    return tuple(attachment for attachment in attachments if attachment.sha256 in named)


def _value(place: Place, value: Any, counts: Counter[str]) -> Any:
    if place.children is not None and isinstance(value, dict):
        return _object(place, value, counts)
    if place.item is not None and isinstance(value, list):
        return _list(place, place.item, value, counts)
    if place.leaf and not isinstance(value, (dict, list)):
        if place.granted:
            return value
        counts[place.path] += 1
        return _NOTHING
    return _unknown(place, value, counts)


def _object(place: Place, value: Mapping[str, Any], counts: Counter[str]) -> Any:
    kept: dict[str, Any] = {}
    children = place.children or {}
    for name, part in value.items():
        child = children.get(name)
        left = _unknown(place, part, counts) if child is None else _value(child, part, counts)
        if left is not _NOTHING:
            kept[name] = left
    if kept or (place.granted and not value):  # an object that came empty is not one that was emptied
        return kept
    return _NOTHING


def _list(place: Place, item: Place, value: list[Any], counts: Counter[str]) -> Any:
    kept = [_value(item, part, counts) for part in value]
    if all(part is _NOTHING for part in kept) and (kept or not place.granted):
        return _NOTHING
    return [({} if item.children is not None else None) if part is _NOTHING else part for part in kept]


def _unknown(place: Place, value: Any, counts: Counter[str]) -> Any:
    """The kind has no such value here, so nothing can have permitted it."""
    waiting, values = [value], 0
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)
        else:
            values += 1
    if values:
        counts[f"{place.path}.?" if place.path else "?"] += values
    return _NOTHING


def _withheld(counts: Counter[str], permit: Permit, kind: MessageKind) -> Iterator[Withheld]:
    unlisted = f"not listed in protocol {permit.protocol_id}"
    for verdict in verdicts(permit.clauses, kind.payload):
        if count := counts.pop(verdict.path, 0):
            yield Withheld(verdict.path, verdict.category, count, verdict.clause or unlisted)
    for path, count in sorted(counts.items()):
        yield Withheld(path, None, count, f"not a field of {kind.name} {kind.version}")
