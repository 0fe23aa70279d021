"""What the `spi` system refuses, what it doubts, and that it survives damaged input."""

import random
import re
from html import escape

import pytest

from schemas.problem import Refused
from tests.growth import ABOUT_LINEAR, growth
from tests.unit.systems.spi_messages import (
    ASN,
    CASE,
    DEFENDANT,
    MESSAGE,
    OFFENCE,
    PERSON,
    RESULT,
    SAMPLES,
    SESSION,
    SPI,
    changed,
    codes,
    decode,
    deliver,
    only,
    problems_of,
    route,
    soap,
)

NOBODY = changed("Sampleton", "", changed(ASN, "", DEFENDANT))
BROKEN = {
    "spi.no_offences": changed(OFFENCE, "", DEFENDANT),
    "spi.no_name": NOBODY,
    "spi.no_defendant": changed(PERSON, "", DEFENDANT),
    "spi.not_reached": changed(OFFENCE, "<Offence><BaseOffenceDetails/></Offence>", DEFENDANT),
}
DOUBTED = {
    "spi.no_offence_code": changed("TH68010", " ", DEFENDANT),
    "spi.empty_result": changed(RESULT, "<Result><ResultCodeQualifier>S</ResultCodeQualifier></Result>", DEFENDANT),
    "spi.no_name": changed("Sampleton", "", DEFENDANT),
    "date.impossible": changed("2024-02-05</ChargeDate>", "2024-02-30</ChargeDate>", DEFENDANT),
    "field.left_out": changed("TH68010", "X" * 81, DEFENDANT),
    "field.cut": changed("Took a gnome.", "gnome " * 4_000, DEFENDANT),
}


@pytest.mark.parametrize("code", BROKEN)
def test_a_broken_defendant_is_refused_alone_with_its_place(code: str) -> None:
    decoded = decode(deliver(changed(DEFENDANT, BROKEN[code] + changed("0001D", "0002E", DEFENDANT))))
    assert codes(decoded.refused) == [code]
    assert re.match(
        r"line \d+, /DeliverRequest/Message/ResultedCaseMessage/Session/Case/Defendant\[1\]", decoded.refused[0].where
    )
    assert decoded.refused[0].problem
    assert decoded.refused[0].cure
    assert [draft.payload.counts()["offences"] for draft in decoded.drafts] == [1]


@pytest.mark.parametrize("code", BROKEN)
def test_a_document_of_which_nothing_remains_is_refused_whole(code: str) -> None:
    assert codes(problems_of(changed(DEFENDANT, BROKEN[code]))) == [code]


@pytest.mark.parametrize("code", DOUBTED)
def test_a_bad_value_that_can_be_left_out_is_a_doubt_and_the_defendant_is_taken(code: str) -> None:
    draft = only(changed(DEFENDANT, DOUBTED[code]))
    (doubt,) = [one for one in draft.doubts if one.code == code]
    assert re.match(r"line \d+, /ResultedCaseMessage/Session/Case/Defendant", doubt.where)
    assert draft.payload.counts()["offences"] == 1


@pytest.mark.parametrize(
    "old",
    ["1990-02-28", "2024-02-03", "2024-02-05</ChargeDate>", "2024-02-05</InitiatedDate>"],
)
def test_any_impossible_date_but_that_of_the_hearing_is_left_out(old: str) -> None:
    draft = only(changed(old, old.replace(old[:10], "2024-13-01")))
    assert "date.impossible" in codes(draft.doubts)
    assert "2024-13" not in draft.payload.model_dump_json() and draft.payload.counts()["results"] == 1


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("court.missing", changed("B01EF01", "")),
        ("date.missing", changed("2024-03-12", " ")),
        ("date.impossible", changed("2024-03-12", "2023-02-29")),
        ("date.impossible", changed("2024-03-12", "0001-01-01")),
        ("spi.no_urn", changed("<PTIURN>99ZZ0000124</PTIURN>", "")),
        ("spi.no_defendants", changed(DEFENDANT, "")),
        ("spi.no_cases", changed(CASE, "")),
        ("spi.no_sessions", changed(SESSION, "")),
    ],
)
def test_what_a_session_or_case_lacks_is_reported_once(code: str, text: str) -> None:
    assert codes(problems_of(text)) == [code]


