"""Small SPI messages for tests, and short ways to read them. Everyone in them is made up."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import adapters.systems.spi as package
from adapters.contract import Decoded, Draft, Outbound
from adapters.systems.spi.adapter import system
from schemas.kinds.hearing_result.v1 import HearingResult
from schemas.problem import Problem, Refused

SAMPLES = Path(package.__file__).parent / "samples"
SPI = system()

PERSON = """<CourtIndividualDefendant><PersonDefendant><BasePersonDetails><PersonName><PersonTitle>Ms</PersonTitle>
<PersonGivenName1>Ada</PersonGivenName1><PersonFamilyName>Sampleton</PersonFamilyName></PersonName>
<Birthdate>1990-02-28</Birthdate><Gender>2</Gender></BasePersonDetails></PersonDefendant><BailStatus>U</BailStatus>
<Address><SimpleAddress><AddressLine1>1 Imaginary Street</AddressLine1></SimpleAddress></Address>
<PresentAtHearing>Y</PresentAtHearing></CourtIndividualDefendant>"""
RESULT = "<Result><ResultCode>1015</ResultCode><ResultText>Fined 100 pounds.</ResultText></Result>"
OFFENCE = f"""<Offence><BaseOffenceDetails><OffenceSequenceNumber>001</OffenceSequenceNumber>
<OffenceCode>TH68010</OffenceCode><OffenceWording>Took a gnome.</OffenceWording><OffenceTiming>
<OffenceDateCode>1</OffenceDateCode><OffenceStart><OffenceDateStartDate>2024-02-03</OffenceDateStartDate></OffenceStart>
</OffenceTiming><ChargeDate>2024-02-05</ChargeDate></BaseOffenceDetails><InitiatedDate>2024-02-05</InitiatedDate>
<Plea>1</Plea><ModeOfTrial>01</ModeOfTrial><FinalDisposalIndicator>Y</FinalDisposalIndicator><Finding>G</Finding>
{RESULT}</Offence>"""
ASN = "<ProsecutorReference>2499ZZ0100000000001D</ProsecutorReference>"
DEFENDANT = f"<Defendant>{ASN}{PERSON}{OFFENCE}</Defendant>"
CASE = f"<Case><PTIURN>99ZZ0000124</PTIURN>{DEFENDANT}</Case>"
HEARING = """<CourtHearing><Hearing><CourtHearingLocation>B01EF01</CourtHearingLocation>
<DateOfHearing>2024-03-12</DateOfHearing><TimeOfHearing>14:20:00</TimeOfHearing></Hearing><PSAcode>2576</PSAcode>
</CourtHearing>"""
SESSION = f"<Session>{HEARING}{CASE}</Session>"
LIBRA = "http://www.dca.gov.uk/xmlschemas/libra"
ATTRIBUTES = 'Flow="ResultedCasesForThePolice" Interface="LibraStandardProsecutorPolice" SchemaVersion="0.6g"'
MESSAGE = f'<ResultedCaseMessage xmlns="{LIBRA}" {ATTRIBUTES}>{SESSION}</ResultedCaseMessage>'


def deliver(inner: str) -> str:
    return (
        '<DeliverRequest xmlns="urn:deliver"><m:MessageIdentifier xmlns:m="urn:m">  ID-1 </m:MessageIdentifier>'
        f"<Message>{inner}</Message></DeliverRequest>"
    )


def route(content: str, test: str = "false") -> str:
    return (
        f'<RouteData xmlns="urn:route"><RequestFromSystem><CorrelationID>\n CID-1 \n</CorrelationID>'
        f"<TestOperation> {test} </TestOperation></RequestFromSystem><DataStream>"
        "<SystemDataStreamID>STREAM-1</SystemDataStreamID>"
        f"<DataStreamContent>\n {content}\n</DataStreamContent></DataStream></RouteData>"
    )


def soap(inner: str) -> str:
    return f'<s:Envelope xmlns:s="urn:soap"><s:Header/><s:Body>{inner}</s:Body></s:Envelope>'


def decode(text: str) -> Decoded:
    return SPI.decode(text.encode(), {})


def changed(old: str, new: str, text: str = MESSAGE, count: int = -1) -> str:
    assert old in text
    return text.replace(old, new, count)


def only(text: str) -> Draft:
    decoded = decode(text)
    assert decoded.refused == ()
    (draft,) = decoded.drafts
    return draft


def result_of(text: str) -> HearingResult:
    payload = only(text).payload
    assert isinstance(payload, HearingResult)
    return payload


def problems_of(text: str) -> tuple[Problem, ...]:
    with pytest.raises(Refused) as refused:
        decode(text)
    return refused.value.problems


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [problem.code for problem in problems]


def outbound(payload: Mapping[str, Any], kind: str = "hearing_result", **more: Any) -> Outbound:
    sent_at = datetime(2024, 3, 12, 15, 0, tzinfo=UTC)
    return Outbound("M-1", kind, 1, "court.example", "police.example", "REF-1", sent_at, "C-1", payload, **more)
