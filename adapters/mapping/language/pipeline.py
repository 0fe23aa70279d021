"""A chain of functions between one wire field and one slot of a payload. It runs in both directions."""

import difflib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from adapters.mapping.language.forms import Form
from adapters.mapping.language.function import Function, Kept, Misused, Tables
from adapters.mapping.language.functions import FUNCTIONS


@dataclass(frozen=True, slots=True)
class Reading:
    """`value` is None if there is none. `kept` says that a code was kept as received."""

    value: Any
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Pipeline:
    functions: tuple[Function, ...]

    @classmethod
    def parse(cls, written: Sequence[str], tables: Tables) -> "Pipeline":
        """Make the chain from a list such as `["capitals", "split: ;"]`. Raises Misused."""
        functions: list[Function] = []
        form = Form.TEXT
        for text in written:
            function = _function(text, tables)
            if function.takes is not form and not _lifted(function, form):
                problem = f"{text!r} takes a {function.takes}, but the function before it gives a {form}"
                raise Misused("function.form", problem, "put the functions in the order in which they read")
            functions.append(function)
            form = form if _lifted(function, form) else function.gives
        return cls(tuple(functions))

    @property
    def gives(self) -> Form:
        form = Form.TEXT
        for function in self.functions:
            form = form if _lifted(function, form) else function.gives
        return form

    def read(self, text: str) -> Reading:
        """Raises Unfit."""
        value: Any = text
        kept = False
        for function in self.functions:
            each = isinstance(value, list) and function.takes is Form.TEXT
            results = [function.read(one) for one in (value if each else [value])]
            kept = kept or any(isinstance(one, Kept) for one in results)
            plain = [one.value if isinstance(one, Kept) else one for one in results]
            value = ([one for one in plain if one is not None] or None) if each else plain[0]
            if value is None:
                break
        return Reading(value, kept)

    def write(self, value: Any) -> str:
        """Raises Unfit."""
        for function in reversed(self.functions):
            each = isinstance(value, list | tuple) and function.gives is Form.TEXT
            value = [function.write(one) for one in value] if each else function.write(value)
        return str(value)


def _lifted(function: Function, form: Form) -> bool:
    """Return a function that applies a function of texts to each text of a list."""
    return form is Form.TEXTS and function.takes is Form.TEXT and function.gives is Form.TEXT


def _function(text: str, tables: Tables) -> Function:
    name, _, argument = (part.strip() for part in text.partition(":"))
    maker = FUNCTIONS.get(name)
    if maker is None:
        near = difflib.get_close_matches(name, FUNCTIONS, n=1)
        cure = f"did you mean {near[0]}?" if near else f"use one of {', '.join(sorted(FUNCTIONS))}"
        raise Misused("function.unknown", f"there is no function {name!r}", cure)
    return maker(argument, tables)
