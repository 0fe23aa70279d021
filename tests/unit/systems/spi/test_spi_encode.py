"""What the `spi` system writes, and that it reads the same back."""

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest

from adapters.systems.spi.decoding.wire_schema import schema_doubts
from adapters.xml import parse
from schemas.kinds.hearing_result.v1 import HearingResult
from schemas.parts.document import Attachment
from schemas.problem import Refused
from tests.unit.systems.spi_messages import SPI, outbound


def whole() -> dict[str, Any]:
    return {
        "court": {"ou_code": "B01EF01", "psa_code": "2576"},
        "hearing_at": "2024-03-12T14:20:00Z",
        "urn": "99ZZ0000124",
        "defendant": {
            "name": {"title": "Ms", "forenames": ["Ada", "Fictional"], "surname": "Sampleton"},
            "date_of_birth": "1990-02-28",
            "sex": "female",
            "arrest_summons_number": "2499ZZ0100000000001D",
            "address": {"lines": ["1 Imaginary Street"], "postcode": "ZX99 9ZZ"},
        },
        "bail_status": "A",
        "present_at_hearing": "Y",
        "offences": [
            {
                "sequence": 1,
                "code": "TH68010",
                "wording": "Took a gnome.",
                "date_code": "1",
                "started_on": "2024-02-03",
                "initiated_on": "2024-02-05",
                "plea": "guilty",
                "finding": "guilty",
                "final_disposal": True,
                "results": [{"code": "1002", "text": "Prison.", "durations": [{"value": 8, "unit": "M"}]}],
            }
        ],
    }


def test_both_hours_of_the_autumn_night_are_distinguished() -> None:
    for offset in (0, 1):
        moment = datetime(2024, 10, 27, 1, 30, tzinfo=timezone(timedelta(hours=offset)))
        body = SPI.encode(outbound(whole() | {"hearing_at": moment.isoformat()})).body
        (draft,) = SPI.decode(body, {}).drafts
        assert isinstance(draft.payload, HearingResult)
        assert draft.payload.hearing_at == moment


def test_police_receive_a_deliver_request_that_keeps_to_the_schema() -> None:
    encoded = SPI.encode(outbound(whole()))
    root = parse(encoded.body)
    assert (encoded.media_type, encoded.file_suffix) == ("application/xml", ".xml")
    assert root.name == "DeliverRequest"
    assert root.text("MessageIdentifier") == "M-1"
    assert root.text("MessageFormat/MessageType/Type") == "SPIResults"
    assert root.text("MessageMetadata/SenderRequestedDestination") == "police.example"
    message = root.child("Message/ResultedCaseMessage")
    assert message is not None
    assert schema_doubts(message) == ()
    assert message.text("Session/Case/Defendant/Offence/Plea") == "1"
    assert message.text("Session/Case/Defendant/Offence/BaseOffenceDetails/OffenceSequenceNumber") == "001"
    assert encoded.unexpressed == ()
    assert SPI.decode(encoded.body, {}).drafts[0].reference == "M-1/99ZZ0000124/2499ZZ0100000000001D/2024-03-12"


def test_what_the_interface_has_no_place_for_is_listed() -> None:
    payload = whole()
    payload["court"]["name"] = "Exampleton"
    payload["court_case_reference"] = "01/0000/000001Z"
    payload["defendant"] |= {
        "crn": "X000001",
        "noms_number": "A0001ZZ",
        "cro_number": "1/24Z",
        "ethnicity": "W1",
        "aliases": [{"surname": "Otherwise"}],
        "telephones": ["01632 960001", "01632 960002", "01632 960003", "01632 960004"],
    }
    payload["offences"][0]["title"] = "Theft"
    payload["offences"][0]["results"][0] |= {
        "amounts_pounds": ["1.00", "2.00"],
        "qualifiers": ["A", "B", "C", "D", "E"],
    }
    unexpressed = SPI.encode(outbound(payload)).unexpressed
    assert set(unexpressed) == {
        "court.name",
        "court_case_reference",
        "defendant.crn",
        "defendant.noms_number",
        "defendant.cro_number",
        "defendant.ethnicity",
        "defendant.aliases[0].surname",
        "defendant.telephones[3]",
        "offences[0].title",
        "offences[0].results[0].amounts_pounds[1]",
        "offences[0].results[0].qualifiers[4]",
    }


