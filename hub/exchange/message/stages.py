"""The stages of a message, each a frozen type made only from the one before: skipping one is a type error.

Received → (decoded by an adapter) → Validated → Permitted → Minimised → (recorded in the store)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from adapters.contract import Draft
from hub.sharing.decision.decide import Denial, Permit
from hub.sharing.decision.minimise import MinimisedPayload
from hub.sharing.terms.agencies import Agency
from schemas.document import Attachment
from schemas.kind import ClockStart, ClockStop, MessageKind, Target
from schemas.problem import Problem
from schemas.shape import Flag


@dataclass(frozen=True, slots=True)
class Received:
    """A document as it came, unpacked, from a caller who proved who it is (None: whoever the document names)."""

    id: UUID
    caller: Agency | None
    body: bytes
    media_type: str
    documents: Mapping[str, Attachment]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Validated:
    """One message whose kind, sender and payload are known and right."""

    draft: Draft
    kind: MessageKind
    sender: Agency
    payload: dict[str, Any]
    flags: tuple[Flag, ...]
    received_at: datetime

    def stops(self) -> tuple[ClockStop, ...]:
        """The clocks that its kind always stops, and those that just this message does."""
        return (*self.kind.stops, *self.draft.payload.stops())


@dataclass(frozen=True, slots=True)
class Permitted:
    """A live protocol lets this recipient have it."""

    validated: Validated
    recipient: Agency
    target: Target
    permit: Permit


@dataclass(frozen=True, slots=True)
class Minimised:
    """Only what the protocol grants is left."""

    permitted: Permitted
    cut: MinimisedPayload

    @property
    def protocol(self) -> tuple[str, int]:
        """(id, version) of the protocol that permitted it."""
        return self.permitted.permit.protocol_id, self.permitted.permit.protocol_version

    def withheld(self) -> list[dict[str, Any]]:
        """What stayed behind and why, as plain JSON: paths, never values."""
        return [
            {
                "path": held.path,
                "category": held.category,
                "count": held.count,
                "action": held.action,
                "reason": held.reason,
            }
            for held in self.cut.withheld
        ]


@dataclass(frozen=True, slots=True)
class Denied:
    recipient: Agency
    target: Target
    denial: Denial


@dataclass(frozen=True, slots=True)
class Unaddressed:
    """The message is for such a party, but the registry cannot say who that is."""

    target: Target
    reason: str


@dataclass(frozen=True, slots=True)
class DueClock:
    """`starts_at` is the anchor, or the moment of receipt for a clock that counts back from its anchor."""

    start: ClockStart
    starts_at: datetime
    due_at: datetime
    owner: Agency | None
    toward: Agency | None


@dataclass(frozen=True, slots=True)
class AssessedMessage:
    """Everything decided about one message before anything is written."""

    validated: Validated
    minimised: tuple[Minimised, ...]
    denied: tuple[Denied, ...]
    unaddressed: tuple[Unaddressed, ...]
    clocks: tuple[DueClock, ...]


@dataclass(frozen=True, slots=True)
class Assessment:
    """What a document comes to: the messages that can be recorded, and what was refused."""

    messages: tuple[AssessedMessage, ...]
    refused: tuple[Problem, ...]
