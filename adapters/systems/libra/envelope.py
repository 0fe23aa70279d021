"""What the list came in: SOAP 1.1 or 1.2, the CSCI gateway's message, both, or nothing; and escaped strings within."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from adapters.says_nothing import leaves_that_say_nothing
from adapters.systems.libra.record import Doubts, Record, opened, refused
from adapters.unread import unread_leaves
from adapters.xml import Node, parse
from schemas.fields import plausible
from schemas.problem import Problem

_REFERENCE_LENGTH_MAX = 200
_NESTING_MAX = 4


@dataclass(frozen=True, slots=True)
class Request:
    """The documents of one file. `message_id` is the sender's, the CSCI message's before that of the SOAP around it."""

    message_id: str | None
    sent_at: datetime | None
    documents: tuple[Node, ...]
    doubts: Doubts


def open_request(body: bytes) -> Request:
    """Raises Refused: xml.*, libra.not_a_list if there is no request, libra.no_documents if it is empty."""
    layers = [parse(body)]
    while (request := _request(layers[-1])) is None and len(layers) < _NESTING_MAX:
        inner = next(_strings(layers[-1]), None)  # an envelope carries one request
        if inner is None:
            break
        layers.append(inner)
    if request is None:
        raise refused(
            "libra.not_a_list",
            layers[0].where,
            "holds neither an ExternalDocumentRequest nor documents with court lists",
            "send the list as an ExternalDocumentRequest, in SOAP, in a CSCI message or by itself",
        )
    doubts = Doubts()
    for layer in layers:
        _doubt_envelope(layer, request, doubts)
    documents = tuple(_documents(request, doubts))
    if not documents:
        raise refused(
            "libra.no_documents",
            request.where,
            "the request holds no document",
            "send at least one <document> within <documents>",
        )
    inward = list(reversed(layers))
    message_id = next(filter(None, map(_message_id, inward)), None)  # of the innermost envelope that has one
    return Request(message_id, next(filter(None, map(_sent_at, inward)), None), documents, doubts)


def _request(root: Node) -> Node | None:
    """The request, the documents or the one document: the outermost that is there."""
    found = root.descendant("ExternalDocumentRequest") or root.descendant("documents")
    if found is not None:
        return found
    document = root.descendant("document")
    holds_list = document is not None and any(document.child(name) for name in ("info", "data", "job"))
    return document if holds_list else None


def _doubt_envelope(layer: Node, request: Node, doubts: Doubts) -> None:
    quiet = leaves_that_say_nothing("libra")
    for one in unread_leaves(_around(layer, request), _carries, quiet):
        problem = f"{one.name} around the list has content that nobody reads"
        found = Problem("libra.unmapped", one.where, problem, "tell us what it means if it matters")
        doubts.add(found, one.name, one.times)


def _around(layer: Node, request: Node) -> Iterator[Node]:
    """The elements of an envelope, without the request."""
    waiting = [layer]
    while waiting:
        element = waiting.pop()
        if element == request:
            continue
        yield element
        waiting.extend(reversed(list(element.children())))


def _carries(element: Node) -> bool:
    """Whether it holds a document as an escaped string."""
    return (element.text() or "").startswith("<")


def _strings(node: Node) -> Iterator[Node]:
    """Each document that stands in the text of an element, escaped."""
    for child in node.children():
        inner = opened(child)
        if inner is not child:
            yield inner
        else:
            yield from _strings(child)


def _documents(request: Node, doubts: Doubts) -> Iterator[Node]:
    """Through request, documents and document, any of which may hold the next as an escaped string."""
    node = opened(request)
    if node.name == "document":
        yield node
        return
    record = Record(node)
    for name in ("ExternalDocumentRequest", "documents", "document"):
        for child in record.each(name):
            yield from _documents(child.node, doubts)
    doubts.leftovers(record)


def _message_id(layer: Node) -> str | None:
    header = layer.descendant("MessageHeader")
    found = (header.text("MessageID/UUID") or header.text("MessageID")) if header is not None else None
    if found is None and (soap := layer.child("Header")) is not None:
        found = soap.text("MessageID")
    return found if found is not None and len(found) <= _REFERENCE_LENGTH_MAX else None


def _sent_at(layer: Node) -> datetime | None:
    """The CSCI time stamp; without a zone it is London's. SOAP has none."""
    header = layer.descendant("MessageHeader")
    stamp = header.text("TimeStamp") if header is not None else None
    if stamp is None:
        return None
    try:
        moment = plausible(datetime.fromisoformat(stamp))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo("Europe/London"))
