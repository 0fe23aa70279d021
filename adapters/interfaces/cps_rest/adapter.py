"""Takes the material of a case from the prosecutors' system, which posts CP20 and waits for a reference."""

from adapters.calls import Accepted, Asked, Call, HandIn, Interface, Operation, Outcome, Proof, Said
from adapters.interfacing.rest import as_declined, said_json, said_problem

_MATERIAL = Operation(
    method="POST",
    path="",
    title="Send the material of a case (CP20), or a charge",
    proofs=frozenset({Proof.TOKEN, Proof.CERTIFICATE}),
    media_types=("application/xml", "text/xml", "application/json"),
    answers={202: "The material is kept. `reference` names it.", 200: "The exchange had it before."},
)


class CpsRest:
    """Stateless."""

    name = "cps_rest"
    address = "cps"
    title = "Material of a case from the CPS"
    operations: tuple[Operation, ...] = (_MATERIAL,)

    def asked(self, call: Call) -> Asked:
        return HandIn(call.body, call.media_type)

    def said(self, call: Call, outcome: Outcome) -> Said:
        if isinstance(outcome, Accepted):
            refused = [problem.as_dict() for problem in outcome.refused]
            document = {"reference": str(outcome.receipt["document"]), "refused": refused}
            return said_json(200 if outcome.repeated else 202, document)
        return said_problem(as_declined(outcome))


def interface() -> Interface:
    return CpsRest()
