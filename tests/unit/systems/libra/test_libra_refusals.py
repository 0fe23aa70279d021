"""Libra's court lists: what is refused by itself, what is only doubted, and that nothing else ever happens."""

import pytest

from tests.growth import ABOUT_LINEAR, growth
from tests.unit.systems.libra_documents import (
    case,
    decode,
    document,
    doubts,
    listed,
    one,
    only_case,
    refusal,
    request,
    session,
)

BAD_CASES = {
    "libra.case_number_missing": case(""),
    "libra.name_missing": case("99003", def_name=""),
    "xml.malformed": "&lt;broken",
}
BAD_VALUES = {
    "libra.date_invalid": {"def_dob": "31/02/2020"},
    "libra.number_invalid": {"def_age": "35 yrs"},
    "libra.offence_code_missing": {"offences": "<offence><oseq>1</oseq><title>Theft</title></offence>"},
    "libra.name_missing": {"def_name": "", "asn": "9999ZZ0100000000001X"},
    "field.left_out": {"pnc_id": "9" * 81},
    "field.cut": {"inf": "x" * 20_001},
    "xml.malformed": {"def_addr": "&lt;broken"},
}


@pytest.mark.parametrize("code", BAD_VALUES)
def test_a_bad_value_is_left_out_with_its_place_and_the_case_is_kept(code: str) -> None:
    draft = one(request(document(session(case("1"), case("2", **BAD_VALUES[code]), case("3")))))
    assert [found.number for found in listed(draft).sessions[0].cases] == ["1", "2", "3"]
    assert listed(draft).incomplete is None
    (problem,) = [found for found in draft.doubts if found.code == code]
    assert "/document/data/job/sessions/session/blocks/block/cases/case[2]" in problem.where and problem.cure
    assert not {"31/02/2020", "35", "9" * 81} & set(problem.problem.split())


def in_list(text: str) -> str:
    return text if text.startswith("<case>") else f"<case>{text}</case>"


@pytest.mark.parametrize("code", BAD_CASES)
def test_a_bad_case_is_refused_by_itself(code: str) -> None:
    decoded = decode(request(document(session(case("1"), in_list(BAD_CASES[code]), case("2")))))
    assert [found.number for found in listed(decoded.drafts[0]).sessions[0].cases] == ["1", "2"]
    (problem,) = decoded.refused
    assert problem.code == code and problem.cure
    assert "/document/data/job/sessions/session/blocks/block/cases/case[2]" in problem.where
    incomplete = listed(decoded.drafts[0]).incomplete
    assert incomplete is not None and incomplete.missing == 1
    assert "/cases/case[2]" in incomplete.places[0]


@pytest.mark.parametrize("code", BAD_CASES)
def test_a_list_whose_cases_are_all_bad_is_refused(code: str) -> None:
    assert refusal(request(document(session(in_list(BAD_CASES[code]))))) == [code, "libra.no_case_left"]
    decoded = decode(
        request(document(session(in_list(BAD_CASES[code]))), document(session(case()), file_name="1_05032030"))
    )
    assert len(decoded.drafts) == 1


def test_a_session_without_cases_is_a_real_thing() -> None:
    draft = one(request(document(session())))
    assert (draft.payload.counts()["sessions"], draft.payload.counts()["cases"], draft.doubts) == (1, 0, ())
    assert refusal(request("<document><data><job/></data></document>")) == ["libra.sessions_missing"]


@pytest.mark.parametrize(
    "info",
    [
        "<general><doc_type>EDT_Court_Register</doc_type></general>",
        "<parameters><pi_job_type>ADULT_COURT_REGISTER</pi_job_type></parameters>",
        "<contentType>WarrantList</contentType>",
    ],
)
def test_a_document_that_is_not_a_court_list_is_refused_and_the_others_go_on(info: str) -> None:
    decoded = decode(request(document(session(case()), info=info), document(session(case()))))
    assert [problem.code for problem in decoded.refused] == ["libra.document_type_unknown"]
    assert len(decoded.drafts) == 1
    register = document(session(case()), file_name="5_04032030_9999_B99ZZ00_COURT_REGISTER_DAILY")
    assert refusal(request(register)) == ["libra.document_type_unknown"]


def test_what_is_odd_is_kept_with_a_doubt() -> None:
    draft = one(request(document(session(case(valid="N"), case("2", offences=""), case("3", def_sex="X")))))
    assert doubts(draft) == ["libra.schema", "libra.not_valid", "libra.no_offences", "libra.sex_unknown"]
    assert [found.valid for found in listed(draft).sessions[0].cases] == [False, None, None]
    assert only_case(offences="<offence><code>??1</code></offence>").offences[0].code == "??1"
    assert only_case(cro_number="CR0009900099").defendant.cro_number == "CR0009900099"
    late = one(request(document(session(case(), extra="<ou_code>B99ZZ00</ou_code><sstart>25:61</sstart>"))))
    assert (listed(late).sessions[0].starts_at, doubts(late)) == (None, ["libra.schema", "libra.time_invalid"])


def test_an_element_without_a_place_is_doubted_once_by_name() -> None:
    odd = case("1", prov="Y", bail="conditional"), case("2", prov="Y")
    draft = one(request(document(session(*odd), info="<printers><p>1</p></printers>"), "<extra>1</extra>"))
    told = [problem.problem.split()[2] for problem in draft.doubts if problem.code == "libra.unmapped"]
    assert told == ["<extra>", "<printers>", "<prov>", "<bail>"]
    twice = one(request(document(session(case("1", marker="a</marker><marker>b")))))
    assert "libra.repeated" in doubts(twice)


def test_a_breach_of_the_schema_is_reported_without_the_value_and_no_more_than_three_times() -> None:
    cases = [case(str(number), def_sex="secret") + "\n" for number in range(9)]
    told = [problem for problem in one(request(document(session(*cases)))).doubts if problem.code == "libra.schema"]
    assert len(told) == 3 and not any("secret" in problem.problem for problem in told)


def test_a_session_repeated_word_for_word_is_taken_once() -> None:
    draft = one(request(document(session(case())), document(session(case()))))
    assert (draft.payload.counts()["cases"], doubts(draft)) == (1, ["libra.repeated_session"])


def test_reading_grows_with_the_cases_and_not_with_their_square() -> None:
    offence = "<offence><oseq>1</oseq><code>TH68023</code><title>Example</title><sum>Words</sum></offence>" * 3

    def of(count: int) -> bytes:
        return request(document(session(*(case(str(number), offences=offence) for number in range(count))))).encode()

    assert decode(of(500)).drafts[0].payload.counts()["offences"] == 1500
    assert growth(of, decode, 60) < ABOUT_LINEAR