def test_a_text_that_is_too_long_is_cut_and_listed() -> None:
    payload = whole()
    payload["offences"][0]["wording"] = "word " * 600
    payload["defendant"]["name"]["surname"] = "S" * 40
    encoded = SPI.encode(outbound(payload))
    assert set(encoded.unexpressed) == {"offences[0].wording", "defendant.name.surname"}
    (draft,) = SPI.decode(encoded.body, {}).drafts
    assert draft.doubts == ()
    assert isinstance(draft.payload, HearingResult)
    assert draft.payload.defendant.name is not None
    assert draft.payload.defendant.name.surname == "S" * 35


def test_a_code_that_does_not_fit_is_left_out_and_listed() -> None:
    payload = whole()
    payload["defendant"]["date_of_birth"] = "1990"
    payload["defendant"]["pnc_id"] = "not a PNC id at all"
    payload["bail_status"] = "conditional"
    payload["offences"][0] |= {"plea": "not yet known", "sequence": 1000}
    encoded = SPI.encode(outbound(payload))
    assert set(encoded.unexpressed) == {
        "defendant.date_of_birth",
        "defendant.pnc_id",
        "bail_status",
        "offences[0].plea",
        "offences[0].sequence",
    }


def test_characters_that_xml_cannot_hold_are_left_out_and_listed() -> None:
    payload = whole()
    payload["offences"][0]["wording"] = "Took\x0b a\ufffe gnome."
    encoded = SPI.encode(outbound(payload))
    assert encoded.unexpressed == ("offences[0].wording",)
    assert b"Took a gnome." in encoded.body


def test_an_arrest_summons_number_of_21_characters_loses_its_optional_one() -> None:
    payload = whole()
    payload["defendant"]["arrest_summons_number"] = "24A99ZZ0100000000001D"
    encoded = SPI.encode(outbound(payload))
    assert b">2499ZZ0100000000001D<" in encoded.body
    assert encoded.unexpressed == ("defendant.arrest_summons_number",)


def test_a_postcode_displaces_the_fifth_line() -> None:
    payload = whole()
    payload["defendant"]["address"]["lines"] = ["a", "b", "c", "d", "e"]
    encoded = SPI.encode(outbound(payload))
    assert encoded.unexpressed == ("defendant.address.lines[4]",)
    assert b"<DC:AddressLine5>ZX99 9ZZ</DC:AddressLine5>" in encoded.body


def test_documents_cannot_travel_this_way() -> None:
    attachment = Attachment("a.pdf", "application/pdf", "0" * 64, b"x")
    assert SPI.encode(outbound(whole(), attachments=(attachment,))).unexpressed == ("attachments[0]",)


@pytest.mark.parametrize(
    ("path", "where"),
    [
        (("urn",), "urn"),
        (("court",), "court.ou_code"),
        (("court", "ou_code"), "court.ou_code"),
        (("hearing_at",), "hearing_at"),
        (("defendant",), "defendant.name.surname"),
        (("defendant", "name"), "defendant.name.surname"),
    ],
)
def test_without_what_police_need_to_file_it_it_is_refused(path: tuple[str, ...], where: str) -> None:
    payload = whole()
    at = payload
    for step in path[:-1]:
        at = at[step]
    del at[path[-1]]
    with pytest.raises(Refused) as refused:
        SPI.encode(outbound(payload))
    assert [(problem.code, problem.where) for problem in refused.value.problems] == [("spi.cannot_express", where)]


def test_another_kind_cannot_be_expressed() -> None:
    with pytest.raises(Refused) as refused:
        SPI.encode(outbound({}, kind="court_list"))
    assert refused.value.problems[0].code == "spi.cannot_express"
