"""Paths of a payload, such as `offender.address.lines[0]`, and plain JSON trees that are read and built with them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Step = str | int

_PATH = re.compile(r"[a-z][a-z0-9_]*(?:\[[0-9]{1,2}\])?(?:\.[a-z][a-z0-9_]*(?:\[[0-9]{1,2}\])?)*")
_STEP = re.compile(r"[a-z][a-z0-9_]*|[0-9]+")


@dataclass(frozen=True, slots=True)
class Path:
    steps: tuple[Step, ...]

    @classmethod
    def parse(cls, text: str) -> "Path | None":
        """Return the path; None if the text is not a path."""
        if not _PATH.fullmatch(text):
            return None
        return cls(tuple(int(step) if step.isdigit() else step for step in _STEP.findall(text)))

    @property
    def pattern(self) -> str:
        """Return the path with `[]` for each position: `offender.address.lines[]`."""
        return joined(("[]" if isinstance(step, int) else step) for step in self.steps)

    def find(self, tree: Any) -> Any:
        """Return the value in plain JSON data; None if there is none."""
        for step in self.steps:
            if isinstance(step, int):
                found = isinstance(tree, Sequence) and not isinstance(tree, str) and step < len(tree)
                tree = tree[step] if found else None
            else:
                tree = tree.get(step) if isinstance(tree, Mapping) else None
        return tree


def joined(steps: Iterator[Step] | Sequence[Step]) -> str:
    text = ""
    for step in steps:
        if isinstance(step, int):
            text += f"[{step}]"
        elif step == "[]":
            text += step
        else:
            text += f".{step}" if text else step
    return text


class Growing:
    """A tree that is being built. Lists are kept by position, so that a late or missing entry leaves no hole."""

    def __init__(self) -> None:
        self._root: dict[Step, Any] = {}

    def put(self, path: Sequence[Step], value: Any) -> None:
        """Put a value at the path. Raises TypeError if the path goes through a value that is there already."""
        node = self._root
        for step in path[:-1]:
            node = node.setdefault(step, {})
            if not isinstance(node, dict):
                raise TypeError("there is a value where a part is expected")
        if isinstance(value, dict) and isinstance(node.get(path[-1]), dict):
            node[path[-1]] |= value
        else:
            node[path[-1]] = value

    def holds(self, path: Sequence[Step]) -> bool:
        """Return whether there is anything at the path. The root always exists."""
        return self.get(path) is not None

    def get(self, path: Sequence[Step]) -> Any:
        """Return what is at the path; None if there is nothing."""
        node: Any = self._root
        for step in path:
            node = node.get(step) if isinstance(node, dict) else None
        return node

    def done(self) -> dict[str, Any]:
        finished = _finished(self._root)
        return finished if isinstance(finished, dict) else {}


def _finished(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(isinstance(step, int) for step in node):
        return [_finished(node[step]) for step in sorted(node)]
    return {step: _finished(value) for step, value in node.items()}
