"""Writes what the interface answers: the two responses, and the RouteDataResp with the business answer."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from types import MappingProxyType

from adapters.calls import Accepted, Declined, EarlierAnswer
from adapters.interfaces.spi_soap.requests import TYPES, routed
from adapters.xml_writing import Builder, clean
from schemas.problem import Problem

SUCCESS, UNUSABLE = 1, 1310
_OPERATIONS = "http://schemas.cjse.gov.uk/common/operations"
_CODES: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "interface.wrong_source": (304, "WrongSource"),
        "sender.not_yours": (304, "WrongSource"),
        "spi.source": (304, "WrongSource"),
        "spi.request_id": (306, "InvalidRequestID"),
        "spi.request_reused": (306, "InvalidRequestID"),
        "answer.unknown_message": (306, "InvalidCorrelationID"),
        "spi.mode": (307, "ModeError"),
        "court.unknown": (1317, "UnknownRouteSourceSystem"),
        "sender.unknown": (1317, "UnknownRouteSourceSystem"),
        "recipient.unknown": (1318, "UnknownRouteDestinationSystem"),
        "kind.unknown": (1359, "DisallowedDataStreamType"),
    }
)
_DESCRIPTION_MAX, _CONTEXT_MAX, _ID_MAX = 200, 300, 50
_OF_REQUEST = frozenset({304, 306, 307})


def code_of(problem: Problem) -> tuple[int, str]:
    """The interface's own code and word for a problem."""
    return _CODES.get(problem.code, (UNUSABLE, "UnusableDataStream"))


def is_of_request(declined: Declined) -> bool:
    """Whether the request itself was wrong, and not only the document in it."""
    return any(code_of(problem)[0] in _OF_REQUEST for problem in declined.problems[:1])


def submitted(body: Builder, request_id: str, code: int, text: str) -> None:
    _response(body.add("SubmitResponseMes", namespace=TYPES), request_id, code, text)


def retrieved(body: Builder, request_id: str, answers: Iterable[EarlierAnswer], last: datetime) -> None:
    response = body.add("RetrieveResponseMes", namespace=TYPES)
    _response(response, request_id, SUCCESS, "Success")
    response.add("TimeLast", _time(last))
    for answer in answers:
        # As text it has no encoding of its own, so it declares none.
        response.add("Message", route_data_response(answer).decode().partition("?>")[2].lstrip())


def not_retrieved(body: Builder, request_id: str, code: int, text: str, at: datetime) -> None:
    response = body.add("RetrieveResponseMes", namespace=TYPES)
    _response(response, request_id, code, text)
    response.add("TimeLast", _time(at))


def _response(response: Builder, request_id: str, code: int, text: str) -> None:
    response.add("RequestID", clean(request_id))
    response.add("ResponseCode", code)
    response.add("ResponseText", clean(text))


def route_data_response(answer: EarlierAnswer) -> bytes:
    asked = routed(answer.document)
    root = Builder("RouteDataResp", _OPERATIONS, {None: _OPERATIONS})  # type: ignore[dict-item] # lxml's own default
    root.attribute("VersionNumber", "1.0")
    system = root.add("ResponseToSystem")
    system.attribute("VersionNumber", "1.0")
    system.add("CorrelationID", clean("".join((asked.correlation or "unknown").split()))[:_ID_MAX])
    system.add("SystemID", clean(asked.system or "unknown")[:_ID_MAX])
    outcome = answer.outcome
    if isinstance(outcome, Accepted):
        _status(root, "Success", SUCCESS, "Success", None)
    refused = outcome.refused if isinstance(outcome, Accepted) else outcome.problems
    for problem in refused:
        code, word = code_of(problem)
        context = f"{problem.code} at {problem.where}: {problem.problem}"
        _status(root, "Warning" if isinstance(outcome, Accepted) else "FatalError", code, word, context)
    if isinstance(outcome, Declined) and not refused:
        _status(root, "FatalError", UNUSABLE, "UnusableDataStream", f"{outcome.code}: {outcome.problem}")
    return root.bytes()


def _status(root: Builder, status: str, code: int, description: str, context: str | None) -> None:
    one = root.add("OperationStatus")
    one.add("StatusClass", status)
    one.add("Code", code)
    one.add("Description", description[:_DESCRIPTION_MAX])
    one.put("ResponseContext", context and clean(context)[:_CONTEXT_MAX])
    one.add("RouteId", "001")


def _time(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")
