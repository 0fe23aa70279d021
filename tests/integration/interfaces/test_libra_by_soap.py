"""Libra's own way to send lists: SOAP with WS-Security, by clients that others wrote."""

import subprocess
from pathlib import Path
from typing import Any

import pytest
import xmlsec
import zeep
from lxml import etree
from zeep.wsse.signature import BinarySignature, Signature

from tests.certificates import Held, certificate
from tests.conftest import SAMPLES
from tests.served import Api
from tests.soap_clients import DS, Encrypting, Signing, TimeStamp, documents_of, keys_in, libra_client

LIBRA, AREA = "gateway-libra", "probation-northumbria"
LISTS = Path("adapters/interfaces/libra_soap/calls/lists.xml").read_bytes()
ADDRESSING = "http://www.w3.org/2005/08/addressing"


@pytest.fixture
def libra(api: Api, tmp_path: Path) -> Held:
    held = certificate("libra.example", bits=2048)
    api.bench.hub.certificates.register(LIBRA, held.written(tmp_path))
    keys_in(tmp_path, held, api)
    return held


def acknowledged(answer: Any) -> Any:
    return getattr(answer, "Ack", answer)


@pytest.mark.parametrize("port", ["Soap11", "Soap12"])
@pytest.mark.parametrize("kind", [BinarySignature, Signature])
def test_zeep_signs_and_sends_lists_by_the_wsdl_of_the_exchange_and_verifies_the_answer(
    api: Api, libra: Held, tmp_path: Path, kind: type, port: str
) -> None:
    signing = Signing(kind, tmp_path)
    client = libra_client(api, TimeStamp(api.bench.clock.now()), signing, port=port)
    answer = acknowledged(client.service.ExternalDocumentRequest(documents=documents_of(LISTS)))
    assert answer.MessageStatus == "Success"
    assert answer.MessageComment is None
    assert signing.verified == 1
    api.bench.drain()
    assert [got.kind for got in api.bench.agencies.received(AREA)] == ["court_list"]


@pytest.mark.parametrize("algorithm", [xmlsec.Transform.AES256_GCM, xmlsec.Transform.AES128])
def test_what_comes_encrypted_is_answered_encrypted_by_the_same_algorithm(
    api: Api, libra: Held, tmp_path: Path, algorithm: Any
) -> None:
    encrypting, signing = Encrypting(tmp_path, algorithm), Signing(BinarySignature, tmp_path)
    client = libra_client(api, TimeStamp(api.bench.clock.now()), signing, encrypting)
    answer = acknowledged(client.service.ExternalDocumentRequest(documents=documents_of(LISTS)))
    assert answer.MessageStatus == "Success"
    assert len(encrypting.decrypted) == signing.verified == 1


def test_3des_is_accepted_only_from_an_agency_whose_entry_says_so(
    api: Api, libra: Held, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def send() -> Any:
        encrypting = Encrypting(tmp_path, xmlsec.Transform.DES3)
        client = libra_client(api, TimeStamp(api.bench.clock.now()), Signing(BinarySignature, tmp_path), encrypting)
        return acknowledged(client.service.ExternalDocumentRequest(documents=documents_of(LISTS))).MessageStatus

    with pytest.raises(zeep.exceptions.Fault, match=r"ws_security\.algorithm"):
        send()
    file = api.bench.hub.settings.interfaces_file()
    file.parent.mkdir(exist_ok=True)
    file.write_text(f'[[agency]]\nagency = "{LIBRA}"\ntriple_des = true\n')
    api.bench.hub.interfaces._looked_at = 0.0
    assert send() == "Success"


def test_a_list_that_is_accepted_in_part_is_acknowledged_with_the_parts_that_were_refused(
    api: Api, libra: Held, tmp_path: Path
) -> None:
    broken = LISTS.replace(b"<doh>04/03/2030</doh>", b"<doh>04/03/2030</doh>", 1)
    tree = etree.fromstring(broken)
    [documents] = tree.iter("documents")
    second = etree.fromstring(etree.tostring(documents[0]).replace(b"B10JQ00", b"B99ZZ00"))
    documents.append(second)
    client = libra_client(api, TimeStamp(api.bench.clock.now()), Signing(BinarySignature, tmp_path))
    answer = acknowledged(client.service.ExternalDocumentRequest(documents=documents_of(etree.tostring(tree))))
    assert answer.MessageStatus == "Success"
    assert "court.unknown" in answer.MessageComment


def test_a_list_of_which_nothing_is_accepted_gets_a_fault_that_says_why(api: Api, libra: Held, tmp_path: Path) -> None:
    client = libra_client(api, TimeStamp(api.bench.clock.now()), Signing(BinarySignature, tmp_path))
    with pytest.raises(zeep.exceptions.Fault, match=r"court\.unknown") as refused:
        client.service.ExternalDocumentRequest(documents=documents_of(LISTS.replace(b"B10JQ00", b"B99ZZ00")))
    assert "Sender" in str(refused.value.code)


def test_the_answer_is_addressed_as_ws_addressing_says(api: Api, libra: Held, tmp_path: Path) -> None:
    envelope = etree.fromstring(LISTS)
    TimeStamp(api.bench.clock.now()).apply(envelope, {})
    Signing(BinarySignature, tmp_path).apply(envelope, {})
    (tmp_path / "request.xml").write_bytes(etree.tostring(envelope))
    command = ["curl", "--silent", "--data-binary", f"@{tmp_path / 'request.xml'}", f"{api.url}/interfaces/libra"]
    media_type = 'application/soap+xml; charset=utf-8; action="externalDocument"'
    done = subprocess.run([*command, "-H", f"Content-Type: {media_type}"], capture_output=True, check=True, timeout=30)
    answer = etree.fromstring(done.stdout)
    said = {name: "".join(answer.find(f".//{{{ADDRESSING}}}{name}").itertext()).strip() for name in HEADERS}
    own = said.pop("MessageID")
    assert own.startswith("urn:uuid:")
    assert said == {
        "Action": "externalDocument",
        "RelatesTo": "00000000-0000-4000-8000-000000000001",
        "To": "EXAMPLE_SENDER",
        "From": "EXAMPLE_RECEIVER",
    }
    assert answer.find(f".//{{{DS}}}Signature") is not None


HEADERS = ("Action", "MessageID", "RelatesTo", "To", "From")


def test_the_answer_meets_the_schema_of_the_agency_and_its_sample_is_taken(
    api: Api, libra: Held, tmp_path: Path
) -> None:
    schema = SAMPLES / "libra" / "xsd" / "generic" / "Acknowledgement" / "Acknowledgement.xsd"
    if not schema.exists():
        pytest.skip("the samples are not here")
    client = libra_client(api, TimeStamp(api.bench.clock.now()), Signing(BinarySignature, tmp_path))
    lists = (SAMPLES / "libra" / "sample-request.xml").read_bytes()
    with client.settings(raw_response=True):
        answer = client.service.ExternalDocumentRequest(documents=documents_of(lists))
    assert answer.status_code == 200, answer.text
    [acknowledgement] = etree.fromstring(answer.content).iter(
        "{http://www.justice.gov.uk/magistrates/ack}Acknowledgement"
    )
    etree.XMLSchema(etree.parse(schema)).assertValid(acknowledgement)
    api.bench.drain()
    assert api.bench.agencies.received(AREA)
