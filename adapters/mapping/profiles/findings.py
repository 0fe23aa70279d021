"""Collects what is wrong with a profile, each finding with its file and line."""

import difflib
from collections.abc import Sequence

from adapters.mapping.profiles.source import Place, Source
from schemas.problem import Problem


class Findings:
    """Collects findings while a profile is checked."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []

    def say(self, code: str, place: Place, problem: str, cure: str) -> None:
        found = Problem(code, self.source.where(place), problem, cure)
        if found not in self.problems:
            self.problems.append(found)

    def say_at_line(self, code: str, line: int, problem: str, cure: str) -> None:
        self.problems.append(Problem(code, self.source.at_line(line), problem, cure))


def near(text: str, known: Sequence[str], otherwise: str) -> str:
    """Return a cure: the known names that look like the text."""
    found = difflib.get_close_matches(text, known, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(found)}?" if found else otherwise
