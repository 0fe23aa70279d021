"""Hearing events: which become lists and which results, for which court, day, case and defendant."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.fields import check_letter
from schemas.kinds.court_list.v1 import CourtList
from schemas.problem import Refused
from tests.unit.systems.common_platform_events import (
    case,
    changed,
    court_list,
    decode,
    defendant,
    doubts,
    hearing,
    listed,
    only,
    refusals,
    result,
    sample,
    the_list,
    the_result,
)

ASN = f"2999ZZ0000000000042{check_letter(int('99002900000000042'))}"


def kinds(tree: Any) -> list[tuple[str, str]]:
    return [(draft.kind, draft.where) for draft in decode(tree).drafts]


# ---- which message becomes what ----


def test_a_hearing_without_results_is_a_list_with_a_session_for_each_sitting_day() -> None:
    days = [{"sittingDay": "2030-03-04T10:00:00Z"}, {"sittingDay": "2030-07-08T09:30:00Z"}]
    decoded = decode({"hearing": hearing(case(defendant(1), defendant(2)), hearingDays=days)})
    (only_list,) = [draft.payload for draft in decoded.drafts if isinstance(draft.payload, CourtList)]
    assert [(str(session.on), str(session.starts_at)) for session in only_list.sessions] == [
        ("2030-03-04", "10:00:00"),
        ("2030-07-08", "10:30:00"),  # in London it is summer time
    ]
    assert {draft.sender for draft in decoded.drafts} == {"B99ZZ00"}
    assert dict(only_list.counts()) == {"sessions": 2, "cases": 1, "defendants": 4, "offences": 4, "results": 0}


def test_the_place_in_the_days_list_comes_along() -> None:
    (entry,) = the_list(hearing(case(defendant()))).sessions[0].cases
    assert (entry.sequence, entry.hearing_id, entry.hearing_type) == (2, "h-1", "Sentence")


def test_one_event_gives_a_result_for_the_one_and_a_list_for_the_other() -> None:
    tree = {"hearing": hearing(case(defendant(1, result()), defendant(2)))}
    assert kinds(tree) == [
        ("hearing_result", "$.hearing.prosecutionCases[0].defendants[0]"),
        ("court_list", "$.hearing"),
    ]
    listed = decode(tree).drafts[1].payload
    # without the first, the list would say that the court has removed them
    assert [person.name.surname for person in listed.about() if person.name] == ["Thistlewick1", "Thistlewick2"]


def test_each_case_and_defendant_has_its_own_result() -> None:
    cases = case(defendant(1, result()), defendant(2, result())), case(defendant(1, result()), urn="99ZZ0000230")
    references = [draft.reference.rpartition("/")[0] for draft in decode(hearing(*cases)).drafts]
    assert references == ["h-1/99ZZ0000130/d-1", "h-1/99ZZ0000130/d-2", "h-1/99ZZ0000230/d-1"]


def test_a_list_of_one_hearing_replaces_only_what_was_said_of_that_hearing() -> None:
    first, other = the_list(hearing(case(defendant()))), the_list(hearing(case(defendant()), id="h-2"))
    whole = the_list(court_list(listed()))
    assert len({first.replaces(), other.replaces(), whole.replaces()}) == 3
    assert first.hearing_id == "h-1" and whole.hearing_id is None


def test_a_cancelled_day_takes_back_what_was_listed() -> None:
    days = [{"sittingDay": "2030-03-04T10:00:00Z", "isCancelled": True}, {"sittingDay": "2030-03-05T10:00:00Z"}]
    listed = the_list(hearing(case(defendant()), hearingDays=days))
    assert [session.on.isoformat() for session in listed.sessions] == ["2030-03-05"]
    assert listed.date.isoformat() == "2030-03-05"
    off = the_list(hearing(case(defendant()), hearingDays=days[:1]))
    assert off.counts()["cases"] == 0 and off.replaces() == listed.replaces()


def test_the_list_of_a_hearing_is_due_before_the_first_of_its_days() -> None:
    days = [{"sittingDay": f"2030-03-0{day}T0{day}:30:00Z"} for day in (9, 8, 7)]
    listed = the_list(hearing(case(defendant()), hearingDays=days))
    (clock,) = listed.clocks()
    assert (listed.date.day, clock.anchor.day, clock.anchor.hour) == (7, 7, 7)


def test_an_event_that_shares_results_says_nothing_of_a_defendant_who_has_none_yet() -> None:
    shared = {"hearing": hearing(case(defendant(1, result()), defendant(2))), "sharedTime": "2030-07-09T10:00:00Z[UTC]"}
    draft = only(shared)
    assert draft.where.endswith("defendants[0]") and doubts(draft) == ["not_reached"]
    assert [doubt.where for doubt in draft.doubts] == ["$.hearing.prosecutionCases[0].defendants[1]"]


def test_an_event_that_shares_nothing_is_a_list() -> None:
    assert kinds({"hearing": hearing(case(defendant())), "sharedTime": "2030-07-09T10:00:00Z"}) == [
        ("court_list", "$.hearing")
    ]


def test_a_defendant_whose_only_result_was_withdrawn_has_a_message_without_results() -> None:
    tree = {"hearing": hearing(case(defendant(1, result(isDeleted=True)))), "sharedTime": "2030-07-09T10:00:00Z"}
    emptied = the_result(tree)
    assert emptied.offences[0].results == () and emptied.shared_at is not None
    assert emptied.replaces() == the_result(hearing(case(defendant(1, result())))).replaces()


# ---- references ----


def test_the_same_event_is_the_same_message_and_a_changed_one_another() -> None:
    tree = {"hearing": hearing(case(defendant(1, result(lastSharedDateTime="2030-07-08T10:00:00Z"))))}
    assert only(tree).reference == only(json.dumps(tree, indent=3).encode()).reference

    def share_again(event: Any) -> None:
        offence = event["hearing"]["prosecutionCases"][0]["defendants"][0]["offences"][0]
        offence["judicialResults"][0]["lastSharedDateTime"] = "2030-07-09T10:00:00Z"

    def recode(event: Any) -> None:
        offence = event["hearing"]["prosecutionCases"][0]["defendants"][0]["offences"][0]
        offence["judicialResults"][0]["cjsCode"] = "1116"

    references = {only(one).reference for one in (tree, changed(tree, share_again), changed(tree, recode))}
    assert len(references) == 3


def test_another_defendants_change_leaves_a_reference_as_it_was() -> None:
    before, after = (
        hearing(case(defendant(1, result()), defendant(2, result(cjsCode=code)))) for code in ("1015", "1116")
    )
    assert decode(before).drafts[0].reference == decode(after).drafts[0].reference
    assert decode(before).drafts[1].reference != decode(after).drafts[1].reference


def test_a_message_that_occurs_twice_in_a_document_is_accepted_once() -> None:
    draft = only([hearing(case(defendant(1, result())))] * 2)
    assert doubts(draft) == ["repeated"]


@given(st.text(max_size=60))
def test_odd_numbers_of_the_platform_never_break_a_reference(text: str) -> None:
    try:
        draft = only(hearing(case(defendant(1, result(), id=text)), id=text))
    except Refused:
        return
    assert draft.reference.isprintable() and 0 < len(draft.reference) <= 200


# ---- the court ----


def test_a_court_without_a_code_is_taken_by_its_name_and_doubted() -> None:
    draft = only(hearing(case(defendant(1, result())), courtCentre={"name": "Exampleton Magistrates' Court"}))
    assert draft.sender == "Exampleton Magistrates' Court"
    assert doubts(draft) == ["court_by_name"]


def test_the_local_justice_area_comes_along() -> None:
    centre = {"code": "B99ZZ00", "lja": {"ljaCode": "9999", "ljaName": "Exampleshire"}}
    court = the_list(hearing(case(defendant()), courtCentre=centre)).court
    assert (court.psa_code, court.local_justice_area) == ("9999", "Exampleshire")


# ---- who ----


def test_everything_known_of_a_person_is_read() -> None:
    listed_one = decode(sample("hearing_listed.json")).drafts[0].payload
    assert isinstance(listed_one, CourtList)
    person, child, company = (entry for entry in listed_one.sessions[0].cases)
    who = person.defendant
    assert who.name is not None and (who.name.title, who.name.forenames) == ("Ms", ("Marigold", "Fern"))
    assert (who.date_of_birth, who.sex, who.ethnicity) == ("1988-11-04", "female", "W1")
    assert (who.nationality, who.second_nationality) == ("GBR", "IRL")
    assert {scheme for scheme, _ in who.identity().identifiers} == {"pnc_id", "cro_number", "arrest_summons_number"}
    assert who.address is not None and (len(who.address.lines), who.address.postcode) == (3, "ZX99 1AA")
    assert (who.telephones, who.emails) == (("01632 960001", "07700 900123"), ("marigold@example.org",))
    assert [alias.surname for alias in who.aliases] == ["Thistle"]
    assert person.marker == "Domestic violence" and person.informant == "Exampleshire Police"
    assert child.parent_guardian is not None and child.parent_guardian.name == "Mr Basil Brambleby"
    assert child.marker is not None and child.marker.endswith("Children and Young Persons Act 1933 applies")
    assert company.defendant.organisation == "Pennyfarrow Cheeses Ltd"
    assert company.offences[0].maximum_penalty == "A fine of level 3"
    assert person.hearing_type == "First hearing" and person.offences[0].plea == "not guilty"


@pytest.mark.parametrize(
    ("details", "forenames", "surname"),
    [
        ({"firstName": "Cher"}, (), "Cher"),
        ({"lastName": "Cher", "middleName": "Anna Bella"}, ("Anna", "Bella"), "Cher"),
        ({"firstName": "Anna Bella", "lastName": "Cher"}, ("Anna Bella",), "Cher"),
    ],
)
def test_a_name_is_read_with_what_there_is_of_it(details: Any, forenames: tuple[str, ...], surname: str) -> None:
    name = the_list(hearing(case(defendant(personDefendant={"personDetails": details})))).about()[0].name
    assert name is not None and (name.forenames, name.surname) == (forenames, surname)


def test_an_identifier_that_breaks_its_rule_is_kept_as_received() -> None:
    who = the_list(hearing(case(defendant(pncId="pnc number1", croNumber="12345ABCDEF")))).about()[0]
    assert (who.pnc_id, who.cro_number, who.identity().identifiers) == ("pnc number1", "12345ABCDEF", ())


@pytest.mark.parametrize("reference", [ASN, "TFL", "2999ZZ0000000000042A"])
def test_a_prosecutors_reference_is_kept_as_received(reference: str) -> None:
    who = the_list(hearing(case(defendant(prosecutionAuthorityReference=reference)))).about()[0]
    assert (who.arrest_summons_number, who.prosecutor_reference) == (reference, None)
    assert bool(who.identity().identifiers) is (reference == ASN)


def test_a_prosecutors_reference_beside_an_arrest_summons_number_is_kept_beside_it() -> None:
    person = {"arrestSummonsNumber": ASN, "personDetails": {"lastName": "Thistlewick"}}
    for reference, kept in (("TFL", "TFL"), (ASN, None), (ASN.lower(), None)):
        tree = hearing(case(defendant(personDefendant=person, prosecutionAuthorityReference=reference)))
        who = the_list(tree).about()[0]
        assert (who.arrest_summons_number, who.prosecutor_reference) == (ASN, kept)


# ---- what is odd ----


def test_a_field_without_a_place_is_doubted_once_with_its_count_and_not_its_content() -> None:
    odd = [defendant(number, driverNumber="THIST801041M99AA") for number in (1, 2)]
    draft = only(hearing(case(*odd)))
    (doubt,) = draft.doubts
    assert (doubt.code, doubt.where) == (
        "common_platform.unmapped",
        "$.prosecutionCases[0].defendants[0].driverNumber",
    )
    assert "2 times" in doubt.problem and "THIST" not in repr(doubt)


def test_a_field_name_that_could_be_a_persons_is_not_repeated() -> None:
    (doubt,) = only(hearing(case(defendant(Thistlewick=1)))).doubts
    assert "Thistlewick" not in repr(doubt) and doubt.where.endswith("defendants[0].?")


def test_a_value_of_the_wrong_type_is_left_out_and_doubted() -> None:
    draft = only(hearing(case(defendant(pncId=["x"], aliases={}, isYouth="?"))))
    assert doubts(draft) == ["type", "type", "type"]
    assert draft.payload.about()[0].pnc_id is None


# ---- refusals ----


@pytest.mark.parametrize(
    ("bad", "code", "where"),
    [
        (
            {"personDefendant": {"personDetails": {}}},
            "common_platform.no_name",
            ".personDefendant.personDetails.lastName",
        ),
        ({"personDefendant": ...}, "common_platform.no_defendant", ""),
    ],
)
def test_a_bad_defendant_is_refused_alone(bad: Any, code: str, where: str) -> None:
    decoded = decode(hearing(case(defendant(1, **bad), defendant(2))))
    assert [(problem.code, problem.where) for problem in decoded.refused] == [
        (code, f"$.prosecutionCases[0].defendants[0]{where}")
    ]
    assert [draft.payload.counts()["defendants"] for draft in decoded.drafts] == [1]


@pytest.mark.parametrize(
    ("bad", "code", "where"),
    [
        ({"offences": [{}]}, "no_offence", ".offences[0]"),
        ({"offences": [{"offenceCode": "X", "startDate": "2030-02-30"}]}, "date.impossible", ".offences[0].startDate"),
        ({"pncId": "9" * 90}, "left_out", ".pncId"),
        (
            {"personDefendant": {"personDetails": {"lastName": "T", "dateOfBirth": "31/02/1990"}}},
            "date.impossible",
            ".personDefendant.personDetails.dateOfBirth",
        ),
        (
            {"pncId": "x", "personDefendant": {"personDetails": {}}},
            "no_name",
            ".personDefendant.personDetails.lastName",
        ),
    ],
)
def test_a_bad_value_is_left_out_of_a_defendant_who_is_taken(bad: Any, code: str, where: str) -> None:
    draft = only(hearing(case(defendant(1, **bad))))
    assert draft.payload.counts()["defendants"] == 1
    assert (code, f"$.prosecutionCases[0].defendants[0]{where}") in [
        (doubt.code.removeprefix("common_platform."), doubt.where) for doubt in draft.doubts
    ]


@pytest.mark.parametrize(
    ("tree", "code", "where"),
    [
        ({"hearing": hearing()}, "common_platform.no_cases", "$.hearing"),
        (hearing(case(defendant()), courtCentre={}), "court.missing", "$.courtCentre"),
        (hearing(case(defendant()), hearingDays=[]), "date.missing", "$.hearingDays"),
        (hearing(case(defendant()), hearingDays=[{}]), "date.missing", "$.hearingDays"),
        (hearing(case()), "common_platform.no_defendant", "$.prosecutionCases[0].defendants"),
        (
            hearing({"defendants": [defendant()]}),
            "common_platform.no_case_number",
            "$.prosecutionCases[0].prosecutionCaseIdentifier.caseURN",
        ),
    ],
)
def test_a_hearing_of_which_nothing_can_be_taken_is_refused(tree: Any, code: str, where: str) -> None:
    assert refusals(tree) == [(code, where)]
