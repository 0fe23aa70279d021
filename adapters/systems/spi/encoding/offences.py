"""Writes the offences and results of a payload as Offence elements."""

from adapters.systems.spi.decoding.codes import FINDINGS, PLEAS, code_for
from adapters.systems.spi.encoding.fields import Branch, Fields, branch, needed

_QUALIFIERS_MAX = 4


def offence_element(offence: Fields) -> Branch:
    values = offence.values
    final = values.get("final_disposal")
    return branch(
        "Offence",
        base_offence(offence),
        offence.leaf("InitiatedDate", "initiated_on"),
        offence.coded("Plea", "plea", code_for(PLEAS, values.get("plea"))),
        offence.leaf("ModeOfTrial", "mode_of_trial"),
        offence.coded("FinalDisposalIndicator", "final_disposal", None if final is None else "Y" if final else "N"),
        offence.leaf("ConvictionDate", "convicted_on"),
        offence.leaf("ConvictingCourt", "convicting_court"),
        offence.coded("Finding", "finding", code_for(FINDINGS, values.get("finding"))),
        *(_result(result) for result in offence.parts("results")),
    )


def base_offence(offence: Fields) -> Branch:
    """Return BaseOffenceDetails: the charge.

    Raises Refused without a code, because police systems refuse the whole message.
    """
    sequence = offence.values.get("sequence")
    return branch(
        "BaseOffenceDetails",
        offence.coded("OffenceSequenceNumber", "sequence", None if sequence is None else f"{sequence:03}"),
        needed(offence.leaf("OffenceCode", "code"), f"{offence.path}code"),
        offence.leaf("OffenceWording", "wording"),
        _timing(offence),
        offence.leaf("ChargeDate", "charged_on"),
        offence.leaf("ArrestDate", "arrested_on"),
        offence.leaf("LocationOfOffence", "location"),
        branch(
            "AlcoholRelatedOffence",
            offence.leaf("AlcoholLevelAmount", "alcohol_level"),
            offence.leaf("AlcoholLevelMethod", "alcohol_method"),
        ),
        branch(
            "VehicleRelatedOffence",
            offence.leaf("VehicleCode", "vehicle_code"),
            offence.leaf("VehicleRegistrationMark", "vehicle_registration"),
        ),
    )


def _timing(offence: Fields) -> Branch:
    return branch(
        "OffenceTiming",
        offence.leaf("OffenceDateCode", "date_code"),
        branch(
            "OffenceStart",
            offence.leaf("OffenceDateStartDate", "started_on"),
            offence.clock("OffenceStartTime", "started_at", "started_on"),
        ),
        branch(
            "OffenceEnd",
            offence.leaf("OffenceEndDate", "ended_on"),
            offence.clock("OffenceEndTime", "ended_at", "ended_on"),
        ),
    )


def _result(result: Fields) -> Branch:
    return branch(
        "Result",
        result.leaf("ResultCode", "code"),
        result.leaf("ResultText", "text"),
        *result.leaves("qualifiers", *["ResultCodeQualifier"] * _QUALIFIERS_MAX),
        _next_hearing(result.part("next_hearing")),
        branch(
            "Outcome",
            result.leaf("PenaltyPoints", "penalty_points"),
            *result.leaves("amounts_pounds", "ResultAmountSterling"),
            branch("Duration", *_durations(result.parts("durations"))),
        ),
    )


def _next_hearing(hearing: Fields) -> Branch:
    return branch(
        "NextHearing",
        branch(
            "NextHearingDetails",
            hearing.leaf("CourtHearingLocation", "court_ou_code"),
            hearing.leaf("DateOfHearing", "on"),
            hearing.clock("TimeOfHearing", "at", "on"),
        ),
        hearing.leaf("NextHearingReason", "reason"),
        hearing.leaf("BailStatusOffence", "bail_status"),
    )


def _durations(durations: list[Fields]) -> list[Branch]:
    """Write one main and one secondary period. Of further ones, only the dates can be written.

    Dates are read in document order, so the dates of a further period are written only if they are not read as those of
    another period.
    """
    main = [duration for duration in durations if not duration.values.get("secondary")]
    secondary = [duration for duration in durations if duration.values.get("secondary")]
    written: list[Branch] = []
    for duration in main[:1]:
        written += [duration.leaf("DurationValue", "value"), duration.leaf("DurationUnit", "unit")]
    for duration in secondary[:1]:
        period = [
            duration.leaf("SecondaryDurationValue", "value"),
            duration.leaf("SecondaryDurationUnit", "unit"),
        ]
        if any(leaf.has_content() for leaf in period):
            duration.tick("secondary")
        written += period
    written += _dates(main, alone=not any(leaf.has_content() for leaf in written))
    return written


def _dates(main: list[Fields], *, alone: bool) -> list[Branch]:
    """`alone`: nothing but dates is written, so that the first that are there are those of the first period."""
    pairs: list[Branch] = []
    for number, duration in enumerate(main):
        of_the_first = number > 0 and not pairs and not alone
        is_open = bool(pairs) and pairs[-1].name == "DurationStartDate"
        of_the_one_before = is_open and duration.values.get("starts_on") is None
        if not (of_the_first or of_the_one_before):
            found = (duration.leaf("DurationStartDate", "starts_on"), duration.leaf("DurationEndDate", "ends_on"))
            pairs += [leaf for leaf in found if leaf.has_content()]
    return pairs
