"""Libra's court lists, read: envelopes, courts, days, references and names."""

from collections.abc import Callable
from datetime import UTC, date, time

import pytest

from adapters.systems.libra.adapter import system
from adapters.systems.libra.filename import FileName, parse_file_name
from adapters.systems.libra.names import split_name
from tests.unit.systems.libra_documents import (
    FILE_NAME,
    SOAP_11,
    WHOLE,
    case,
    csci,
    decode,
    document,
    doubts,
    escaped,
    listed,
    one,
    only_case,
    refusal,
    request,
    sample,
    session,
    soap,
)


def test_every_field_of_a_list_is_read() -> None:
    draft = decode(sample("adult_list_in_soap.xml")).drafts[0]
    payload = listed(draft)
    assert (draft.sender, draft.recipient, draft.doubts) == ("B99ZZ00", None, ())
    assert draft.reference == "00000000-0000-4000-8000-000000000001/B99ZZ00/2030-03-04"
    assert payload.court.model_dump() == {
        "ou_code": "B99ZZ00",
        "name": "Exampleton Magistrates' Court",
        "local_justice_area": "Exampleshire Local Justice Area",
        "psa_code": "9999",
    }
    sitting = payload.sessions[0]
    assert (sitting.id, sitting.room, sitting.panel) == ("9001", "03", "Adult Panel")
    assert (sitting.starts_at, sitting.ends_at) == (time(10), time(13))
    first, second = sitting.cases
    assert first.model_dump(exclude={"defendant", "offences", "known_elsewhere"}, exclude_none=True) == {
        "id": "9201",
        "hearing_id": "9301",
        "number": "9900000001",
        "urn": "99ZZ0000130",
        "valid": True,
        "type": "C",
        "defendant_type": "P",
        "informant": "POL99",
        "sequence": 1,
        "list_number": "1st",
        "block_id": "9101",
        "block": "Pleas",
        "block_starts_at": time(10),
        "block_ends_at": time(11, 30),
        "defendant_age": 30,
    }
    defendant = first.defendant
    assert defendant.name is not None and defendant.address is not None
    assert defendant.name.model_dump() == {"title": "Ms", "forenames": ("Testina", "Mary"), "surname": "EXAMPLE"}
    assert defendant.address.model_dump() == {"lines": ("1 Nowhere Lane", "Exampleton"), "postcode": "ZX99 9ZZ"}
    assert (defendant.date_of_birth, defendant.sex, defendant.nationality) == ("2000-02-29", "female", "Ruritanian")
    assert [scheme for scheme, _ in defendant.identity().identifiers] == [
        "pnc_id",
        "cro_number",
        "arrest_summons_number",
    ]
    assert first.offences[0].model_dump(exclude_none=True, exclude={"results", "reporting_restrictions"}) == {
        "id": "9401",
        "sequence": 1,
        "code": "TH68023",
        "title": "Example theft",
        "wording": "On 01/02/2030 took an imaginary umbrella.",
        "legislation": "Contrary to an example of an Act.",
        "maximum_penalty": "Example maximum",
        "plea": "guilty",
        "pleaded_on": date(2030, 2, 11),
        "convicted_on": date(2030, 2, 11),
        "adjourned_on": date(2030, 2, 11),
        "adjournment_reason": "for an example report",
    }
    assert second.defendant.organisation == "Imaginary Widgets Ltd"


def test_adult_and_youth_lists_of_one_day_merge_and_keep_their_types() -> None:
    both, empty = decode(sample("two_courts_in_csci.xml")).drafts
    assert both.reference == "00000000-0000-4000-8000-000000000002/B99ZZ00/2030-03-04"
    assert both.sent_at is not None and both.sent_at.astimezone(UTC).hour == 16
    assert [found.list_type for found in listed(both).sessions] == ["ADULT_COURT_LIST_DAILY", "YOUTH_COURT_LIST_DAILY"]
    guardian = listed(both).sessions[1].cases[0].parent_guardian
    assert guardian is not None and guardian.name == "Notional Guardian YOUTH"
    assert (listed(empty).sessions, empty.sender) == ((), "B99ZY00")


