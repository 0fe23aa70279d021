"""Takes what the courts' Common Platform posts about hearings and lists, and hears when a hearing is deleted."""

import json
from collections.abc import Iterator

from adapters.calls import Accepted, Asked, Call, HandIn, Interface, Operation, Outcome, Proof, Said, Withdraw
from adapters.interfacing.rest import as_bad_request, as_declined, said_json, said_problem
from adapters.json import parse
from schemas.problem import Problem, Refused

_PROOFS = frozenset({Proof.TOKEN, Proof.CERTIFICATE})
_JSON = ("application/json",)
_TAKEN = {200: "It is kept. The answer has no body."}
_PUBLISHING = (
    *("x-provenance", "x-source-artefact-id", "x-type", "x-sensitivity", "x-language", "x-display-from"),
    *("x-display-to", "x-list-type", "x-court-id", "x-content-date"),
)
_HEARING = Operation("POST", "/hearing/{id}", "A hearing was confirmed or updated", _PROOFS, _JSON, answers=_TAKEN)
_RESULT = Operation("POST", "/hearing/{id}/result", "A hearing was resulted", _PROOFS, _JSON, answers=_TAKEN)
_DELETE = Operation(
    "DELETE",
    "/hearing/{id}/delete",
    "A hearing was deleted: what it started is void, and everybody who was told of it is told so",
    _PROOFS,
    answers={200: "It is deleted. The answer has no body."},
)
_PUBLICATION = Operation(
    "POST",
    "/publication",
    "A list is published",
    _PROOFS,
    _JSON,
    headers=_PUBLISHING,
    answers={201: "It is kept. `artefactId` names it."},
)


class CommonPlatformRest:
    """Stateless."""

    name = "common_platform_rest"
    address = "common-platform"
    title = "Hearings and lists of the Common Platform"
    operations: tuple[Operation, ...] = (_HEARING, _RESULT, _DELETE, _PUBLICATION)

    def asked(self, call: Call) -> Asked:
        if call.operation == _PUBLICATION:
            return HandIn(_with_headers(call), call.media_type)
        name = f"hearing/{call.parameters['id'].lower()}"
        if call.operation == _DELETE:
            return Withdraw(name)
        return HandIn(call.body, call.media_type, tuple(_contradictions(call)), name)

    def said(self, call: Call, outcome: Outcome) -> Said:
        if isinstance(outcome, Accepted):
            if call.operation == _PUBLICATION:
                return said_json(201, {"artefactId": str(outcome.receipt["document"])} | _told(call))
            return Said(200)
        declined = as_declined(outcome)
        return said_problem(declined, as_bad_request(declined.status))


def _contradictions(call: Call) -> Iterator[Problem]:
    """Yield a problem if the body is about another hearing than the path. What cannot be read is refused later."""
    try:
        tree = parse(call.body)
    except Refused:
        return
    hearing = tree.get("hearing", tree) if isinstance(tree, dict) else None
    stated = hearing.get("id") if isinstance(hearing, dict) else None
    if isinstance(stated, str) and stated.lower() != call.parameters["id"].lower():
        problem = "the path names another hearing than the body"
        yield Problem("common_platform.other_hearing", "$.hearing.id", problem, "post each hearing to its own path")


def _with_headers(call: Call) -> bytes:
    """The list with the headers of its publication: the court may stand there alone. The list itself is unchanged."""
    about = json.dumps(dict(call.headers), sort_keys=True, ensure_ascii=False).encode()
    return b'{"publication": ' + about + b', "payload": ' + call.body + b"}"


def _told(call: Call) -> dict[str, str]:
    named = {"provenance": "x-provenance", "sourceArtefactId": "x-source-artefact-id", "type": "x-type"}
    return {name: call.headers[header] for name, header in named.items() if header in call.headers}


def interface() -> Interface:
    return CommonPlatformRest()
