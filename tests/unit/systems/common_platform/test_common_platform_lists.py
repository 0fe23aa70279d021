"""Court lists, in the listing's form and in the published form."""

from typing import Any

import pytest

from tests.unit.systems.common_platform_events import (
    court_list,
    decode,
    doubts,
    listed,
    only,
    published,
    refusals,
    sample,
    sitting,
    the_list,
)

DEFENDANT = {
    "partyRole": "DEFENDANT",
    "individualDetails": {"individualForenames": "Silas", "individualSurname": "Pennyfarrow"},
    "offence": [{"offenceTitle": "Common assault"}],
}


# ---- the listing's own list ----


def test_rooms_are_sessions_and_each_defendant_is_an_entry() -> None:
    found = the_list(sample("court_list.json"))
    assert [(one.room, str(one.starts_at), len(one.cases)) for one in found.sessions] == [
        ("Courtroom 01", "10:00:00", 4),
        ("Courtroom 02", "10:00:00", 0),
    ]
    assert dict(found.counts()) == {"sessions": 2, "cases": 3, "defendants": 4, "offences": 5, "results": 0}
    first, youth, company, trial = found.sessions[0].cases
    assert first.defendant.name is not None and first.defendant.name.forenames == ("Marigold", "Fern")
    assert (first.defendant.date_of_birth, first.defendant_age, first.urn) == ("1988-11-04", 41, "99ZZ0000130")
    assert youth.offences[0].code is None and youth.offences[0].title == "Theft from a shop"
    assert company.defendant.organisation == "Pennyfarrow Cheeses Ltd" and company.defendant.date_of_birth is None
    assert {str(offence.adjourned_on) for offence in trial.offences} == {"2030-01-07"}
    assert (trial.hearing_type, trial.marker, str(trial.block_starts_at)) == ("Trial", "Section 45 applies", "14:00:00")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("21 Feb 1981", "1981-02-21"),
        ("8 July 1986", "1986-07-08"),
        ("01/02/1990", "1990-02-01"),
        ("1990", "1990"),
        ("", None),
    ],
)
def test_a_date_of_birth_is_read_however_it_is_written(written: str, read: str | None) -> None:
    who = {"surname": "Thistlewick", "dateOfBirth": written}
    assert the_list(court_list(listed(defendants=[who]))).about()[0].date_of_birth == read


def test_each_day_is_a_list_of_its_own() -> None:
    days = [{"hearingDate": day, "courtRooms": []} for day in ("2030-03-04", "2030-03-05")]
    decoded = decode(court_list(hearingDates=days))
    assert [(draft.where, draft.payload.counts()["sessions"]) for draft in decoded.drafts] == [
        ("$.hearingDates[0]", 0),
        ("$.hearingDates[1]", 0),
    ]


def test_a_number_that_is_not_a_urn_is_only_the_case_number() -> None:
    (entry,) = the_list(court_list(listed(caseNumber="EX-1"))).sessions[0].cases
    assert (entry.number, entry.urn) == ("EX-1", None)


@pytest.mark.parametrize(
    ("bad", "code", "where"),
    [
        ({"caseNumber": " "}, "common_platform.no_case_number", ".caseNumber"),
        ({"defendants": []}, "common_platform.no_defendant", ".defendants"),
        ({"defendants": [{"firstName": ""}]}, "common_platform.no_name", ".defendants[0].surname"),
    ],
)
def test_a_bad_hearing_is_refused_alone_and_a_list_of_bad_ones_whole(bad: Any, code: str, where: str) -> None:
    at = "$.hearingDates[0].courtRooms[0].timeslots[0].hearings[0]"
    decoded = decode(court_list(listed(**bad), listed(id="h-2")))
    assert [(problem.code, problem.where) for problem in decoded.refused] == [(code, f"{at}{where}")]
    assert [draft.payload.counts()["cases"] for draft in decoded.drafts] == [1]
    assert refusals(court_list(listed(**bad))) == [
        (code, f"{at}{where}"),
        ("common_platform.no_case_left", "$.hearingDates[0]"),
    ]


@pytest.mark.parametrize(
    ("bad", "code", "where"),
    [
        (
            {"defendants": [{"surname": "T", "dateOfBirth": "31 Feb 1981"}]},
            "date.impossible",
            ".defendants[0].dateOfBirth",
        ),
        ({"adjournedHearingDate": "soon"}, "date.impossible", ".adjournedHearingDate"),
        (
            {"defendants": [{"surname": "T", "offences": [{}]}]},
            "common_platform.no_offence",
            ".defendants[0].offences[0]",
        ),
    ],
)
def test_a_bad_value_is_left_out_of_a_hearing_that_is_taken(bad: Any, code: str, where: str) -> None:
    at = "$.hearingDates[0].courtRooms[0].timeslots[0].hearings[0]"
    draft = only(court_list(listed(**bad)))
    assert draft.payload.counts()["defendants"] == 1
    assert [(doubt.code, doubt.where) for doubt in draft.doubts] == [(code, f"{at}{where}")]


def test_a_list_without_its_court_or_its_day_is_refused() -> None:
    assert refusals(court_list(listed(), ouCode=...)) == [("court.missing", "$")]
    assert refusals(court_list(hearingDates=[])) == [("date.missing", "$.hearingDates")]
    assert refusals(court_list(hearingDates=[{}])) == [("date.missing", "$.hearingDates[0].hearingDate")]


