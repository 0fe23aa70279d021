"""A sharing protocol as agreed: which parties, which kinds, which fields, on what legal basis, from when until when."""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Protocol

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from hub.sharing.terms.agencies import Agencies, Agency
from hub.sharing.terms.selecting import Party, Selector, read_party, read_selector
from hub.sharing.terms.told_back import UNLESS_SAID, ToldBack
from schemas.kind import Allowance

_Parties = Annotated[tuple[Annotated[Party, BeforeValidator(read_party)], ...], Field(min_length=1)]
_Selector = Annotated[Selector, BeforeValidator(read_selector)]
_Selectors = Annotated[tuple[_Selector, ...], Field(min_length=1)]
_Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
_STEPS = ("team", "division", "area")
_Words = Annotated[str, Field(min_length=1, max_length=2_000)]


@dataclass(frozen=True, slots=True)
class Clause:
    """One `[[permit]]` block: what these senders may send these recipients in full, masked or as a pseudonym.

    `excepted` overrides every grant. `masked` and `pseudonymised` override `fields`. `tells_sender` says what
    the sender learns of what became of the message.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: _Id
    senders: _Parties
    recipients: _Parties
    kinds: Annotated[tuple[str, ...], Field(min_length=1)]
    fields: _Selectors
    excepted: Annotated[tuple[_Selector, ...], Field(alias="except")] = ()
    masked: Annotated[tuple[_Selector, ...], Field(alias="mask")] = ()
    pseudonymised: Annotated[tuple[_Selector, ...], Field(alias="pseudonymise")] = ()
    tells_sender: tuple[ToldBack, ...] = UNLESS_SAID
    note: _Words | None = None

    def covers(self, sender: Agency, recipient: Agency, kind: str) -> bool:
        return (
            kind in self.kinds
            and any(party.includes(sender) for party in self.senders)
            and any(party.includes(recipient) for party in self.recipients)
        )

    def meets(self, other: "Clause", agencies: Agencies) -> bool:
        """Whether there is a sender, recipient and kind that both cover."""
        return (
            not set(self.kinds).isdisjoint(other.kinds)
            and any(mine.meets(yours, agencies) for mine in self.senders for yours in other.senders)
            and any(mine.meets(yours, agencies) for mine in self.recipients for yours in other.recipients)
        )


class When(StrEnum):
    UNDER_18 = "under_18"  # by the date of birth, on the day of the decision; without one, by what the court says
    RESTRICTED = "restricted"  # the sender says that access to the record is restricted


class Consequence(StrEnum):
    REFUSE = "refuse"  # the record is not sent
    WITHHOLD = "withhold"
    MASK = "mask"


@dataclass(frozen=True, slots=True)
class Condition:
    """One `[[condition]]` block: what is taken away from a record because of what it says about its person. It grants
    nothing. Without senders, recipients or kinds it applies to the whole protocol. `unknown` says whether it applies to
    a person whose age is not known."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: _Id
    when: When
    action: Consequence
    fields: tuple[_Selector, ...] = ()
    unknown: Literal["applies", "does_not_apply"] = "applies"
    senders: tuple[Annotated[Party, BeforeValidator(read_party)], ...] = ()
    recipients: tuple[Annotated[Party, BeforeValidator(read_party)], ...] = ()
    kinds: tuple[str, ...] = ()
    note: _Words | None = None

    def covers(self, sender: Agency, recipient: Agency, kind: str) -> bool:
        return (
            (not self.kinds or kind in self.kinds)
            and (not self.senders or any(party.includes(sender) for party in self.senders))
            and (not self.recipients or any(party.includes(recipient) for party in self.recipients))
        )

    def __str__(self) -> str:
        """`under_18: withhold category:contact`."""
        return f"{self.when}: {self.action} {', '.join(map(str, self.fields))}".rstrip()


@dataclass(frozen=True, slots=True)
class Example:
    """What the signatories expect of the protocol, in a form that a program can check."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    says: _Words
    sender: Annotated[Party, BeforeValidator(read_party)]
    recipient: Annotated[Party, BeforeValidator(read_party)]
    kind: str
    passes: tuple[_Selector, ...] = ()
    withholds: tuple[_Selector, ...] = ()
    masks: tuple[_Selector, ...] = ()
    pseudonymises: tuple[_Selector, ...] = ()


def _json_object(text: str) -> str:
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    if not isinstance(document, dict):
        raise PydanticCustomError("example.not_json", "this is not one JSON object")
    return text


_Json = Annotated[str, AfterValidator(_json_object)]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a recipient of an example message must get: exactly this payload, or the code of the refusal."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    recipient: Annotated[Party, BeforeValidator(read_party)]
    receives: _Json | None = None
    refused: Annotated[str, Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")] | None = None


@dataclass(frozen=True, slots=True)
class MessageExample:
    """One `[[message]]` block: a whole message about made-up people, decided on the day `on`. A role means its first
    agency."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    says: _Words
    sender: Annotated[Party, BeforeValidator(read_party)]
    kind: str
    on: date
    payload: _Json
    to: Annotated[tuple[Outcome, ...], Field(min_length=1)]


