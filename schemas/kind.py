"""What a message kind declares: its payload, its recipients, the clocks that it starts and stops, and what follows it.

The hub acts on these declarations and never on the name of a kind, so a new kind is one folder.
"""

from abc import abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, Self

from schemas.marking import Marked
from schemas.parts.matter import Keeping as Keeping
from schemas.parts.matter import Matter as Matter
from schemas.parts.matter import SaidBy as SaidBy
from schemas.parts.matter import Target as Target
from schemas.parts.measures import Countable
from schemas.parts.person import Defendant
from schemas.parts.register import RegisterEntry
from schemas.parts.supervision import Enquiry, SupervisionChange


@dataclass(frozen=True, slots=True)
class Allowance:
    """The time that a clock allows, counted from its anchor. A negative amount counts back from the anchor."""

    amount: int
    unit: str  # "hours" (real, through clock changes) or "working_days" (England and Wales)

    def __str__(self) -> str:
        """Return it as protocols write it: `10 working days`."""
        return f"{self.amount} {self.unit.replace('_', ' ')}"


LINK_DECIDED = "link_decided"
"""The clock of a message with doubtful links. The exchange starts it, and a person's decision ends it."""

ALLOWED = "{allowed}"
"""A placeholder in the `why` of a clock for the time that it allows, because a protocol may set another time than the
kind."""


class StopAt(StrEnum):
    ACCEPTED = "accepted"  # the hub has accepted the stopping message
    RECEIPT = "receipt"  # the recipient's own receipt has come back


@dataclass(frozen=True, slots=True)
class ClockStart:
    """A clock that this message starts. `anchor` is timezone-aware. `allowance` is used if no protocol sets a time. If
    it is zero or negative, the clock runs up to the anchor, and a time that a protocol sets counts back from it.

    `owner` must act, for `toward`. A `doubtful` clock is shown to a person and has no other effect until that person
    decides. `remind_hours_before` are the hours before the deadline at which the owner is reminded; one reminder more
    follows at each step when it is overdue. The anchor of a `planned` clock may lie far ahead; another one has
    happened.

    `ends_before` names clocks of the same message: this one counts back from the first of them that is due, but ends
    at the earliest one working day after its anchor, and never after `not_after`. It `looks_back` if what stops it may
    have come at any time before; otherwise only what is dated on the day of its own message or later counts.
    """

    clock: str
    anchor: datetime
    allowance: Allowance
    owner: Target
    toward: Target
    why: str
    doubtful: bool = False
    remind_hours_before: tuple[int, ...] = ()
    planned: bool = False
    ends_before: tuple[str, ...] = ()
    not_after: datetime | None = None
    looks_back: bool = False


@dataclass(frozen=True, slots=True)
class ClockStop:
    """A clock that this kind stops, for the same person and case. If `at` is the receipt, it is the receipt of
    `toward`."""

    clock: str
    at: StopAt
    toward: Target
    void: bool = False  # the clock has lost its meaning: it is neither met nor missed
    before: datetime | None = None  # only clocks that count from an earlier moment


@dataclass(frozen=True, slots=True)
class Ask:
    """A message that the hub writes itself, in plain JSON form, and its recipient."""

    kind: str
    version: int
    payload: Mapping[str, object]
    to: Target


@dataclass(frozen=True, slots=True)
class Forward:
    """What must follow this message while `clock` runs: the hub sends the kept message of `kind` about the same person
    and case to the target `to`. If there is none, it sends `ask`."""

    kind: str
    to: Target
    clock: str
    ask: Ask


@dataclass(frozen=True, slots=True)
class SendOn:
    """What the exchange sends on at once because of this message: the kept messages of `kinds` about the same person,
    in whatever matter, whose clock `while_open` is still open. They go to the target `to`, as a protocol permits."""

    kinds: tuple[str, ...]
    to: Target
    while_open: str


@dataclass(frozen=True, slots=True)
class TakeOver:
    """The sender owes from now on what the agency `former` owed until now: `clock` of the messages of `kinds` about the
    same person."""

    kinds: tuple[str, ...]
    clock: str
    former: str


