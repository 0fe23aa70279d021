"""Judicial results: codes, texts, periods, money, the moment of sentence, and what an application decides."""

from datetime import datetime
from typing import Any

import pytest

from schemas.kinds.hearing_result.v1 import HearingResult
from schemas.parts.offence import Duration, NextHearing, Result
from tests.unit.systems.common_platform_events import (
    case,
    decode,
    defendant,
    doubts,
    hearing,
    only,
    refusals,
    result,
    sample,
    the_result,
)


def read(**changes: Any) -> Result:
    (found,) = the_result(hearing(case(defendant(1, result(**changes))))).offences[0].results
    return found


def prompt(**fields: Any) -> dict[str, Any]:
    return {"judicialResultPrompts": [fields]}


def test_a_code_a_text_and_the_qualifiers_are_read() -> None:
    found = read(resultText="Imprisonment\n6 Months", qualifier="S, LG")
    assert (found.code, found.text, found.qualifiers) == ("1002", "Imprisonment\n6 Months", ("S", "LG"))


def test_without_a_text_the_label_and_the_prompts_say_it() -> None:
    found = read(cjsCode=None, label="Adjournment", **prompt(label="Reason", value="No interpreter"))
    assert (found.code, found.text) == (None, "Adjournment\nReason: No interpreter")


def test_a_label_that_the_text_does_not_repeat_is_kept() -> None:
    assert read(label="Costs", resultText="To pay £85").text == "Costs\nTo pay £85"


@pytest.mark.parametrize(
    ("fields", "durations"),
    [
        (
            {"durationElement": {"primaryDurationValue": 6, "primaryDurationUnit": "M"}},
            (Duration(value=6, unit="M"),),
        ),
        (
            {
                "durationElement": {
                    "primaryDurationValue": "8",
                    "primaryDurationUnit": "W",
                    "secondaryDurationValue": 12,
                    "secondaryDurationUnit": "M",
                }
            },
            (Duration(value=8, unit="W"), Duration(value=12, unit="M", secondary=True)),
        ),
        (prompt(value="12 Months", type="DURATION"), (Duration(value=12, unit="M"),)),
        (prompt(value="2 years", durationSequence=2), (Duration(value=2, unit="Y", secondary=True),)),
        (prompt(value="12 Months", type="TXT"), ()),
        ({"lifeDuration": True}, (Duration(unit="L"),)),
    ],
)
def test_periods_are_read_from_the_element_else_from_the_words(
    fields: dict[str, Any], durations: tuple[Duration, ...]
) -> None:
    assert read(**fields).durations == durations


def test_the_days_of_a_period_may_be_written_with_slashes() -> None:
    element = {"durationStartDate": "03/04/2030", "durationEndDate": "2031-07-26"}
    (found,) = read(durationElement=element).durations
    assert (str(found.starts_on), str(found.ends_on)) == ("2030-04-03", "2031-07-26")


@pytest.mark.parametrize(
    ("value", "amounts"),
    [("£1,250.50", ("1250.50",)), ("85", ("85",)), ("£40.5", ("40.5",)), ("a crown", ()), ("1,2", ())],
)
def test_money_is_read_from_financial_prompts(value: str, amounts: tuple[str, ...]) -> None:
    assert read(**prompt(value=value, isFinancialImposition=True)).amounts_pounds == amounts
    assert read(**prompt(value=value)).amounts_pounds == ()


def test_penalty_points_are_read_by_number_or_by_the_prompts_reference() -> None:
    assert read(**prompt(value="6", promptReference="penaltyPoints")).penalty_points == 6
    assert read(**prompt(totalPenaltyPoints=3)).penalty_points == 3


def test_the_next_hearing_is_in_london_time_with_the_custody_status_until_then() -> None:
    following = {
        "listedStartDateTime": "2030-07-15T09:00:00Z",
        "courtCentre": {"code": "B99ZZ00", "name": "x"},
        "type": {"description": "Sentence"},
    }
    found = read(nextHearing=following, postHearingCustodyStatus="C").next_hearing
    assert isinstance(found, NextHearing)
    assert (str(found.on), str(found.at), found.court_ou_code) == ("2030-07-15", "10:00:00", "B99ZZ00")
    assert (found.reason, found.bail_status) == ("Sentence", "C")


def test_secondary_codes_are_results_of_their_own() -> None:
    more = [{"cjsCode": "3118", "text": "Collection order made"}]
    found = the_result(hearing(case(defendant(1, result(secondaryCJSCodes=more))))).offences[0].results
    assert [(one.code, one.text) for one in found] == [("1002", "Imprisonment"), ("3118", "Collection order made")]


