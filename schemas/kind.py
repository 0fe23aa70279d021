"""What a message kind declares: its payload, whom it is for, which clocks it starts and stops, what follows it.

The hub acts on these declarations and never on the name of a kind, so a new kind is one folder.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self

from schemas.parts.part import Part
from schemas.parts.person import Defendant


class Target(StrEnum):
    """A party by its place in the exchange; the registry resolves it from the payload's `facts`."""

    COURT = "court"  # facts: court = OU code
    AREA = "area"  # facts: area = agency id; else the probation area of the court, or of the police force
    POLICE = "police"  # facts: force = two-character force code
    PRISON = "prison"  # facts: prison = agency id; else prison_as_written; else who receives, by sex and age_group
    CPS = "cps"  # the CPS area of the force, or of the court's area
    RESEARCH = "research"  # the one agency that counts without knowing whom
    SENDER = "sender"  # whoever sends the message
    SUPERVISOR = "supervisor"  # the areas that supervise the person: known only once the person has been linked
    NAMED = "named"  # the recipient that the envelope names, or those that the payload names


@dataclass(frozen=True, slots=True)
class Allowance:
    """How long a clock allows, counted from its anchor; a negative amount counts back from it."""

    amount: int
    unit: str  # "hours" (real, through clock changes) or "working_days" (England and Wales)

    def __str__(self) -> str:
        """As protocols write it: `10 working days`."""
        return f"{self.amount} {self.unit.replace('_', ' ')}"


ALLOWED = "{allowed}"
"""Stands in the `why` of a clock for the time that it allows: a protocol may set another time than its kind."""


class StopAt(StrEnum):
    ACCEPTED = "accepted"  # the hub has durably accepted the stopping message
    RECEIPT = "receipt"  # the recipient's own receipt has come back


@dataclass(frozen=True, slots=True)
class ClockStart:
    """A clock that this message starts. `anchor` is timezone-aware. `allowance` is what counts where no protocol sets
    a time; if it is zero or negative, the clock runs up to the anchor, and a time that a protocol sets counts back.

    `owner` is who must act, `toward` to whom. `doubtful` clocks are shown to a person and set nothing in motion.
    With `remind_hours_before` the owner is reminded so many hours before it is due, and once when it is overdue.
    """

    clock: str
    anchor: datetime
    allowance: Allowance
    owner: Target
    toward: Target
    why: str
    doubtful: bool = False
    remind_hours_before: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockStop:
    """A clock that this kind stops, for the same person and case; at receipt, the receipt of `toward`."""

    clock: str
    at: StopAt
    toward: Target
    void: bool = False  # it has no meaning any more: neither met nor missed


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whom the recipient supervises: how that was found, and its own number for the person.

    `match_weight` is log2 of the odds where linkage found it, None where an identifier did.
    """

    by: str
    crn: str | None = None
    match_weight: float | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """A message that the hub itself writes, in plain JSON form, and to whom."""

    kind: str
    version: int
    payload: Mapping[str, object]
    to: Target


@dataclass(frozen=True, slots=True)
class Forward:
    """What must follow this message: the held message of `kind` about the same person and case goes `to` the target,
    while `clock` runs; if none is held, the hub asks for it."""

    kind: str
    to: Target
    clock: str
    ask: Ask


class Payload(Part):
    """The base of every kind's payload. All methods are pure. `entries` are the lists, as `sessions[].cases[]`, of
    which an entry may be refused by itself."""

    entries: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def subject(self) -> str:
        """What the message is about: order is kept within (recipient, subject)."""

    @abstractmethod
    def facts(self) -> Mapping[str, str]:
        """What routing needs: court, force, sex, age_group, where known."""

    @abstractmethod
    def counts(self) -> Mapping[str, int]:
        """How many cases, defendants, offences and results it carries, for the sender's eye."""

    def targets(self) -> tuple[Target, ...]:
        """Whom it is for."""
        return (Target.NAMED,)

    def about(self) -> tuple[Defendant, ...]:
        """The people whose identifiers are indexed."""
        return ()

    def case_references(self) -> tuple[str, ...]:
        """References of the case (PTIURN, court case reference) that a later message about it will share."""
        return ()

    def named(self) -> tuple[str, ...]:
        """The agencies that the payload itself names as recipients."""
        return ()

    def supervised(self) -> tuple[Defendant, ...]:
        """The people whom the probation area that sends or receives this message supervises."""
        return ()

    def replaces(self) -> str | None:
        """A key that a later edition or correction of the same message shares; it then replaces the former."""
        return None

    def edition_at(self) -> datetime | None:
        """When the source made this edition, where the payload says so; else the document's own time counts."""
        return None

    def compared_with(self, former: Self) -> Self:
        """This edition, saying what changed since the former one."""
        return self

    def marked(self, known: Mapping[int, Known]) -> Self:
        """This message for a recipient that supervises some of `about()`, by their position in it."""
        return self

    def dated(self) -> date | None:
        """The day of what it is about, or the day on which it was written, where it says one."""
        return None

    def lacking(self, places: tuple[str, ...]) -> Self:
        """This message, which has lost an entry at each of these places of the sender's document: it was refused."""
        return self

    def happened_at(self) -> datetime | None:
        """When what it tells took place, if it may arrive before the message that it ends."""
        return None

    def clocks(self) -> tuple[ClockStart, ...]:
        return ()

    def stops(self) -> tuple[ClockStop, ...]:
        """Clocks that just this message stops, beside those that its kind always stops."""
        return ()

    def forwards(self) -> tuple[Forward, ...]:
        return ()

    def forwards_once_decided(self) -> tuple[Forward, ...]:
        """What must follow it when a person has decided that its doubtful clocks run."""
        return self.forwards()


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One version of a kind of message."""

    name: str
    version: int
    title: str
    payload: type[Payload]
    stops: tuple[ClockStop, ...] = ()
    starts: tuple[str, ...] = ()
    """Every clock that a message of this kind may start: a sharing protocol may set its days."""
    reminds: bool = False
    """The exchange itself writes it to remind the owner of a clock; one kind alone does."""
    notifies: bool = False
    """The exchange itself writes it to the parties of a sharing protocol; one kind alone does."""
