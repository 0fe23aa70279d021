"""Why each field of a message leaves or stays, in the words of the protocol. Pure; values are never repeated."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from hub.sharing.decide import Denial, Permit
from hub.sharing.grants import Action, verdicts
from schemas.category import Category
from schemas.kind import MessageKind
from schemas.shape import values_at


@dataclass(frozen=True, slots=True)
class FieldExplanation:
    """`count` values stand at the shape path `path`, and the same becomes of them all."""

    path: str
    category: Category
    count: int
    passed: bool
    clause: str
    action: Action


def explain(kind: MessageKind, payload: Mapping[str, Any], decision: Permit | Denial) -> tuple[FieldExplanation, ...]:
    """One line for every leaf of the kind that is present in `payload`, in the order of the kind's fields."""
    clauses = decision.clauses if isinstance(decision, Permit) else ()
    unlisted = (
        f"not listed in protocol {decision.protocol_id}"
        if isinstance(decision, Permit)
        else f"denied: {decision.reason}"
    )
    document = dict(payload)
    return tuple(
        FieldExplanation(
            verdict.path, verdict.category, count, verdict.granted, verdict.clause or unlisted, verdict.action
        )
        for verdict in verdicts(clauses, kind.payload)
        if (count := sum(1 for _ in values_at(document, verdict.path)))
    )
