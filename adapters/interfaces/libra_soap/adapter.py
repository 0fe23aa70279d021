"""Takes the lists that Libra posts by SOAP, and acknowledges them."""

from importlib.resources import files

from adapters.calls import (
    Accepted,
    AnswerAtOnce,
    Asked,
    Call,
    HandIn,
    Interface,
    Operation,
    Outcome,
    Proof,
    Said,
)
from adapters.interfacing import soap
from adapters.interfacing.rest import as_declined
from adapters.xml_writing import Builder, clean
from schemas.problem import Problem, Refused

_ACKNOWLEDGEMENT = "http://www.justice.gov.uk/magistrates/ack"
_REQUEST = "ExternalDocumentRequest"
_ACTIONS = frozenset({"", "externalDocument", _REQUEST})
_COMMENT_LENGTH_MAX = 1_000
_DESCRIBED = "The WSDL."
_HAND_IN = Operation(
    method="POST",
    path="",
    title="Send lists (ExternalDocumentRequest)",
    proofs=frozenset({Proof.SIGNATURE, Proof.CERTIFICATE}),
    media_types=soap.MEDIA_TYPES,
    headers=("soapaction",),
    answers={200: "An Acknowledgement.", 400: "A fault that says why.", 500: "A fault that says why."},
)
_WSDL = Operation("GET", "", "The WSDL", frozenset(), query=frozenset({"wsdl", "WSDL"}), answers={200: _DESCRIBED})
_WSDL_FILE = Operation("GET", "/ExternalDocumentRequest.wsdl", "The WSDL", frozenset(), answers={200: _DESCRIBED})


class LibraSoap:
    """Stateless."""

    name = "libra_soap"
    address = "libra"
    title = "Lists of the magistrates' courts from Libra"
    operations: tuple[Operation, ...] = (_HAND_IN, _WSDL, _WSDL_FILE)

    def asked(self, call: Call) -> Asked:
        if call.operation != _HAND_IN:
            return AnswerAtOnce(_description(call.address.removesuffix(_WSDL_FILE.path)))
        asked = soap.read(call.body)
        action = call.headers.get("soapaction", "").strip('" ')
        if action not in _ACTIONS:
            problem, cure = "the SOAP action is none of this interface", "send externalDocument, or none"
            raise Refused(Problem("soap.action", "headers", problem, cure))
        if asked.content.name != _REQUEST:
            problem, cure = f"the body holds no {_REQUEST}", "send the lists in one"
            raise Refused(Problem("libra.not_a_list", asked.content.where, problem, cure))
        return HandIn(call.body, call.media_type)

    def said(self, call: Call, outcome: Outcome) -> Said:
        version = soap.version_of(call)
        if isinstance(outcome, Accepted):
            return soap.said_envelope(version, _acknowledgement(call, outcome), soap.addressing_of_call(call))
        return soap.said_fault(version, as_declined(outcome))


def _acknowledgement(call: Call, accepted: Accepted) -> soap.Writes:
    def write(body: Builder) -> None:
        ack = body.add("Acknowledgement", namespace=_ACKNOWLEDGEMENT).add("Ack", namespace="")
        ack.add("MessageStatus", "Success")
        if accepted.refused:
            ack.add("MessageComment", _comment(accepted))
        ack.add("TimeStamp", call.at.isoformat(timespec="seconds"))

    return write


def _comment(accepted: Accepted) -> str:
    """Name the parts that were refused, as many as the comment has room for."""
    named = [f"{problem.where}: {problem.code}" for problem in accepted.refused]
    text = f"{len(named)} of the parts were refused: "
    for count, one in enumerate(named):
        if len(text) + len(one) > _COMMENT_LENGTH_MAX:
            return clean(f"{text}and {len(named) - count} more")
        text += f"{one}; "
    return clean(text.rstrip("; "))


def _description(address: str) -> Said:
    text = (files(__package__) / "ExternalDocument.wsdl").read_text("utf-8")
    return Said(200, text.replace("{address}", clean(address)).encode(), "text/xml; charset=utf-8")


def interface() -> Interface:
    return LibraSoap()
