"""Scores of an assessment tool: an assessment has them, and reports, feedback and transfers refer to them."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from schemas.category import Category
from schemas.parts.part import AssessmentText, CaseLabel, Part

ASSESSMENTS_MAX = 20
Score = Annotated[float, Field(ge=0, le=1_000), Category.RISK]
Rate = Annotated[float, Field(ge=0, le=100), Category.RISK]


class Scores(Part):
    """What a tool gave on one day. The score is the tool's own; the exchange computes none.

    `predicted_rate` is the predicted reconviction in per cent, within `within_months`. Where another message refers to
    the assessment, `assessment_reference` is its reference, so that nobody types it again.
    """

    assessment_reference: CaseLabel
    tool: Annotated[Literal["OGRS", "OASys", "LSI-R", "ACE"], Category.ASSESSMENT]
    tool_version: AssessmentText | None = None
    assessed_on: Annotated[date, Category.CASE]
    score: Score | None = None
    predicted_rate: Rate | None = None
    within_months: Annotated[int, Field(ge=1, le=600), Category.RISK] | None = None


Referred = Annotated[tuple[Scores, ...], Field(max_length=ASSESSMENTS_MAX)]
