"""People before the courts, as several kinds describe them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import model_validator

from schemas.category import Category
from schemas.fields import (
    ASN,
    CRN,
    CRO_NUMBER,
    DATE_OF_BIRTH,
    NOMS_NUMBER,
    PNC_ID,
    POSTCODE,
    ArrestSummonsNumber,
    Crn,
    CroNumber,
    DateOfBirth,
    Ethnicity,
    IdentifierRule,
    NomsNumber,
    PlaceholderRule,
    PncId,
    Postcode,
)
from schemas.parts.part import CaseText, ContactText, DiversityText, IdentityText, Part
from schemas.placeholders.table import names_nobody
from schemas.spelling import one_spelling

Sex = Annotated[Literal["male", "female", "not_known", "not_specified"], Category.DIVERSITY]


Surname = Annotated[IdentityText, PlaceholderRule("surname")]


class PersonName(Part):
    title: IdentityText | None = None
    forenames: tuple[IdentityText, ...] = ()
    surname: Surname

    def names_nobody(self) -> bool:
        """Return whether the name is a placeholder, such as UNKNOWN or A MAN."""
        return names_nobody("surname", self.surname) or whole_name_is_placeholder(self.forenames, self.surname)

    def known(self) -> Self:
        """Return the name without forenames that are placeholders: UNKNOWN SMITH is one of the Smiths."""
        told = tuple(forename for forename in self.forenames if not names_nobody("surname", forename))
        return self if told == self.forenames else self.model_copy(update={"forenames": told})


def whole_name_is_placeholder(forenames: Iterable[str], surname: str) -> bool:
    whole = " ".join((*forenames, surname))
    return names_nobody("name", whole) or names_nobody("surname", whole)


class Address(Part):
    lines: tuple[Annotated[ContactText, PlaceholderRule("address_line")], ...] = ()
    postcode: Postcode | None = None


class AssociatedPerson(Part):
    """A person connected with a defendant, such as a parent or an interpreter. `role` is the sender's word."""

    role: CaseText | None = None
    name: IdentityText | None = None
    address: Address | None = None


class Defendant(Part):
    """A person or an organisation before the court, called an offender once convicted.

    `prosecutor_reference` is the prosecutor's own number for the person, if it is not the arrest summons number.
    `youth` says that the court deals with the person as a child or young person. `language_needs` is the language for
    which they need an interpreter.
    """

    name: PersonName | None = None
    organisation: Annotated[IdentityText, PlaceholderRule("surname")] | None = None
    aliases: tuple[PersonName, ...] = ()
    date_of_birth: DateOfBirth | None = None
    sex: Sex | None = None
    ethnicity: Ethnicity | None = None
    nationality: DiversityText | None = None
    second_nationality: DiversityText | None = None
    pnc_id: PncId | None = None
    cro_number: CroNumber | None = None
    arrest_summons_number: ArrestSummonsNumber | None = None
    prosecutor_reference: IdentityText | None = None
    crn: Crn | None = None
    noms_number: NomsNumber | None = None
    youth: Annotated[bool, Category.CASE] | None = None
    language_needs: DiversityText | None = None
    documentation_language: DiversityText | None = None
    hearing_language: DiversityText | None = None
    address: Address | None = None
    telephones: tuple[ContactText, ...] = ()
    emails: tuple[ContactText, ...] = ()
    restricted: Annotated[bool, Category.CASE] | None = None
    """The holder of the record shows it only to named people. A sharing protocol may withhold such a record."""

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        if self.name is not None and self.organisation is not None:
            raise ValueError("a defendant is either a person or an organisation, not both")
        # a police record may identify a person by identifiers alone
        if self.name is None and self.organisation is None and not self._identifiers():
            raise ValueError("a defendant has a name, is an organisation or has at least one identifier")
        return self

    def _identifiers(self) -> tuple[tuple[IdentifierRule, str], ...]:
        """Return the identifiers that are given, as received."""
        held = (
            (PNC_ID, self.pnc_id),
            (CRO_NUMBER, self.cro_number),
            (ASN, self.arrest_summons_number),
            (CRN, self.crn),
            (NOMS_NUMBER, self.noms_number),
        )
        return tuple((rule, raw) for rule, raw in held if raw is not None)

    def identity(self) -> "Identity":
        """Return what identifies the person: valid identifiers, without placeholders. Only this is ever compared."""
        return self._identity

    def __copy__(self) -> Self:
        """A copy may be given other values, so it finds its identity itself."""
        copied = super().__copy__()
        copied.__dict__.pop("_identity", None)
        return copied

    @cached_property
    def _identity(self) -> "Identity":
        found = ((rule.name, rule.identifies(raw)) for rule, raw in self._identifiers())
        born, postcode = self.date_of_birth, self.address.postcode if self.address else None
        return Identity(
            identifiers=tuple((scheme, value) for scheme, value in found if value is not None),
            name=None if self.name is None or self.name.names_nobody() else self.name.known(),
            organisation=self.organisation
            if self.organisation is not None and not names_nobody("surname", self.organisation)
            else None,
            date_of_birth=None if born is None or names_nobody(DATE_OF_BIRTH.name, born) else born,
            postcode=None if postcode is None or names_nobody(POSTCODE.name, postcode) else postcode,
        )

    def subject(self) -> str:
        """Return a key that keeps messages about one person in order. It is never used to decide that two people are
        one."""
        identity = self.identity()
        if identity.identifiers:
            return ":".join(identity.identifiers[0])
        raw = (text for rule, text in self._identifiers() if not names_nobody(rule.name, text))
        name = identity.organisation or (identity.name.surname if identity.name else next(raw, ""))
        return f"{one_spelling(name)}:{identity.date_of_birth or ''}"


@dataclass(frozen=True, slots=True)
class Identity:
    """What identifies a person. `identifiers` are pairs (scheme, canonical value)."""

    identifiers: tuple[tuple[str, str], ...]
    name: PersonName | None
    organisation: str | None
    date_of_birth: str | None
    postcode: str | None

    def named_and_born(self) -> tuple[str, str] | None:
        """Return (surname, full date of birth). Within one case this identifies a person as well as a number does."""
        if self.name is None or self.date_of_birth is None or len(self.date_of_birth) != len("YYYY-MM-DD"):
            return None
        return self.name.surname, self.date_of_birth


YOUNGEST, OLDEST = 10, 110
"""Nobody under ten can be charged with an offence in England and Wales."""


def age_on(born: str | None, day: date) -> int | None:
    """Return the age in whole years. None if the date of birth is not full, or gives an age outside YOUNGEST to
    OLDEST."""
    if born is None or len(born) != len("YYYY-MM-DD"):
        return None
    age = day.year - int(born[:4]) - (day.isoformat()[5:] < born[5:])
    return age if YOUNGEST <= age <= OLDEST else None
