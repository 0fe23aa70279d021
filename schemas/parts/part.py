"""The base of every part of a message, and the short text types of its fields."""

from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from schemas.category import Category


class Part(BaseModel):
    """Frozen and closed: a field that the kind does not know is refused, never ignored. Its validator is built when it
    is first used, because building all of them takes long and most commands need few."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True, defer_build=True)


def build_validators() -> None:
    """Build those of every part that has been imported, and are not built yet. A process that serves does this before
    it starts threads or forks."""
    for part in _parts_of(Part):
        part.model_rebuild()


def _parts_of(base: type[Part]) -> Iterator[type[Part]]:
    for part in base.__subclasses__():
        yield part
        yield from _parts_of(part)


# Sources have no limits of their own, so these are generous. An adapter cuts a longer text and adds a doubt.
_label = Field(min_length=1, max_length=250)
_line = Field(min_length=1, max_length=500)
_text = Field(min_length=1, max_length=20_000)

CaseLabel = Annotated[str, _label, Category.CASE]  # a reference, a number or an agency, by which messages are found
IdentityText = Annotated[str, _line, Category.IDENTITY]
ContactText = Annotated[str, _line, Category.CONTACT]
DiversityText = Annotated[str, _line, Category.DIVERSITY]
StaffText = Annotated[str, _line, Category.STAFF]
CaseText = Annotated[str, _text, Category.CASE]
OffenceText = Annotated[str, _text, Category.OFFENCE]
NarrativeText = Annotated[str, _text, Category.NARRATIVE]
SentenceText = Annotated[str, _text, Category.SENTENCE]
HealthText = Annotated[str, _text, Category.HEALTH]
VictimText = Annotated[str, _text, Category.VICTIM]
RiskText = Annotated[str, _text, Category.RISK]
AssessmentText = Annotated[str, _text, Category.ASSESSMENT]