def read_clocks(value: object) -> tuple[tuple[str, Allowance], ...]:
    """`{clock: "10 working days"}`, or hours. ValueError for anything else."""
    if not isinstance(value, dict):
        raise ValueError('clocks are written as: name = "10 working days"')  # noqa: TRY004 - pydantic reports it
    return tuple((str(name), _allowance(days)) for name, days in sorted(value.items()))


def read_escalation(value: object) -> tuple[tuple[str, Allowance], ...]:
    """`{team: "1 working days", division: "3 working days", area: "5 working days"}`: all three, each later than the
    one before. ValueError for anything else."""
    if not isinstance(value, dict) or set(value) != set(_STEPS):
        raise ValueError('the steps are written as: team = "1 working days", and division and area likewise')
    found = tuple((step, _allowance(value[step])) for step in _STEPS)
    days = [allowance.amount for _, allowance in found]
    if any(allowance.unit != "working_days" for _, allowance in found) or days != sorted(set(days)):
        raise ValueError("each step comes some working days after the one before: team, division, area")
    return found


def _allowance(text: object) -> Allowance:
    match = re.fullmatch(r"([1-9]\d{0,3}) (working days|hours)", str(text))
    if match is None:
        raise ValueError('an allowance is written as "10 working days" or "48 hours"')
    return Allowance(int(match[1]), match[2].replace(" ", "_"))


@dataclass(frozen=True, slots=True)
class SharingProtocol:
    """One version of an agreement. In force from `starts` to `expires`, both days included."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: _Id
    version: Annotated[int, Field(strict=True, ge=1)]
    title: _Words
    purpose: _Words
    legal_basis: Annotated[tuple[_Words, ...], Field(min_length=1)]
    starts: date
    expires: date
    review: date
    signatories: Annotated[tuple[_Words, ...], Field(min_length=1)]
    retention_days: Annotated[int, Field(strict=True, ge=1)]
    clauses: Annotated[tuple[Clause, ...], Field(alias="permit", min_length=1)]
    examples: Annotated[tuple[Example, ...], Field(alias="example")] = ()
    conditions: Annotated[tuple[Condition, ...], Field(alias="condition")] = ()
    messages: Annotated[tuple[MessageExample, ...], Field(alias="message")] = ()
    clocks: Annotated[tuple[tuple[str, Allowance], ...], BeforeValidator(read_clocks)] = ()
    """What the parties agreed, if it differs from the kind: `transfer_reply = "5 working days"`."""
    escalation: Annotated[tuple[tuple[str, Allowance], ...], BeforeValidator(read_escalation)] = ()
    """After how many working days the next steps come when a clock is overdue, if they differ from the usual ones."""

    def in_force(self, on: date) -> bool:
        return self.starts <= on <= self.expires

    def replaces(self, other: "SharingProtocol") -> bool:
        return self.id == other.id and self.version > other.version

    def covering(self, sender: Agency, recipient: Agency, kind: str) -> tuple[Clause, ...]:
        """The clauses about this sender, recipient and kind."""
        return tuple(clause for clause in self.clauses if clause.covers(sender, recipient, kind))


def last_day(protocol: SharingProtocol, protocols: Iterable[SharingProtocol]) -> date:
    """The last day on which it is in force. If a later version begins before it expires, that is the day before."""
    begins = [later.starts - timedelta(days=1) for later in protocols if later.replaces(protocol)]
    return min(protocol.expires, *begins) if begins else protocol.expires


@dataclass(frozen=True, slots=True)
class SharingRegistry:
    """Everything that a decision needs."""

    agencies: Agencies
    protocols: tuple[SharingProtocol, ...]

    def in_force(self, protocol: SharingProtocol, on: date) -> bool:
        return protocol.in_force(on) and self.replaced_by(protocol, on) is None

    def replaced_by(self, protocol: SharingProtocol, on: date) -> SharingProtocol | None:
        """The later version that has begun by then. A replaced version never returns, even when the later one
        expires."""
        later = [p for p in self.protocols if p.replaces(protocol) and p.starts <= on]
        return max(later, key=lambda each: each.version, default=None)

    def told_back(self, named: tuple[str, int], sender: str, recipient: str, kind: str) -> frozenset[ToldBack]:
        """What the sender may learn of a delivery under the protocol and version that is `named`. Nothing, if one of
        them is not known any more."""
        source, target = self.agencies.get(sender), self.agencies.get(recipient)
        if source is None or target is None:
            return frozenset()
        return frozenset(
            told
            for protocol in self.protocols
            if (protocol.id, protocol.version) == named
            for clause in protocol.covering(source, target, kind)
            for told in clause.tells_sender
        )

    @property
    def pseudonymises(self) -> bool:
        """Whether any protocol permits a pseudonym, so that the exchange needs a key."""
        return any(clause.pseudonymised for protocol in self.protocols for clause in protocol.clauses)


class Agreed(Protocol):
    """What the exchange decides by."""

    def current(self) -> SharingRegistry: ...
    def refresh(self) -> None:
        """Call it before a piece of work, and outside of any transaction."""
