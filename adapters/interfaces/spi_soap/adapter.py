"""Takes results and new cases as the Standard Police Interface sends them, and says what became of them."""

from importlib.resources import files

from adapters.calls import (
    Accepted,
    AnswerAtOnce,
    Asked,
    Call,
    Declined,
    EarlierAnswer,
    FetchAnswers,
    Fetched,
    HandIn,
    Interface,
    Noted,
    Operation,
    Outcome,
    Proof,
    Rehearse,
    Rehearsed,
    Said,
    TellOutcome,
)
from adapters.interfaces.spi_soap import answers
from adapters.interfaces.spi_soap.requests import WSDL, Retrieved, Submitted, business_answer, is_test, read_request
from adapters.interfacing import soap
from adapters.xml_writing import Builder, clean
from schemas.problem import Problem, Refused

_ACTIONS = frozenset({"", f"{WSDL}submit", f"{WSDL}retrieve"})
_POST = Operation(
    method="POST",
    path="",
    title="submit and retrieve",
    proofs=frozenset({Proof.CERTIFICATE, Proof.SIGNATURE}),
    media_types=("text/xml",),
    headers=("soapaction",),
    answers={200: "A response, whose ResponseCode says whether it was taken.", 500: "A fault that says why."},
)
_GET = Operation("GET", "", "The WSDL", frozenset(), query=frozenset({"wsdl", "WSDL"}), answers={200: "The WSDL."})
_REUSED = Problem(
    "spi.request_reused",
    "RequestID",
    "another document was submitted with this RequestID",
    "give each document an id of its own, and send the same one again with the same id",
)


class SpiSoap:
    """Stateless."""

    name = "spi_soap"
    address = "spi"
    title = "Standard Police Interface"
    operations: tuple[Operation, ...] = (_POST, _GET)

    def asked(self, call: Call) -> Asked:
        if call.operation == _GET:
            return AnswerAtOnce(_description(call.address))
        if call.headers.get("soapaction", "").strip('" ') not in _ACTIONS:
            problem, cure = "the SOAP action is none of this interface", "call submit or retrieve"
            raise Refused(Problem("soap.action", "headers", problem, cure))
        request = read_request(call.body)
        if isinstance(request, Retrieved):
            return FetchAnswers(request.since, request.until, said_by=request.source)
        if is_test(request.document):
            return Rehearse(request.document, said_by=request.source)
        name = f"{request.source}/{request.request_id}"
        if (told := business_answer(request.document)) is not None:
            return TellOutcome(told.message_id, name, told.outcome, told.fatal, said_by=request.source)
        return HandIn(
            request.document,
            "text/xml",
            name=name,
            once=True,
            answer_later=request.mode != "SYNCH",
            already_named=_REUSED,
            said_by=request.source,
        )

    def said(self, call: Call, outcome: Outcome) -> Said:
        version = soap.SOAP_11 if call.media_type in ("", "text/xml") else soap.version_of(call)
        try:
            request = read_request(call.body)
        except Refused:
            request = None
        if request is None or (isinstance(outcome, Declined) and not _is_said_by_code(outcome)):
            return _fault(version, outcome)
        if isinstance(request, Submitted):
            code, text = _submitted(request, outcome)
            return soap.said_envelope(version, lambda body: answers.submitted(body, request.request_id, code, text))
        return soap.said_envelope(version, lambda body: _retrieved(body, call, request, outcome))

    def answer(self, earlier: EarlierAnswer) -> Said:
        return Said(200, answers.route_data_response(earlier), "text/xml")


def _is_said_by_code(declined: Declined) -> bool:
    return declined.kept or answers.is_of_request(declined)


def _fault(version: str, outcome: Outcome) -> Said:
    if not isinstance(outcome, Declined):
        raise TypeError("what cannot be read was not taken")
    return soap.said_fault(version, outcome)


def _submitted(request: Submitted, outcome: Outcome) -> tuple[int, str]:
    """Whoever does not wait for the business answer learns that the document was taken, and the rest by `retrieve`."""
    match outcome:
        case Declined() if answers.is_of_request(outcome) or request.mode == "SYNCH":
            return answers.code_of(outcome.problems[0])[0], soap.text_of(outcome)
        case Noted():
            return answers.SUCCESS, "Success"
        case Accepted(refused=refused) if refused and request.mode == "SYNCH":
            return answers.SUCCESS, "; ".join(f"not taken: {one.where}: {one.code}" for one in refused)[:1_000]
        case Rehearsed(messages=messages, refused=refused):
            if not messages:
                return answers.code_of(refused[0])[0] if refused else answers.UNUSABLE, _tested(outcome)
            return answers.SUCCESS, _tested(outcome)
        case _:
            return answers.SUCCESS, "Success"


def _tested(rehearsed: Rehearsed) -> str:
    said = "; ".join(f"{one.code} at {one.where}: {one.problem}" for one in rehearsed.refused[:5])
    counted = f"test, nothing was kept; messages that would be taken: {rehearsed.messages}"
    return clean(f"{counted}; {said}" if said else counted)


def _retrieved(body: Builder, call: Call, request: Retrieved, outcome: Outcome) -> None:
    if isinstance(outcome, Fetched):
        last = outcome.answers[-1].at if outcome.answers else (request.until or call.at)
        answers.retrieved(body, request.request_id, outcome.answers, last)
    elif isinstance(outcome, Declined):
        code = answers.code_of(outcome.problems[0])[0]
        answers.not_retrieved(body, request.request_id, code, soap.text_of(outcome), call.at)


def _description(address: str) -> Said:
    text = (files(__package__) / "CJSEService.wsdl").read_text("utf-8")
    return Said(200, text.replace("{address}", clean(address)).encode(), "text/xml; charset=utf-8")


def interface() -> Interface:
    return SpiSoap()
