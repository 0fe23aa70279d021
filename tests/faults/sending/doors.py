"""The ways by which the senders of a fault run hand in: as the exchange says, and as agencies' own systems call."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from threading import Lock
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5
from xml.sax.saxutils import escape

import urllib3
from lxml import etree

from adapters.interfacing.ws_security.securing import OwnPair, secured
from hub.access.assertions import AgencyKey

ANSWERED_WITHIN_SECONDS = 8.0
Answered = tuple[int, dict[str, Any]]
_SUBMIT = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Header/><soap:Body>
<SubmitRequestMes xmlns="http://schemas.cjse.gov.uk/endpoint/types/"><RequestID>{id}</RequestID>
<SourceID>{source}</SourceID><DestinationID>Z00HUB</DestinationID><ExecMode>SYNCH</ExecMode>
<Timestamp>{at}</Timestamp><Message>{message}</Message></SubmitRequestMes></soap:Body></soap:Envelope>"""
_TAKEN, _REUSED = "1", "306"
_CODES = ("protocol.expired", "reference.reused", "spi.request_reused", "reference.missing")


class Door(StrEnum):
    MESSAGES = "/v1/messages"
    REST = "/interfaces/rest"  # with a token
    COMMON_PLATFORM = "/interfaces/common-platform"  # with a token; the answer has no body
    SPI = "/interfaces/spi"  # SOAP, signed by WS-Security


def source_of(agency: str) -> str:
    """The name that the agency's system gives itself."""
    return f"SOURCE-{agency}"


@dataclass(frozen=True)
class Credentials:
    """What one agency proves itself by."""

    key: AgencyKey
    secret: str
    pair: OwnPair


class Doors:
    """Hands in one document once, through one door. What came through another door than `/v1/messages` is handed in
    there again: the answer is the receipt of the document that the door has kept."""

    def __init__(
        self, held: Mapping[str, Credentials], address: Callable[[], str | None], now: Callable[[], datetime], size: int
    ) -> None:
        self._held = held
        self._address = address
        self._now = now
        self._http = urllib3.PoolManager(retries=False, maxsize=size)
        self._tokens: dict[str, str] = {}
        self._lock = Lock()
        self.taken = dict.fromkeys(Door, 0)
        self.not_kept: list[str] = []
        """References of documents that a door said it had taken, and that nobody had kept."""

    def hand_in(self, door: Door, caller: str, reference: str, body: bytes) -> Answered:
        """The status and the answer of `/v1/messages`; 0 if there was none."""
        try:
            return self._hand_in(door, caller, reference, body)
        except (urllib3.exceptions.HTTPError, ValueError, etree.XMLSyntaxError):
            return 0, {}

    def _hand_in(self, door: Door, caller: str, reference: str, body: bytes) -> Answered:
        if door is Door.MESSAGES:
            return self._messages(caller, body)[:2]
        through = {Door.REST: self._rest, Door.COMMON_PLATFORM: self._common_platform, Door.SPI: self._spi}
        status, answer = through[door](caller, reference, body)
        if status != 202:
            return status, answer
        status, answer, repeated = self._messages(caller, body)
        if status == 202:
            with self._lock:
                self.taken[door] += 1
                if not repeated:
                    self.not_kept.append(reference)
        return status, answer

    def _messages(self, caller: str, body: bytes) -> tuple[int, dict[str, Any], bool]:
        headers = {
            "Authorization": self._held[caller].key.authorization(self._now()),
            "Content-Type": "application/json",
        }
        response = self._post(Door.MESSAGES, body, headers)
        return response.status, json.loads(response.data), "Hub-Repeated" in response.headers

    def _rest(self, caller: str, reference: str, body: bytes) -> Answered:
        return self._with_token(Door.REST, caller, body)

    def _common_platform(self, caller: str, reference: str, body: bytes) -> Answered:
        return self._with_token(
            f"{Door.COMMON_PLATFORM}/hearing/{uuid5(NAMESPACE_URL, reference)}/result", caller, body
        )

    def _with_token(self, path: str, caller: str, body: bytes) -> Answered:
        headers = {"Authorization": f"Bearer {self._token(caller)}", "Content-Type": "application/json"}
        response = self._post(path, body, headers)
        if response.status in (200, 201):
            return 202, {}
        if response.status == 401:
            self._tokens.pop(caller, None)  # it has ended, perhaps because the clock went forward
        code = _code(response.data)
        return {"protocol.expired": 422, "reference.reused": 409}.get(code, response.status), {"code": code}

    def _token(self, caller: str) -> str:
        if caller not in self._tokens:
            form = {"grant_type": "client_credentials", "client_id": caller, "client_secret": self._held[caller].secret}
            response = self._http.request_encode_body(
                "POST",
                f"{self._address()}/oauth2/token",
                fields=form,
                encode_multipart=False,
                timeout=ANSWERED_WITHIN_SECONDS,
            )
            self._tokens[caller] = str(json.loads(response.data).get("access_token", ""))
        return self._tokens[caller]

    def _spi(self, caller: str, reference: str, body: bytes) -> Answered:
        now = self._now()
        envelope = _SUBMIT.format(
            id=reference, source=source_of(caller), at=now.isoformat(timespec="seconds"), message=escape(body.decode())
        )
        signed = secured(envelope.encode(), self._held[caller].pair, now, uuid4())
        response = self._post(Door.SPI, signed, {"Content-Type": "text/xml"})
        said = etree.fromstring(response.data).findtext(".//{*}ResponseCode")
        if said is None:
            return 0, {}  # a fault that asks to come again
        if said == _TAKEN:
            return 202, {}
        code = _code(response.data)
        reused = said == _REUSED or code == "reference.reused"
        return (409 if reused else 422), {"code": "reference.reused" if reused else code}

    def _post(self, path: str, body: bytes, headers: dict[str, str]) -> urllib3.BaseHTTPResponse:
        url = f"{self._address()}{path}"
        return self._http.request("POST", url, body=body, headers=headers, timeout=ANSWERED_WITHIN_SECONDS)


def _code(said: bytes) -> str:
    return next((code for code in _CODES if code.encode() in said), said[:200].decode(errors="replace"))
