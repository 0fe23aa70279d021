"""A refusal as the sender sees it: a stable code, the place, the problem in plain words and the cure."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from schemas.json import JsonObject


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a document.

    `code` is stable and dotted (`xml.malformed`, `court.unknown`). `where` is a line and a path (`line 12,
    /Envelope/Body`). `problem` says what is wrong, and `cure` what the sender does next.
    """

    code: str
    where: str
    problem: str
    cure: str

    def in_its_place(self) -> str:
        """The place, if there is one, and what is wrong there."""
        return f"{self.where}: {self.problem}" if self.where else self.problem

    def as_dict(self) -> dict[str, str]:
        return asdict(self)


def problem_details(
    type: str, status: int, title: str, code: str, detail: str, problems: Sequence[Problem]
) -> JsonObject:
    """A failure as problem+json (RFC 9457): an answer of the API, or what a command prints with `--json`."""
    return {
        "type": type,
        "title": title,
        "status": status,
        "code": code,
        "detail": detail,
        "problems": [problem.as_dict() for problem in problems],
    }


class Explained(Exception):
    """The base of every exception that people see. `problems` say what is wrong, the worst first."""

    problems: tuple[Problem, ...]


class Refused(Explained):
    """All of the document, profile or list is refused, because something in it is wrong."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__("; ".join(f"{p.code} at {p.where}" for p in problems))
        self.problems = problems
