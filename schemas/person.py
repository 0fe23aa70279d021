"""People before the courts: the parts that several kinds share."""

from typing import Annotated, Literal, Self

from pydantic import model_validator

from schemas.category import Category
from schemas.fields import (
    ASN,
    CRN,
    CRO_NUMBER,
    NOMS_NUMBER,
    PNC_ID,
    ArrestSummonsNumber,
    Crn,
    CroNumber,
    DateOfBirth,
    Ethnicity,
    IdentifierRule,
    NomsNumber,
    PncId,
    Postcode,
)
from schemas.part import ContactText, DiversityText, IdentityText, Part

Sex = Annotated[Literal["male", "female", "not_known", "not_specified"], Category.DIVERSITY]


class PersonName(Part):
    title: IdentityText | None = None
    forenames: tuple[IdentityText, ...] = ()
    surname: IdentityText


class Address(Part):
    lines: tuple[ContactText, ...] = ()
    postcode: Postcode | None = None


class Defendant(Part):
    """A person or an organisation before the court, called an offender once convicted."""

    name: PersonName | None = None
    organisation: IdentityText | None = None
    aliases: tuple[PersonName, ...] = ()
    date_of_birth: DateOfBirth | None = None
    sex: Sex | None = None
    ethnicity: Ethnicity | None = None
    nationality: DiversityText | None = None
    second_nationality: DiversityText | None = None
    pnc_id: PncId | None = None
    cro_number: CroNumber | None = None
    arrest_summons_number: ArrestSummonsNumber | None = None
    crn: Crn | None = None
    noms_number: NomsNumber | None = None
    address: Address | None = None
    telephones: tuple[ContactText, ...] = ()
    emails: tuple[ContactText, ...] = ()
    restricted: Annotated[bool, Category.CASE] | None = None
    """Whoever holds the record lets only named people see it; a sharing protocol may keep such a record back."""

    @model_validator(mode="after")
    def _is_somebody(self) -> Self:
        if self.name is not None and self.organisation is not None:
            raise ValueError("a defendant is either a person or an organisation, not both")
        # A police record knows a person by identifiers alone.
        if self.name is None and self.organisation is None and not self._identifiers():
            raise ValueError("a defendant has a name, is an organisation or has at least one identifier")
        return self

    def _identifiers(self) -> tuple[tuple[IdentifierRule, str], ...]:
        """Those that are held, as they came."""
        held = (
            (PNC_ID, self.pnc_id),
            (CRO_NUMBER, self.cro_number),
            (ASN, self.arrest_summons_number),
            (CRN, self.crn),
            (NOMS_NUMBER, self.noms_number),
        )
        return tuple((rule, raw) for rule, raw in held if raw is not None)

    def valid_identifiers(self) -> tuple[tuple[str, str], ...]:
        """(scheme, canonical value) of each identifier whose rule holds; only these are ever compared."""
        found = ((rule.name, rule.canonical(raw)) for rule, raw in self._identifiers())
        return tuple((scheme, value) for scheme, value in found if value is not None)

    def subject(self) -> str:
        """A key for keeping order among messages about one person; never used to decide that two people are one."""
        identifiers = self.valid_identifiers()
        if identifiers:
            return ":".join(identifiers[0])
        held = self._identifiers()
        name = self.organisation or (self.name.surname if self.name else held[0][1] if held else "")
        return f"{name.casefold()}:{self.date_of_birth or ''}"
