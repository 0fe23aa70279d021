"""The contracts of the adapters: a System translates, a Transport carries, a Collector fetches. None knows the hub."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from schemas.kind import Payload
from schemas.parts.document import Attachment
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
    """Where an agency receives: the transport's own settings, as the operator wrote them.

    `kinds` are those that it is for; empty, it is for all that no other endpoint of the agency is for.
    """

    agency: str
    system: str
    transport: str
    settings: Mapping[str, str]
    kinds: tuple[str, ...] = ()


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
    """Declared honestly, and tested: does it keep order, bring receipts, and how much can it carry?

    `pull` says that nothing is carried to the recipient: the hub keeps the parcel until the recipient has fetched it,
    and the recipient's acknowledgement is the receipt.
    """

    ordered: bool
    receipts: bool
    size_bytes_max: int
    pull: bool = False


class CannotDeliver(Exception):
    """The parcel was not taken. `retryable` says whether the same parcel may succeed later;
    `partner_down` that nothing else for this recipient will go through now either;
    `wait_seconds` for how long the recipient has asked not to be sent anything."""

    def __init__(
        self,
        code: str,
        problem: str,
        *,
        retryable: bool,
        partner_down: bool = False,
        wait_seconds: float | None = None,
    ) -> None:
        super().__init__(f"{code}: {problem}")
        self.code = code
        self.problem = problem
        self.retryable = retryable
        self.partner_down = partner_down
        self.wait_seconds = wait_seconds


class Transport(Protocol):
    """Carries parcels. Safe to call from several processes; keeps connections between calls."""

    name: str
    capabilities: Capabilities

    def check(self, endpoint: Endpoint) -> tuple[Problem, ...]:
        """What is wrong with the settings, before anything is sent."""
        ...

    def send(self, endpoint: Endpoint, parcel: Parcel) -> Receipt:
        """Carry it and bring back the receipt. Raises CannotDeliver; an unknown outcome is retryable.

        A pull transport carries nothing: it refuses what its recipient could not fetch, and proves nothing.
        """
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Inbox:
    """Where an agency leaves its files for the hub: the collector's own settings, as the operator wrote them."""

    agency: str
    transport: str
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look, and for how long a file must stay unchanged before it counts as whole."""

    every_seconds: float
    settle_seconds: float


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that may be taken. `modified` is in the source's own unit, and only ever compared for equality and order.

    `marked` says that its sender has declared it whole: no settling is needed.
    """

    name: str
    size_bytes: int
    modified: int
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Ignored:
    """An entry that will never be taken: `code` says why, such as `inbox.link`."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Listing:
    """What lies in an inbox. Files that are not whole, by their names or for want of a marker, are left out."""

    files: tuple[FoundFile, ...]
    ignored: tuple[Ignored, ...] = ()


class CannotCollect(Exception):
    """The inbox cannot be read or tidied just now; nothing was lost. It is looked at again at its next time."""

    def __init__(self, code: str, problem: str) -> None:
        super().__init__(f"{code}: {problem}")
        self.code = code
        self.problem = problem


class Collector(Protocol):
    """The inbound half of a transport: an agency leaves files, the hub takes them. One caller at a time for an inbox.

    `archive` and `refuse` are called only after what was read is durably answered for. Both move the file into a folder
    of the day below the inbox, under a name that is free there, with `reasons` beside it as `<name>.reasons.json`.
    A file that is no longer the one that was read stays where it is, to be taken anew. All raise CannotCollect.
    """

    name: str

    def check(self, inbox: Inbox) -> tuple[Problem, ...]:
        """What is wrong with the settings, before anything is collected."""
        ...

    def pace(self, inbox: Inbox) -> Pace: ...

    def list(self, inbox: Inbox) -> Listing:
        """The oldest first."""
        ...

    def read(self, inbox: Inbox, file: FoundFile) -> bytes | None:
        """The whole file, or None if it is no longer as it was found."""
        ...

    def archive(self, inbox: Inbox, file: FoundFile, on: date, reasons: bytes | None) -> None: ...

    def refuse(self, inbox: Inbox, file: FoundFile, on: date, reasons: bytes) -> None: ...

    def close(self) -> None: ...
