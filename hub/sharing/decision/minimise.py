"""Minimises a payload: only what the permit lists is sent, in full, masked or as a pseudonym, less what its conditions
take away from a record. Pure; it walks the payload once."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import InitVar, dataclass

from hub.sharing.decision.conditions import Judge, restraints_of
from hub.sharing.decision.decide import Permit
from hub.sharing.decision.tree import Place, place_at, tree_of
from hub.sharing.terms.grants import Action
from hub.sharing.terms.pseudonyms import Pseudonymiser
from schemas.category import Category
from schemas.frozen_json import FrozenObject, freeze_object
from schemas.json import Json, JsonMapping, JsonObject
from schemas.kind import MessageKind
from schemas.parts.document import Attachment
from schemas.shape import leaves_of, values_at

_CUT_HERE = object()  # Only this module has it, as with a Permit.
_NOTHING = object()  # Marks that nothing of a value may be sent. None would not do, because None is a value.
_REFUSED = object()  # a record that is not sent at all

_Fate = tuple[str, Action, str | None]  # Of a value: the shape path, what happens to it, and the words that decide.


@dataclass(frozen=True, slots=True)
class Withheld:
    """`count` values at the shape path `path` are not sent as they are. `action` says whether nothing, a mask or a
    pseudonym is sent instead. A field that the kind does not have gets a path that ends in `.?` and no category. Its
    name is not repeated, because the name itself may be personal."""

    path: str
    category: Category | None
    count: int
    reason: str
    action: Action = Action.WITHHELD


@dataclass(frozen=True, slots=True)
class MinimisedPayload:
    """`payload` holds only permitted leaves, and the masks and pseudonyms of others. A list keeps its positions: if
    some of its items are sent, an item of which nothing may be sent stays as an empty one. A record that a condition
    refuses is left out. Only `minimise` makes one."""

    payload: FrozenObject
    withheld: tuple[Withheld, ...]
    made: InitVar[object]

    def __post_init__(self, made: object) -> None:
        if made is not _CUT_HERE:
            raise PermissionError("a MinimisedPayload is made by minimise() and nowhere else")


def minimise(payload: JsonMapping, permit: Permit, kind: MessageKind, key: bytes | None = None) -> MinimisedPayload:
    """`payload` is plain JSON of that kind, as received; `key` makes the pseudonyms.

    ValueError if the permit is for another kind. Refused with pseudonym.key_missing or pseudonym.key_short if the
    permit contains pseudonyms and the key cannot make them.
    """
    protocol = f"{permit.protocol_id} version {permit.protocol_version}"
    needed = tree_of(permit.clauses, kind.payload).pseudonymised
    pseudonyms = Pseudonymiser.made_with(key, permit.recipient, protocol) if needed else None
    cut, kept = _walked(payload, permit, kind, pseudonyms)
    left = freeze_object({} if kept in (_NOTHING, _REFUSED) else kept)
    return MinimisedPayload(left, tuple(_withheld(cut.fates, permit, kind)), _CUT_HERE)


def fates(payload: JsonMapping, permit: Permit, kind: MessageKind) -> Counter[_Fate]:
    """How many values are treated how, by the same walk. The path of an unknown field ends in `.?`."""
    return _walked(payload, permit, kind, None)[0].fates


def _walked(
    payload: JsonMapping, permit: Permit, kind: MessageKind, pseudonyms: Pseudonymiser | None
) -> "tuple[_Cut, Json]":
    # The clauses of another kind would grant the wrong fields.
    if (permit.kind, permit.kind_version) != (kind.name, kind.version):
        raise ValueError(f"a permit for {permit.kind} {permit.kind_version} says nothing of {kind.name} {kind.version}")
    cut = _Cut(Counter(), permit, kind, Judge.of(permit, kind.payload), pseudonyms)
    return cut, cut.object(tree_of(permit.clauses, kind.payload), payload)


def released_attachments(
    minimised: MinimisedPayload, kind: MessageKind, attachments: Iterable[Attachment]
) -> tuple[Attachment, ...]:
    """The permitted attachments. The bytes of an attachment are sent only if the minimised payload still names its
    digest."""
    named = {
        value
        for leaf in leaves_of(kind.payload)
        if leaf.category is Category.DOCUMENT and leaf.path.endswith(".sha256")
        for _, value in values_at(minimised.payload, leaf.path)
    }
    return tuple(attachment for attachment in attachments if attachment.sha256 in named)


@dataclass(frozen=True, slots=True)
class _Cut:
    """One walk: what is left of each value, and how many values were treated how."""

    fates: Counter[_Fate]
    permit: Permit
    kind: MessageKind
    judge: Judge
    pseudonyms: Pseudonymiser | None

    def value(self, place: Place, value: Json) -> Json:
        if place.children is not None and isinstance(value, dict):
            return self.object(place, value)
        if place.item is not None and isinstance(value, list):
            return self.list(place, place.item, value)
        if place.leaf is not None and not isinstance(value, (dict, list)):
            if place.leaf is not Action.PASSED:
                return self.instead(place, value)
            self.fates[place.path, Action.PASSED, place.clause] += value is not None
            return value
        return self.unknown(place, value)

    def instead(self, place: Place, value: Json) -> Json:
        """What is sent in place of a value that may not be sent as it is. None does not reveal anything, so it
        stays."""
        if value is None and place.granted:
            return None
        self.fates[place.path, place.leaf or Action.WITHHELD, place.clause] += 1
        if place.mask is not None:
            return place.mask(value)
        if place.pseudonymised and self.pseudonyms is not None:
            return self.pseudonyms.of(place.rule, value)
        return _NOTHING

    def object(self, place: Place, value: JsonMapping) -> Json:
        if holding := self.judge.holding(place.path, value):
            restraints = place.restraints + restraints_of(holding)
            place = place_at(tree_of(self.permit.clauses, self.kind.payload, restraints), place.path)
        kept = self.parts(place, value)
        return _REFUSED if self.judge.refusal(holding) else kept

    def parts(self, place: Place, value: JsonMapping) -> Json:
        kept: JsonObject = {}
        children = place.children or {}
        for name, part in value.items():
            child = children.get(name)
            left = self.unknown(place, part) if child is None else self.value(child, part)
            if left is not _NOTHING and left is not _REFUSED:
                kept[name] = left
        if kept or (place.granted and not value):  # An object that came empty is sent; one that became empty is not.
            return kept
        return _NOTHING

    def list(self, place: Place, item: Place, value: list[Json]) -> Json:
        left = (self.value(item, part) for part in value)
        kept = [part for part in left if part is not _REFUSED]
        if all(part is _NOTHING for part in kept) and (kept or not place.granted):
            return _NOTHING
        return [({} if item.children is not None else None) if part is _NOTHING else part for part in kept]

    def unknown(self, place: Place, value: Json) -> Json:
        """The kind has no such value here, so no protocol can have permitted it."""
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
            self.fates[f"{place.path}.?" if place.path else "?", Action.WITHHELD, None] += values
        return _NOTHING


def _withheld(fates: Counter[_Fate], permit: Permit, kind: MessageKind) -> Iterator[Withheld]:
    known = {leaf.path: (number, leaf.category) for number, leaf in enumerate(leaves_of(kind.payload))}
    last = len(known)
    for (path, action, clause), count in sorted(
        fates.items(), key=lambda fate: (known.get(fate[0][0], (last, None))[0], *map(str, fate[0]))
    ):
        if path not in known:
            yield Withheld(path, None, count, f"not a field of {kind.name} {kind.version}")
        elif action is not Action.PASSED:
            yield Withheld(path, known[path][1], count, clause or unlisted(permit), action)


def unlisted(permit: Permit) -> str:
    return f"not listed in protocol {permit.protocol_id}"
