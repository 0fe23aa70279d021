"""The two contracts of the adapters: a System translates, a Transport carries. Neither knows the hub."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from schemas.document import Attachment
from schemas.kind import Payload
from schemas.problem import Problem


@dataclass(frozen=True, slots=True)
class Draft:
    """One message as decoded, before the hub gives it an id.

    `sender` and `recipient` are what the document itself names: an OU code or an agency id, or None.
    `reference` is the sender's own, unique for each message of a document. `doubts` are things odd but not refused.
    """

    kind: str
    version: int
    sender: str | None
    recipient: str | None
    reference: str
    payload: Payload
    sent_at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    doubts: tuple[Problem, ...] = ()
    where: str = "document"
    """The place of the message in the document: line and path."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What a document held: the messages that could be made of it, and what of it was refused by itself."""

    drafts: tuple[Draft, ...]
    refused: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message for one recipient, already minimised: plain JSON data, with fields that may be missing."""

    id: str
    kind: str
    version: int
    sender: str
    recipient: str
    reference: str
    sent_at: datetime
    correlation: str
    payload: Mapping[str, Any]
    attachments: tuple[Attachment, ...] = ()
    causation: str | None = None


@dataclass(frozen=True, slots=True)
class Encoded:
    """A message in the recipient's own format. `unexpressed` are the payload paths that the format cannot hold."""

    body: bytes
    media_type: str
    file_suffix: str
    unexpressed: tuple[str, ...] = ()


class System(Protocol):
    """An agency's system. Pure: no I/O, no time, no randomness."""

    name: str
    decodes: frozenset[str]
    encodes: frozenset[str]

    def recognises(self, body: bytes) -> bool:
        """A cheap look at the first bytes: could this document be mine?"""
        ...

    def decode(self, body: bytes, documents: Mapping[str, Attachment]) -> Decoded:
        """Translate. `documents` are those that came beside the body (multipart), by name.

        Raises schemas.problem.Refused if nothing of the document can be taken.
        """
        ...

    def encode(self, message: Outbound) -> Encoded:
        """Translate back. Raises Refused if the kind or a needed field cannot be expressed."""
        ...


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an agency receives: the transport's own settings, as the operator wrote them."""

    agency: str
    system: str
    transport: str
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is carried: the same `message_id` for every attempt."""

    message_id: str
    delivery_id: str
    kind: str
    sender: str
    recipient: str
    encoded: Encoded


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the recipient answered. `proved` is true only if the recipient's own words name the message."""

    proved: bool
    received_at: datetime | None
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """Declared honestly, and tested: does it keep order, bring receipts, and how much can it carry?"""

    ordered: bool
    receipts: bool
    size_bytes_max: int


class CannotDeliver(Exception):
    """The parcel was not taken. `retryable` says whether the same parcel may succeed later;
    `partner_down` that nothing else for this recipient will go through now either."""

    def __init__(self, code: str, problem: str, *, retryable: bool, partner_down: bool = False) -> None:
        super().__init__(f"{code}: {problem}")
        self.code = code
        self.problem = problem
        self.retryable = retryable
        self.partner_down = partner_down


class Transport(Protocol):
    """Carries parcels. Safe to call from several processes; keeps connections between calls."""

    name: str
    capabilities: Capabilities

    def check(self, endpoint: Endpoint) -> tuple[Problem, ...]:
        """What is wrong with the settings, before anything is sent."""
        ...

    def send(self, endpoint: Endpoint, parcel: Parcel) -> Receipt:
        """Carry it and bring back the receipt. Raises CannotDeliver; an unknown outcome is retryable."""
        ...

    def close(self) -> None: ...
