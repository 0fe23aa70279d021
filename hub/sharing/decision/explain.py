"""Explains why each field of a message is sent or withheld, in the words of the protocol. Pure; it repeats no
values."""

from collections.abc import Iterator
from dataclasses import dataclass

from hub.sharing.decision.decide import Denial, Permit
from hub.sharing.decision.minimise import fates, unlisted
from hub.sharing.terms.grants import Action
from schemas.category import Category
from schemas.json import JsonMapping
from schemas.kind import MessageKind
from schemas.shape import leaves_of, values_at


@dataclass(frozen=True, slots=True)
class FieldExplanation:
    """`count` values have the shape path `path`, and all are treated in the same way. A field has several lines if a
    condition applies to some records and not to others."""

    path: str
    category: Category
    count: int
    passed: bool
    clause: str
    action: Action


def explain(kind: MessageKind, payload: JsonMapping, decision: Permit | Denial) -> tuple[FieldExplanation, ...]:
    """What happens to every leaf of the kind that is present in `payload`, in the order of the kind's fields."""
    return tuple(_denied(kind, payload, decision) if isinstance(decision, Denial) else _by(kind, payload, decision))


def _by(kind: MessageKind, payload: JsonMapping, permit: Permit) -> Iterator[FieldExplanation]:
    found = fates(payload, permit, kind)
    for leaf in leaves_of(kind.payload):
        for (path, action, clause), count in sorted(found.items(), key=lambda fate: list(map(str, fate[0]))):
            if path == leaf.path and count:
                passed = action is Action.PASSED
                yield FieldExplanation(path, leaf.category, count, passed, clause or unlisted(permit), action)


def _denied(kind: MessageKind, payload: JsonMapping, denial: Denial) -> Iterator[FieldExplanation]:
    document, reason = dict(payload), f"denied: {denial.reason}"
    for leaf in leaves_of(kind.payload):
        if count := sum(1 for _ in values_at(document, leaf.path)):
            yield FieldExplanation(leaf.path, leaf.category, count, False, reason, Action.WITHHELD)