def test_a_session_without_a_court_does_not_stop_the_next() -> None:
    decoded = decode(changed(SESSION, changed("B01EF01", "", SESSION) + SESSION))
    assert codes(decoded.refused) == ["court.missing"]
    assert len(decoded.drafts) == 1


def test_everything_wrong_with_one_defendant_is_reported_at_once() -> None:
    text = changed(ASN, "", changed(OFFENCE, "", changed("Sampleton", "")))
    assert sorted(codes(problems_of(text))) == ["spi.no_name", "spi.no_offences"]


def test_results_beside_an_empty_new_case_are_taken() -> None:
    decoded = decode(soap(MESSAGE + "<NewCaseMessage/>"))
    assert len(decoded.drafts) == 1
    assert codes(decoded.refused) == ["spi.no_cases"]


def test_an_answer_is_named_and_sent_on_to_whom_it_concerns() -> None:
    (problem,) = problems_of(
        "<RouteDataResp><ResponseToSystem><DestinationID>Z99Somewhere</DestinationID></ResponseToSystem>"
        "<OperationStatus><StatusClass>FatalError</StatusClass><Code>1310</Code>"
        "<Description>Ada Sampleton</Description></OperationStatus>"
        "</RouteDataResp>"
    )
    assert problem.code == "spi.not_a_result"
    assert "RouteDataResp, FatalError 1310" in problem.problem
    assert "Z99Somewhere" in problem.cure
    assert "Sampleton" not in str(problem)
    assert codes(problems_of(soap("<s:Fault xmlns:s='urn:soap'><faultcode>x</faultcode></s:Fault>"))) == [
        "spi.not_a_result"
    ]


def test_anything_else_of_the_family_is_of_unknown_type() -> None:
    for text in (deliver("<Other/>"), route(""), route(escape("<Other/>"))):
        assert codes(problems_of(text)) == ["document.unknown_type"]


def test_content_without_a_place_is_one_doubt_for_each_element_name() -> None:
    guardian = (
        "<ParentGuardianDetails><BasePersonDetails><Gender>1</Gender></BasePersonDetails></ParentGuardianDetails>"
    )
    text = changed("</PresentAtHearing>", f"</PresentAtHearing>{guardian}")
    text = changed("</OffenceCode>", "</OffenceCode><Novelty>x</Novelty>", changed(OFFENCE, OFFENCE * 2, text))
    text = changed("</CourtHearing>", "</CourtHearing><Clerk>Somebody</Clerk>", text)
    unmapped = [doubt for doubt in only(text).doubts if doubt.code == "spi.unmapped"]
    assert [doubt.problem.split()[0] for doubt in unmapped] == ["Clerk", "ParentGuardianDetails", "Novelty"]
    assert "(2 times" in unmapped[2].problem
    assert all("Somebody" not in str(doubt) for doubt in unmapped)


def test_a_second_value_where_one_is_read_is_not_lost_unseen() -> None:
    draft = only(changed("<Plea>1</Plea>", "<Plea>1</Plea><Plea>2</Plea>"))
    assert [doubt.problem.split()[0] for doubt in draft.doubts if doubt.code == "spi.unmapped"] == ["Plea"]


@pytest.mark.parametrize(
    "outcome",
    [
        "<PenaltyPoints>many</PenaltyPoints>",
        "<ResultAmountSterling>1,000.00</ResultAmountSterling>",
        "<Duration><DurationValue>-1</DurationValue><DurationUnit>M</DurationUnit></Duration>",
    ],
)
def test_a_number_that_cannot_be_read_is_a_doubt_and_the_result_goes_on(outcome: str) -> None:
    draft = only(changed("</ResultText>", f"</ResultText><Outcome>{outcome}</Outcome>"))
    assert set(codes(draft.doubts)) == {"spi.unreadable", "spi.schema"}
    assert draft.payload.counts()["results"] == 1


