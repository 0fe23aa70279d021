"""Reads the two requests of the interface, and what the document in one says about itself."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from adapters.interfacing import soap
from adapters.xml import Node, parse
from schemas.problem import Problem, Refused

TYPES = "http://schemas.cjse.gov.uk/endpoint/types/"
WSDL = "http://schemas.cjse.gov.uk/endpoint/wsdl/"
SUBMIT, RETRIEVE = "SubmitRequestMes", "RetrieveRequestMes"
MODES = ("ASYNCH", "SYNCH", "ROUTE")
_ID = re.compile(r"\S{1,200}")
_DECLARATION = re.compile(r"^\s*<\?xml\s[^>]*\?>")
_TRUE = ("true", "1")
ANSWER, FATAL = "RouteDataResp", "FatalError"
_UNPRINTABLE = re.compile(r"[^ -~]+")


@dataclass(frozen=True, slots=True)
class Submitted:
    request_id: str
    source: str
    mode: str
    document: bytes


@dataclass(frozen=True, slots=True)
class Retrieved:
    request_id: str
    source: str
    since: datetime
    until: datetime | None


def read_request(body: bytes) -> Submitted | Retrieved:
    """Raises Refused."""
    content = soap.read(body).content
    if content.name not in (SUBMIT, RETRIEVE):
        raise _refused("soap.envelope", content, "is neither a submit nor a retrieve", "call one of the two")
    request_id, source = content.text("RequestID"), content.text("SourceID")
    if request_id is None or not _ID.fullmatch(request_id):
        raise _refused("spi.request_id", content, "RequestID is missing, or has spaces", "give each request an id")
    if source is None:
        raise _refused("spi.source", content, "SourceID is missing", "name the system that sends")
    if content.name == RETRIEVE:
        since, until = (_moment(content, f"Filter/{name}") for name in ("TimeFrom", "TimeTo"))
        return Retrieved(request_id, source, since or datetime(2000, 1, 1, tzinfo=UTC), until)
    mode, text = content.text("ExecMode"), content.text("Message")
    if mode not in MODES:
        raise _refused("spi.mode", content, "ExecMode is none of those that there are", f"use {', '.join(MODES)}")
    if text is None:
        raise _refused("spi.no_message", content, "Message is empty", "send a RouteData in it, as escaped text")
    # The text is decoded already, so the encoding that it declares does not apply.
    return Submitted(request_id, source, mode, _DECLARATION.sub("", text, count=1).encode())


def is_test(document: bytes) -> bool:
    """Whether the document says that it is a test."""
    try:
        marks = parse(document).descendants("TestOperation")
        return any((mark.text() or "").lower() in _TRUE for mark in marks)
    except Refused:
        return False


@dataclass(frozen=True, slots=True)
class BusinessAnswer:
    """What a RouteDataResp says of one of our messages. `fatal` is its first fatal status."""

    message_id: str
    outcome: str
    fatal: str | None


def business_answer(document: bytes) -> BusinessAnswer | None:
    """None if the document is no answer, or none that can be read."""
    if ANSWER.encode() not in document:
        return None
    try:
        root = parse(document)
    except Refused:
        return None
    if root.name != ANSWER:
        return None
    classes = [status.text("StatusClass") or "" for status in root.children("OperationStatus")]
    worst = next((each for each in (FATAL, "Warning", "Success") if each in classes), "unknown")
    fatal = next((each for each in root.children("OperationStatus") if each.text("StatusClass") == FATAL), None)
    correlation = root.text("ResponseToSystem/CorrelationID") or ""
    return BusinessAnswer(correlation, worst, None if fatal is None else _said(fatal))


def _said(status: Node) -> str:
    """Code and description. The context may be about a person, so it is not read."""
    code, description = ((status.text(name) or "") for name in ("Code", "Description"))
    return " ".join(_UNPRINTABLE.sub(" ", f"{FATAL} {code[:9]} {description[:80]}").split())


@dataclass(frozen=True, slots=True)
class Routed:
    """What an answer repeats of a RouteData."""

    correlation: str | None = None
    system: str | None = None


def routed(document: bytes | None) -> Routed:
    try:
        root = parse(document or b"")
    except Refused:
        return Routed()
    asking = root.descendant("RequestFromSystem")
    if asking is None:
        return Routed()
    return Routed(asking.text("CorrelationID"), asking.text("SystemID"))


def _moment(content: Node, path: str) -> datetime | None:
    text = content.text(path)
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        problem, cure = "a time of the filter cannot be read", "write it as xs:dateTime"
        raise _refused("spi.filter", content, problem, cure) from None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo("Europe/London"))


def _refused(code: str, at: Node, problem: str, cure: str) -> Refused:
    return Refused(Problem(code, at.where, problem, cure))