UTF_16 = '<?xml version="1.0" encoding="UTF-16"?>'
ENVELOPES = {
    "bare request": WHOLE,
    "bare documents": f"<documents>{document(session(case()))}</documents>",
    "lone document": document(session(case())),
    "SOAP 1.1": soap(WHOLE, SOAP_11),
    "SOAP 1.2": soap(WHOLE),
    "CSCI": csci(WHOLE),
    "CSCI in SOAP": soap(csci(WHOLE)),
    "escaped in SOAP": soap(f"<take><arg>{escaped(WHOLE)}</arg></take>"),
    "escaped CSCI, with a declaration": soap(f"<m>{escaped(UTF_16 + csci(WHOLE))}</m>"),
    "CDATA": soap(f"<m><![CDATA[{WHOLE}]]></m>"),
    "escaped document": request(escaped(document(session(case())))),
    "escaped data": WHOLE.replace("<data>", "<data><![CDATA[").replace("</data>", "]]></data>"),
    "UTF-16": UTF_16 + WHOLE,
    "other prefixes": WHOLE.replace("<info", '<q:info xmlns:q="urn:q"').replace("</info", "</q:info"),
}


@pytest.mark.parametrize("name", ENVELOPES)
def test_a_list_is_read_in_any_envelope(name: str) -> None:
    body = ENVELOPES[name].encode("utf-16" if name == "UTF-16" else "utf-8")
    assert system().recognises(body)
    assert listed(decode(body).drafts[0]).sessions[0].cases[0].number == "99001"


def test_the_reference_is_the_innermost_message_id_with_court_and_day() -> None:
    assert one(soap(WHOLE)).reference == "msg-1/B99ZZ00/2030-03-04"
    assert one(soap(csci(WHOLE))).reference == "uuid-1/B99ZZ00/2030-03-04"


def test_without_a_message_id_the_content_gives_the_reference() -> None:
    bare, wrapped = one(WHOLE).reference, one(soap(WHOLE, message_id="")).reference
    other = one(request(document(session(case("99002"))))).reference
    assert bare == wrapped and bare != other
    digest, court, day = bare.split("/")
    assert (len(digest), court, day) == (64, "B99ZZ00", "2030-03-04")


@pytest.mark.parametrize("wrap", [lambda xml: xml, soap, csci])
def test_a_request_without_documents_is_refused(wrap: Callable[[str], str]) -> None:
    for empty in (request(), "<ExternalDocumentRequest/>"):
        assert system().recognises(wrap(empty).encode())
        assert refusal(wrap(empty)) == ["libra.no_documents"]


def test_other_documents_are_not_recognised() -> None:
    assert not system().recognises(b'{"a": "<ExternalDocumentRequest/>"}')
    assert not system().recognises(b"<ResultedCaseMessage><ExternalDocumentRequest/></ResultedCaseMessage>")
    assert not system().recognises(b"<Envelope xmlns:e='urn:ExternalDocumentRequest'><Body/></Envelope>")
    assert not system().recognises(b"<documents><document><name/></document></documents>")
    assert refusal("<Envelope><Body><Acknowledgement/></Body></Envelope>") == ["libra.not_a_list"]


def test_the_court_is_the_sessions_then_the_file_names_and_is_needed() -> None:
    assert one(request(document(session(case(), extra="")))).sender == "B99ZZ00"
    draft = one(request(document(session(case(), extra="<ou_code>B98YY00</ou_code>"))))
    assert (draft.sender, doubts(draft)) == ("B98YY00", ["libra.courts_disagree"])
    nameless = document(session(case(), extra=""), file_name="5_04032030_9999_ADULT_COURT_LIST_DAILY")
    assert refusal(request(nameless)) == ["court.missing"]
    decoded = decode(request(nameless, document(session(case()))))
    assert ([problem.code for problem in decoded.refused], len(decoded.drafts)) == (["court.missing"], 1)


def test_a_file_name_of_another_day_names_the_list_and_is_doubted() -> None:
    draft = one(request(document(session(case(), doh="05/03/2030"))))
    assert (listed(draft).date, listed(draft).sessions[0].on) == (date(2030, 3, 4), date(2030, 3, 5))
    assert doubts(draft) == ["libra.dates_disagree"]
    assert draft.reference.endswith("/2030-03-04")


def test_sessions_of_several_days_become_lists_of_their_own() -> None:
    days = [session(case("1"), doh="04/03/2030"), session(case("2"), doh="05/03/2030")]
    drafts = decode(request(document(*days))).drafts
    assert [listed(draft).date.day for draft in drafts] == [4, 5]
    assert [doubts(draft) for draft in drafts] == [[], []]


