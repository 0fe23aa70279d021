"""Writes the `submit` of a message, and reads its response."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime

from adapters.carriage.https.answer import Answer
from adapters.carriage.https.refusals import refusal
from adapters.contract import CannotDeliver, Parcel, Receipt
from adapters.xml import Node, parse
from adapters.xml_writing import Builder, clean
from schemas.problem import Refused

SOAP = "http://schemas.xmlsoap.org/soap/envelope/"
TYPES = "http://schemas.cjse.gov.uk/endpoint/types/"
SUBMIT = "http://schemas.cjse.gov.uk/endpoint/wsdl/submit"
_OPERATIONS = "http://schemas.cjse.gov.uk/common/operations"
_ENTITIES = "http://schemas.cjse.gov.uk/common/businessentities"
_OTHER = "Document"
_ANSWER, _ANSWER_BEGINS_WITHIN = "RouteDataResp", 200
_STREAMS = {"ResultedCaseMessage": "SPIResults", "NewCaseMessage": "SPINewCase"}
_SUCCESS, _PREVIOUSLY_SENT = 1, 302
_CODE = re.compile(r"-?\d{1,9}")


@dataclass(frozen=True, slots=True)
class Route:
    """The names of the two systems, as the interface knows them."""

    source: str
    destination: str


def submit(parcel: Parcel, route: Route, at: datetime) -> bytes:
    """The request. Its RequestID is the message id, which is the same at every attempt."""
    root = Builder("Envelope", SOAP, {"soap": SOAP})
    request = root.add("Body").add("SubmitRequestMes", namespace=TYPES)
    request.add("RequestID", parcel.message_id)
    request.add("SourceID", clean(route.source))
    request.add("DestinationID", clean(route.destination))
    request.add("ExecMode", "ASYNCH")
    request.add("Timestamp", at.isoformat(timespec="seconds"))
    request.add("Message", _answer(parcel.encoded.body) or _route_data(parcel, route))
    return root.bytes()


def _answer(body: bytes) -> str | None:
    """A business answer of the exchange goes as it is. As text it has no encoding of its own."""
    node = _read(body, _ANSWER) if _ANSWER.encode() in body[:_ANSWER_BEGINS_WITHIN] else None
    return None if node is None else body.decode().partition("?>")[2].lstrip()


def _route_data(parcel: Parcel, route: Route) -> str:
    stream_type, media_type, content = _content(parcel.encoded.body)
    root = Builder("RouteData", _OPERATIONS)
    root.attribute("VersionNumber", "1.0")
    root.attribute("RequestResponse", "Request")
    asking = root.add("RequestFromSystem")
    asking.attribute("VersionNumber", "1.0")
    asking.add("CorrelationID", parcel.message_id)
    asking.add("SystemID", clean(route.source))
    stream = root.add("DataStream")
    stream.attribute("VersionNumber", "1.0")
    stream.add("System", clean(route.source), _ENTITIES)
    stream.add("DataStreamType", stream_type, _ENTITIES)
    stream.add("SystemDataStreamID", parcel.message_id, _ENTITIES)
    stream.add("ContentType", media_type, _ENTITIES)
    stream.add("DataStreamContent", content, _ENTITIES)
    routes = root.add("Routes")
    routes.attribute("VersionNumber", "1.0")
    one = routes.add("Route")
    one.attribute("VersionNumber", "1.0")
    one.add("RouteID", "001")
    one.add("RouteSourceSystem", clean(route.source))
    one.add("RouteDestinationSystem", clean(route.destination))
    return root.bytes().decode().partition("?>")[2].lstrip()  # as text it has no encoding of its own


def _content(body: bytes) -> tuple[str, str, str]:
    """The type of the stream, its media type, and its content: the result or the new case, which the system `spi`
    writes in an envelope of another interface. Anything else is carried in base64, as the interface says."""
    for name, stream_type in _STREAMS.items():
        if name.encode() in body and (node := _read(body, name)) is not None:
            return stream_type, "text/xml", node.bytes().decode()
    return _OTHER, "application/octet", base64.b64encode(body).decode()


def _read(body: bytes, name: str) -> Node | None:
    try:
        return parse(body).descendant(name)
    except Refused:
        return None


def understand(answer: Answer, message_id: str) -> Receipt:
    """The receipt, if the response says that this message was taken, now or before. Raises CannotDeliver."""
    response = _response(answer)
    if response is None:
        if 200 <= answer.status < 300:
            problem = f"status {answer.status} came without a response that can be read"
            raise CannotDeliver("receipt.missing", problem, retryable=True)
        raise refusal(answer)
    if (response.text("RequestID") or "").lower() != message_id.lower():
        raise CannotDeliver("receipt.other_message", "the response names another request", retryable=True)
    text = response.text("ResponseCode") or ""
    code = int(text) if _CODE.fullmatch(text) else None
    if code not in (_SUCCESS, _PREVIOUSLY_SENT):
        raise CannotDeliver("partner.refused", f"ResponseCode {text[:9] or 'missing'}", retryable=False)
    return Receipt(proved=True, received_at=answer.at, words={"ResponseCode": str(code)})


def _response(answer: Answer) -> Node | None:
    return _read(answer.body, "SubmitResponseMes")
