"""What was found odd or wrong in one case. Problem texts name elements and rules, never the values."""

from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from schemas.kinds.case_package.v1 import CasePackage
from schemas.problem import Problem

REFUSALS_MAX = 20


@dataclass(frozen=True, slots=True)
class Findings:
    """`refusals` say why the case, or a document of it, cannot be taken; `doubts` ride along, one for each (code, name
    of the element)."""

    refusals: list[Problem] = field(default_factory=list)
    _doubts: dict[tuple[str, str], tuple[Problem, int]] = field(default_factory=dict)

    @property
    def doubts(self) -> tuple[Problem, ...]:
        return tuple(
            replace(problem, problem=f"{problem.problem} ({times} times; this is the first)") if times > 1 else problem
            for problem, times in self._doubts.values()
        )

    def refuse(self, code: str, where: str, problem: str, cure: str) -> None:
        self.refusals.append(Problem(code, where, problem, cure))

    def doubt(self, code: str, name: str, where: str, problem: str, cure: str) -> None:
        first, times = self._doubts.get((code, name), (Problem(code, where, problem, cure), 0))
        self._doubts[code, name] = (first, times + 1)

    def unmapped(self, name: str, where: str) -> None:
        problem = f"{name} has no place in a case package; it is not passed on"
        cure = "nothing, unless a recipient needs it: then ask for a place to be agreed for it"
        self.doubt("cps.unmapped", name, where, problem, cure)

    def unreadable(self, name: str, where: str, form: str) -> None:
        cure = "correct it in the sending system and send the case again"
        self.doubt("cps.unreadable", name, where, f"{name} is not {form}; it is not passed on", cure)

    def checked(self, values: dict[str, Any], where: str) -> CasePackage | None:
        """The payload of `values`; None if it is not of the agreed form."""
        try:
            return CasePackage.model_validate(values)
        except ValidationError as error:
            for wrong in error.errors(include_url=False, include_context=False, include_input=False)[:REFUSALS_MAX]:
                path = ".".join(str(step) for step in wrong["loc"])
                too_long = wrong["type"] in ("string_too_long", "too_long")
                breach = "is longer than can be held" if too_long else "is not of the agreed form"
                self.refuse("cps.field", where, f"its {path} {breach}", "correct that value and send it again")
            return None