def test_an_odd_time_or_age_is_left_out_and_doubted() -> None:
    who = {"surname": "Thistlewick", "age": "unknown"}
    draft = only(court_list(listed(startTime="late", defendants=[who])))
    assert sorted(doubts(draft)) == ["type", "unreadable"]


# ---- published lists ----


def test_a_published_list_is_one_for_each_court_house_and_day() -> None:
    decoded = decode(sample("published_list.json"))
    assert [(draft.sender, draft.reference.split("/")[1]) for draft in decoded.drafts] == [
        ("Exampleton Magistrates' Court", "2030-03-04"),
        ("Exampleton Magistrates' Court", "2030-07-08"),
    ]
    assert {draft.sent_at.isoformat() for draft in decoded.drafts if draft.sent_at} == {"2030-03-03T17:00:00+00:00"}
    assert [sorted(set(doubts(draft))) for draft in decoded.drafts] == [["court_by_name", "unmapped"]] * 2
    assert {doubt.where.rpartition(".")[2] for doubt in decoded.drafts[0].doubts} == {
        "channel",
        "code",
        "judiciary",
        "organisationDetails",
        "partyRole",
    }


def test_the_parties_before_the_court_are_listed_with_what_is_published_of_them() -> None:
    first, second = decode(sample("published_list.json")).drafts
    (session,) = first.payload.model_dump()["sessions"]
    person, company, respondent = session["cases"]
    assert person["defendant"]["name"]["forenames"] == ("Marigold", "Fern")
    assert person["defendant"]["address"]["lines"] == ("14 Example Street", "Exampleton", "Exampleshire")
    assert (person["informant"], person["list_number"], person["defendant_age"]) == (
        "Exampleshire Police",
        "1 of 2",
        41,
    )
    offence = person["offences"][0]
    assert (offence["plea"], str(offence["convicted_on"]), str(offence["adjourned_on"])) == (
        "guilty",
        "2030-01-07",
        "2030-02-04",
    )
    assert company["defendant"]["organisation"] == "Pennyfarrow Cheeses Ltd" and company["offences"][0]["plea"] is None
    assert (
        respondent["defendant"]["name"]["surname"] == "Ottershaw"
        and respondent["type"] == "Breach of a community order"
    )
    (session,) = second.payload.model_dump()["sessions"]
    assert (str(session["starts_at"]), session["cases"][0]["marker"]) == ("14:00:00", "Section 45 applies")


def test_a_court_house_with_a_code_is_identified_by_it() -> None:
    draft = only(published(sitting("2030-03-04T10:00:00Z", DEFENDANT), courtHouseCode="B99ZZ00"))
    assert (draft.sender, doubts(draft)) == ("B99ZZ00", [])


def test_the_sittings_of_a_day_are_sessions_of_one_list() -> None:
    found = the_list(published(sitting("2030-03-04T10:00:00Z", DEFENDANT), sitting("2030-03-04T14:00:00Z", DEFENDANT)))
    assert [str(session.starts_at) for session in found.sessions] == ["10:00:00", "14:00:00"]


def test_of_an_application_only_whom_it_is_about_is_listed() -> None:
    about = {"partyRole": "APPLICANT", "subject": True, "organisationDetails": {"organisationName": "Pennyfarrow Ltd"}}
    other = DEFENDANT | {"partyRole": "RESPONDENT"}
    application = {"applicationReference": "EX-1", "party": [other, about]}
    tree = published({"sittingStart": "2030-03-04T10:00:00Z", "hearing": [{"application": [application]}]})
    assert [person.organisation for person in the_list(tree).about()] == ["Pennyfarrow Ltd"]


def test_two_court_houses_are_two_lists() -> None:
    tree = published(sitting("2030-03-04T10:00:00Z", DEFENDANT), courtHouseCode="B99ZZ00")
    tree["courtLists"] += published(sitting("2030-03-04T10:00:00Z", DEFENDANT), courtHouseCode="B99YY00")["courtLists"]
    assert [draft.sender for draft in decode(tree).drafts] == ["B99ZZ00", "B99YY00"]


@pytest.mark.parametrize(
    ("party", "code", "where"),
    [
        ({"partyRole": "PROSECUTING_AUTHORITY"}, "common_platform.no_defendant", ""),
        (
            {"partyRole": "DEFENDANT", "individualDetails": {}},
            "common_platform.no_name",
            "[0].individualDetails.individualSurname",
        ),
    ],
)
def test_a_case_with_nobody_before_the_court_is_refused_alone(party: Any, code: str, where: str) -> None:
    decoded = decode(published(sitting("2030-03-04T10:00:00Z", party), sitting("2030-03-04T11:00:00Z", DEFENDANT)))
    at = "$.courtLists[0].courtHouse.courtRoom[0].session[0].sittings[0].hearing[0].case[0].party"
    assert [(problem.code, problem.where) for problem in decoded.refused] == [(code, f"{at}{where}")]
    assert [draft.payload.counts()["cases"] for draft in decoded.drafts] == [1]


def test_a_published_list_without_a_sitting_has_no_day_and_is_refused() -> None:
    assert refusals(published()) == [("common_platform.no_cases", "$")]
