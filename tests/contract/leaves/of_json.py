"""The leaves of a JSON document."""

import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.contract.leaves.leaf import INSIDE, UNKNOWN, Leaf


class JsonDocument:
    def __init__(self, tree: Any) -> None:
        self._tree = tree

    def leaves(self) -> list[Leaf]:
        return [Leaf(place, value, path) for place, value, path in _json_walk(self._tree, "$", ()) if _is_leaf(value)]

    def whole(self) -> bytes:
        return _written(self._tree)

    def changed(self, leaf: Leaf, value: Any) -> bytes:
        return _written(_edited(self._tree, leaf.path, lambda _: value))

    def without(self, leaf: Leaf, above: int) -> bytes | None:
        path = leaf.path[: len(leaf.path) - above]
        if not path or path[-1] is INSIDE:
            return None
        return _written(_edited(self._tree, path[:-1], lambda holder: _lacking(holder, path[-1])))

    def alone(self, leaf: Leaf, above: int) -> bytes | None:
        path, below = leaf.path[: len(leaf.path) - above], leaf.path[len(leaf.path) - above :]
        if not path or INSIDE in below:
            return None
        return _written(_edited(self._tree, path, lambda _: _only(below, leaf.value)))

    def emptied(self, leaf: Leaf, above: int) -> bytes | None:
        path, below = leaf.path[: len(leaf.path) - above], leaf.path[len(leaf.path) - above :]
        if not path or INSIDE in below:
            return None
        return _written(
            _edited(self._tree, path, lambda _: _only(below[:-1], {} if isinstance(below[-1], str) else []))
        )

    def with_unknown(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        for place, value, path in _json_walk(self._tree, "$", ()):
            if isinstance(value, dict):
                for said in ("made up", 7, True, False, {"inner": "made up"}, ["made up"]):
                    yield f"{place}.{UNKNOWN}", partial(self._added, path, {UNKNOWN: said})

    def _added(self, path: tuple[Any, ...], more: dict[str, Any]) -> bytes:
        return _written(_edited(self._tree, path, lambda held: held | more))


def _json_walk(node: Any, place: str, path: tuple[Any, ...]) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    inside = _held_inside(node)
    if inside is not None:
        yield from _json_walk(inside, place, (*path, INSIDE))
        return
    yield place, node, path
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _json_walk(value, f"{place}.{name}", (*path, name))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _json_walk(value, f"{place}[{index}]", (*path, index))


def _is_leaf(value: Any) -> bool:
    return (
        not isinstance(value, dict | list) and value is not None and not (isinstance(value, str) and not value.strip())
    )


def _held_inside(node: Any) -> dict[str, Any] | None:
    if not (isinstance(node, str) and node.lstrip().startswith("{")):
        return None
    try:
        held = json.loads(node)
    except ValueError:
        return None
    return held if isinstance(held, dict) else None


def _edited(node: Any, path: tuple[Any, ...], edit: Callable[[Any], Any]) -> Any:
    """Return a copy of the tree in which the node at the path is what `edit` makes of it. Nodes that are not on the
    path are shared."""
    if not path:
        return edit(node)
    step, rest = path[0], path[1:]
    if step is INSIDE:
        return json.dumps(_edited(json.loads(node), rest, edit))
    made = dict(node) if isinstance(node, dict) else list(node)
    made[step] = _edited(node[step], rest, edit)
    return made


def _lacking(holder: Any, step: Any) -> Any:
    if isinstance(holder, dict):
        return {name: value for name, value in holder.items() if name != step}
    return [value for index, value in enumerate(holder) if index != step]


def _only(path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    inner = _only(path[1:], value)
    return {path[0]: inner} if isinstance(path[0], str) else [inner]


def _written(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=False).encode()
