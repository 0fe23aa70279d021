"""How the systems of agencies call in their own manners: Libra and the police interface by SOAP with WS-Security, and a
system that knows only OAuth 2. None of them knows anything of the exchange but its address and its certificate."""

import base64
import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4
from xml.sax.saxutils import escape

import urllib3
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from adapters.interfacing.ws_security.opening import SecuredMessage
from adapters.interfacing.ws_security.securing import OwnPair, secured
from adapters.xml import Node, parse
from hub.access.message_security.own_certificate import made
from hub.bootstrap import Hub
from hub.local.demonstration.stories import Step
from hub.store.overview.searching import MessageCriteria
from schemas.json import JsonObject

SPI_SOURCE = "B00DEMO"
"""The name that the system behind the police interface gives itself."""
_ENCRYPTED_BY = "http://www.w3.org/2009/xmlenc11#aes256-gcm"
_SUBMIT = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header/><soap:Body>
<SubmitRequestMes xmlns="http://schemas.cjse.gov.uk/endpoint/types/"><RequestID>{id}</RequestID>
<SourceID>{source}</SourceID><DestinationID>Z00DEMO</DestinationID><ExecMode>ASYNCH</ExecMode>
<Timestamp>{at}</Timestamp><Message>{message}</Message></SubmitRequestMes></soap:Body></soap:Envelope>"""
_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class OwnManners:
    """Sends the steps of stories whose callers have systems of their own. `keys` is the folder of their keys."""

    def __init__(self, hub: Hub, address: str, keys: Path) -> None:
        self._hub = hub
        self._address = address
        self._keys = keys
        self._pairs: dict[str, OwnPair] = {}
        self._secrets: dict[str, str] = {}

    def send(self, step: Step) -> tuple[int, JsonObject]:
        """The status, and what the caller learned; with the messages that the exchange made of it, which it does not
        learn."""
        began = self._hub.clock.now()
        send: Mapping[str, Callable[[Step], tuple[int, JsonObject]]] = {
            "libra": self._libra,
            "spi": self._spi,
            "rest": self._rest,
        }
        status, answer = send[step.by](step)
        found = self._hub.messages.search(MessageCriteria(since=began)).messages
        messages = [{"id": str(each.id)} for each in reversed(found) if each.sender != "hub"]
        return status, answer | {"receipt": {"messages": messages}}

    def _libra(self, step: Step) -> tuple[int, JsonObject]:
        """Signed and encrypted. The answer's signature is verified too."""
        said = self._signed(step, step.body, "application/soap+xml", encrypt=True)
        status = said.descendant("MessageStatus")
        return _as_taken(status is not None and status.text() == "Success", said)

    def _spi(self, step: Step) -> tuple[int, JsonObject]:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        body = _SUBMIT.format(id=uuid4(), source=SPI_SOURCE, at=at, message=escape(step.body.decode()))
        said = self._signed(step, body.encode(), "text/xml", encrypt=False)
        code = said.descendant("ResponseCode")
        return _as_taken(code is not None and code.text() == "1", said)

    def _signed(self, step: Step, envelope: bytes, media_type: str, *, encrypt: bool) -> Node:
        pair, exchange = self._pair(step.caller), self._certificate()
        encrypted = (_ENCRYPTED_BY, exchange) if encrypt else None
        body = secured(envelope, pair, datetime.now(UTC), uuid4(), encrypted)
        answer = self._post(f"/interfaces/{step.by}", body, {"Content-Type": media_type})
        said = SecuredMessage.found_in(answer.data)
        if said is None:
            return parse(answer.data)
        return parse(said.opened(exchange, [pair.key], allow_triple_des=False).envelope)

    def _rest(self, step: Step) -> tuple[int, JsonObject]:
        if step.caller not in self._secrets:
            self._secrets[step.caller] = self._hub.access.issue_secret(step.caller).text
        basic = base64.b64encode(f"{step.caller}:{self._secrets[step.caller]}".encode()).decode()
        asked = urlencode({"grant_type": "client_credentials"}).encode()
        given = self._post("/oauth2/token", asked, _FORM | {"Authorization": f"Basic {basic}"})
        headers = {"Content-Type": step.media_type, "Authorization": f"Bearer {given.json().get('access_token')}"}
        answer = self._post("/interfaces/rest", step.body, headers)
        document: JsonObject = json.loads(answer.data)
        return 202 if answer.status in (200, 201) else answer.status, document

    def _post(self, path: str, body: bytes, headers: Mapping[str, str]) -> urllib3.BaseHTTPResponse:
        with urllib3.PoolManager(retries=False) as http:
            return http.request("POST", f"{self._address}{path}", body=body, headers=headers, timeout=30)

    def _pair(self, agency: str) -> OwnPair:
        """The system's own key and certificate, which the exchange knows."""
        if agency not in self._pairs:
            file = self._keys / f"{agency}.pem"
            self._pairs[agency] = made(file, agency, datetime.now(UTC))
            certificate = self._keys / f"{agency}.certificate.pem"
            if not certificate.exists():
                certificate.write_bytes(self._pairs[agency].certificate)
            known = {each.certificate for each in self._hub.certificates.listed(agency)}
            if _der(self._pairs[agency].certificate) not in known:
                self._hub.certificates.register(agency, certificate)
        return self._pairs[agency]

    def _certificate(self) -> bytes:
        return _der(self._hub.signed_calls.own().certificate)


def _as_taken(taken: bool, said: Node) -> tuple[int, JsonObject]:
    return (202, {}) if taken else (422, {"code": (said.descendant("code") or said).text() or "fault"})


def _der(pem: bytes) -> bytes:
    return x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
