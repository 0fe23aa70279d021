"""The contract of an interface: how a system that knows nothing of the exchange calls it, and how it is answered.

An interface translates and does nothing else: it reads no file, no clock and no random number. The hub proves who
calls, applies its limits, and keeps, decides and records as for every other document.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol, runtime_checkable

from schemas.problem import Problem


class Proof(StrEnum):
    """How a caller may prove which agency it is."""

    TOKEN = "token"  # noqa: S105 # in the Authorization header: an OAuth 2 access token, or an assertion
    CERTIFICATE = "certificate"  # mutual TLS with a registered certificate
    SIGNATURE = "signature"  # WS-Security: the message is signed with a registered certificate


@dataclass(frozen=True, slots=True)
class Operation:
    """One thing that a caller can ask. `path` follows the address of the interface, and may hold `{parameters}`.

    Without `proofs` anybody may call it; it then has no body. `query` are the parameters that the address may have.
    `headers` are those that it reads. `answers` are the statuses that it gives, with their meaning.
    """

    method: str
    path: str
    title: str
    proofs: frozenset[Proof]
    media_types: tuple[str, ...] = ()
    query: frozenset[str] = frozenset()
    headers: tuple[str, ...] = ()
    answers: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Call:
    """What the caller sent. `body` is unpacked, opened if it was encrypted, and without the header of WS-Security.
    Names of `headers` are in small letters. `address` is where it was called, without the query."""

    operation: Operation
    address: str
    at: datetime
    parameters: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    media_type: str = ""
    body: bytes = b""
    addressed: bytes | None = None
    """An envelope with the headers of WS-Addressing as they came, also those that nobody signed. It is only answered
    by: `body` then has the signed headers alone."""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer, in the caller's own words."""

    status: int
    body: bytes = b""
    media_type: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class HandIn:
    """The caller hands in a document. `contradictions` are problems between it and the rest of the call: the document
    is then kept and refused.

    `name` is the caller's own name for what it is about, or for the call. With it the caller withdraws it, or fetches
    the answer, later. A name that is given `once` refuses, with the code `already_named`, another document under it.
    """

    document: bytes
    media_type: str
    contradictions: tuple[Problem, ...] = ()
    name: str | None = None
    once: bool = False
    answer_later: bool = False
    """The caller does not wait for what becomes of the document. It is told later, where it receives answers."""
    already_named: Problem | None = None
    said_by: str | None = None
    """The name that the calling system gives itself. The operator says which names belong to which agency."""


@dataclass(frozen=True, slots=True)
class Withdraw:
    """What the caller handed in under this name has lost its meaning."""

    name: str


@dataclass(frozen=True, slots=True)
class Rehearse:
    """The document is a test: say what would happen to it, and let nothing happen."""

    document: bytes
    said_by: str | None = None


@dataclass(frozen=True, slots=True)
class FetchAnswers:
    """The caller asks what became of the documents that it handed in under a name, between these moments."""

    since: datetime
    until: datetime | None
    said_by: str | None = None


@dataclass(frozen=True, slots=True)
class TellOutcome:
    """The caller says what became of a message that the exchange sent to it. `name` is its own name for the call.
    `outcome` is its word for it, and `refusal` says why it refuses the message after all, if it does."""

    message_id: str
    name: str
    outcome: str
    refusal: str | None
    said_by: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerAtOnce:
    """The answer needs nothing of the exchange, such as a description of the interface."""

    said: Said


Asked = HandIn | Withdraw | Rehearse | FetchAnswers | TellOutcome | AnswerAtOnce


@dataclass(frozen=True, slots=True)
class Accepted:
    """The document was accepted, or the parts of it that are not in `refused`. `receipt` is the signed receipt as plain
    JSON. If it is `repeated`, the exchange had all of it before."""

    receipt: Mapping[str, Any]
    refused: tuple[Problem, ...]
    repeated: bool


@dataclass(frozen=True, slots=True)
class Declined:
    """Nothing was accepted. `status` is what the exchange itself would answer, and `code` the first reason.

    `retry_after_seconds` is given if the same call may succeed later. If it was `kept`, the document came in and was
    refused; otherwise the call was.
    """

    status: int
    code: str
    problem: str
    problems: tuple[Problem, ...] = ()
    retry_after_seconds: int | None = None
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What would have been refused of a test. Nothing was kept."""

    messages: int
    refused: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class EarlierAnswer:
    """What became of one document. `document` is as it was handed in, None if its content is destroyed."""

    at: datetime
    document: bytes | None
    outcome: Accepted | Declined


@dataclass(frozen=True, slots=True)
class Fetched:
    """Answers, the oldest first. If there are `more`, the caller asks again from the time of the last one."""

    answers: tuple[EarlierAnswer, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Noted:
    """What the caller said of a message is recorded, now or before."""


Outcome = Accepted | Declined | Rehearsed | Fetched | Noted


class Interface(Protocol):
    """One interface. `name` is its folder; `address` follows `/interfaces/`."""

    name: str
    address: str
    title: str
    operations: tuple[Operation, ...]

    def asked(self, call: Call) -> Asked:
        """Return what the caller asks. Raises Refused if the call cannot be read."""
        ...

    def said(self, call: Call, outcome: Outcome) -> Said:
        """Say the outcome in the caller's words. It must be able to say every refusal, also for a call that cannot be
        read."""
        ...


@runtime_checkable
class AnswersLater(Protocol):
    """An interface whose callers are told later what became of a document."""

    def answer(self, earlier: EarlierAnswer) -> Said:
        """The answer, as a transport carries it to the caller's own address."""
        ...
