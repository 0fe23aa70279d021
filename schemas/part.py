"""The base of every part of a message, and the short text types that parts are made of."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from schemas.category import Category


class Part(BaseModel):
    """Frozen, and closed: a field that the kind does not know is refused, never ignored."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


_line = Field(min_length=1, max_length=250)
_text = Field(min_length=1, max_length=20_000)

IdentityText = Annotated[str, _line, Category.IDENTITY]
ContactText = Annotated[str, _line, Category.CONTACT]
DiversityText = Annotated[str, _line, Category.DIVERSITY]
CaseText = Annotated[str, _line, Category.CASE]
OffenceText = Annotated[str, Field(min_length=1, max_length=2_500), Category.OFFENCE]
NarrativeText = Annotated[str, _text, Category.NARRATIVE]
SentenceText = Annotated[str, Field(min_length=1, max_length=5_000), Category.SENTENCE]
HealthText = Annotated[str, _text, Category.HEALTH]
VictimText = Annotated[str, _text, Category.VICTIM]
RiskText = Annotated[str, _text, Category.RISK]
AssessmentText = Annotated[str, _text, Category.ASSESSMENT]
StaffText = Annotated[str, _line, Category.STAFF]
