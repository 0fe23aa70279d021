"""The input and the result of linkage: people of two sides, and the links between them. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from hub.errors import CodedFailure


class LinkageFailure(CodedFailure):
    """The given records cannot be linked. `where` names file, line and column."""

    status = 422


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """One person as one agency knows them. Within one side, every record is a different person.

    `date_of_birth` is written YYYY, YYYY-MM or YYYY-MM-DD; YYYYMMDD and DD/MM/YYYY are accepted too. `identifiers`
    holds (scheme, canonical value) of valid identifiers, as `Defendant.identity` gives them.
    """

    id: str
    given_name: str | None = None
    surname: str | None = None
    date_of_birth: str | None = None
    house: str | None = None
    street: str | None = None
    locality: str | None = None
    town: str | None = None
    postcode: str | None = None
    identifiers: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True, slots=True)
class Population:
    """The people from whom only the likely ones were chosen. `having` says how many of them have a spelling as their
    `given` or `surname`: the chosen ones cannot show how common a name is."""

    people: int
    having: Callable[[str, str], int]


class LinkCertainty(StrEnum):
    CERTAIN = "certain"
    DOUBTFUL = "doubtful"


class LinkEvidence(NamedTuple):
    """What one comparison found, in words without values, and the bits that it adds to the match weight.

    `weight` is None for an identifier, which has no weight, and for the chance of error.
    """

    comparison: str
    level: str
    weight: float | None


@dataclass(frozen=True, slots=True)
class Link:
    """Two records that are, or may be, one person.

    `match_weight` is log2 of the odds that they are, all other candidates considered. `error` is the expected chance
    that they are not. Both are None if an identifier decided. `by` is
    `identifier <scheme>` or `linkage`. `why` says in plain words, without values, what made the link certain or
    doubtful.
    """

    left: str
    right: str
    certainty: LinkCertainty
    match_weight: float | None
    by: str
    evidence: tuple[LinkEvidence, ...]
    why: str
    error: float | None = None
