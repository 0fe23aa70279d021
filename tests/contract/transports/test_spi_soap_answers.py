"""What the answers of a police system mean to spi_soap, and what it gets."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from adapters.contract import CannotDeliver, Encoded, Parcel
from adapters.transports.spi_soap.adapter import SpiSoap
from tests.contract.transports.partners.spi_soap import ENTITIES, OPERATIONS, SpiPartner

RESULT = Path("adapters/systems/spi/samples/custodial.xml").read_bytes()


@pytest.fixture
def police() -> Iterator[SpiPartner]:
    partner = SpiPartner()
    yield partner
    partner.go_away()


@pytest.fixture
def spi() -> Iterator[SpiSoap]:
    transport = SpiSoap()
    yield transport
    transport.close()


def parcel() -> Parcel:
    encoded = Encoded(RESULT, "application/xml", ".xml")
    return Parcel(str(uuid4()), "d-1", "hearing_result", "court-b01ef", "police-x", encoded)


def test_the_result_itself_is_submitted_under_the_id_of_the_message(police: SpiPartner, spi: SpiSoap) -> None:
    sent = parcel()
    assert spi.send(police.endpoint, sent).proved
    [(id, content)] = police.taken()
    assert id == sent.message_id
    assert content.startswith(b"<ResultedCaseMessage")
    [routed] = police.police.messages
    assert routed.findtext(f"{OPERATIONS}RequestFromSystem/{OPERATIONS}CorrelationID") == sent.message_id
    assert routed.findtext(f"{OPERATIONS}DataStream/{ENTITIES}DataStreamType") == "SPIResults"


def test_previously_sent_is_a_receipt_and_every_other_code_a_refusal(police: SpiPartner, spi: SpiSoap) -> None:
    police.police.code = 302
    assert spi.send(police.endpoint, parcel()).words == {"ResponseCode": "302"}
    for code in (301, 304, 1310):
        police.police.code = code
        with pytest.raises(CannotDeliver, match=str(code)) as refused:
            spi.send(police.endpoint, parcel())
        assert (refused.value.code, refused.value.retryable) == ("partner.refused", False)


def test_a_response_to_another_request_proves_nothing(police: SpiPartner, spi: SpiSoap) -> None:
    police.police.other_id = str(uuid4())
    with pytest.raises(CannotDeliver) as refused:
        spi.send(police.endpoint, parcel())
    assert (refused.value.code, refused.value.retryable) == ("receipt.other_message", True)
