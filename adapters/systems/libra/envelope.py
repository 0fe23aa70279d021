"""Opens the envelope of a list: SOAP 1.1 or 1.2, the CSCI gateway's message, both, or none, and escaped strings in
them."""

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
    """The documents of one file. `message_id` is the sender's: that of the CSCI message, otherwise that of the SOAP
    around it."""

    message_id: str | None
    sent_at: datetime | None
    documents: tuple[Node, ...]
    doubts: Doubts


def open_request(body: bytes) -> Request:
    """Open a file. Raises Refused: xml.*, libra.not_a_list if there is no request, libra.no_documents if it is
    empty."""
    layers = [parse(body)]
    while (request := _request(layers[-1])) is None and len(layers) < _NESTING_MAX:
        inner = next(_strings(layers[-1]), None)  # an envelope has one request
        if inner is None:
            break
        layers.append(inner)
    if request is None:
        raise refused(
            "libra.not_a_list",
            layers[0].where,
            "contains neither an ExternalDocumentRequest nor documents with court lists",
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
            "the request contains no document",
            "send at least one <document> within <documents>",
        )
    inward = list(reversed(layers))
    message_id = next(filter(None, map(_message_id, inward)), None)  # of the innermost envelope that has one
    return Request(message_id, next(filter(None, map(_sent_at, inward)), None), documents, doubts)


def _request(root: Node) -> Node | None:
    """Return the request, the documents or the single document: the outermost one."""
    found = root.descendant("ExternalDocumentRequest") or root.descendant("documents")
    if found is not None:
        return found
    document = root.descendant("document")
    holds_list = document is not None and any(document.child(name) for name in ("info", "data", "job"))
    return document if holds_list else None


def _doubt_envelope(layer: Node, request: Node, doubts: Doubts) -> None:
    quiet = leaves_that_say_nothing("libra")
    for one in unread_leaves(_around(layer, request), _carries, quiet):
        problem = f"{one.name} around the list has content that was not read"
        found = Problem("libra.unmapped", one.where, problem, "nothing, unless it matters: then ask for a field")
        doubts.add(found, one.name, one.times)


def _around(layer: Node, request: Node) -> Iterator[Node]:
    """Yield the elements of an envelope without the request."""
    waiting = [layer]
    while waiting:
        element = waiting.pop()
        if element == request:
            continue
        yield element
        waiting.extend(reversed(list(element.children())))


def _carries(element: Node) -> bool:
    """Return whether it holds a document as an escaped string."""
    return (element.text() or "").startswith("<")


def _strings(node: Node) -> Iterator[Node]:
    """Yield each document that is escaped in the text of an element."""
    for child in node.children():
        inner = opened(child)
        if inner is not child:
            yield inner
        else:
            yield from _strings(child)


def _documents(request: Node, doubts: Doubts) -> Iterator[Node]:
    """Yield the documents in request, documents and document. Each may hold the next as an escaped string."""
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
    """Return the CSCI time stamp. Without a zone it is in London time. SOAP has none."""
    header = layer.descendant("MessageHeader")
    stamp = header.text("TimeStamp") if header is not None else None
    if stamp is None:
        return None
    try:
        moment = plausible(datetime.fromisoformat(stamp))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=ZoneInfo("Europe/London"))
