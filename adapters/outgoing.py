"""Tracks the fields of an outgoing payload. Each is ticked off as it is written; the rest is what the recipient's
format could not hold. The payload may have been minimised."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One part of the payload. `left` holds the paths not written yet; all parts of the payload share it."""

    values: Mapping[str, Any]
    path: str
    left: dict[str, None]

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        return cls(payload, "", dict.fromkeys(_leaf_paths(payload, "")))

    def part(self, name: str) -> Self:
        """Return the part; an absent part is an empty one."""
        return type(self)(self.values.get(name) or {}, f"{self.path}{name}.", self.left)

    def parts(self, name: str) -> list[Self]:
        listed = self.values.get(name) or ()
        return [type(self)(value, f"{self.path}{name}[{index}].", self.left) for index, value in enumerate(listed)]

    def get(self, name: str) -> Any:
        """Return the value without ticking it off."""
        return self.values.get(name)

    def take(self, name: str, *, if_: bool = True) -> Any:
        """Return the value and tick it off with everything in it. If `if_` is false, return None and leave it."""
        value = self.values.get(name)
        if value is None or not if_:
            return None
        for path in (f"{self.path}{name}", *_leaf_paths(value, f"{self.path}{name}")):
            self.written(path)
        return value

    def tick(self, name: str) -> None:
        """Tick off this field of the part."""
        self.written(f"{self.path}{name}")

    def written(self, path: str) -> None:
        """Tick off what is at this path of the whole payload."""
        self.left.pop(path, None)


def filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values without those that are absent or empty."""
    return {name: value for name, value in fields.items() if value is not None and value not in ("", [], {})}


def _leaf_paths(value: object, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaf_paths(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _leaf_paths(inner, f"{path}[{index}]")
    elif value is not None:
        yield path
