"""The doubts of reading. Each is reported once, with how often it arose."""

from collections.abc import Iterator
from dataclasses import replace

from schemas.problem import Problem


class Notes:
    """Doubts, each (code, subject) once, in the order in which they were found."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], tuple[Problem, int]] = {}

    def add(self, problem: Problem, subject: str, times: int = 1) -> None:
        """Add a doubt. One doubt is reported for each `subject`."""
        key = (problem.code, subject)
        first, before = self._found.get(key, (problem, 0))
        self._found[key] = (first, before + times)

    def include(self, others: "Notes") -> None:
        for (_, subject), (problem, times) in others._found.items():
            self.add(problem, subject, times)

    def __iter__(self) -> Iterator[Problem]:
        for problem, times in self._found.values():
            if times > 1:
                yield replace(problem, problem=f"{problem.problem} ({times} times; this is the first)")
            else:
                yield problem
