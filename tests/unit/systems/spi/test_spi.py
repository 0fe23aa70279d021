"""What the `spi` system makes of a result."""

import pytest

from schemas.kinds.hearing_result.v1 import HearingResult
from tests.unit.systems.spi_messages import (
    CASE,
    DEFENDANT,
    HEARING,
    PERSON,
    SAMPLES,
    SESSION,
    SPI,
    changed,
    codes,
    decode,
    deliver,
    only,
    result_of,
)


def test_several_sessions_cases_and_defendants_each_become_a_message() -> None:
    second = changed("0001D", "0002E", DEFENDANT)
    case = changed("99ZZ0000124", "99ZZ0000224", CASE)
    session = changed("2024-03-12", "2024-03-13", SESSION)
    text = changed(
        SESSION, f"<Session>{HEARING}{changed(DEFENDANT, DEFENDANT + second, CASE)}{case}</Session>{session}"
    )
    drafts = decode(deliver(text)).drafts
    assert [draft.reference.removeprefix("ID-1/") for draft in drafts] == [
        "99ZZ0000124/2499ZZ0100000000001D/2024-03-12",
        "99ZZ0000124/2499ZZ0100000000002E/2024-03-12",
        "99ZZ0000224/2499ZZ0100000000001D/2024-03-12",
        "99ZZ0000124/2499ZZ0100000000001D/2024-03-13",
    ]
    assert drafts[2].where.endswith("/ResultedCaseMessage/Session[1]/Case[2]/Defendant")


def test_every_element_of_a_person_arrives() -> None:
    text = changed("<Birthdate>", "<PersonGivenName9/><Birthdate>")
    text = changed(
        "<Birthdate>",
        "<TelephoneDetails><TelephoneNumberBusiness>01632 960001</TelephoneNumberBusiness>"
        "<TelephoneNumberHome>01632 960002</TelephoneNumberHome><TelephoneNumberMobile>07700 900003"
        "</TelephoneNumberMobile></TelephoneDetails><EmailDetails><EmailAddress1>a@example.invalid"
        "</EmailAddress1><EmailAddress2>b@example.invalid</EmailAddress2></EmailDetails><Birthdate>",
        text,
    )
    text = changed(
        "</PersonDefendant>",
        "<PNCidentifier>20249000001Z</PNCidentifier><PersonStatedNationality>GBR"
        "</PersonStatedNationality><BailConditions>To stay in.</BailConditions></PersonDefendant>",
        text,
    )
    text = changed(
        "</PresentAtHearing>",
        "</PresentAtHearing><ReasonForBailConditionsOrCustody>So that they come.</ReasonForBailConditionsOrCustody>",
        text,
    )
    text = changed(
        "</AddressLine1>",
        "</AddressLine1><AddressLine2> </AddressLine2><AddressLine3>Exampleton"
        "</AddressLine3><AddressLine4>zx999zz</AddressLine4>",
        text,
    )
    result = result_of(text)
    assert result.model_dump(mode="json", exclude_defaults=True, exclude={"offences"}) == {
        "court": {"ou_code": "B01EF01", "psa_code": "2576"},
        "hearing_at": "2024-03-12T14:20:00Z",
        "urn": "99ZZ0000124",
        "defendant": {
            "name": {"title": "Ms", "forenames": ["Ada"], "surname": "Sampleton"},
            "date_of_birth": "1990-02-28",
            "sex": "female",
            "nationality": "GBR",
            "pnc_id": "2024/9000001Z",
            "arrest_summons_number": "2499ZZ0100000000001D",
            "address": {"lines": ["1 Imaginary Street", "Exampleton"], "postcode": "ZX99 9ZZ"},
            "telephones": ["01632 960001", "01632 960002", "07700 900003"],
            "emails": ["a@example.invalid", "b@example.invalid"],
        },
        "bail_status": "U",
        "bail_conditions": "To stay in.",
        "reason_for_bail_or_custody": "So that they come.",
        "present_at_hearing": "Y",
    }


def test_an_organisation_and_a_structured_address_are_read() -> None:
    corporate = """<CourtCorporateDefendant><OrganisationName><OrganisationName>Invented Ltd</OrganisationName>
    </OrganisationName><TelephoneNumberBusiness>01632 960002</TelephoneNumberBusiness><PNCidentifier>20249000001Z
    </PNCidentifier><Address><ComplexAddress xmlns:b="urn:b"><b:SAON>   2</b:SAON><b:PAON>  12A  14 </b:PAON>
    <b:StreetDescription>Imaginary Street</b:StreetDescription><b:Locality>Nowhere</b:Locality><b:PostTown>Exampleton
    </b:PostTown><b:PostCode>ZX99 9ZZ</b:PostCode></ComplexAddress></Address><PresentAtHearing>N</PresentAtHearing>
    <BailStatus>A</BailStatus></CourtCorporateDefendant>"""
    result = result_of(changed(PERSON, corporate))
    assert result.defendant.organisation == "Invented Ltd"
    assert result.defendant.name is None
    assert result.defendant.telephones == ("01632 960002",)
    assert result.defendant.pnc_id == "2024/9000001Z"
    assert result.defendant.address is not None
    assert result.defendant.address.lines == ("2", "12A 14 Imaginary Street", "Nowhere", "Exampleton")
    assert result.defendant.address.postcode == "ZX99 9ZZ"
    assert (result.bail_status, result.present_at_hearing) == ("A", "N")


