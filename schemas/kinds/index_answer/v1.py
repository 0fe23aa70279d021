"""index_answer, version 1: the exchange says which probation areas know a person."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated

from pydantic import Field

from schemas.category import Category
from schemas.kind import MessageKind, Payload
from schemas.parts.offence import CaseDate, CaseMoment
from schemas.parts.part import CaseLabel, Part, StaffText
from schemas.parts.person import Defendant


class KnownAt(Part):
    """One area that knows the person. `person` has the area's own number, the CRN, if the area gave one; beside it
    stands what the asker gave, which no protocol sends back. `since` is the start of the supervision, or else the day
    on which the exchange first heard of it. `contact` is the post to ask."""

    area: CaseLabel
    contact: StaffText | None = None
    since: CaseDate
    person: Defendant


class IndexAnswer(Payload):
    """`found` is empty if no other area is known to know the person. `similar` says that somebody like the person is
    known, and that a number of the person would decide it."""

    enquiry_reference: CaseLabel
    to: CaseLabel
    answered_at: CaseMoment
    found: Annotated[tuple[KnownAt, ...], Field(max_length=100)] = ()
    similar: Annotated[bool, Category.CASE] = False

    def subject(self) -> str:
        return f"enquiry:{self.enquiry_reference}"

    def facts(self) -> Mapping[str, str]:
        return {}

    def dated(self) -> date:
        return self.answered_at.date()

    def named(self) -> tuple[str, ...]:
        return (self.to,)

    def counts(self) -> Mapping[str, int]:
        return {"cases": 0, "defendants": len(self.found), "offences": 0, "results": 0, "areas": len(self.found)}

    def about(self) -> tuple[Defendant, ...]:
        return tuple(each.person for each in self.found)


KIND = MessageKind("index_answer", 1, "Answer of the index", IndexAnswer, answers_index=True)