def test_a_breach_of_the_schema_is_a_doubt_that_quotes_no_value() -> None:
    draft = only(
        changed("Sampleton", "Sampleton" * 5, changed(' SchemaVersion="0.6g"', "", changed("<Plea>", "<Extra/><Plea>")))
    )
    doubts = [doubt for doubt in draft.doubts if doubt.code == "spi.schema"]
    assert len(doubts) == 3
    assert all(re.match(r"line \d+, /ResultedCaseMessage$", doubt.where) for doubt in doubts)
    assert "Sampleton" not in str(doubts)
    assert "PersonFamilyName" in str(doubts)


def test_the_words_of_problems_never_repeat_what_was_sent() -> None:
    secret = "Xyzzyx"
    texts = [text.replace(old, secret) for text in (deliver(MESSAGE),) for old in (
        "1990-02-28", "2024-02-03", "14:20:00", "2024-03-12", "<Plea>1", "<Gender>2", "<Finding>G")]  # fmt: skip
    texts.append(changed("TH68010", secret * 20))
    texts.append(changed("Took a gnome.", secret * 5_000))
    for text in texts:
        try:
            decoded = decode(text)
        except Refused as refused:
            assert secret not in str(refused.problems)
        else:
            assert secret not in str([draft.doubts for draft in decoded.drafts])


def test_reading_grows_with_the_offences_and_not_with_their_square() -> None:
    offence = changed("<Plea>1", "<Plea>99", OFFENCE)

    def of(count: int) -> str:
        return changed(OFFENCE, offence * count)

    assert only(of(999)).payload.counts()["offences"] == 999
    assert growth(of, decode, 125) < ABOUT_LINEAR


def test_thousands_of_broken_cases_are_refused_one_by_one_in_time_that_grows_with_them() -> None:
    def of(count: int) -> str:
        return changed(CASE, changed(OFFENCE, "", CASE) * count)

    assert len(problems_of(of(2000))) == 2000
    assert growth(of, problems_of, 250) < ABOUT_LINEAR


def _mutated(body: bytes, dice: random.Random) -> bytes:
    data = bytearray(body)
    for _ in range(dice.randint(1, 6)):
        at, length = dice.randrange(len(data)), dice.randint(1, 60)
        match dice.randrange(5):
            case 0:
                data[at] = dice.randrange(256)
            case 1:
                del data[at : at + length]
            case 2:
                data[at:at] = data[at : at + length]
            case 3:
                data[at:at] = dice.choice([b"<", b"&", b"]]>", b"<x/>", b"\x00", b"&lt;", b"\xff", b"9999-99-99"])
            case _:
                start = dice.randrange(len(data))
                data[at : at + length] = data[start : start + length]
        if not data:
            return b""
    return bytes(data)


def _with_other_values(body: bytes, dice: random.Random) -> bytes:
    """The result stays well-formed, so that reading is tested and not only the parser."""
    values = [
        b"",
        b"0",
        b"-1",
        b"9" * 30,
        b"2024-02-30",
        b"9999-12-31",
        b"0001-01-01",
        b"23:59:59+14:00",
        b"\xc2\xa0",
        b"x" * 300,
    ]

    def swap(match: re.Match[bytes]) -> bytes:
        return b">" + dice.choice(values) + b"</" if dice.random() < 0.1 else match[0]

    return re.sub(rb">[^<>]+</", swap, body)


@pytest.mark.parametrize("seed", range(4))
def test_any_mutated_input_ends_in_drafts_or_a_refusal(seed: int) -> None:
    dice = random.Random(seed)
    bodies = [file.read_bytes() for file in sorted(SAMPLES.glob("*.xml"))]
    outcomes = {"taken": 0, "refused": 0}
    for number in range(150):
        body = (_mutated if number % 2 else _with_other_values)(dice.choice(bodies), dice)
        try:
            decoded = SPI.decode(body, {})
        except Refused as refused:
            assert refused.problems
            outcomes["refused"] += 1
        else:
            assert decoded.drafts
            outcomes["taken"] += 1
    assert min(outcomes.values()) > 5
