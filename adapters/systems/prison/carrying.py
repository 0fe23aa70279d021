"""Copies values from one JSON tree into another by rows of paths. It knows only paths, not their meaning."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Way:
    """From one path to another. `codes` translates the value; a value that it does not have is kept as received."""

    source: str
    target: str
    codes: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Carried:
    """`left` are the places of the source, such as `offences[0].title`, that no row copies. `misplaced` are the places
    that must be an object or a list and are not."""

    tree: dict[str, Any]
    left: tuple[str, ...]
    misplaced: tuple[str, ...]


def carry(source: Mapping[str, Any], ways: Iterable[Way]) -> Carried:
    left = dict.fromkeys(_leaves(source, ""))
    misplaced: dict[str, None] = {}
    tree: dict[str, Any] = {}
    for way in ways:
        pairs = zip(way.source.split("[]"), way.target.split("[]"), strict=True)
        steps = [(_names(mine), _names(theirs)) for mine, theirs in pairs]
        _carry(source, tree, steps, way.codes, "", left, misplaced)
    return Carried(tree, tuple(left), tuple(misplaced))


_Steps = list[tuple[tuple[str, ...], tuple[str, ...]]]


def _carry(
    source: Any,
    tree: dict[str, Any],
    steps: _Steps,
    codes: Mapping[str, str] | None,
    at: str,
    left: dict[str, None],
    misplaced: dict[str, None],
) -> None:
    (mine, theirs), *rest = steps
    where = at
    for name in mine:
        if not isinstance(source, Mapping):
            misplaced[where] = None
            return
        where = f"{where}.{name}" if where else name
        source = source.get(name)
        if source is None or source == []:
            return
    if not rest:
        left.pop(where, None)
        _put(tree, theirs, _translated(source, codes))
    elif not isinstance(source, list):
        misplaced[where] = None
    elif rest == [((), ())]:  # a list of plain values
        for index in range(len(source)):
            left.pop(f"{where}[{index}]", None)
        left.pop(where, None)
        _put(tree, theirs, [_translated(item, codes) for item in source])
    else:
        left.pop(where, None)
        made = _list(tree, theirs, len(source))
        for index, item in enumerate(source):
            _carry(item, made[index], rest, codes, f"{where}[{index}]", left, misplaced)


def _names(steps: str) -> tuple[str, ...]:
    return tuple(name for name in steps.split(".") if name)


def _translated(value: Any, codes: Mapping[str, str] | None) -> Any:
    return codes.get(value, value) if codes is not None and isinstance(value, str) else value


def _put(tree: dict[str, Any], names: tuple[str, ...], value: Any) -> None:
    for name in names[:-1]:
        tree = tree.setdefault(name, {})
    tree[names[-1]] = value


def _list(tree: dict[str, Any], names: tuple[str, ...], length: int) -> list[dict[str, Any]]:
    for name in names[:-1]:
        tree = tree.setdefault(name, {})
    made: list[dict[str, Any]] = tree.setdefault(names[-1], [{} for _ in range(length)])
    return made


def _leaves(value: Any, at: str) -> Iterator[str]:
    """Yield every place that says something."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(inner, f"{at}.{name}" if at else name)
    elif isinstance(value, list | tuple) and value:
        for index, inner in enumerate(value):
            yield from _leaves(inner, f"{at}[{index}]")
    elif value is not None and value != []:
        yield at
