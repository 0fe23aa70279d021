"""Only what the permit lists leaves, as it is, masked or as a pseudonym. Pure; the payload is walked once."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from hub.sharing.decide import Permit
from hub.sharing.grants import Action, verdicts
from hub.sharing.pseudonyms import Pseudonymiser
from hub.sharing.tree import Place, tree_of
from schemas.category import Category
from schemas.document import Attachment
from schemas.kind import MessageKind
from schemas.shape import leaves_of, values_at

_NOTHING = object()  # what is left of a value of which nothing may leave; None is a value


@dataclass(frozen=True, slots=True)
class Withheld:
    """`count` values at the shape path `path` stay behind; `action` says whether nothing, a mask or a pseudonym leaves
    in their stead. What the kind does not know has a path that ends in `.?` and no category: its name is not repeated,
    for the name may itself be personal."""

    path: str
    category: Category | None
    count: int
    reason: str
    action: Action = Action.WITHHELD


@dataclass(frozen=True, slots=True)
class MinimisedPayload:
    """`payload` holds permitted leaves only, and what stands in for a value that is masked or made a pseudonym. A list
    keeps its positions: an item of which nothing may leave stays as an empty one while another of that list leaves."""

    payload: dict[str, Any]
    withheld: tuple[Withheld, ...]


def minimise(
    payload: Mapping[str, Any], permit: Permit, kind: MessageKind, key: bytes | None = None
) -> MinimisedPayload:
    """`payload` is plain JSON of that kind as it came; `key` makes the pseudonyms.

    ValueError if the permit was given for another kind. Refused with pseudonym.key_missing or pseudonym.key_short if
    the permit lets pseudonyms leave and the key cannot make them.
    """
    if (permit.kind, permit.kind_version) != (kind.name, kind.version):
        raise ValueError(f"a permit for {permit.kind} {permit.kind_version} says nothing of {kind.name} {kind.version}")
    tree = tree_of(permit.clauses, kind.payload)
    protocol = f"{permit.protocol_id} version {permit.protocol_version}"
    pseudonyms = Pseudonymiser.made_with(key, permit.recipient, protocol) if tree.pseudonymised else None
    cut = _Cut(Counter(), pseudonyms)
    kept = cut.object(tree, payload)
    return MinimisedPayload({} if kept is _NOTHING else kept, tuple(_withheld(cut.counts, permit, kind)))


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


@dataclass(frozen=True, slots=True)
class _Cut:
    """One walk: what is left of each value, and how many stayed behind at each path."""

    counts: Counter[str]
    pseudonyms: Pseudonymiser | None

    def value(self, place: Place, value: Any) -> Any:
        if place.children is not None and isinstance(value, dict):
            return self.object(place, value)
        if place.item is not None and isinstance(value, list):
            return self.list(place, place.item, value)
        if place.leaf is not None and not isinstance(value, (dict, list)):
            return value if place.leaf is Action.PASSED else self.instead(place, value)
        return self.unknown(place, value)

    def instead(self, place: Place, value: Any) -> Any:
        """What leaves in the stead of a value that may not leave as it is; None hides nothing."""
        if value is None and place.granted:
            return None
        self.counts[place.path] += 1
        if place.mask is not None:
            return place.mask(value)
        if place.pseudonymised and self.pseudonyms is not None:
            return self.pseudonyms.of(place.rule, value)
        return _NOTHING

    def object(self, place: Place, value: Mapping[str, Any]) -> Any:
        kept: dict[str, Any] = {}
        children = place.children or {}
        for name, part in value.items():
            child = children.get(name)
            left = self.unknown(place, part) if child is None else self.value(child, part)
            if left is not _NOTHING:
                kept[name] = left
        if kept or (place.granted and not value):  # an object that came empty is not one that was emptied
            return kept
        return _NOTHING

    def list(self, place: Place, item: Place, value: list[Any]) -> Any:
        kept = [self.value(item, part) for part in value]
        if all(part is _NOTHING for part in kept) and (kept or not place.granted):
            return _NOTHING
        return [({} if item.children is not None else None) if part is _NOTHING else part for part in kept]

    def unknown(self, place: Place, value: Any) -> Any:
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
            self.counts[f"{place.path}.?" if place.path else "?"] += values
        return _NOTHING


def _withheld(counts: Counter[str], permit: Permit, kind: MessageKind) -> Iterator[Withheld]:
    unlisted = f"not listed in protocol {permit.protocol_id}"
    for verdict in verdicts(permit.clauses, kind.payload):
        if count := counts.pop(verdict.path, 0):
            yield Withheld(verdict.path, verdict.category, count, verdict.clause or unlisted, verdict.action)
    for path, count in sorted(counts.items()):
        yield Withheld(path, None, count, f"not a field of {kind.name} {kind.version}")
