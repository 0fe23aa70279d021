"""What the indicators count: the deadlines of clocks, and what messages say."""

from types import MappingProxyType

from schemas.indicators.terms import Caused, Outcome, Reconvictions, Said, Stopped, deadlines

_REPORT = "pre_sentence_report"
_STARTED = "supervision_started"
_ASKED = ("report_completed", "specific_sentence_report_completed", "oral_report_completed")
_REPORTS = "reports"

TO_PRISON = deadlines("report_to_prison")
BEFORE_HEARING = deadlines("report_before_hearing", family=_REPORTS)
COMPLETED = deadlines("report_completed", family=_REPORTS)
SPECIFIC_COMPLETED = deadlines("specific_sentence_report_completed", family=_REPORTS)
REQUESTED = deadlines(*_ASKED, name="reports_requested", family=_REPORTS)
CONVICTIONS = deadlines("previous_convictions_before_report", needed_by=_REPORT)
PACKAGES = deadlines("case_package_before_report", needed_by=_REPORT)
FEEDBACK = deadlines("feedback_after_release")
ACKNOWLEDGED = deadlines("warrant_acknowledged", family="warrants")
OPEN = deadlines("warrant_open", family="warrants")
TRANSFERS = deadlines("transfer_reply")
LAID = deadlines("breach_information_laid", family="breaches")
HEARD = deadlines("breach_first_hearing", family="breaches")
REPORTS_BY_TYPE = Said(
    "reports_by_type",
    frozenset({Outcome.STANDARD, Outcome.SPECIFIC, Outcome.ORAL, Outcome.NOT_TYPED}),
    _REPORTS,
    kind=_REPORT,
    measure="report_type",
    words=MappingProxyType({"standard": Outcome.STANDARD, "specific_sentence": Outcome.SPECIFIC, "oral": Outcome.ORAL}),
    otherwise=Outcome.NOT_TYPED,
    absent=Outcome.NOT_TYPED,
)
REFERRALS = Stopped("referrals", frozenset({Outcome.ASKED, Outcome.NOT_ASKED}), _REPORTS, kind=_REPORT, clocks=_ASKED)
ENQUIRIES = Caused(
    "index_enquiries",
    frozenset({Outcome.ANSWERED, Outcome.NOT_ANSWERED}),
    "enquiries",
    kind="index_enquiry",
    answer="index_answer",
)
ETHNICITY = Said(
    "ethnicity",
    frozenset({Outcome.STATED, Outcome.NOT_STATED, Outcome.MISSING}),
    "supervisions",
    kind=_STARTED,
    measure="ethnicity",
    words=MappingProxyType({"NS": Outcome.NOT_STATED}),
)
RECONVICTED = Reconvictions(
    "reconvictions",
    frozenset({Outcome.RECONVICTED, Outcome.NOT_RECONVICTED, Outcome.NOT_DUE, Outcome.NOT_PREDICTED}),
    "supervisions",
    kind=_STARTED,
    convicted="reconviction_link",
)
