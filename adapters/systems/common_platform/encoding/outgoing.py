"""Writes the fields of an outgoing payload in the platform's form."""

from dataclasses import dataclass
from typing import Any, NoReturn

from adapters.outgoing import Outgoing, filled
from schemas.problem import Problem, Refused

__all__ = ["Fields", "cannot", "filled"]


@dataclass(frozen=True, slots=True)
class Fields(Outgoing):
    def taken(self, name: str, most: int) -> list[Any]:
        """Return the first values of a list, ticked off."""
        values = list(self.values.get(name) or ())[:most]
        for index in range(len(values)):
            self.left.pop(f"{self.path}{name}[{index}]", None)
        return values

    def needed(self, name: str) -> Any:
        value = self.take(name)
        if value is None:
            cannot(f"{self.path}{name}", "is missing", "grant it to the recipient, or correct the message")
        return value


def cannot(where: str, problem: str, cure: str) -> NoReturn:
    raise Refused(Problem("common_platform.cannot_express", where, problem, cure))
