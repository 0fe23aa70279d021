"""The stages of a message. Each is a frozen type that can be made only from the one before.

Received → (decoded by an adapter) → Validated → Permitted → Minimised → Recorded, and before each send → Prepared

A stage does its work when it is made, or checks that its parts belong together. So no code can skip a stage, swap a
recipient, or use a payload that was not minimised. The payloads are frozen.
"""

from collections.abc import Iterator, Mapping
from dataclasses import InitVar, dataclass, field
from datetime import date, datetime
from uuid import UUID

from adapters.contract import Draft
from hub.codes.known import CodeLists, code_flags
from hub.deadlines.ahead import AHEAD_MAX, is_far_ahead, not_ahead
from hub.deadlines.london import LONDON
from hub.deadlines.terms import ClockTerms, lies_ahead
from hub.identity.case_keys import case_keys
from hub.sharing.decision.decide import Denial, Permit
from hub.sharing.decision.minimise import MinimisedPayload, minimise
from hub.sharing.terms.agencies import Agency
from schemas.births import birth_flags
from schemas.frozen_json import FrozenObject, freeze_object
from schemas.kind import ClockStart, ClockStop, MessageKind, Target
from schemas.parts.document import Attachment
from schemas.problem import Problem
from schemas.shape import Flag, flags_of
from schemas.withheld import WithheldField


@dataclass(frozen=True, slots=True)
class Received:
    """A received document, unpacked, from a caller who proved who it is. None: the sender is the agency that the
    document names."""

    id: UUID
    caller: Agency | None
    body: bytes
    media_type: str
    documents: Mapping[str, Attachment]
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Validated:
    """One message whose kind, sender and payload are known and valid. `codes` flags codes that are on no list. What is
    odd about it is found when it is first asked for: nobody asks when it is sent.

    ValueError if the draft is not of that kind.
    """

    draft: Draft
    kind: MessageKind
    sender: Agency
    received_at: datetime
    codes: CodeLists | None = field(default=None, repr=False, compare=False)
    payload: FrozenObject = field(init=False)
    _flags: tuple[Flag, ...] | None = field(init=False, repr=False, compare=False, default=None)
    _case_keys: frozenset[str] | None = field(init=False, repr=False, compare=False, default=None)

    def __post_init__(self) -> None:
        draft, kind = self.draft, self.kind
        if (draft.kind, draft.version) != (kind.name, kind.version) or type(draft.payload) is not kind.payload:
            raise ValueError(f"a draft of {draft.kind} {draft.version} is not a {kind.name} {kind.version}")
        payload = freeze_object(draft.payload.model_dump(mode="json", exclude_none=True))
        object.__setattr__(self, "payload", payload)

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What is odd about it."""
        if self._flags is None:
            draft = self.draft
            flags = flags_of(draft.payload) + birth_flags(draft.payload, _day_of(draft, self.received_at))
            flags += tuple(_ahead_flags(draft, self.received_at))
            flags += tuple(code_flags(self.payload, self.kind, self.codes)) if self.codes else ()
            object.__setattr__(self, "_flags", flags)
        assert self._flags is not None  # noqa: S101 - it was just set
        return self._flags

    @property
    def case_keys(self) -> frozenset[str]:
        """The keys that it shares with messages about the same person in the same case."""
        if self._case_keys is None:
            object.__setattr__(self, "_case_keys", case_keys(self.draft.payload))
        assert self._case_keys is not None  # noqa: S101 - it was just set
        return self._case_keys

    def stops(self) -> tuple[ClockStop, ...]:
        """The clocks that its kind always stops, and those that this message stops."""
        return (*self.kind.stops, *self.draft.payload.stops())

    def made_at(self) -> datetime | None:
        """When this edition was made, if the document says it."""
        return not_ahead(self.draft.payload.edition_at() or self.draft.sent_at, self.received_at)


def _ahead_flags(draft: Draft, received_at: datetime) -> Iterator[Flag]:
    made_at = draft.payload.edition_at() or draft.sent_at
    if made_at is not None and is_far_ahead(made_at, received_at):
        problem = f"was made more than {AHEAD_MAX.days} days ahead, it says; it counts as made when it came"
        yield Flag("sent_at", "time.far_ahead", problem)
    for start in draft.payload.clocks():
        if lies_ahead(start, received_at):
            problem = f"counts from a moment more than {AHEAD_MAX.days} days ahead; it counts from the arrival instead"
            yield Flag(start.clock, "time.far_ahead", problem)


def _day_of(draft: Draft, received_at: datetime) -> date:
    """The earliest of the days that the document names and the day on which it came. Some clocks start before the
    message arrives, and a court list is for a later day."""
    came = received_at.astimezone(LONDON).date()
    sent = draft.sent_at.astimezone(LONDON).date() if draft.sent_at else came
    return min(came, sent, draft.payload.dated() or came)


@dataclass(frozen=True, slots=True)
class Permitted:
    """A protocol in force lets this recipient have this message.

    PermissionError if the permit is for another sender, recipient or kind.
    """

    validated: Validated
    recipient: Agency
    target: Target
    permit: Permit

    def __post_init__(self) -> None:
        permit, validated = self.permit, self.validated
        allowed = (permit.sender, permit.recipient, permit.kind, permit.kind_version)
        if allowed != (validated.sender.id, self.recipient.id, validated.kind.name, validated.kind.version):
            raise PermissionError("this permit is for another message or another recipient")


@dataclass(frozen=True, slots=True)
class Minimised:
    """Only the fields that the protocol grants are left. They are cut from the permitted message here and nowhere else;
    `key` makes the pseudonyms. Raises what `minimise` raises."""

    permitted: Permitted
    key: InitVar[bytes | None]
    cut: MinimisedPayload = field(init=False)

    def __post_init__(self, key: bytes | None) -> None:
        validated = self.permitted.validated
        cut = minimise(validated.payload, self.permitted.permit, validated.kind, key)
        object.__setattr__(self, "cut", cut)

    @property
    def protocol(self) -> tuple[str, int]:
        """(id, version) of the protocol that permitted it."""
        return self.permitted.permit.protocol_id, self.permitted.permit.protocol_version

    def withheld(self) -> list[WithheldField]:
        """The fields that were withheld, each with the reason."""
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
    """The message is for this party, but the registry does not say which agency that is."""

    target: Target
    reason: str


@dataclass(frozen=True, slots=True)
class DueClock:
    start: ClockStart
    terms: ClockTerms
    owner: Agency | None
    toward: Agency | None


@dataclass(frozen=True, slots=True)
class AssessedMessage:
    """Everything that is decided about one message before anything is written.

    PermissionError if one of its parts was minimised from another message.
    """

    validated: Validated
    minimised: tuple[Minimised, ...]
    denied: tuple[Denied, ...]
    unaddressed: tuple[Unaddressed, ...]
    clocks: tuple[DueClock, ...]
    routing_doubts: tuple[Flag, ...] = ()

    def __post_init__(self) -> None:
        if any(cut.permitted.validated is not self.validated for cut in self.minimised):
            raise PermissionError("what is recorded must be minimised from the message itself")

    @property
    def flags(self) -> tuple[Flag, ...]:
        """What is odd about its values, and about whom it is for."""
        return self.validated.flags + self.routing_doubts


@dataclass(frozen=True, slots=True)
class Assessment:
    """The result for a document: the messages that can be recorded, and what was refused."""

    messages: tuple[AssessedMessage, ...]
    refused: tuple[Problem, ...]
