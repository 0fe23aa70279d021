"""What an indicator is: a share of the deadlines of one clock. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Outcome(StrEnum):
    """How one deadline ended. Each deadline has exactly one outcome at one moment."""

    MET = "met"
    MISSED = "late"
    OPEN = "not_done"
    WITHDRAWN = "withdrawn"
    REPLACED = "replaced"
    VOIDED = "voided"
    DOUBTFUL = "doubtful"
    NOT_DUE = "not_due_yet"
    NEVER_POSSIBLE = "never_possible"


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
    }
)
"""Why a deadline is left out, where an indicator leaves it out. What is met is never left out."""


class Party(StrEnum):
    """An agency by its part in a deadline."""

    OWNER = "owner"  # must act
    TOWARD = "toward"  # waits for it
    SENDER = "sender"  # sent the message that began it


class Cut(StrEnum):
    """By which agencies a figure is divided."""

    AGENCY = "agency"  # the one that must act
    COURT = "court"
    PRISON = "prison"


@dataclass(frozen=True, slots=True)
class Indicator:
    """The share of `numerator` among `denominator`, of the deadlines of `clock`. `courts` and `prisons` say which
    party of the deadline is the court and the prison, if one is. `source` is a paragraph or figure of the report of
    2000, or a key performance indicator (KPI)."""

    id: str
    title: str
    clock: str
    counted: str
    """What the denominator counts, in words."""
    achieved: str
    """What the numerator counts, in words."""
    numerator: frozenset[Outcome]
    denominator: frozenset[Outcome]
    source: str
    courts: Party | None = None
    prisons: Party | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if not self.numerator < self.denominator:
            raise ValueError(f"{self.id} counts in its numerator what its denominator does not have, or all of it")

    @property
    def excluded(self) -> Mapping[Outcome, str]:
        """What the denominator leaves out, and why."""
        return {outcome: EXCLUDED[outcome] for outcome in Outcome if outcome not in self.denominator}

    def party(self, cut: Cut) -> Party | None:
        """The party of the deadline that this cut divides by; None if it has none."""
        return {Cut.AGENCY: Party.OWNER, Cut.COURT: self.courts, Cut.PRISON: self.prisons}[cut]