def test_an_invalid_code_is_kept_as_received_and_makes_the_custody_doubtful() -> None:
    found = the_result(hearing(case(defendant(1, result(cjsCode="10 02")))))
    assert found.offences[0].results[0].code == "10 02"
    assert [clock.doubtful for clock in found.clocks()] == [True]


def test_a_result_that_was_deleted_is_left_out_and_the_result_replaces_the_former() -> None:
    draft = only(hearing(case(defendant(1, result(isDeleted=True)))))
    assert isinstance(draft.payload, HearingResult)
    assert draft.payload.offences[0].results == () and doubts(draft) == ["result_deleted"]
    assert draft.payload.replaces() == the_result(hearing(case(defendant(1, result())))).replaces()


def test_what_another_hearing_decided_makes_no_result_of_this_one_and_is_in_its_list() -> None:
    earlier = result(orderedHearingId="h-0", orderedDate="2030-05-01")
    draft = only(hearing(case(defendant(1, earlier))))
    assert (draft.kind, draft.payload.counts()["results"], doubts(draft)) == ("court_list", 1, [])
    draft = only(hearing(case(defendant(1, earlier, result(cjsCode="1015", orderedHearingId="H-1")))))
    assert isinstance(draft.payload, HearingResult) and doubts(draft) == ["earlier_result"]
    assert [one.code for one in draft.payload.offences[0].results] == ["1015"]
    assert draft.payload.clocks() == () and draft.payload.hearing_at.isoformat() == "2030-07-08T10:00:00+01:00"


# ---- the moment of sentence ----


def moment(*sittings: str, shared: str | None = None, **fields: Any) -> tuple[str, list[str]]:
    days = [{"sittingDay": day} for day in sittings]
    tree = {"hearing": hearing(case(defendant(1, result(**fields))), hearingDays=days), "sharedTime": shared}
    draft = only(tree)
    assert isinstance(draft.payload, HearingResult)
    return draft.payload.hearing_at.isoformat(), doubts(draft)


def test_the_moment_is_that_of_the_sitting_on_the_day_of_the_order() -> None:
    days = ("2030-07-07T09:00:00Z", "2030-07-08T09:30:00Z", "2030-07-09T09:00:00Z")
    assert moment(*days) == ("2030-07-08T10:30:00+01:00", [])


def test_a_sitting_late_in_the_evening_of_the_day_before_in_greenwich_is_of_that_day_in_london() -> None:
    assert moment("2030-07-07T23:30:00Z") == ("2030-07-08T00:30:00+01:00", [])


def test_without_a_sitting_on_that_day_the_clock_counts_from_its_start() -> None:
    assert moment("2030-07-01T09:00:00Z") == ("2030-07-08T00:00:00+01:00", ["no_time"])
    assert moment("2030-07-08") == ("2030-07-08T00:00:00+01:00", ["no_time"])


def test_without_an_order_date_it_is_the_last_sitting_before_the_results_were_shared() -> None:
    days = ("2030-07-07T09:00:00Z", "2030-07-08T09:00:00Z", "2030-07-09T09:00:00Z")
    shared = "2030-07-08T12:00:00Z"
    assert moment(*days, shared=shared, orderedDate=None) == ("2030-07-08T10:00:00+01:00", ["no_order_date"])
    assert moment(*days, orderedDate=None) == ("2030-07-07T10:00:00+01:00", ["no_order_date"])
    assert moment(days[0], orderedDate=None) == ("2030-07-07T10:00:00+01:00", [])


def test_of_several_order_dates_the_last_is_taken() -> None:
    two = defendant(1, result(orderedDate="2030-07-01"), result())
    draft = only(hearing(case(two)))
    assert isinstance(draft.payload, HearingResult)
    assert (draft.payload.hearing_at.date().isoformat(), doubts(draft)) == ("2030-07-08", ["several_days"])


def test_the_results_are_shared_when_the_last_of_them_was() -> None:
    days = ("2030-07-08T12:00:00Z", "2030-07-08T14:00:00Z", "2030-07-09")
    shared = defendant(1, *(result(lastSharedDateTime=day) for day in days))
    assert the_result(hearing(case(shared))).shared_at == datetime.fromisoformat("2030-07-08T14:00:00+00:00")


# ---- results beside the offences ----


def test_a_result_of_the_whole_case_counts_for_custody_with_the_first_offence() -> None:
    whole = defendant(defendantCaseJudicialResults=[result()])
    beside = {"defendantJudicialResults": [{"masterDefendantId": "d-1", "judicialResult": result()}]}
    for tree in (hearing(case(whole)), hearing(case(defendant()), **beside)):
        draft = only(tree)
        assert isinstance(draft.payload, HearingResult)
        assert [one.code for one in draft.payload.offences[0].results] == ["1002"]
        assert [clock.clock for clock in draft.payload.clocks()] == ["report_to_prison"]
        assert doubts(draft) == ["result_of_case"]


