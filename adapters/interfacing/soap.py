"""SOAP 1.1 and 1.2, and WS-Addressing: reads an envelope, and writes answers and faults."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from adapters.calls import Call, Declined, Said
from adapters.interfacing.rest import retry_header
from adapters.xml import Node, parse
from adapters.xml_writing import Builder, clean
from schemas.problem import Problem, Refused

SOAP_11 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_12 = "http://www.w3.org/2003/05/soap-envelope"
ADDRESSING = "http://www.w3.org/2005/08/addressing"
_MEDIA_TYPES = {SOAP_11: "text/xml", SOAP_12: "application/soap+xml"}
MEDIA_TYPES = ("application/soap+xml", "text/xml")
Writes = Callable[[Builder], None]
"""Writes an element into a body."""
_TEXT_LENGTH_MAX = 2_000
_SAID_MAX = 5


@dataclass(frozen=True, slots=True)
class Addressing:
    """The headers of WS-Addressing, as far as an answer repeats them."""

    action: str | None = None
    message_id: str | None = None
    to: str | None = None
    sender: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """An envelope that was read: its version, its headers, and the element in its body."""

    version: str
    addressing: Addressing
    content: Node


def read(body: bytes) -> Asked:
    """Raises Refused."""
    root = parse(body)
    if root.name != "Envelope" or root.namespace not in _MEDIA_TYPES:
        raise _refused(root.where, "is no SOAP envelope", "send the message in SOAP 1.1 or 1.2")
    held = root.child("Body")
    contents = list(held.children()) if held is not None else []
    if len(contents) != 1:
        raise _refused(root.where, "the body of the envelope must hold one element", "send one message in an envelope")
    return Asked(root.namespace, addressing_of(root), contents[0])


def addressing_of(root: Node) -> Addressing:
    header = root.child("Header")
    if header is None:
        return Addressing()

    def said(name: str) -> str | None:
        found = (one for one in header.children(name) if one.namespace == ADDRESSING)
        node = next(found, None)
        text = None if node is None else (node.text("Address") or node.text())
        return text if text is not None and len(text) <= _TEXT_LENGTH_MAX else None

    return Addressing(said("Action"), said("MessageID"), said("To"), said("From"))


def addressing_of_call(call: Call) -> Addressing:
    """For the answer to a call that was read."""
    return addressing_of(parse(call.body if call.addressed is None else call.addressed))


def version_of(call: Call) -> str:
    """The version to answer in, also for what cannot be read."""
    try:
        root = parse(call.body)
    except Refused:
        return SOAP_11 if call.media_type == "text/xml" else SOAP_12
    return root.namespace if root.namespace in _MEDIA_TYPES else SOAP_12


def said_envelope(version: str, write: Writes, asked: Addressing | None = None) -> Said:
    """An answer. `write` writes the element of the body. To a message with WS-Addressing it is addressed in return."""
    root = Builder("Envelope", version, {"soap": version, "wsa": ADDRESSING})
    if asked is not None and asked.message_id is not None:
        header = root.add("Header")
        own = uuid5(NAMESPACE_URL, f"answer to {asked.message_id}")
        header.put("Action", asked.action and clean(asked.action), ADDRESSING)
        header.add("MessageID", f"urn:uuid:{own}", ADDRESSING)
        header.add("RelatesTo", clean(asked.message_id), ADDRESSING)
        header.put("To", asked.sender and clean(asked.sender), ADDRESSING)
        if asked.to is not None:
            header.add("From", namespace=ADDRESSING).add("Address", clean(asked.to))
    write(root.add("Body"))
    return Said(200, root.bytes(), f"{_MEDIA_TYPES[version]}; charset=utf-8")


def said_fault(version: str, declined: Declined) -> Said:
    """A fault that says why, with every problem. Whoever is asked to wait sees that from the status, too."""
    is_theirs = declined.status < 500 and declined.status != 429

    def write(body: Builder) -> None:
        fault = body.add("Fault")
        if version == SOAP_11:
            fault.add("faultcode", "soap:Client" if is_theirs else "soap:Server", "")
            fault.add("faultstring", text_of(declined), "")
            _detail(fault.add("detail", namespace=""), declined)
        else:
            fault.add("Code").add("Value", "soap:Sender" if is_theirs else "soap:Receiver")
            reason = fault.add("Reason").add("Text", text_of(declined))
            reason.attribute("{http://www.w3.org/XML/1998/namespace}lang", "en")
            _detail(fault.add("Detail"), declined)

    answer = said_envelope(version, write)
    later = declined.status if declined.retry_after_seconds is not None else None
    status = later or (400 if is_theirs and version == SOAP_12 else 500)
    return Said(status, answer.body, answer.media_type, retry_header(declined))


def text_of(declined: Declined) -> str:
    first = "; ".join(f"{one.code}: {one.problem}" for one in declined.problems[:_SAID_MAX])
    return clean(f"{declined.problem}: {first}" if first else f"{declined.code}: {declined.problem}")[:_TEXT_LENGTH_MAX]


def _detail(detail: Builder, declined: Declined) -> None:
    for problem in declined.problems:
        one = detail.add("problem", namespace="urn:justice-exchange:problems")
        for name, value in problem.as_dict().items():
            one.put(name, clean(value))


def _refused(where: str, problem: str, cure: str) -> Refused:
    return Refused(Problem("soap.envelope", where, problem, cure))