def test_without_a_day_in_the_session_the_documents_day_holds() -> None:
    assert listed(one(request(document(session(case(), doh=""))))).sessions[0].on == date(2030, 3, 4)
    stated = document(session(case(), doh=""), file_name="", info="<dateOfHearing>06/03/2030</dateOfHearing>")
    assert listed(one(request(stated))).date == date(2030, 3, 6)
    assert refusal(request(document(session(case(), doh=""), file_name=""))) == ["libra.date_missing"]
    contradicted = document(session(case()), info="<dateOfHearing>06/03/2030</dateOfHearing>")
    assert doubts(one(request(contradicted))) == ["libra.dates_disagree"]


def test_a_session_with_an_impossible_day_is_listed_under_the_day_of_the_file() -> None:
    draft = one(request(document(session(case("1"), doh="31/02/2020"), session(case("2")))))
    (problem,) = [doubt for doubt in draft.doubts if doubt.code == "libra.date_invalid"]
    assert "31/02/2020" in problem.problem and problem.where.endswith("/sessions/session[1]/doh")
    assert [found.on for found in listed(draft).sessions] == [date(2030, 3, 4)] * 2


def test_the_cases_of_a_refused_session_are_missing_from_the_lists_of_its_document() -> None:
    lost = session(case("1"), case("2"), extra="")
    draft = decode(request(document(lost, session(case("3")), file_name="1_04032030"))).drafts[0]
    incomplete = listed(draft).incomplete
    assert incomplete is not None and incomplete.missing == 2
    assert all("/sessions/session[1]" in place for place in incomplete.places)
    register = document(session(case()), info="<contentType>WarrantList</contentType>")
    assert listed(decode(request(register, document(session(case("3"))))).drafts[0]).incomplete is None


@pytest.mark.parametrize(
    ("elements", "organisation"),
    [
        ({"def_name": "MR TOM WIDGET"}, None),
        ({"def_name": "Widgets", "def_type": "O"}, "Widgets"),
        ({"def_name": "Widgets PLC", "def_type": ""}, "Widgets PLC"),
        ({"def_name": "Widgets Ltd.", "def_type": "P"}, "Widgets Ltd."),
        ({"def_name_elements": "<surname>Limited</surname>", "def_name": ""}, None),
    ],
)
def test_organisations_are_distinguished_from_people(elements: dict[str, str], organisation: str | None) -> None:
    defendant = only_case(**elements).defendant
    assert (defendant.organisation, defendant.name is None) == (organisation, organisation is not None)


def test_names_are_split_with_the_surname_last() -> None:
    assert split_name("MR CHRIS FAULKNER") == {"title": "MR", "forenames": ("CHRIS",), "surname": "FAULKNER"}
    assert split_name("Ann Marie O'Example") == {"title": None, "forenames": ("Ann", "Marie"), "surname": "O'Example"}
    assert split_name("DE EXAMPLE, Mr. Tom") == {"title": "Mr.", "forenames": ("Tom",), "surname": "DE EXAMPLE"}
    assert split_name("Lord") == {"title": None, "forenames": (), "surname": "Lord"}


def test_the_elements_of_a_name_win_and_a_difference_is_doubted() -> None:
    elements = "<title>Ms</title><forename1>Ann</forename1><surname>REAL</surname>"
    draft = one(request(document(session(case(def_name="Ms Ann UNREAL", def_name_elements=elements)))))
    name = listed(draft).sessions[0].cases[0].defendant.name
    assert name is not None and (name.surname, doubts(draft)) == ("REAL", ["libra.names_disagree"])


@pytest.mark.parametrize(("code", "sex"), [("M", "male"), ("F", "female"), ("N", "not_specified"), ("U", "not_known")])
def test_sex_codes_are_read(code: str, sex: str) -> None:
    assert only_case(def_sex=code).defendant.sex == sex


def test_empty_identifiers_are_absent() -> None:
    defendant = only_case(pnc_id=" ", cro_number="<!-- none -->", asn=" ").defendant
    assert (defendant.pnc_id, defendant.cro_number, defendant.arrest_summons_number) == (None, None, None)


def test_file_names_are_read_by_their_pattern() -> None:
    day = date(2030, 3, 4)
    assert parse_file_name(FILE_NAME) == FileName(day, "B99ZZ00", "ADULT_COURT_LIST_DAILY")
    assert parse_file_name("101010_040330_9999_b99zz.xml") == FileName(day, "B99ZZ", None)
    assert parse_file_name("LIST_B99ZZ00_DAILY_04032030") == FileName(day, "B99ZZ00", "DAILY_04032030")
    assert parse_file_name("1_31022030_0_B99ZZ00") == FileName(None, "B99ZZ00", None)
    assert parse_file_name(None) == FileName()
