"""The Standard Police Interface as zeep calls it: from the WSDL of the exchange, and from the agencies' own."""

import re
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import zeep
from lxml import etree
from sqlalchemy import text
from zeep.wsse.signature import BinarySignature

from hub.settings import Settings
from tests.certificates import certificate
from tests.conftest import SAMPLES
from tests.served import Api
from tests.soap_clients import InTurn, Signing, TimeStamp, keys_in

CJSE, SOURCE, AREA = "gateway-cjse", "B00SAMPLE", "probation-london"
SAMPLE = Path("adapters/systems/spi/samples/custodial.xml").read_text()
RESULT = re.sub(r"<\?xml[^>]*\?>", "", SAMPLE)
OPERATIONS = "{http://schemas.cjse.gov.uk/common/operations}"
WSDL = "{http://schemas.cjse.gov.uk/endpoint/wsdl/}"
THEIRS = SAMPLES / "spi" / "schema" / "wsdl" / "spi.wsdl"


@pytest.fixture
def settings(settings: Settings) -> Settings:
    settings.state_dir.mkdir(exist_ok=True)
    settings.interfaces_file().write_text(f'[[agency]]\nagency = "{CJSE}"\nsource_ids = ["{SOURCE}"]\n')
    return settings


@pytest.fixture
def service(api: Api, tmp_path: Path) -> Any:
    return service_of(api, tmp_path, f"{api.url}/interfaces/spi?wsdl")


def service_of(api: Api, folder: Path, wsdl: str) -> Any:
    held = certificate("cjse.example", bits=2048)
    api.bench.hub.certificates.register(CJSE, held.written(folder))
    keys_in(folder, held, api)
    plugins = InTurn(TimeStamp(api.bench.clock.now()), Signing(BinarySignature, folder))
    client = zeep.Client(wsdl, wsse=plugins)
    return client.create_service(f"{WSDL}CJSEBinding", f"{api.url}/interfaces/spi")


def submit(service: Any, message: str = RESULT, id: str = "R-1", mode: str = "ASYNCH", source: str = SOURCE) -> Any:
    return service.submit(
        RequestID=id,
        SourceID=source,
        DestinationID=["Z00SAMPLE"],
        ExecMode=mode,
        Timestamp=datetime.now(UTC),
        Message=message,
    )


def retrieve(service: Any, **filter: Any) -> Any:
    return service.retrieve(RequestID="Q-1", SourceID=SOURCE, **({"Filter": filter} if filter else {}))


def routed(result: str, correlation: str, test: str = "false") -> str:
    """The document as the interface routes it, with an escaped document in it."""
    root = etree.Element(f"{OPERATIONS}RouteData", VersionNumber="1.0", RequestResponse="Request")
    asking = etree.SubElement(root, f"{OPERATIONS}RequestFromSystem", VersionNumber="1.0")
    for name, value in (("CorrelationID", correlation), ("SystemID", "B00SYSTEM"), ("TestOperation", test)):
        etree.SubElement(asking, f"{OPERATIONS}{name}").text = value
    stream = etree.SubElement(root, f"{OPERATIONS}DataStream", VersionNumber="1.0")
    etree.SubElement(stream, f"{OPERATIONS}DataStreamContent").text = result
    return etree.tostring(root).decode()


def status_of(message: str) -> list[tuple[str | None, str | None]]:
    root = etree.fromstring(message)
    return [
        (one.findtext(f"{OPERATIONS}StatusClass"), one.findtext(f"{OPERATIONS}Code"))
        for one in root.iter(f"{OPERATIONS}OperationStatus")
    ]


def kept(api: Api) -> int:
    with api.bench.hub.store.transaction() as connection:
        return int(connection.execute(text("SELECT count(*) FROM raw_document")).scalar_one())


def test_a_result_is_taken_and_its_business_answer_is_retrieved(api: Api, service: Any) -> None:
    answer = submit(service, routed(RESULT, "CORRELATION-1"))
    assert (answer.RequestID, answer.ResponseCode) == ("R-1", 1)
    api.bench.drain()
    assert "hearing_result" in {got.kind for got in api.bench.agencies.received(AREA)}
    fetched = retrieve(service)
    [message] = fetched.Message
    assert status_of(message) == [("Success", "1")]
    assert etree.fromstring(message).findtext(f".//{OPERATIONS}CorrelationID") == "CORRELATION-1"
    later = retrieve(service, TimeFrom=fetched.TimeLast)
    assert not later.Message, "what was fetched up to TimeLast does not come again"
    before = retrieve(service, TimeFrom=datetime(2001, 1, 1, tzinfo=UTC), TimeTo=datetime(2002, 1, 1, tzinfo=UTC))
    assert not before.Message


