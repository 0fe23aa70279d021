"""Finds the resulted and new cases in a document: bare, in a DeliverRequest, in any SOAP envelope, or as escaped text
in a RouteData that may itself be escaped text."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from adapters.dates import instant, read_day, read_time
from adapters.says_nothing import leaves_that_say_nothing
from adapters.unread import Unread, unread_leaves
from adapters.xml import Node, looks_like_xml, parse
from schemas.problem import Problem, Refused

RESULTS, NEW_CASE = "ResultedCaseMessage", "NewCaseMessage"
_MESSAGES = frozenset({RESULTS, NEW_CASE})
ANSWERS = frozenset({"RouteDataResp", "SubmitResponseMes", "DeliverResponse", "Acknowledgement", "Fault"})
_FAMILY = (RESULTS, NEW_CASE, "RouteData", "SubmitRequestMes", "SubmitResponseMes", "DeliverRequest", "DeliverResponse")
_CARRIERS = frozenset({"DataStreamContent", "Message"})
_FACTS = frozenset({"TestOperation", "CreationDateTime", "Timestamp", "Dated", "Timed"})
_NO_TEST = ("", "false", "0")  # other content there may also say that it is a test
_DEPTH_MAX = 6
_CARRIED_MAX = 50
_HEAD_BYTES = 8192
_ID_LENGTH_MAX = 100

# An inner document is text already, so the encoding that it declares does not apply.
_DECLARATION = re.compile(r"((?>\s|<!--(?>.*?-->))*+)<\?xml\s[^>]*\?>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Facts:
    """What the envelopes around a message say about it, outer ones first."""

    ids: tuple[tuple[str, str], ...] = ()
    sent_at: datetime | None = None
    test: str | None = None
    """The place that says that it is a test."""
    unread: tuple[Unread, ...] = ()

    def message_id(self) -> str | None:
        for name in ("MessageIdentifier", "CorrelationID", "SystemDataStreamID"):
            for found, value in self.ids:
                if found == name:
                    return value  # the outermost one with that name, because the sender itself gave it
        return None


@dataclass(frozen=True, slots=True)
class Found:
    """A ResultedCaseMessage or NewCaseMessage with the facts of its envelopes."""

    message: Node
    facts: Facts

    def message_id(self) -> str:
        """Return the id in the envelopes; without one, it is made from the content."""
        return self.facts.message_id() or hashlib.sha256(self.message.bytes()).hexdigest()


@dataclass(slots=True)
class Search:
    """What one document contained. `failures` are inner documents that could not be read."""

    found: list[Found] = field(default_factory=list)
    other: list[Problem] = field(default_factory=list)
    failures: list[Problem] = field(default_factory=list)
    carried: int = 0


def recognises(body: bytes) -> bool:
    """Look for the names in the first kilobytes, escaped or not, in any encoding that keeps ASCII readable."""
    head = body[:_HEAD_BYTES].replace(b"\x00", b"")
    return (
        looks_like_xml(body)
        and b"ExternalDocumentRequest" not in head
        and any(name.encode() in head for name in (*_FAMILY, "RouteDataResp"))
    )


def search(body: bytes) -> Search:
    """Return everything of this interface in the document. Raises Refused if the outermost document cannot be read, or
    if it contains nothing of this interface."""
    root = parse(body)
    held = Search()
    _open(root, Facts(), 0, held)
    if not (held.found or held.other or held.failures):
        held.other.append(
            Problem(
                "document.unknown_type",
                root.where,
                f"contains neither a {RESULTS} nor a {NEW_CASE}",
                "send results and new cases as the Standard Police Interface defines them",
            )
        )
    return held


def _open(document: Node, outer: Facts, depth: int, held: Search) -> None:
    elements = list(_of_envelope(document))
    facts = _facts(elements, outer)
    for element in elements:
        if element.name in _MESSAGES:
            held.found.append(Found(element, facts))
        elif element.name in ANSWERS:
            held.other.append(_answer(element))
        elif (text := element.text()) is not None and _carries(element, text):
            _open_carried(element, text, facts, depth + 1, held)


def _of_envelope(document: Node) -> Iterator[Node]:
    """Yield the elements in document order, without those inside a message or an answer."""
    waiting = [document]
    while waiting:
        element = waiting.pop()
        yield element
        if element.name not in ANSWERS and element.name not in _MESSAGES:
            waiting.extend(reversed(list(element.children())))


def _is_read(element: Node) -> bool:
    text = element.text()
    return element.name in _FACTS or (text is not None and _carries(element, text))


def _carries(element: Node, text: str) -> bool:
    return text.lstrip("\ufeff")[:1] in ("<", "&") and (
        element.name in _CARRIERS or any(name in text[:_HEAD_BYTES] for name in _FAMILY)
    )


def _open_carried(element: Node, text: str, facts: Facts, depth: int, held: Search) -> None:
    held.carried += 1
    if depth > _DEPTH_MAX or held.carried > _CARRIED_MAX:
        if held.carried <= _CARRIED_MAX + 1:
            held.failures.append(
                Problem(
                    "spi.wrapped_too_often",
                    f"line {element.line}, {element.place}/",
                    f"documents are nested more than {_DEPTH_MAX} deep, or are more than {_CARRIED_MAX}",
                    "send the message in the agreed envelope",
                )
            )
        return
    place = f"{element.where.partition(', ')[2]}/text()"
    text = _DECLARATION.sub(r"\1", text.strip("\ufeff \t\r\n"), count=1)
    try:
        if text.startswith("&"):  # it was escaped once more than its envelope needed
            once = parse(f"<text>{text}</text>".encode(), place).text()
            if once is not None and _carries(element, once):
                _open_carried(element, once, facts, depth + 1, held)
        else:
            _open(parse(text.encode(), place), facts, depth, held)
    except Refused as refused:
        held.failures += refused.problems


def _facts(elements: list[Node], outer: Facts) -> Facts:
    quiet = leaves_that_say_nothing("spi")
    around = [element for element in elements if element.name not in ANSWERS | _MESSAGES]
    ids = list(outer.ids)
    texts: dict[str, str] = {}
    for element in elements:
        if element.name in ("MessageIdentifier", "CorrelationID", "SystemDataStreamID"):
            value = element.text()
            if value is not None and len(value) <= _ID_LENGTH_MAX:
                ids.append((element.name, value))
        elif element.name in _FACTS:
            texts.setdefault(element.name, element.text() or "")
    return Facts(
        tuple(ids),
        outer.sent_at or _sent_at(texts),
        outer.test or next(filter(None, map(_test, elements)), None),
        (*outer.unread, *unread_leaves(around, _is_read, quiet)),
    )


def _test(element: Node) -> str | None:
    is_test = element.name == "TestOperation" and (element.text() or "").lower() not in _NO_TEST
    return element.where if is_test else None


def _sent_at(texts: dict[str, str]) -> datetime | None:
    day, _, clock = (texts.get("CreationDateTime") or texts.get("Timestamp") or "").partition("T")
    if not clock:
        day, clock = texts.get("Dated", ""), texts.get("Timed", "")
    on, at = read_day(day), read_time(clock)
    return instant(on, at) if on is not None and at is not None else None


def _answer(element: Node) -> Problem:
    """Name the answer's class, code and addressee if they are plain codes. Its words are not read."""
    status = " ".join(
        text
        for name in ("StatusClass", "Code", "ResponseCode")
        if (node := element.descendant(name)) and (text := node.text()) and re.fullmatch(r"[\w-]{1,40}", text)
    )
    addressee = next(
        (
            text
            for name in ("DestinationID", "SystemID")
            if (node := element.descendant(name)) and (text := node.text()) and re.fullmatch(r"[\w.-]{1,50}", text)
        ),
        "the system whose message it answers",
    )
    return Problem(
        "spi.not_a_result",
        element.where,
        f"is an answer of the exchange of the criminal justice agencies ({element.name}"
        + (f", {status}" if status else "")
        + "), neither a result nor a new case",
        f"pass it to those who run {addressee}; nothing in it is for this exchange",
    )
