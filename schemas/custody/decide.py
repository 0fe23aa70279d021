"""Decides from its results whether a sentence is immediate custody. The law is in `results.csv`, not here."""

from dataclasses import dataclass
from enum import StrEnum

from schemas.offence import Offence


class Custody(StrEnum):
    IMMEDIATE = "immediate"
    NONE = "none"
    DOUBTFUL = "doubtful"


@dataclass(frozen=True, slots=True)
class CustodyDecision:
    """`why` names the result code that decided, in plain words."""

    custody: Custody
    why: str


def custody_of(offences: tuple[Offence, ...]) -> CustodyDecision:
    """One immediate custodial result is enough; failing that, one doubtful result makes the whole doubtful."""
    raise NotImplementedError