def test_every_element_of_an_offence_and_its_results_arrives() -> None:
    text = changed(
        "</OffenceStart>",
        "<OffenceStartTime>21:40:00</OffenceStartTime></OffenceStart><OffenceEnd>"
        "<OffenceEndDate>2024-07-04</OffenceEndDate><OffenceEndTime>10:00:00+00:00</OffenceEndTime></OffenceEnd>",
    )
    text = changed(
        "</ChargeDate>",
        "</ChargeDate><ArrestDate>2024-02-04Z</ArrestDate><LocationOfOffence>Exampleton"
        "</LocationOfOffence><AlcoholRelatedOffence><AlcoholLevelAmount>062</AlcoholLevelAmount>"
        "<AlcoholLevelMethod>B</AlcoholLevelMethod></AlcoholRelatedOffence><VehicleRelatedOffence><VehicleCode>L"
        "</VehicleCode><VehicleRegistrationMark>ZX99 ZZZ</VehicleRegistrationMark></VehicleRelatedOffence>",
        text,
    )
    text = changed(
        "<Finding>", "<ConvictionDate>2024-03-12</ConvictionDate><ConvictingCourt>2576</ConvictingCourt><Finding>", text
    )
    text = changed("<Result>", "<Result><ResultText>Words alone.</ResultText></Result><Result><ResultCode>1115"
                   "</ResultCode><ResultCodeQualifier>S</ResultCodeQualifier><ResultCodeQualifier>EF</ResultCodeQualifier>"
                   "<NextHearing>"
                   "<NextHearingDetails><CourtHearingLocation>B01EF00</CourtHearingLocation><DateOfHearing>2024-07-09"
                   "</DateOfHearing><TimeOfHearing>09:00:00.0000000-00:00</TimeOfHearing></NextHearingDetails>"
                   "<NextHearingReason>Review</NextHearingReason><BailStatusOffence>B</BailStatusOffence></NextHearing>"
                   "<Outcome><PenaltyPoints>6</PenaltyPoints><ResultAmountSterling>100.50</ResultAmountSterling><Duration>"
                   "<DurationValue>6</DurationValue><DurationUnit>M</DurationUnit><SecondaryDurationValue>18"
                   "</SecondaryDurationValue><SecondaryDurationUnit>M</SecondaryDurationUnit><DurationStartDate>2024-03-12"
                   "</DurationStartDate><DurationEndDate>2024-09-11</DurationEndDate><DurationStartDate>2024-10-01"
                   "</DurationStartDate></Duration></Outcome></Result><Result>", text, 1)  # fmt: skip
    draft = only(text)
    assert codes(draft.doubts) == ["spi.schema"]  # a result without its text
    (offence,) = HearingResult.model_validate(draft.payload.model_dump()).offences
    beside = {"reporting_restrictions": True, "results": {"__all__": {"details"}}}
    found = offence.model_dump(mode="json", exclude_none=True, exclude=beside)
    uncoded, suspended, fine = found.pop("results")
    assert found == {
        "sequence": 1, "code": "TH68010", "wording": "Took a gnome.", "started_on": "2024-02-03",
        "started_at": "21:40:00", "ended_on": "2024-07-04", "ended_at": "11:00:00", "date_code": "1",
        "location": "Exampleton", "alcohol_level": 62, "alcohol_method": "B", "vehicle_code": "L",
        "vehicle_registration": "ZX99 ZZZ", "arrested_on": "2024-02-04", "charged_on": "2024-02-05",
        "initiated_on": "2024-02-05", "plea": "guilty", "finding": "guilty", "convicted_on": "2024-03-12",
        "convicting_court": "2576", "mode_of_trial": "01", "final_disposal": True,
    }  # fmt: skip
    assert uncoded["text"] == "Words alone."
    assert "code" not in uncoded
    assert suspended == {
        "code": "1115",
        "qualifiers": ["S", "EF"],
        "durations": [
            {"value": 6, "unit": "M", "starts_on": "2024-03-12", "ends_on": "2024-09-11"},
            {"value": 18, "unit": "M", "secondary": True},
            {"starts_on": "2024-10-01"},
        ],
        "amounts_pounds": ["100.50"],
        "penalty_points": 6,
        "next_hearing": {
            "court_ou_code": "B01EF00",
            "on": "2024-07-09",
            "at": "10:00:00",
            "reason": "Review",
            "bail_status": "B",
        },
    }
    assert (fine["code"], fine["text"]) == ("1015", "Fined 100 pounds.")