class Payload(Marked, Countable):
    """The base of every kind's payload. All methods are pure.

    `entries` names the lists, such as `sessions[].cases[]`, from which one bad entry can be refused while the others
    are accepted. `said_in` names the parts without which it no longer says anything. If it
    `reaches_all_told`, it goes to everybody too who was sent an earlier message of its matter. It is `in_register` if
    it is an entry in a register of risk, or a review of one.
    """

    entries: ClassVar[tuple[str, ...]] = ()
    said_in: ClassVar[tuple[str, ...]] = ()
    reaches_all_told: ClassVar[bool] = False
    in_register: ClassVar[bool] = False

    @abstractmethod
    def subject(self) -> str:
        """Return what the message is about. Messages to one recipient about one subject stay in order."""

    @abstractmethod
    def facts(self) -> Mapping[str, str]:
        """Return what routing needs, if known: court, force, sex, age_group and so on."""

    @abstractmethod
    def counts(self) -> Mapping[str, int]:
        """Return how many cases, defendants, offences and results it holds, so that the sender can check them."""

    def targets(self) -> tuple[Target, ...]:
        """Return the recipients."""
        return (Target.NAMED,)

    def about(self) -> tuple[Defendant, ...]:
        """Return the people whose identifiers are indexed."""
        return ()

    def case_references(self) -> tuple[str, ...]:
        """Return references of the case (PTIURN, court case reference) that a later message about it will share."""
        return ()

    def matter(self) -> Matter | None:
        """The matter that it is about, if other agencies act in it. Declare `case_references` with it."""
        return None

    def named(self) -> tuple[str, ...]:
        """Return the agencies that the payload itself names as recipients."""
        return ()

    def known_people(self) -> tuple[Defendant, ...]:
        """Return the people whom the probation area that sends or receives this message knows because of it. To know a
        person is not to supervise them: `supervision` says who begins and who ends."""
        return ()

    def enquiry(self) -> Enquiry | None:
        """Return what this message asks the index; None if it asks nothing."""
        return None

    def contact(self) -> str | None:
        """Return whom to ask about the person at the sender, as the sender says it."""
        return None

    def supervision(self) -> tuple[SupervisionChange, ...]:
        """Return whose supervision this message begins and ends."""
        return ()

    def replaces(self) -> str | None:
        """Return a key that all editions of this message share. A later edition with the same key replaces the earlier
        one."""
        return None

    def perhaps_replaces(self) -> str | None:
        """Return a key that messages share if they may be editions of one message, but nothing proves it: then a person
        is told of both, and both stay valid. It is used only if there is no `replaces`."""
        return None

    def tells_of(self) -> str | None:
        """Return what happened, without the person: the hearing. Two messages about the same person in the same case
        that tell of the same occasion are editions of each other, even if they give different numbers of the person."""
        return None

    def listed_hearing(self) -> str | None:
        """Return the source's id of the hearing whose days this lists. The hearing keeps it when it moves to another
        court, and then the list of the new court replaces that of the old one."""
        return None

    def says_something(self) -> bool:
        """Return whether anything has happened. If not, a first edition goes to nobody, and a later one takes back."""
        return True

    def edition_at(self) -> datetime | None:
        """Return when the source made this edition, if the payload says so. Otherwise the time of the document is
        used."""
        return None

    def withdrawn(self, at: datetime) -> Self | None:
        """Return the edition, made at this moment, that says that what this message tells has lost its meaning. None if
        the kind has another way to say so, or none."""
        return None

    def dated(self) -> date | None:
        """Return the day that it is about, or the day on which it was written, if it says one."""
        return None

    def happened_at(self) -> datetime | None:
        """Return when the reported event took place. Only for a kind that may arrive before the message that it
        ends."""
        return None

    def made_at(self) -> datetime | None:
        """Return when what it says was done or asked for. A clock of a message that comes late is ended by what was
        done since, although that came first."""
        return self.happened_at()

    def clocks(self) -> tuple[ClockStart, ...]:
        return ()

    def stops(self) -> tuple[ClockStop, ...]:
        """Return clocks that only this message stops, besides those that its kind always stops."""
        return ()

    def forwards(self) -> tuple[Forward, ...]:
        return ()

    def forwards_once_decided(self) -> tuple[Forward, ...]:
        """Return what must follow it after a person has decided that its doubtful clocks run."""
        return self.forwards()

    def sends_on(self) -> tuple[SendOn, ...]:
        return ()

    def takes_over(self) -> tuple[TakeOver, ...]:
        return ()

    def register_entry(self) -> RegisterEntry | None:
        """Return what it says of an entry in a register of risk, if it is one or reviews one."""
        return None


@dataclass(frozen=True, slots=True)
class MessageKind:
    """One version of a kind of message."""

    name: str
    version: int
    title: str
    payload: type[Payload]
    stops: tuple[ClockStop, ...] = ()
    starts: tuple[str, ...] = ()
    """Every clock that a message of this kind may start. A sharing protocol may set other times for them."""
    reminds: bool = False
    """The exchange writes it to the owner of a clock. Of each kind that it writes itself there is one only."""
    notifies: bool = False
    """It writes this to the parties of a sharing protocol."""
    answers_index: bool = False
    """It writes this to whoever asks the index."""
    tells_of_mailboxes: bool = False
    """It writes this when a mailbox is not emptied."""
    tests_connections: bool = False
    """It writes this when a person tries whether an agency receives anything."""
