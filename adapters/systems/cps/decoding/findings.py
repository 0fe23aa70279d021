"""Collects what is odd or wrong in one case. Problem texts name elements and rules, never values."""

from dataclasses import dataclass, field, replace
from typing import Any

from adapters.fitting import doubts_of, fitted
from schemas.kinds.case_package.v1 import CasePackage
from schemas.problem import Problem

REFUSALS_MAX = 20


@dataclass(frozen=True, slots=True)
class Findings:
    """`refusals` say why the case, or one of its documents, cannot be accepted. `doubts` stay with the case, one for
    each (code, name of the element)."""

    refusals: list[Problem] = field(default_factory=list)
    _unfit: list[Problem] = field(default_factory=list)
    _doubts: dict[tuple[str, str], tuple[Problem, int]] = field(default_factory=dict)

    @property
    def doubts(self) -> tuple[Problem, ...]:
        told = (
            replace(problem, problem=f"{problem.problem} ({times} times; this is the first)") if times > 1 else problem
            for problem, times in self._doubts.values()
        )
        return (*told, *self._unfit)

    def refuse(self, code: str, where: str, problem: str, cure: str) -> None:
        self.refusals.append(Problem(code, where, problem, cure))

    def doubt(self, code: str, name: str, where: str, problem: str, cure: str, times: int = 1) -> None:
        first, before = self._doubts.get((code, name), (Problem(code, where, problem, cure), 0))
        self._doubts[code, name] = (first, before + times)

    def unmapped(self, name: str, where: str, values: int = 1) -> None:
        """Doubt an element that was not read. `values` is the number of values in it."""
        problem = f"{name} has no field in a case package; it is not passed on"
        cure = "nothing, unless a recipient needs it: then ask for a field"
        self.doubt("cps.unmapped", name, where, problem, cure, values)

    def no_date(self, name: str, where: str) -> None:
        problem = f"{name} is a date that does not exist; it is not passed on"
        self.doubt("date.impossible", name, where, problem, "correct it (YYYY-MM-DD) and send the case again")

    def unreadable(self, name: str, where: str, form: str) -> None:
        cure = "correct it in the sending system and send the case again"
        self.doubt("cps.unreadable", name, where, f"{name} is not {form}; it is not passed on", cure)

    def checked(self, values: dict[str, Any], where: str) -> CasePackage | None:
        """Return the payload of `values`, without values that break a rule and can be left out; None if something
        required is wrong. No defendant is ever left out, because the package would then look complete."""
        found = fitted(CasePackage, values, whole=("defendants", "documents"))
        self._unfit.extend(doubts_of(found.misfits, where))
        for one in found.needed[:REFUSALS_MAX]:
            problem = f"its {one.path} is required, but is missing, too long or not in the agreed form"
            self.refuse("cps.field", one.place or where, problem, "correct that value and send it again")
        return found.payload
