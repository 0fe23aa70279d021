"""Makes a payload of values of which some may not fit. A bad optional value never refuses what it stands in.

What is too long is cut, another bad value is left out, and both are reported. What a part cannot be without takes the
part along, up to the nearest part that may be missing. Only if the whole payload cannot be without it, nothing is made.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

M = TypeVar("M", bound=BaseModel)
_NOT_CUT_BELOW = 250
"""A shorter field holds a number or a code, and a number that was cut is another number."""
_GONE = object()
_Step = int | str


@dataclass(frozen=True, slots=True)
class Misfit:
    """A value at `path` of the payload. `most` is how much the field holds where the value was cut, else None."""

    path: str
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Fitted(Generic[M]):
    """`payload` is None if it cannot be without the values at `lacking`."""

    payload: M | None
    misfits: tuple[Misfit, ...] = ()
    lacking: tuple[str, ...] = ()


def fitted(model: type[M], values: Mapping[str, Any]) -> Fitted[M]:
    """The payload of the values, which are dicts, lists and tuples, or parts that are made already."""
    tree = _copied(values)
    misfits: dict[str, Misfit] = {}
    while True:
        try:
            return Fitted(model.model_validate(tree), tuple(misfits.values()))
        except ValidationError as error:
            for fault in _told_once(error.errors(include_url=False, include_input=False)):
                found = _mended(tree, fault["loc"], fault["type"], fault.get("ctx", {}))
                if found is None:
                    return Fitted(None, tuple(misfits.values()), (_path(fault["loc"]),))
                misfits.setdefault(found.path, found)
            tree = _without_gone(tree)


def _told_once(faults: list[ErrorDetails]) -> Iterator[ErrorDetails]:
    """A list with a bad item counts as too short as well: it is looked at again without the item."""
    inside = [fault["loc"] for fault in faults]
    for fault in faults:
        loc = fault["loc"]
        if fault["type"] != "too_short" or not any(len(one) > len(loc) and one[: len(loc)] == loc for one in inside):
            yield fault


def _mended(tree: Any, loc: tuple[_Step, ...], kind: str, context: Mapping[str, Any]) -> Misfit | None:
    """What was done about one fault; None if nothing can be: the payload cannot be without it."""
    steps = _within(tree, loc[:-1] if kind == "missing" else loc)
    if not steps:
        return None
    holder = _at(tree, steps[:-1])
    value, path = holder[steps[-1]], _path(steps)
    most = context.get("max_length", 0)
    if kind == "string_too_long" and most >= _NOT_CUT_BELOW and isinstance(value, str):
        holder[steps[-1]] = value.strip()[:most].strip()
        return Misfit(path, most)
    if kind == "too_long" and isinstance(value, list):
        del value[most:]
        return Misfit(path, most)
    if isinstance(holder, dict):
        del holder[steps[-1]]
    else:
        holder[steps[-1]] = _GONE  # its neighbours keep their places until all faults are seen to
    return Misfit(path)


def _within(tree: Any, loc: tuple[_Step, ...]) -> tuple[_Step, ...]:
    """As much of the way as there is: a fault may lie inside a part that was made, or one that is gone by now."""
    taken: list[_Step] = []
    for step in loc:
        there = step in tree if isinstance(tree, dict) else isinstance(step, int) and step < _length(tree)
        if not there:
            break
        taken.append(step)
        tree = tree[step]
    return tuple(taken)


def _length(tree: Any) -> int:
    return len(tree) if isinstance(tree, list) else 0


def _at(tree: Any, steps: tuple[_Step, ...]) -> Any:
    for step in steps:
        tree = tree[step]
    return tree


def _copied(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _copied(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_copied(inner) for inner in value]
    return value


def _without_gone(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _without_gone(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_without_gone(inner) for inner in value if inner is not _GONE]
    return value


def _path(steps: tuple[_Step, ...]) -> str:
    """`offences[1].results[0].text`."""
    written = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps)
    return written.removeprefix(".") or "content"
