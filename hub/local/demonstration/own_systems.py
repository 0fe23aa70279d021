"""The systems of simulated agencies that receive in their own manners: a prison's document store with its token
service, and a police system that is called by `submit`. None of them knows anything of the exchange."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from adapters.xml import parse
from hub.local.demonstration.inboxes import Inboxes, is_agency
from schemas.json import JsonObject
from schemas.problem import Refused

if TYPE_CHECKING:
    from python_multipart.multipart import Field, File

SECRET = "the-secret-of-a-simulated-agency"  # noqa: S105 # it opens nothing but the simulation
_TOKEN = "a-token-of-a-simulated-agency"  # noqa: S105 # the same
_PATH = re.compile(r"/agencies/([^/]+)/(token|spi|store/documents/[A-Z_]+/([0-9a-f-]{36}))")
_ANSWER = """<soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body>
<SubmitResponseMes xmlns="http://schemas.cjse.gov.uk/endpoint/types/"><RequestID>{id}</RequestID>
<ResponseCode>{code}</ResponseCode><ResponseText>{text}</ResponseText></SubmitResponseMes></soap:Body></soap:Envelope>"""


@dataclass(frozen=True, slots=True)
class SystemAnswer:
    status: int
    media_type: str
    body: bytes


def answer(path: str, headers: Mapping[str, str], body: bytes, inboxes: Inboxes) -> SystemAnswer | None:
    """None for a path of none of these systems."""
    named = _PATH.fullmatch(path)
    if named is None or not is_agency(named[1]):
        return None
    if named[2] == "token":
        return _token(body)
    if named[2] == "spi":
        return _submitted(named[1], body, inboxes)
    return _stored(named[1], named[3], headers, body, inboxes)


def _token(body: bytes) -> SystemAnswer:
    given = parse_qs(body.decode("ascii", "replace"))
    if given.get("grant_type") != ["client_credentials"] or given.get("client_secret") != [SECRET]:
        return _json(401, {"error": "invalid_client"})
    return _json(200, {"access_token": _TOKEN, "token_type": "Bearer", "expires_in": 600})


def _submitted(agency: str, body: bytes, inboxes: Inboxes) -> SystemAnswer:
    try:
        request = parse(body).descendant("SubmitRequestMes")
        routed = (request.text("Message") or "") if request is not None else ""
        stream = parse(routed.encode()).descendant("DataStreamContent")
    except Refused:
        request = stream = None
    if request is None or stream is None:
        return SystemAnswer(500, "text/xml", b"<fault/>")
    id = request.text("RequestID") or ""
    item = inboxes.take(agency, id, "hearing_result", (stream.text() or "").encode(), ".xml")
    code, text = (1, "Success") if item.times_seen == 1 else (302, "PreviouslySent")
    return SystemAnswer(200, "text/xml", _ANSWER.format(id=id, code=code, text=text).encode())


def _stored(agency: str, uuid: str, headers: Mapping[str, str], body: bytes, inboxes: Inboxes) -> SystemAnswer:
    if headers.get("Authorization") != f"Bearer {_TOKEN}":
        return _json(401, {"userMessage": "no token"})
    parts = _parts(headers, body)
    content = parts.get("file", b"")
    digest = hashlib.sha256(content).hexdigest()
    if not content or "metadata" not in parts or parts.get("fileHash", b"").decode() != digest:
        return _json(400, {"userMessage": "file, metadata and the right fileHash are needed"})
    metadata = json.loads(parts["metadata"])
    item = inboxes.take(agency, uuid, str(metadata["kind"]), content, ".pdf")
    item.file.with_suffix(".metadata.json").write_bytes(parts["metadata"])
    if item.times_seen > 1:
        return _json(409, {"userMessage": "there is a document with this uuid"})
    return _json(201, {"documentUuid": uuid, "fileHash": digest, "createdTime": item.received_at.isoformat()})


def _parts(headers: Mapping[str, str], body: bytes) -> dict[str, bytes]:
    import python_multipart

    parts: dict[str, bytes] = {}

    def field(part: "Field") -> None:
        parts[(part.field_name or b"").decode()] = part.value or b""

    def file(part: "File") -> None:
        part.file_object.seek(0)
        parts[(part.field_name or b"").decode()] = part.file_object.read()

    given = {"Content-Type": headers.get("Content-Type", "").encode(), "Content-Length": str(len(body)).encode()}
    python_multipart.parse_form(given, BytesIO(body), field, file)
    return parts


def _json(status: int, document: JsonObject) -> SystemAnswer:
    return SystemAnswer(status, "application/json", json.dumps(document).encode())