def test_an_order_without_end_is_taken_with_a_doubt() -> None:
    duration = (
        "<Duration><DurationStartDate>2024-03-12</DurationStartDate><DurationEndDate>9999-12-31</DurationEndDate>"
    )
    draft = only(changed("</ResultText>", f"</ResultText><Outcome>{duration}</Duration></Outcome>"))
    assert isinstance(draft.payload, HearingResult)
    assert [period.ends_on for period in draft.payload.offences[0].results[0].durations] == [None]
    assert codes(draft.doubts) == ["spi.unreadable"]


@pytest.mark.parametrize(
    ("code", "word"),
    [("1", "guilty"), ("01", "guilty"), ("2", "not guilty"), ("3", "no plea"), ("6", "guilty"), ("8", "denies")],
)
def test_pleas_become_plain_words(code: str, word: str) -> None:
    assert result_of(changed("<Plea>1<", f"<Plea>{code}<")).offences[0].plea == word


@pytest.mark.parametrize(("code", "word"), [("N", "not guilty"), ("O", "no conviction"), ("C", "caution")])
def test_findings_become_plain_words(code: str, word: str) -> None:
    assert result_of(changed("<Finding>G<", f"<Finding>{code}<")).offences[0].finding == word


def test_an_unknown_plea_or_finding_is_kept_with_a_doubt() -> None:
    draft = only(changed("<Finding>G<", "<Finding>Z<", changed("<Plea>1<", "<Plea>77<")))
    assert isinstance(draft.payload, HearingResult)
    assert (draft.payload.offences[0].plea, draft.payload.offences[0].finding) == ("77", "Z")
    assert codes(draft.doubts) == ["spi.unknown_code", "spi.unknown_code"]


@pytest.mark.parametrize(
    ("code", "sex"), [("0", "not_known"), ("1", "male"), ("2", "female"), ("9", "not_specified"), ("7", None)]
)
def test_gender_codes(code: str, sex: str | None) -> None:
    draft = only(changed("<Gender>2<", f"<Gender>{code}<"))
    assert isinstance(draft.payload, HearingResult)
    assert draft.payload.defendant.sex == sex
    assert ("spi.unreadable" in codes(draft.doubts)) == (sex is None)


@pytest.mark.parametrize(
    ("day", "hour", "expected"),
    [
        ("2024-03-12", "14:20:00", "2024-03-12T14:20:00+00:00"),
        ("2024-07-02", "10:00:00", "2024-07-02T10:00:00+01:00"),
        ("2024-07-02", "10:00", "2024-07-02T10:00:00+01:00"),
        ("2024-01-25", "09:00:00.0000000-00:00", "2024-01-25T09:00:00+00:00"),
        ("2024-07-02", "10:00:00+00:00", "2024-07-02T11:00:00+01:00"),
        ("2024-07-02", "10:00:00Z", "2024-07-02T11:00:00+01:00"),
        ("2024-10-27", "01:30:00", "2024-10-27T01:30:00+01:00"),  # this time happens twice: the first is meant
        # this time does not happen: the earlier reading is used
        ("2024-03-31", "01:30:00", "2024-03-31T00:30:00+00:00"),
    ],
)
def test_the_hearing_is_at_londons_time(day: str, hour: str, expected: str) -> None:
    assert result_of(changed("14:20:00", hour, changed("2024-03-12", day))).hearing_at.isoformat() == expected


@pytest.mark.parametrize("hour", ["", "25:00:00", "noon", "24:00:00", "10:61"])
def test_without_a_readable_time_the_clock_counts_from_the_start_of_the_day(hour: str) -> None:
    draft = only(changed("14:20:00", hour, changed("2024-03-12", "2024-07-02")))
    assert isinstance(draft.payload, HearingResult)
    assert draft.payload.hearing_at.isoformat() == "2024-07-02T00:00:00+01:00"
    assert "spi.no_time" in codes(draft.doubts)


def test_the_samples_are_clean_and_say_what_they_promise() -> None:
    decoded = {file.stem: SPI.decode(file.read_bytes(), {}) for file in SAMPLES.glob("*.xml")}
    assert {name: len(held.drafts) for name, held in decoded.items()} == {
        "bare": 2, "custodial": 1, "routedata_escaped_twice": 1, "suspended": 1, "new_case": 1, "new_case_in_soap": 1,
    }  # fmt: skip
    doubted = {"routedata_escaped_twice": ["spi.test_operation"], "new_case": ["spi.unmapped"]}
    for name, held in decoded.items():
        assert held.refused == ()
        assert [code for draft in held.drafts for code in codes(draft.doubts)] == doubted.get(name, [])
    custodial, suspended = (decoded[name].drafts[0].payload for name in ("custodial", "suspended"))
    assert isinstance(custodial, HearingResult)
    assert isinstance(suspended, HearingResult)
    prison = custodial.offences[0].results[0]
    assert (prison.code, prison.durations[0].value, prison.durations[0].unit) == ("1002", 8, "M")
    order = suspended.offences[0].results[0]
    assert (order.code, order.durations[1].secondary, order.durations[1].value) == ("1115", True, 18)
