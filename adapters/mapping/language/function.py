"""What a function of the mapping language is: a way from the wire to the payload and the way back."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.mapping.language.forms import Form

Tables = Mapping[str, Mapping[str, str]]


class Unfit(Exception):
    """A value that the function cannot take. The value itself is never repeated."""

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
    """A value taken as it came, though the function does not know it."""

    value: Any


@dataclass(frozen=True, slots=True)
class Function:
    """`read` makes a `gives` of a `takes`, `write` the reverse; both raise Unfit. `read` may give None (no value) or
    Kept. `table` is the name of the code table it uses, if any."""

    takes: Form
    gives: Form
    read: Callable[[Any], Any]
    write: Callable[[Any], Any]
    table: str | None = None


Maker = Callable[[str, Tables], Function]
"""Makes a function of its argument, "" if there is none; raises Misused."""
