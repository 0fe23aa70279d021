"""Takes any document that the exchange reads, from a system that knows only OAuth 2 and one address."""

from adapters.calls import Accepted, Asked, Call, HandIn, Interface, Operation, Outcome, Proof, Said
from adapters.interfacing.rest import as_declined, said_json, said_problem

_HAND_IN = Operation(
    method="POST",
    path="",
    title="Hand in a document",
    proofs=frozenset({Proof.TOKEN, Proof.CERTIFICATE}),
    media_types=("application/json", "application/xml", "text/xml", "text/csv"),
    answers={201: "The document is kept. `reference` names it.", 200: "The exchange had it before."},
)


class Rest:
    """Stateless."""

    name = "rest"
    address = "rest"
    title = "Documents by POST, with OAuth 2"
    operations: tuple[Operation, ...] = (_HAND_IN,)

    def asked(self, call: Call) -> Asked:
        return HandIn(call.body, call.media_type)

    def said(self, call: Call, outcome: Outcome) -> Said:
        if isinstance(outcome, Accepted):
            reference = str(outcome.receipt["document"])
            document = {"reference": reference, "receipt": outcome.receipt}
            return said_json(200 if outcome.repeated else 201, document)
        return said_problem(as_declined(outcome))


def interface() -> Interface:
    return Rest()
