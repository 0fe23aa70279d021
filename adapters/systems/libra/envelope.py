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
from schemas.problem import Problem, Refused

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
    outermost = _Layer(parse(body), ())
    malformed: list[Problem] = []
    found = list(_requests_in(outermost, malformed))
    if not found and malformed:
        raise Refused(*malformed)
    if not found:
        raise refused(
            "libra.not_a_list",
            outermost.node.where,
            "contains neither an ExternalDocumentRequest nor documents with court lists",
            "send the list as an ExternalDocumentRequest, in SOAP, in a CSCI message or by itself",
        )
    doubts = Doubts()
    requests = tuple(request for request, _ in found)
    layers = {layer.node.place: layer for _, innermost in found for layer in innermost.outward()}
    for layer in sorted(layers.values(), key=lambda one: len(one.around)):
        _doubt_envelope(layer.node, requests, frozenset(layers), doubts)
    documents = tuple(document for request in requests for document in _documents(request, doubts))
    if not documents:
        raise refused(
            "libra.no_documents",
            requests[0].where,  # all of them are empty
            "the request contains no document",
            "send at least one <document> within <documents>",
        )
    inward = [layer.node for layer in found[0][1].outward()]  # of several requests, the file has the id of the first
    message_id = next(filter(None, map(_message_id, inward)), None)  # of the innermost envelope that has one
    return Request(message_id, next(filter(None, map(_sent_at, inward)), None), documents, doubts)


@dataclass(frozen=True, slots=True)
class _Layer:
    """A document, and those that it is in as an escaped string, the outermost first."""

    node: Node
    around: tuple["_Layer", ...]

    def outward(self) -> tuple["_Layer", ...]:
        return (self, *reversed(self.around))


def _requests_in(layer: _Layer, malformed: list[Problem]) -> Iterator[tuple[Node, _Layer]]:
    """Yield each request with the document that it is in. Strings that are no XML are `malformed`."""
    found = _requests(layer.node)
    for request in found:
        yield request, layer
    if not found and len(layer.around) < _NESTING_MAX:
        for inner in _strings(layer.node, malformed):
            yield from _requests_in(_Layer(inner, (*layer.around, layer)), malformed)


def _requests(root: Node) -> list[Node]:
    """Return the requests, the documents around lists, or the single documents: the outermost ones."""
    for name in ("ExternalDocumentRequest", "documents"):
        if found := list(_outermost(root, name)):
            return found
    return [one for one in _outermost(root, "document") if any(one.child(name) for name in ("info", "data", "job"))]


def _outermost(root: Node, name: str) -> Iterator[Node]:
    if root.name == name:
        yield root
        return
    for child in root.children():
        yield from _outermost(child, name)


def _doubt_envelope(layer: Node, requests: tuple[Node, ...], opened_at: frozenset[str], doubts: Doubts) -> None:
    quiet = leaves_that_say_nothing("libra")
    for one in unread_leaves(_around(layer, requests), lambda element: _leads_on(element, opened_at), quiet):
        problem = f"{one.name} around the list has content that was not read"
        found = Problem("libra.unmapped", one.where, problem, "nothing, unless it matters: then ask for a field")
        doubts.add(found, one.name, one.times)


def _around(layer: Node, requests: tuple[Node, ...]) -> Iterator[Node]:
    """Yield the elements of an envelope without the requests."""
    waiting = [layer]
    while waiting:
        element = waiting.pop()
        if element in requests:
            continue
        yield element
        waiting.extend(reversed(list(element.children())))


def _leads_on(element: Node, opened_at: frozenset[str]) -> bool:
    """Return whether it holds as an escaped string a document that a request was found in."""
    return (element.text() or "").startswith("<") and element.where.partition(", ")[2] in opened_at


def _strings(node: Node, malformed: list[Problem]) -> Iterator[Node]:
    """Yield each document that is escaped in the text of an element."""
    for child in node.children():
        try:
            inner = opened(child)
        except Refused as refusal:
            malformed += refusal.problems
            continue
        if inner is not child:
            yield inner
        else:
            yield from _strings(child, malformed)


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
