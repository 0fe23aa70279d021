"""A sharing protocol as agreed: which parties, which kinds, which fields, on what legal basis, from when until when."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, Protocol

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from hub.sharing.agencies import Agencies, Agency, Role, read_role
from schemas.category import Category
from schemas.kind import Allowance


class _Placed(Protocol):
    """Anything with a place in the shape of a kind, and a category: a leaf, or a verdict about one."""

    @property
    def path(self) -> str: ...
    @property
    def category(self) -> Category: ...


_ROLE = "role:"
_CATEGORY = "category:"


@dataclass(frozen=True, slots=True)
class Party:
    """One agency, by its id, or every agency of a role; exactly one of the two is set."""

    agency: str | None
    role: Role | None

    def includes(self, agency: Agency) -> bool:
        return agency.id == self.agency or agency.role is self.role

    def meets(self, other: "Party", agencies: Agencies) -> bool:
        """Is there an agency that both include? Reckoned on roles, not on the agencies one by one."""
        if self.role is not None and other.role is not None:
            return self.role is other.role
        if self.agency is not None and other.agency is not None:
            return self.agency == other.agency
        named = agencies.get(self.agency or other.agency or "")
        return named is not None and named.role is (self.role or other.role)

    def __str__(self) -> str:
        return self.agency or f"{_ROLE}{self.role}"


@dataclass(frozen=True, slots=True)
class Selector:
    """Picks leaves of a kind: those at or below `path`, or those of `category`; exactly one of the two is set."""

    path: str | None
    category: Category | None

    def picks(self, leaf: _Placed) -> bool:
        if self.path is None:
            return leaf.category is self.category
        return leaf.path == self.path or leaf.path.startswith((f"{self.path}.", f"{self.path}[]"))

    def __str__(self) -> str:
        return self.path or f"{_CATEGORY}{self.category}"


def read_party(value: object) -> Party:
    """`role:court`, or an agency id; raises the validation error `role.unknown`."""
    text = str(value)
    if text.startswith(_ROLE):
        return Party(None, read_role(text.removeprefix(_ROLE)))
    return Party(text, None)


def read_selector(value: object) -> Selector:
    """`category:identity`, or the path of a field or of a subtree; raises the validation error `category.unknown`."""
    text = str(value)
    if not text.startswith(_CATEGORY):
        return Selector(text, None)
    try:
        return Selector(None, Category(text.removeprefix(_CATEGORY)))
    except ValueError:
        known = ", ".join(Category)
        raise PydanticCustomError(
            "category.unknown", "there is no such category; the categories are {known}", {"known": known}
        ) from None


_Parties = Annotated[tuple[Annotated[Party, BeforeValidator(read_party)], ...], Field(min_length=1)]
_Selector = Annotated[Selector, BeforeValidator(read_selector)]
_Selectors = Annotated[tuple[_Selector, ...], Field(min_length=1)]
_Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
_Words = Annotated[str, Field(min_length=1, max_length=2_000)]


@dataclass(frozen=True, slots=True)
class Clause:
    """One `[[permit]]` block: what these senders may send these recipients, as it is, masked or as a pseudonym.

    `excepted` prevails over every grant, and `masked` and `pseudonymised` over `fields`.
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
    note: _Words | None = None

    def covers(self, sender: Agency, recipient: Agency, kind: str) -> bool:
        return (
            kind in self.kinds
            and any(party.includes(sender) for party in self.senders)
            and any(party.includes(recipient) for party in self.recipients)
        )

    def meets(self, other: "Clause", agencies: Agencies) -> bool:
        """Is there a sender, recipient and kind that both cover?"""
        return (
            not set(self.kinds).isdisjoint(other.kinds)
            and any(mine.meets(yours, agencies) for mine in self.senders for yours in other.senders)
            and any(mine.meets(yours, agencies) for mine in self.recipients for yours in other.recipients)
        )


class When(StrEnum):
    UNDER_18 = "under_18"  # by the date of birth, on the day of the decision
    RESTRICTED = "restricted"  # the sender says that access to the record is restricted


class Consequence(StrEnum):
    REFUSE = "refuse"  # the record does not leave
    WITHHOLD = "withhold"
    MASK = "mask"


@dataclass(frozen=True, slots=True)
class Condition:
    """One `[[condition]]` block: what is taken away from a record for what the record says of its person. It grants
    nothing. Without senders, recipients or kinds it holds for all of the protocol. `unknown` says whether it applies to
    a person whose age cannot be told."""

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
    """What the signatories expect of the protocol, said so that a machine can hold them to it."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    says: _Words
    sender: Annotated[Party, BeforeValidator(read_party)]
    recipient: Annotated[Party, BeforeValidator(read_party)]
    kind: str
    passes: tuple[_Selector, ...] = ()
    withholds: tuple[_Selector, ...] = ()
    masks: tuple[_Selector, ...] = ()
    pseudonymises: tuple[_Selector, ...] = ()


def read_clocks(value: object) -> tuple[tuple[str, Allowance], ...]:
    """`{clock: "10 working days"}`, or hours. ValueError for anything else."""
    if not isinstance(value, dict):
        raise ValueError('clocks are written as: name = "10 working days"')  # noqa: TRY004 - pydantic tells it
    return tuple((str(name), _allowance(days)) for name, days in sorted(value.items()))


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
    clocks: Annotated[tuple[tuple[str, Allowance], ...], BeforeValidator(read_clocks)] = ()
    """What the parties agreed where it differs from what the kind says: `transfer_reply = "5 working days"`."""

    def in_force(self, on: date) -> bool:
        return self.starts <= on <= self.expires

    def replaces(self, other: "SharingProtocol") -> bool:
        return self.id == other.id and self.version > other.version

    def covering(self, sender: Agency, recipient: Agency, kind: str) -> tuple[Clause, ...]:
        """The clauses about this sender, recipient and kind."""
        return tuple(clause for clause in self.clauses if clause.covers(sender, recipient, kind))


def last_day(protocol: SharingProtocol, protocols: Iterable[SharingProtocol]) -> date:
    """The last day on which it is in force: before a later version begins, if that is sooner than its expiry."""
    begins = [later.starts - timedelta(days=1) for later in protocols if later.replaces(protocol)]
    return min(protocol.expires, *begins) if begins else protocol.expires


@dataclass(frozen=True, slots=True)
class SharingRegistry:
    """Everything a decision rests on. Two registries with the same `digest` decide alike."""

    agencies: Agencies
    protocols: tuple[SharingProtocol, ...]
    digest: str

    def in_force(self, protocol: SharingProtocol, on: date) -> bool:
        return protocol.in_force(on) and self.replaced_by(protocol, on) is None

    def replaced_by(self, protocol: SharingProtocol, on: date) -> SharingProtocol | None:
        """The later version that has begun by then: what it replaced never comes back, not even when it expires."""
        later = [p for p in self.protocols if p.replaces(protocol) and p.starts <= on]
        return max(later, key=lambda each: each.version, default=None)

    @property
    def pseudonymises(self) -> bool:
        """Does any protocol let a pseudonym leave, so that the exchange needs a key?"""
        return any(clause.pseudonymised for protocol in self.protocols for clause in protocol.clauses)
