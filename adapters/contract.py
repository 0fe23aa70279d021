"""The contracts of the adapters: a System translates, a Transport carries, a Collector fetches. None of them knows the
hub."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol

from schemas.kind import Payload
from schemas.parts.document import Attachment
from schemas.problem import Problem


@dataclass(frozen=True, slots=True)
class Draft:
    """One decoded message, before the hub gives it an id.

    `sender` and `recipient` are what the document itself names: an OU code, an agency id, or None. `reference` is the
    sender's own, unique for each message of a document. `doubts` are remarks on things that are odd but not refused.
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
    """What a document contained: the messages that were read, and the problems of the parts that were refused."""

    drafts: tuple[Draft, ...]
    refused: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Outbound:
    """One message for one recipient, already minimised: plain JSON data, in which fields may be missing."""

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
    """An agency's system. It is pure: it reads no files, no clock and no random numbers."""

    name: str
    decodes: frozenset[str]
    encodes: frozenset[str]

    def recognises(self, body: bytes) -> bool:
        """Return whether the document may be from this system. It looks only at the first bytes and must be cheap."""
        ...

    def decode(self, body: bytes, documents: Mapping[str, Attachment]) -> Decoded:
        """Read a document. `documents` are the files that came beside the body (multipart), by name.

        Raises schemas.problem.Refused if nothing in the document can be accepted.
        """
        ...

    def encode(self, message: Outbound) -> Encoded:
        """Write a message in this system's format. Raises Refused if the format cannot hold the kind or a required
        field."""
        ...


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where an agency receives. `settings` are the transport's own, as the operator wrote them.

    `kinds` are the kinds that it receives. If empty, it receives all that no other endpoint of the agency receives.
    """

    agency: str
    system: str
    transport: str
    settings: Mapping[str, str]
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is carried. The `message_id` is the same for every attempt."""

    message_id: str
    delivery_id: str
    kind: str
    sender: str
    recipient: str
    encoded: Encoded
    sheet: bytes | None = None
    """A web page, to be read by a person, with what the recipient's format cannot hold. It goes beside the body."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """The recipient's answer. `proved` is true only if the recipient's own words name the message."""

    proved: bool
    received_at: datetime | None
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a transport can do: whether it keeps the order, whether it brings receipts, and how much it can carry. Tests
    check it.

    `pull` says that nothing is sent to the recipient. The hub keeps the parcel until the recipient has fetched it, and
    the recipient's acknowledgement is the receipt. `sheets` says whether a sheet goes beside the body, or
    inside it, as a part of one multipart body.
    """

    ordered: bool
    receipts: bool
    size_bytes_max: int
    pull: bool = False
    sheets: Literal["none", "beside", "inside"] = "none"


class CannotDeliver(Exception):
    """The parcel was not delivered.

    `retryable` says whether the same parcel may succeed later. `partner_down` says that nothing else can be delivered
    to this recipient now either. `wait_seconds` is how long the recipient has asked the exchange to wait.
    """

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
    """Carries parcels. It may keep connections between calls. Several processes may call it."""

    name: str
    capabilities: Capabilities

    def check(self, endpoint: Endpoint) -> tuple[Problem, ...]:
        """Return what is wrong with the settings, before anything is sent."""
        ...

    def send(self, endpoint: Endpoint, parcel: Parcel) -> Receipt:
        """Send the parcel and return the receipt. Raises CannotDeliver; an unknown outcome is retryable.

        A pull transport sends nothing. It refuses what its recipient could not fetch, and its receipt proves nothing.
        """
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Inbox:
    """Where an agency leaves files for the hub. `settings` are the collector's own, as the operator wrote them."""

    agency: str
    transport: str
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pace:
    """How often to look, and how long a file must stay unchanged before it counts as complete."""

    every_seconds: float
    settle_seconds: float


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file that may be collected. `modified` is in the source's own unit; it is only compared.

    `marked` says that the sender has declared the file complete, so it is read at once.
    """

    name: str
    size_bytes: int
    modified: int
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Ignored:
    """An entry that is never collected. `code` says why, for example `inbox.link`."""

    name: str
    code: str


@dataclass(frozen=True, slots=True)
class Listing:
    """The entries of an inbox. `unfinished` are files that their names or a missing marker show to be incomplete."""

    files: tuple[FoundFile, ...]
    ignored: tuple[Ignored, ...] = ()
    unfinished: tuple[FoundFile, ...] = ()


class CannotCollect(Exception):
    """The inbox cannot be read or tidied at present. Nothing is lost; the exchange looks again at the next time."""

    def __init__(self, code: str, problem: str) -> None:
        super().__init__(f"{code}: {problem}")
        self.code = code
        self.problem = problem


class Collector(Protocol):
    """The inbound part of a transport: an agency leaves files, and the hub collects them. An inbox has one caller at a
    time.

    `archive` and `refuse` are called only after the answer to the file is durable. Both move the file into a folder of
    the day below the inbox, under a free name, with `reasons` beside it as `<name>.reasons.json`. A file that has
    changed since it was read stays, and is read again later. All methods raise CannotCollect.
    """

    name: str

    def check(self, inbox: Inbox) -> tuple[Problem, ...]:
        """Return what is wrong with the settings, before anything is collected."""
        ...

    def pace(self, inbox: Inbox) -> Pace: ...

    def list(self, inbox: Inbox) -> Listing:
        """Return the files, the oldest first."""
        ...

    def read(self, inbox: Inbox, file: FoundFile) -> bytes | None:
        """Return the whole file, or None if it has changed since it was found."""
        ...

    def archive(self, inbox: Inbox, file: FoundFile, on: date, reasons: bytes | None) -> None: ...

    def refuse(self, inbox: Inbox, file: FoundFile, on: date, reasons: bytes) -> None: ...

    def close(self) -> None: ...
