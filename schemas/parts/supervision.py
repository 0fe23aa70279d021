"""Who supervises a person: how a message begins and ends a supervision, asks who knows somebody, and why it goes to an
area."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Annotated, Literal

from schemas.category import Category
from schemas.parts.person import Defendant

SupervisionType = Annotated[
    Literal[
        "community_order",
        "suspended_sentence_order",
        "licence",
        "post_sentence_supervision",
        "youth_rehabilitation_order",
        "probation_order",
        "community_service_order",
        "combination_order",
        "drug_treatment_and_testing_order",
        "supervision_order",
        "money_payment_supervision_order",
        "other",
    ],
    Category.SENTENCE,
]
"""The order or licence under which an area supervises: those of today, and those of 2000."""


class Routed(StrEnum):
    """Why an area gets a message that is for the area that supervises."""

    BY_NAME = "named"  # the message names it
    BY_COURT = "court"  # the message names no area, and the area serves the court

    BY_SUPERVISION = "supervision"  # it supervises the person
    BY_KNOWLEDGE = "knowledge"  # nobody is known to supervise the person, and it knows them


RoutedBy = Annotated[Literal["named", "court", "supervision", "knowledge"], Category.CASE]


@dataclass(frozen=True, slots=True)
class Known:
    """A person whom the recipient already supervises: how that was found, and the recipient's own number for the
    person.

    `match_weight` is log2 of the odds if linkage found the person; None if an identifier did. `routed` says why a
    message for the area that supervises went to this area.
    """

    by: str
    crn: str | None = None
    match_weight: float | None = None
    routed: Routed | None = None


class SupervisionEnd(StrEnum):
    """Why a supervision ended."""

    COMPLETED = "completed"
    REVOKED = "revoked"
    TRANSFERRED = "transferred"
    EXPIRED = "expired"
    DIED = "died"


@dataclass(frozen=True, slots=True)
class SupervisionChange:
    """A supervision of `person` that begins, or that ends if `ended` says why. `area` is an agency as the message
    writes it, or Target.SENDER. `reference` is that of the order or licence at that area; without one, every
    supervision of the person by that area is meant. `on` is the first or the last day."""

    person: Defendant
    area: str
    on: date
    reference: str | None = None
    ended: SupervisionEnd | None = None


@dataclass(frozen=True, slots=True)
class Enquiry:
    """What a message asks the index: which areas know `person`. `reference` is the asker's own, which the answer
    repeats; `purpose` is one of a closed list."""

    person: Defendant
    reference: str
    purpose: str
