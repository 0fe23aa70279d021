"""What became of a document, as an interface says it to the system that handed it in."""

from http import HTTPStatus

from adapters.calls import Accepted, Declined, EarlierAnswer
from hub.exchange.message.receipts import Answer
from hub.exchange.telling.earlier_answers import KeptAnswer
from schemas.problem import Problem

_NOTHING = "nothing of this document was accepted"
_FORGOTTEN = Declined(HTTPStatus.GONE, "content.destroyed", "the content was destroyed at the end of its time")


def outcome_of(answer: Answer) -> Accepted | Declined:
    if answer.receipt is not None:
        return Accepted(answer.receipt, answer.refused, answer.repeated)
    return Declined(refused_status(answer.refused), answer.refused[0].code, _NOTHING, answer.refused, kept=True)


def earlier(kept: KeptAnswer) -> EarlierAnswer:
    known = kept.answer.receipt is not None or kept.answer.refused
    return EarlierAnswer(kept.at, kept.body, outcome_of(kept.answer) if known else _FORGOTTEN)


def refused_status(problems: tuple[Problem, ...]) -> int:
    """The status for a document of which nothing was accepted."""
    conflict = all(problem.code == "reference.reused" for problem in problems)
    return HTTPStatus.CONFLICT if conflict else HTTPStatus.UNPROCESSABLE_ENTITY
