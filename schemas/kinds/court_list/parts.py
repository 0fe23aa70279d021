"""The parts of a court list: sessions, their cases, and what a later edition changed."""

from typing import Annotated, Literal

from pydantic import Field

from schemas.category import Category
from schemas.fields import Crn, Ptiurn
from schemas.parts.offence import SEQUENCE, CaseDate, CaseTime, Offence
from schemas.parts.part import CaseLabel, CaseText, IdentityText, Part, SentenceText
from schemas.parts.person import Address, Defendant

PLACES_MAX = 100


class ParentGuardian(Part):
    """The person or organisation responsible for a young defendant. `type` is the sender's code that says which."""

    type: CaseText | None = None
    name: IdentityText | None = None
    address: Address | None = None


class KnownToArea(Part):
    """The recipient already supervises this person. `by` says how that was found; `match_weight` (log2 of the odds)
    says how certain linkage is. The exchange writes it separately for each recipient."""

    by: CaseLabel
    crn: Crn | None = None
    match_weight: Annotated[float, Field(ge=-1_000, le=1_000), Category.CASE] | None = None


Change = Literal["added", "removed", "missing", "changed"]


class Incomplete(Part):
    """`missing` is how many entries of the court's list were refused and are therefore not in this message. `places`
    says where they are in the court's document; only the first ones if there are many."""

    missing: Annotated[int, Field(ge=1), Category.CASE]
    places: Annotated[tuple[CaseText, ...], Field(max_length=PLACES_MAX)] = ()


class ListChange(Part):
    """What a later edition changed in the entry of one defendant. `parts` are the names of the fields, without values.

    `defendant` is the name as the later list writes it; for a removed entry, as the former list wrote it. An entry is
    `removed` only if the later list is complete. Otherwise it is `missing`: the court may still list it.
    """

    number: CaseLabel
    defendant: IdentityText | None = None
    change: Annotated[Change, Category.CASE]
    parts: tuple[CaseLabel, ...] = ()


class Case(Part):
    """One defendant's case in the list. `hearing_type` says what the hearing is for: a first hearing, a trial, the
    sentence.

    `valid` is the court's own flag: false if the court marks the entry as not valid. `linked` is the court's mark for a
    case that belongs to another. `defendant_age` is in years, as the court counted it. `held_at` is where the defendant
    is in custody.
    """

    id: CaseLabel | None = None
    hearing_id: CaseLabel | None = None
    hearing_type: CaseText | None = None
    number: CaseLabel
    urn: Ptiurn | None = None
    valid: Annotated[bool, Category.CASE] | None = None
    type: CaseText | None = None
    defendant_type: CaseText | None = None
    informant: CaseText | None = None
    marker: CaseText | None = None
    linked: CaseText | None = None
    sequence: Annotated[int, SEQUENCE, Category.CASE] | None = None
    list_number: CaseText | None = None
    block_id: CaseLabel | None = None
    block: CaseText | None = None
    block_starts_at: CaseTime | None = None
    block_ends_at: CaseTime | None = None
    defendant: Defendant
    defendant_age: Annotated[int, Field(ge=0, le=150), Category.IDENTITY] | None = None
    parent_guardian: ParentGuardian | None = None
    bail_status: CaseText | None = None
    bail_conditions: SentenceText | None = None
    held_at: CaseText | None = None
    offences: tuple[Offence, ...] = ()
    known: KnownToArea | None = None
    known_elsewhere: Annotated[tuple[CaseLabel, ...], Field(max_length=60)] = ()
    """Other areas that know the person, found by a number. The exchange writes it where the protocol of the index lets
    the recipient ask."""


class Session(Part):
    """A sitting in one room. `list_type` is given only if the lists of one day are of several types."""

    id: CaseLabel | None = None
    on: CaseDate
    room: CaseText | None = None
    panel: CaseText | None = None
    management_unit: CaseText | None = None
    area_code: CaseText | None = None
    list_type: CaseText | None = None
    starts_at: CaseTime | None = None
    ends_at: CaseTime | None = None
    cases: tuple[Case, ...] = ()
