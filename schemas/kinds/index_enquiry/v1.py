"""index_enquiry, version 1: an agency asks the exchange which probation areas know a person."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal, Self

from pydantic import model_validator

from schemas.category import Category
from schemas.kind import MessageKind, Payload, Target
from schemas.parts.measures import given
from schemas.parts.offence import CaseMoment
from schemas.parts.part import CaseLabel, StaffText
from schemas.parts.person import Defendant
from schemas.parts.supervision import Enquiry


class IndexEnquiry(Payload):
    """`person` has a number, or else a name, a full date of birth and a postcode. `role` is the post of whoever asks;
    `enquiry_reference` is the asker's own, which the answer repeats."""

    enquiry_reference: CaseLabel
    purpose: Annotated[
        Literal["report", "supervision", "release", "breach", "public_protection", "transfer"], Category.CASE
    ]
    asked_at: CaseMoment
    role: StaffText | None = None
    person: Defendant

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        identity = self.person.identity()
        if not identity.identifiers and (identity.named_and_born() is None or identity.postcode is None):
            raise ValueError("give a number of the person, or else the name, the full date of birth and the postcode")
        return self

    def subject(self) -> str:
        return f"enquiry:{self.enquiry_reference}:{self.person.subject()}"

    def facts(self) -> Mapping[str, str]:
        return {}

    def dated(self) -> date:
        return self.asked_at.date()

    def counts(self) -> Mapping[str, int]:
        return {"cases": 0, "defendants": 1, "offences": 0, "results": 0, "enquiries": 1}

    def measures(self) -> Mapping[str, str]:
        return given(purpose=self.purpose)

    def targets(self) -> tuple[Target, ...]:
        return (Target.EXCHANGE,)

    def about(self) -> tuple[Defendant, ...]:
        return (self.person,)

    def enquiry(self) -> Enquiry:
        return Enquiry(self.person, self.enquiry_reference, self.purpose)


KIND = MessageKind("index_enquiry", 1, "Enquiry to the index", IndexEnquiry)
