"""Offences, their results and the hearing that dealt with them."""

from datetime import time
from typing import Annotated, Self

from pydantic import Field, model_validator

from schemas.category import Category
from schemas.fields import RESULT_QUALIFIERS, Day, Moment, OffenceCode, OuCode, ResultCode
from schemas.parts.part import CaseText, NarrativeText, OffenceText, Part, SentenceText

CaseDate = Annotated[Day, Category.CASE]
CaseTime = Annotated[time, Category.CASE]
CaseMoment = Annotated[Moment, Category.CASE]
OffenceDate = Annotated[Day, Category.OFFENCE]
OffenceTime = Annotated[time, Category.OFFENCE]
SentenceDate = Annotated[Day, Category.SENTENCE]
SEQUENCE_MAX = 999_999_999
"""Of an offence or a case among others: what every system can read again."""
SEQUENCE = Field(ge=0, le=SEQUENCE_MAX)
Qualifier = Annotated[str, Field(min_length=1, max_length=80), RESULT_QUALIFIERS, Category.SENTENCE]


class Court(Part):
    """The court, as its own system names it."""

    ou_code: OuCode
    name: CaseText | None = None
    local_justice_area: CaseText | None = None
    psa_code: CaseText | None = None


class Duration(Part):
    """`value` is in units of `unit`, the sender's code: H, D, W, M, Y, or L for life. `secondary` marks the second
    period of a result, such as the time for which a sentence is suspended."""

    value: Annotated[int, Field(ge=0, le=9999), Category.SENTENCE] | None = None
    unit: SentenceText | None = None
    starts_on: SentenceDate | None = None
    ends_on: SentenceDate | None = None
    secondary: Annotated[bool, Category.SENTENCE] | None = None


class ReportingRestriction(Part):
    """What may not be published, in the court's own words."""

    reason: CaseText
    ordered_on: CaseDate | None = None


class NextHearing(Part):
    """`reason` is why the case was adjourned to this hearing; `hearing_type` is what it is for."""

    court_ou_code: OuCode | None = None
    court_name: CaseText | None = None
    room: CaseText | None = None
    hearing_type: CaseText | None = None
    on: CaseDate | None = None
    at: CaseTime | None = None
    reason: CaseText | None = None
    bail_status: CaseText | None = None


class ResultDetail(Part):
    """What the court entered beside the words of a result. It may name victims and other people whom the order
    protects."""

    label: NarrativeText | None = None
    value: NarrativeText | None = None


class Result(Part):
    """One result of one offence. `code` is the CJS result code. A result may be free text without a code.

    `category` is the sender's word for whether the result is final. `ordered_on` is given if the sender gives a day for
    each result, because a hearing of several days has orders on several days.
    """

    code: ResultCode | None = None
    text: SentenceText | None = None
    qualifiers: tuple[Qualifier, ...] = ()
    durations: tuple[Duration, ...] = ()
    amounts_pounds: tuple[Annotated[str, Field(pattern=r"^\d{1,12}(\.\d{1,2})?$"), Category.SENTENCE], ...] = ()
    penalty_points: Annotated[int, Field(ge=0, le=999), Category.SENTENCE] | None = None
    next_hearing: NextHearing | None = None
    category: SentenceText | None = None
    ordered_on: SentenceDate | None = None
    amended_on: SentenceDate | None = None
    amendment_reason: SentenceText | None = None
    details: tuple[ResultDetail, ...] = ()


class Offence(Part):
    """One charge. Listing fields come from court lists; results and findings come from resulted cases.

    `date_code` is the sender's code for how the dates are meant (on, between, on or about). `alcohol_level` is in the
    unit that `alcohol_method` implies. Published lists often give no `code`; then a title or the wording says what the
    charge is. An offence with results may have none of the three, because its sentence still counts.
    """

    id: OffenceText | None = None  # the sender's own
    sequence: Annotated[int, SEQUENCE, Category.OFFENCE] | None = None
    code: OffenceCode | None = None
    title: OffenceText | None = None
    wording: NarrativeText | None = None
    legislation: OffenceText | None = None
    maximum_penalty: OffenceText | None = None
    started_on: OffenceDate | None = None
    ended_on: OffenceDate | None = None
    started_at: OffenceTime | None = None
    ended_at: OffenceTime | None = None
    date_code: OffenceText | None = None
    location: NarrativeText | None = None
    alcohol_level: Annotated[int, Field(ge=0, le=999), Category.OFFENCE] | None = None
    alcohol_method: OffenceText | None = None
    vehicle_code: OffenceText | None = None
    vehicle_registration: NarrativeText | None = None  # this may be a victim's vehicle
    arrested_on: OffenceDate | None = None
    charged_on: OffenceDate | None = None
    initiated_on: OffenceDate | None = None
    plea: OffenceText | None = None
    pleaded_on: OffenceDate | None = None
    finding: OffenceText | None = None
    found_on: OffenceDate | None = None
    convicted_on: OffenceDate | None = None
    convicting_court: CaseText | None = None
    mode_of_trial: OffenceText | None = None
    mode_of_trial_reason: OffenceText | None = None
    adjourned_on: OffenceDate | None = None
    adjournment_reason: OffenceText | None = None
    final_disposal: Annotated[bool, Category.OFFENCE] | None = None
    reporting_restrictions: tuple[ReportingRestriction, ...] = ()
    results: tuple[Result, ...] = ()

    @model_validator(mode="after")
    def _is_of_something(self) -> Self:
        if not (self.code or self.title or self.wording or self.results):
            raise ValueError("an offence has a code, a title, a wording or a result")
        return self
