"""What an indicator is: a share of what one series counts. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType


class Outcome(StrEnum):
    """How one deadline ended, or what one message says. Each has exactly one outcome of its series at one moment."""

    MET = "met"
    MISSED = "late"
    OPEN = "not_done"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    VOIDED = "voided"
    DOUBTFUL = "doubtful"
    NOT_DUE = "not_due_yet"
    NEVER_POSSIBLE = "never_possible"
    EARLY = "needed_early"
    WITHOUT = "needed_overdue"
    ASKED = "asked"
    NOT_ASKED = "not_asked"
    ANSWERED = "answered"
    NOT_ANSWERED = "not_answered"
    STANDARD = "standard"
    SPECIFIC = "specific_sentence"
    ORAL = "oral"
    NOT_TYPED = "type_not_given"
    STATED = "stated"
    NOT_STATED = "not_stated"
    MISSING = "missing"
    RECONVICTED = "reconvicted"
    NOT_RECONVICTED = "not_reconvicted"
    NOT_PREDICTED = "not_predicted"


EXCLUDED: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.MISSED: "done late: another indicator counts it",
        Outcome.OPEN: "not done: another indicator counts it",
        Outcome.WITHDRAWN: "a later message of another kind withdrew the matter",
        Outcome.REPLACED: "a correction or a later edition took the deadline away",
        Outcome.VOIDED: "a person decided that there is no such deadline",
        Outcome.DOUBTFUL: "nobody has decided yet whether the deadline is real",
        Outcome.NOT_DUE: "the time is not over yet; counting only those done early would flatter",
        Outcome.NEVER_POSSIBLE: "the deadline was over before the exchange had the request",
        Outcome.EARLY: "the report was sent before this was due, so nobody was late",
        Outcome.NOT_TYPED: "the report does not give its type, and none is guessed",
        Outcome.NOT_PREDICTED: "the start of the supervision gives no predicted rate",
    }
)
"""Why something is left out, where an indicator leaves it out. What is met is never left out."""


class Party(StrEnum):
    """An agency by its part in a deadline, or a unit of the agency that must act."""

    OWNER = "owner"  # must act
    TOWARD = "toward"  # waits for it
    SENDER = "sender"  # sent the message that began it
    DIVISION = "division"
    TEAM = "team"
    OFFICER = "officer"  # the post, never a name
    ORDER = "order"  # the type of order or licence


UNITS = frozenset({Party.DIVISION, Party.TEAM, Party.OFFICER})


class Cut(StrEnum):
    """By what a figure is divided."""

    AGENCY = "agency"  # the one that must act
    DIVISION = "division"
    TEAM = "team"
    OFFICER = "officer"
    COURT = "court"
    PRISON = "prison"
    ORDER = "order"


@dataclass(frozen=True, slots=True)
class Series:
    """What is counted, each item with one of `outcomes`. Items of one `family` are counted by several series, so what
    is hidden in one of them is hidden in all."""

    name: str
    outcomes: frozenset[Outcome]
    family: str


_ENDED = frozenset(
    {
        Outcome.MET,
        Outcome.MISSED,
        Outcome.OPEN,
        Outcome.WITHDRAWN,
        Outcome.REPLACED,
        Outcome.VOIDED,
        Outcome.DOUBTFUL,
        Outcome.NOT_DUE,
        Outcome.NEVER_POSSIBLE,
    }
)


@dataclass(frozen=True, slots=True)
class Deadlines(Series):
    """The deadlines of `clocks`. `needed_by` is the kind of the message for which what they demand was needed: if it
    came first, the deadline is over."""

    clocks: tuple[str, ...]
    needed_by: str | None = None


def deadlines(*clocks: str, name: str = "", family: str = "", needed_by: str | None = None) -> Deadlines:
    """The series of one clock has its name."""
    outcomes = _ENDED | ({Outcome.EARLY, Outcome.WITHOUT} if needed_by else frozenset())
    named = name or clocks[0]
    return Deadlines(named, outcomes, family or named, clocks, needed_by)


@dataclass(frozen=True, slots=True)
class Said(Series):
    """The messages of `kind`, by what they say as `measure`: the outcome of each word, of any other word, and of
    none."""

    kind: str
    measure: str
    words: Mapping[str, Outcome] = field(hash=False)
    otherwise: Outcome = Outcome.STATED
    absent: Outcome = Outcome.MISSING


@dataclass(frozen=True, slots=True)
class Caused(Series):
    """The messages of `kind`, by whether one of the kind `answer` follows from them."""

    kind: str
    answer: str


@dataclass(frozen=True, slots=True)
class Stopped(Series):
    """The messages of `kind`, by whether they ended one of `clocks`."""

    kind: str
    clocks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reconvictions(Series):
    """The supervisions that a message of `kind` began, by whether a message of the kind `convicted` about the same
    person tells of a conviction within `months` of the start. They count when that time is over."""

    kind: str
    convicted: str
    months: int = 24


Counted = Said | Caused | Stopped | Reconvictions
"""A series of messages."""


@dataclass(frozen=True, slots=True)
class Indicator:
    """The share of `numerator` among `denominator` in `series`. `courts` and `prisons` say which party of a deadline is
    the court and the prison, if one is. `units`: divisions, teams and officers are known. `source` is a paragraph or
    figure of the report of 2000, or a key performance indicator (KPI)."""

    id: str
    title: str
    series: "Deadlines | Counted"
    counted: str
    """What the denominator counts, in words."""
    achieved: str
    """What the numerator counts, in words."""
    numerator: frozenset[Outcome]
    denominator: frozenset[Outcome]
    source: str
    courts: Party | None = None
    prisons: Party | None = None
    units: bool = False
    orders: bool = False
    note: str = ""

    def __post_init__(self) -> None:
        if not self.numerator < self.denominator:
            raise ValueError(f"{self.id} counts in its numerator what its denominator does not have, or all of it")
        if not self.denominator <= self.series.outcomes:
            raise ValueError(f"{self.id} counts what its series does not have")

    @property
    def excluded(self) -> Mapping[Outcome, str]:
        """What the denominator leaves out, and why."""
        left_out = self.series.outcomes - self.denominator
        return {outcome: EXCLUDED[outcome] for outcome in Outcome if outcome in left_out}

    def party(self, cut: Cut) -> Party | None:
        """What this cut divides by; None if it cannot."""
        match cut:
            case Cut.AGENCY:
                return Party.OWNER
            case Cut.COURT:
                return self.courts
            case Cut.PRISON:
                return self.prisons
            case Cut.ORDER:
                return Party.ORDER if self.orders else None
            case _:
                return Party(cut.value) if self.units else None
