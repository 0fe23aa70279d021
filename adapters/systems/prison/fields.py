"""The table of the layout: which field of the prison's message is which field of the payload.

A row is a path in the message, a path in the payload and, if the prison has its own codes, their table. `[]` means each
entry of the list, and occurs equally often on both sides. Decoding and encoding both use these rows and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Row:
    """`codes` gives the payload's word for each code of the prison, one to one."""

    wire: str
    payload: str
    codes: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """One message type. `person` is the path in the payload that says whom it is about."""

    message_type: str
    kind: str
    version: int
    rows: tuple[Row, ...]
    person: str
    establishment: str | None = None
    """The field of the payload that names the prison itself."""


def _rows(pairs: str) -> tuple[Row, ...]:
    return tuple(Row(wire, payload) for wire, payload in map(str.split, pairs.strip().splitlines()))


def _under(wire: str, payload: str, rows: tuple[Row, ...]) -> tuple[Row, ...]:
    return tuple(Row(f"{wire}.{row.wire}", f"{payload}.{row.payload}", row.codes) for row in rows)


_SEX = MappingProxyType({"M": "male", "F": "female", "U": "not_known", "N": "not_specified"})
_OUTCOME = MappingProxyType({"MET": "met", "PART": "partly_met", "NOT": "not_met", "DROPPED": "not_pursued"})
_REPORT_TYPE = MappingProxyType({"STD": "standard", "SSR": "specific_sentence", "ORAL": "oral"})
_WRITTEN_WITHOUT = MappingProxyType({"PREVIOUS": "previous_convictions", "PACKAGE": "case_package"})
_BREACH = MappingProxyType({"SUP": "supervision", "HDC": "home_detention_curfew"})

_NAME = _rows("""
title       title
forenames[] forenames[]
surname     surname
""")
_ADDRESS = _rows("""
lines[]  lines[]
postcode postcode
""")
_PERSON = (
    *_rows("""
nomsNumber          noms_number
pncNumber           pnc_id
croNumber           cro_number
arrestSummonsNumber arrest_summons_number
prosecutorReference prosecutor_reference
probationNumber     crn
organisation        organisation
dateOfBirth         date_of_birth
ethnicity           ethnicity
nationality         nationality
secondNationality   second_nationality
telephones[]        telephones[]
emails[]            emails[]
restrictedRecord    restricted
isYouth             youth
languageNeeds       language_needs
documentLanguage    documentation_language
hearingLanguage     hearing_language
"""),
    Row("sex", "sex", _SEX),
    *_under("name", "name", _NAME),
    *_under("aliases[]", "aliases[]", _NAME),
    *_under("homeAddress", "address", _ADDRESS),
)
_COURT = _rows("""
code             ou_code
name             name
localJusticeArea local_justice_area
psaCode          psa_code
""")
_RESULT = _rows("""
resultCode               code
resultText               text
qualifiers[]             qualifiers[]
terms[].length           durations[].value
terms[].unit             durations[].unit
terms[].from             durations[].starts_on
terms[].to               durations[].ends_on
terms[].isSecond         durations[].secondary
amounts[]                amounts_pounds[]
penaltyPoints            penalty_points
nextHearing.court        next_hearing.court_ou_code
nextHearing.courtName    next_hearing.court_name
nextHearing.room         next_hearing.room
nextHearing.type         next_hearing.hearing_type
nextHearing.date         next_hearing.on
nextHearing.time         next_hearing.at
nextHearing.reason       next_hearing.reason
nextHearing.bailStatus   next_hearing.bail_status
category                 category
orderDate                ordered_on
amendmentDate            amended_on
amendmentReason          amendment_reason
details[].label          details[].label
details[].value          details[].value
""")
_RESTRICTION = _rows("""
text reason
date ordered_on
""")
_OFFENCE = (
    *_rows("""
chargeId            id
chargeNumber        sequence
offenceCode         code
title               title
wording             wording
legislation         legislation
maximumPenalty      maximum_penalty
startDate           started_on
endDate             ended_on
startTime           started_at
endTime             ended_at
dateCode            date_code
location            location
alcoholLevel        alcohol_level
alcoholMethod       alcohol_method
vehicleCode         vehicle_code
vehicleRegistration vehicle_registration
arrestDate          arrested_on
chargeDate          charged_on
initiationDate      initiated_on
plea                plea
pleaDate            pleaded_on
finding             finding
findingDate         found_on
convictionDate      convicted_on
convictingCourt     convicting_court
modeOfTrial         mode_of_trial
modeOfTrialReason   mode_of_trial_reason
adjournedDate       adjourned_on
adjournmentReason   adjournment_reason
isFinalDisposal     final_disposal
"""),
    *_under("reportingRestrictions[]", "reporting_restrictions[]", _RESTRICTION),
    *_under("results[]", "results[]", _RESULT),
)
_DOCUMENT = _rows("""
fileName     name
mediaType    media_type
sha256       sha256
sizeBytes    size_bytes
reference    reference
documentType type
""")
_ASSESSMENT = _rows("""
reference     assessment_reference
tool          tool
toolVersion   tool_version
assessedDate  assessed_on
score         score
predictedRate predicted_rate
withinMonths  within_months
""")