def test_who_does_not_wait_learns_of_a_refusal_by_retrieve_and_who_waits_at_once(api: Api, service: Any) -> None:
    assert submit(service, "<nothing>", "R-1").ResponseCode == 1
    assert status_of(retrieve(service).Message[0]) == [("FatalError", "1310")]
    refused = submit(service, "<nothing/>", "R-2", "SYNCH")
    assert refused.ResponseCode == 1310
    assert "document.unrecognised" in refused.ResponseText
    assert len(api.bench.hub.quarantine.listed()) == 2


def test_a_repeated_request_id_is_answered_as_before_and_another_document_under_it_is_refused(
    api: Api, service: Any
) -> None:
    assert submit(service).ResponseCode == 1
    assert submit(service).ResponseCode == 1
    assert kept(api) == 1
    other = submit(service, RESULT.replace("SAMPLE-CUSTODIAL", "SAMPLE-ANOTHER"))
    assert (other.ResponseCode, "spi.request_reused" in other.ResponseText) == (306, True)


def test_a_test_operation_says_what_would_happen_and_goes_nowhere(api: Api, service: Any) -> None:
    tested = submit(service, routed(RESULT, "T-1", "true"))
    assert tested.ResponseCode == 1
    assert "messages that would be taken: 1" in tested.ResponseText
    assert submit(service, routed("<nothing/>", "T-2", "true")).ResponseCode != 1
    api.bench.drain()
    assert kept(api) == 0
    assert api.bench.agencies.received(AREA) == []


def test_a_source_that_is_not_the_callers_is_refused(api: Api, service: Any) -> None:
    assert submit(service, source="Z99OTHER").ResponseCode == 304
    with pytest.raises(zeep.exceptions.Error):
        zeep.helpers.serialize_object(service.retrieve(RequestID="no good", SourceID=SOURCE))
    assert service.retrieve(RequestID="Q", SourceID="Z99OTHER").ResponseCode == 304


def test_the_wsdl_of_the_agencies_drives_it_too(api: Api, tmp_path: Path) -> None:
    if not THEIRS.exists():
        pytest.skip("the samples are not here")
    service = service_of(api, tmp_path, str(THEIRS))
    assert submit(service, id="R-9").ResponseCode == 1
    assert len(retrieve(service).Message) == 1


def test_the_answer_meets_the_schema_of_the_agencies(api: Api, service: Any) -> None:
    schema = SAMPLES / "spi" / "schema" / "xsd" / "cjseOperations.xsd"
    if not schema.exists():
        pytest.skip("the samples are not here")
    submit(service, routed(RESULT, "CORRELATION-2"), "R-1")
    submit(service, routed("<nothing/>", "CORRELATION-3"), "R-2")
    messages = retrieve(service).Message
    assert [status_of(message)[0][0] for message in messages] == ["Success", "FatalError"]
    checked = etree.XMLSchema(etree.parse(schema))
    for message in messages:
        checked.assertValid(etree.fromstring(message))


def test_curl_with_a_client_certificate_submits_without_any_signature(api: Api, tmp_path: Path) -> None:
    hub = api.bench.hub
    held = certificate("cjse.example", bits=2048)
    hub.certificates.register(CJSE, held.written(tmp_path))
    hub.certificates.header, hub.certificates._proxies = "X-Certificate", frozenset({"127.0.0.1"})
    file = Path("adapters/interfaces/spi_soap/calls/submit.xml")
    command = ["curl", "--silent", "--data-binary", f"@{file}", "-H", "Content-Type: text/xml"]
    headers = ["-H", f"X-Certificate: {held.thumbprint}", "-H", f'SOAPAction: "{WSDL.strip("{}")}submit"']
    done = subprocess.run(
        [*command, *headers, f"{api.url}/interfaces/spi"], capture_output=True, check=True, timeout=30
    )
    code = etree.fromstring(done.stdout).findtext(".//{http://schemas.cjse.gov.uk/endpoint/types/}ResponseCode")
    assert code == "1", done.stdout


def test_answers_are_asked_for_in_pieces(api: Api, service: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hub.exchange.telling.earlier_answers.ANSWERS_MAX", 2)
    for number in range(3):
        submit(service, f"<nothing n='{number}'/>", f"R-{number}")
        api.bench.clock.advance(timedelta(seconds=1))
    first = retrieve(service)
    assert len(first.Message) == 2
    assert len(retrieve(service, TimeFrom=first.TimeLast).Message) == 1
