"""The business answers of the Standard Police Interface: those that the exchange sends, and those that it gets."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4
from xml.sax.saxutils import escape

import pytest
from lxml import etree
from sqlalchemy import text

from hub.bootstrap import Hub
from hub.settings import Settings
from tests.certificates import Held, certificate
from tests.contract.transports.partners.spi_soap import OPERATIONS, Police
from tests.served import Api

CJSE, FORCE, SOURCE = "gateway-cjse", "police-northumbria", "B00SAMPLE"
CALL = Path("adapters/interfaces/spi_soap/calls/submit.xml").read_text()
HEADER = "X-Certificate"
_SUBMIT = """<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>
<SubmitRequestMes xmlns="http://schemas.cjse.gov.uk/endpoint/types/"><RequestID>{id}</RequestID>
<SourceID>{source}</SourceID><DestinationID>Z00HUB</DestinationID><ExecMode>ASYNCH</ExecMode>
<Timestamp>2030-03-04T16:00:00Z</Timestamp><Message>{message}</Message></SubmitRequestMes></s:Body></s:Envelope>"""
_SAID = """<RouteDataResp VersionNumber="1.0" xmlns="http://schemas.cjse.gov.uk/common/operations">
<ResponseToSystem VersionNumber="1.0"><CorrelationID>{message_id}</CorrelationID><SystemID>Z00HUB</SystemID>
</ResponseToSystem><OperationStatus><StatusClass>{status}</StatusClass><Code>{code}</Code>
<Description>InvalidOffenceCode</Description><ResponseContext>about Ann Example</ResponseContext></OperationStatus>
</RouteDataResp>"""


@pytest.fixture
def police() -> Iterator[Police]:
    with Police() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def settings(settings: Settings, police: Police) -> Settings:
    settings.state_dir.mkdir(exist_ok=True)
    where = f'url = "http://127.0.0.1:{police.server_port}/spi", source_id = "Z00HUB", destination_id = "{SOURCE}"'
    settings.interfaces_file().write_text(
        f'[[agency]]\nagency = "{CJSE}"\nsource_ids = ["{SOURCE}"]\n'
        f'[[agency]]\nagency = "{FORCE}"\nsource_ids = ["B10POLICE"]\n'
        f'[[answers]]\ninterface = "spi"\nagency = "{CJSE}"\ntransport = "spi_soap"\nsettings = {{ {where} }}\n'
    )
    return settings


@pytest.fixture
def callers(api: Api, tmp_path: Path) -> dict[str, Held]:
    hub = api.bench.hub
    hub.certificates.header, hub.certificates._proxies = HEADER, frozenset({"127.0.0.1"})
    held = {agency: certificate(f"{agency}.example") for agency in (CJSE, FORCE)}
    for agency, one in held.items():
        hub.certificates.register(agency, one.written(tmp_path))
    return held


def call(api: Api, held: Held, body: str) -> str | None:
    headers = {HEADER: held.thumbprint, "Content-Type": "text/xml"}
    answer = api.http.request("POST", f"{api.url}/interfaces/spi", body=body.encode(), headers=headers)
    return etree.fromstring(answer.data).findtext(".//{*}ResponseCode")


def submitted(api: Api, held: Held, mode: str, id: str, document: str | None = None) -> str | None:
    body = CALL.replace("SYNCH", mode).replace("REQUEST-000000000000", id).replace("SAMPLE-000000000000", id)
    if document is not None:
        head, _, rest = body.partition("<Message>")
        body = f"{head}<Message>{document}</Message>{rest.rpartition('</Message>')[2]}"
    return call(api, held, body)


def statuses(message: Any) -> list[str]:
    return [str(one.text) for one in message.iter(f"{OPERATIONS}StatusClass")]


def test_who_does_not_wait_is_sent_the_business_answer_and_who_waits_is_not(
    api: Api, police: Police, callers: dict[str, Held]
) -> None:
    hub = api.bench.hub
    assert hub.later_answers.waiting() == 0
    assert submitted(api, callers[CJSE], "ASYNCH", "A-1") == "1"
    assert submitted(api, callers[CJSE], "ASYNCH", "A-2", "&lt;nothing/&gt;") == "1"
    assert submitted(api, callers[CJSE], "SYNCH", "A-3") == "1"
    assert hub.later_answers.waiting() == 2
    assert hub.later_answers.run() == 2
    assert [statuses(message) for message in police.messages] == [["Success"], ["FatalError"]]
    assert hub.later_answers.waiting() == hub.later_answers.run() == 0
    assert submitted(api, callers[CJSE], "ASYNCH", "A-1") == "1"
    assert hub.later_answers.waiting() == 0, "the same again is answered as before, and not told again"


def test_an_answer_that_cannot_be_sent_waits_and_is_given_up_at_last(
    api: Api, police: Police, callers: dict[str, Held]
) -> None:
    hub, clock = api.bench.hub, api.bench.clock
    assert submitted(api, callers[CJSE], "ASYNCH", "A-1") == "1"
    police.other_id = str(uuid4())
    assert hub.later_answers.run() == 0
    assert hub.later_answers.waiting() == 0, "it is not tried again at once"
    clock.advance(timedelta(minutes=1))
    assert hub.later_answers.waiting() == 1
    clock.advance(timedelta(days=4))
    assert hub.later_answers.run() == 0
    with hub.store.transaction() as connection:
        ended = connection.execute(text("SELECT attempts, ended_at IS NOT NULL, why_code FROM later_answer")).one()
    assert tuple(ended) == (2, True, "receipt.other_message")
    police.other_id = None
    clock.advance(timedelta(days=4))
    assert hub.later_answers.waiting() == hub.later_answers.run() == 0


def delivered(bench: Any) -> str:
    bench.send(bench.story()["result"])
    bench.drain()
    [got] = bench.agencies.received(FORCE)
    return str(got.message_id)


def answered(api: Api, held: Held, message_id: str, status: str, id: str, source: str = "B10POLICE") -> str | None:
    said = _SAID.format(message_id=message_id, status=status, code=309 if status == "FatalError" else 1)
    return call(api, held, _SUBMIT.format(id=id, source=source, message=escape(said)))


def test_a_fatal_answer_to_a_delivery_is_a_refusal_that_a_person_sees_with_its_delivery(
    api: Api, callers: dict[str, Held]
) -> None:
    hub: Hub = api.bench.hub
    message_id = delivered(api.bench)
    assert answered(api, callers[FORCE], message_id, "Success", "P-1") == "1"
    assert hub.quarantine.listed() == []
    for _ in range(2):
        assert answered(api, callers[FORCE], message_id, "FatalError", "P-2") == "1"
    [item] = hub.quarantine.listed()
    assert (item["what"], item["recipient"], item["code"]) == ("delivery", FORCE, "partner.refused_later")
    assert "309 InvalidOffenceCode" in str(item["cause"])
    assert "Ann Example" not in str(item), "the context may be about a person"
    story = hub.stories.show(str(item["message"]))
    assert story["state"] == "needs_attention"
    said = [(each["event"], each.get("outcome")) for each in story["journal"] if "answered" in each["event"]]
    assert said == [("delivery.answered", "Success"), ("delivery.answered", "FatalError")]
    assert hub.evidence.verify_state().findings == ()
    hub.quarantine.release(str(item["id"]), "a.person", "the force has the code now")
    api.bench.drain()
    assert answered(api, callers[FORCE], message_id, "FatalError", "P-2") == "1"
    assert hub.quarantine.listed() == [], "the same call says nothing new"


def test_only_the_agency_that_was_sent_the_message_may_refuse_it(api: Api, callers: dict[str, Held]) -> None:
    hub: Hub = api.bench.hub
    message_id = delivered(api.bench)
    assert answered(api, callers[CJSE], message_id, "FatalError", "P-1", SOURCE) == "306"
    assert answered(api, callers[CJSE], message_id, "FatalError", "P-1") == "304"
    assert answered(api, callers[FORCE], str(uuid4()), "FatalError", "P-2") == "306"
    assert answered(api, callers[FORCE], "no id", "FatalError", "P-3") == "306"
    assert hub.quarantine.listed() == []


def test_an_answer_that_comes_before_the_receipt_is_asked_for_again(api: Api, callers: dict[str, Held]) -> None:
    bench = api.bench
    receipt: Any = bench.send(bench.story()["result"])
    id = receipt["messages"][0]["id"]
    assert answered(api, callers[FORCE], id, "FatalError", "P-1") == "306", "nothing was sent yet"
    claims = bench.hub.outbox.claim()
    assert answered(api, callers[FORCE], id, "FatalError", "P-1") is None, "it is a fault that asks to wait"
    for claimed in claims:
        bench.hub.delivery.deliver(claimed.ids, claimed.token)
    assert answered(api, callers[FORCE], id, "FatalError", "P-1") == "1"
    assert len(bench.hub.quarantine.listed()) == 1
