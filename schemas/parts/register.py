"""What an entry in a register of risk of harm says in codes, beside the free words."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from schemas.category import Category

RegisterCategory = Annotated[
    Literal[
        "public_protection",
        "child_protection",
        "domestic_abuse",
        "self_harm",
        "staff",
        "schedule_1",
        "risk_to_children",
        "sexual_offending",
    ],
    Category.RISK,
]
"""`schedule_1` is an offence of Schedule 1 to the Children and Young Persons Act 1933; `risk_to_children` is its
successor: a person who presents a risk, or a potential risk, of harm to children."""

MappaCategory = Annotated[Literal["1", "2", "3", "4"], Category.RISK]
MappaLevel = Annotated[Literal["1", "2", "3"], Category.RISK]
"""The category and the level of the multi-agency public protection arrangements."""


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """What a list of the register shows of an entry, or of the last review of it. None is what a review leaves as it
    was."""

    reference: str
    level: str | None
    categories: tuple[str, ...]
    mappa_category: str | None
    mappa_level: str | None
    review_on: date | None
    division: str | None
    team: str | None
    officer: str | None