_RELEASE = (
    *_rows("""
establishment.code            prison
release.reference             release_reference
release.releasedAt            released_at
release.type                  release_type
release.supervisingArea       area
release.reportsAt             reports_at
release.reportsTo             reports_to
release.routedBy              routed_by
sentence.imposedDate          sentenced_on
sentence.text                 sentence
licence.type                  licence.type
licence.startDate             licence.starts_on
licence.endDate               licence.ends_on
licence.curfewStartDate       licence.home_detention_curfew_starts_on
licence.curfewEndDate         licence.home_detention_curfew_ends_on
licence.conditions[]          licence.conditions[]
sentencePlan[].reference      plan_targets[].reference
sentencePlan[].target         plan_targets[].description
sentencePlan[].state          plan_targets[].state
riskSummary                   risk_summary
completedBy                   author
"""),
    *_under("release.address", "release_address", _ADDRESS),
    *_under("prisoner", "offender", _PERSON),
    *_under("offences[]", "offences[]", _OFFENCE),
)
_FEEDBACK = (
    *_rows("""
establishment.code           prison
release.reference            release_reference
feedback.completedAt         completed_at
feedback.completedBy         author
feedback.targets[].reference targets_met[].reference
feedback.targets[].target    targets_met[].description
feedback.targets[].comment   targets_met[].comment
feedback.breaches[].date     breaches[].on
feedback.breaches[].text     breaches[].description
feedback.breaches[].action   breaches[].action
feedback.supervisionEnded    supervision_ended_on
feedback.recalled            recalled_on
feedback.summary             summary
"""),
    Row("feedback.targets[].outcome", "targets_met[].outcome", _OUTCOME),
    Row("feedback.breaches[].of", "breaches[].of", _BREACH),
    *_under("prisoner", "offender", _PERSON),
    *_under("feedback.assessments[]", "assessments[]", _ASSESSMENT),
    *_under("feedback.furtherCharges[]", "further_charges[]", _OFFENCE),
)
_REPORT = (
    *_rows("""
case.urn                      urn
case.courtCaseReference       court_case_reference
case.requestReference         request_reference
report.completedAt            completed_at
report.author.name            author.name
report.author.role            author.role
report.author.office          author.office
report.sources[]              sources[]
report.offenceAnalysis        offence_analysis
report.circumstances          circumstances
report.patternOfOffending     pattern_of_offending
report.likelihoodOfReoffending likelihood_of_reoffending
report.riskOfHarm.public      risk_of_harm.public
report.riskOfHarm.children    risk_of_harm.children
report.riskOfHarm.knownAdult  risk_of_harm.known_adult
report.riskOfHarm.staff       risk_of_harm.staff
report.riskOfHarm.self        risk_of_harm.self_harm
report.riskOfHarm.summary     risk_of_harm.summary
healthcare.physical           health.physical
healthcare.mental             health.mental
healthcare.substanceMisuse    health.substance_misuse
healthcare.medication         health.medication
report.victimImpact           victim_impact
report.proposal               proposal
"""),
    Row("report.reportType", "report_type", _REPORT_TYPE),
    Row("report.writtenWithout[]", "written_without[]", _WRITTEN_WITHOUT),
    *_under("report.assessments[]", "assessments[]", _ASSESSMENT),
    *_under("court", "court", _COURT),
    *_under("prisoner", "defendant", _PERSON),
    *_under("offences[]", "offences[]", _OFFENCE),
    *_under("documents[]", "documents[]", _DOCUMENT),
)
_COURT_RESULT = (
    *_rows("""
case.urn                 urn
case.courtCaseReference  court_case_reference
case.type                case_type
case.prosecutor          informant
case.markers[]           case_markers[]
hearing.id               hearing_id
hearing.type             hearing_type
hearing.room             room
hearing.at               hearing_at
hearing.sharedAt         shared_at
hearing.sittings[].date  sittings[].on
hearing.sittings[].time  sittings[].at
hearing.bailStatus       bail_status
hearing.bailConditions   bail_conditions
hearing.custodyReason    reason_for_bail_or_custody
hearing.present          present_at_hearing
hearing.attendance[].date     attendance[].on
hearing.attendance[].presence attendance[].presence
hearing.heldAt           held_at
receivingPrison          receiving_prison
probationTeam            probation_team
associatedPersons[].role associated_persons[].role
associatedPersons[].name associated_persons[].name
"""),
    *_under("associatedPersons[].address", "associated_persons[].address", _ADDRESS),
    *_under("hearing.reportingRestrictions[]", "reporting_restrictions[]", _RESTRICTION),
    *_under("court", "court", _COURT),
    *_under("prisoner", "defendant", _PERSON),
    *_under("offences[]", "offences[]", _OFFENCE),
)

LAYOUTS: tuple[Layout, ...] = (
    Layout("release", "release_notice", 1, _RELEASE, "offender", "prison"),
    Layout("feedback", "sentence_plan_feedback", 1, _FEEDBACK, "offender"),
    Layout("pre-sentence-report", "pre_sentence_report", 1, _REPORT, "defendant"),
    Layout("result", "hearing_result", 1, _COURT_RESULT, "defendant"),
)
