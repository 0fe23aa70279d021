"""A function of the mapping language: it converts from the wire to the payload and back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.mapping.language.forms import Form

Tables = Mapping[str, Mapping[str, str]]


class Unfit(Exception):
    """The function cannot convert the value. The value itself is never repeated."""

    def __init__(self, code: str, problem: str, cure: str) -> None:
        super().__init__(code)
        self.code = code
        self.problem = problem
        self.cure = cure


class Misused(Exception):
    """The profile uses the function wrongly."""

    def __init__(self, code: str, problem: str, cure: str) -> None:
        super().__init__(code)
        self.code = code
        self.problem = problem
        self.cure = cure


@dataclass(frozen=True, slots=True)
class Kept:
    """A value that was kept as received, because the function does not know it."""

    value: Any


@dataclass(frozen=True, slots=True)
class Function:
    """`read` converts the form `takes` to the form `gives`, and `write` converts back; both raise Unfit. `read` may
    return None (no value) or Kept. `table` is the name of the code table that it uses, if any."""

    takes: Form
    gives: Form
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]
    table: str | None = None


Maker = Callable[[str, Tables], Function]
"""Makes a function from its argument, which is "" if there is none. Raises Misused."""