def test_bail_and_presence_are_read() -> None:
    read_one = decode(sample("resulted_in_notification.json")).drafts[0].payload
    assert isinstance(read_one, HearingResult)
    assert (read_one.bail_status, read_one.present_at_hearing) == ("C", "IN_PERSON")
    assert read_one.bail_conditions == "To live at 14 Example Street"
    assert read_one.reason_for_bail_or_custody == "Fear of failing to surrender"
    assert [clock.doubtful for clock in read_one.clocks()] == [False]
    assert read_one.offences[0].finding == "guilty" and read_one.offences[0].final_disposal is True
    assert read_one.offences[1].final_disposal is False


# ---- applications ----


def application(**changes: Any) -> dict[str, Any]:
    whole = {
        "id": "a-1",
        "applicationReference": "99ZZ0000130",
        "type": {"code": "PL84504", "type": "Breach of a community order"},
        "subject": {"masterDefendant": {**defendant(offences=...), "masterDefendantId": "d-1"}},
        "judicialResults": [result(cjsCode="1507")],
    }
    return {name: value for name, value in (whole | changes).items() if value is not ...}


def test_an_application_with_results_is_an_offence_with_the_code_of_its_type() -> None:
    alone = the_result(hearing(courtApplications=[application()]))
    assert [(one.code, one.title) for one in alone.offences] == [("PL84504", "Breach of a community order")]
    assert [clock.clock for clock in alone.clocks()] == ["report_to_prison"]


def test_an_application_about_a_listed_defendant_is_in_that_defendants_result() -> None:
    draft = only(hearing(case(defendant(1, result(cjsCode="1015"))), courtApplications=[application()]))
    assert isinstance(draft.payload, HearingResult) and doubts(draft) == []
    assert [[one.code for one in offence.results] for offence in draft.payload.offences] == [["1015"], ["1507"]]


def test_results_of_the_offences_behind_an_application_are_not_lost() -> None:
    behind = {"prosecutionCaseIdentifier": {"caseURN": "99ZZ0000130"}}
    same = behind | {"offences": defendant(1, result())["offences"]}
    other = behind | {"offence": defendant(2, result(cjsCode="1007"))["offences"][0]}
    tree = hearing(
        case(defendant()),
        courtApplications=[application(courtApplicationCases=[same], courtOrder={"courtOrderOffences": [other]})],
    )
    found = the_result(tree)
    assert [(one.id, [each.code for each in one.results]) for one in found.offences] == [
        ("o-1", ["1002"]),
        ("o-2", ["1007"]),
        ("a-1", ["1507"]),
    ]


def test_an_application_about_nobody_is_refused_only_if_something_would_be_lost() -> None:
    nobody = application(subject=..., judicialResults=...)
    assert doubts(only(hearing(case(defendant()), courtApplications=[nobody]))) == ["application"]
    assert refusals(hearing(courtApplications=[nobody])) == [("common_platform.no_defendant", "$.courtApplications[0]")]
    behind = {"courtApplicationCases": [{"offences": defendant(1, result())["offences"]}]}
    for lost in ({"subject": ...}, {"subject": ..., "judicialResults": ...} | behind):
        decided = decode(hearing(case(defendant()), courtApplications=[application(**lost)]))
        assert [problem.code for problem in decided.refused] == ["common_platform.no_defendant"]


def test_what_has_no_place_in_an_application_is_reported_once() -> None:
    who = {**defendant(offences=...), "masterDefendantId": "d-1", "driverNumber": "x"}
    draft = only(hearing(courtApplications=[application(subject={"masterDefendant": who})]))
    assert [doubt.problem.endswith("it is not passed on") for doubt in draft.doubts] == [True]


# ---- results for the police ----


def test_a_result_for_the_police_is_read_like_any_other() -> None:
    found = the_result(sample("police_result.json"))
    assert (found.court.ou_code, found.court.psa_code, found.urn) == ("B99ZZ00", "9999", "99ZZ0000130")
    assert (found.bail_status, found.present_at_hearing) == ("B", "BY_VIDEO")
    (offence,) = found.offences
    assert (offence.finding, offence.final_disposal, offence.convicting_court) == ("G", True, "9999")
    assert offence.results[0].durations == (Duration(value=12, unit="M"),)


@pytest.mark.parametrize(
    ("lost", "code"),
    [
        ("urn", "common_platform.no_case_number"),
        ("defendant", "common_platform.no_defendant"),
        ("courtCentreWithLJA", "court.missing"),
    ],
)
def test_a_result_for_the_police_that_lacks_a_part_is_refused(lost: str, code: str) -> None:
    tree = sample("police_result.json")
    del tree[lost]
    assert [found for found, _ in refusals(tree)] == [code]
