"""What the exchange answers, as frozen types. What a later version adds is left out, and stays in `document`."""

from dataclasses import dataclass, field
from datetime import datetime

from schemas.json import JsonMapping
from schemas.problem import Problem


@dataclass(frozen=True, slots=True)
class AcceptedMessage:
    """A message of a document. It has no reference when its content was destroyed. `recipients` are agencies."""

    id: str
    kind: str
    version: int
    sender: str
    reference: str | None
    accepted_at: datetime
    recipients: tuple[str, ...]
    not_permitted: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReceiptOfDocument:
    """A receipt whose signature was verified. `document` is the receipt as it came: keep it, it is the proof."""

    id: str
    received_at: datetime
    sha256: str
    messages: tuple[AcceptedMessage, ...]
    refused: tuple[Problem, ...]
    document: JsonMapping = field(repr=False)

    @classmethod
    def of(cls, document: JsonMapping) -> "ReceiptOfDocument":
        return cls(
            document["document"],
            datetime.fromisoformat(document["received_at"]),
            document["sha256"],
            tuple(map(_message, document["messages"])),
            tuple(map(problem_of, document["refused"])),
            document,
        )


@dataclass(frozen=True, slots=True)
class SentDocument:
    """If it was `repeated`, the exchange had all of the document before."""

    receipt: ReceiptOfDocument
    repeated: bool


@dataclass(frozen=True, slots=True)
class WaitingMessage:
    """A message in the mailbox."""

    id: str
    kind: str
    sender: str


@dataclass(frozen=True, slots=True)
class FetchedMessage:
    """A message in the format of the agency's own system."""

    id: str
    kind: str
    sender: str
    media_type: str
    body: bytes = field(repr=False)


def problem_of(said: JsonMapping) -> Problem:
    return Problem(*(str(said.get(name, "")) for name in ("code", "where", "problem", "cure")))


def _message(said: JsonMapping) -> AcceptedMessage:
    return AcceptedMessage(
        said["id"],
        said["kind"],
        said["version"],
        said["sender"],
        said.get("reference"),
        datetime.fromisoformat(said["accepted_at"]),
        tuple(each["agency"] for each in said["recipients"]),
        tuple(each["agency"] for each in said["not_permitted"]),
    )
