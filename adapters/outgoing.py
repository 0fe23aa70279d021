"""The fields of an outgoing payload, which may have been minimised: each is ticked off as it is written, and what is
left at the end is what the recipient's format could not hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One part of the payload. `left` holds the paths not yet written, and is shared by the whole payload."""

    values: Mapping[str, Any]
    path: str
    left: dict[str, None]

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> Self:
        return cls(payload, "", dict.fromkeys(_leaf_paths(payload, "")))

    def part(self, name: str) -> Self:
        """An absent part is an empty one."""
        return type(self)(self.values.get(name) or {}, f"{self.path}{name}.", self.left)

    def parts(self, name: str) -> list[Self]:
        listed = self.values.get(name) or ()
        return [type(self)(value, f"{self.path}{name}[{index}].", self.left) for index, value in enumerate(listed)]

    def get(self, name: str) -> Any:
        """The value, which remains to be written."""
        return self.values.get(name)

    def take(self, name: str, *, if_: bool = True) -> Any:
        """The value, ticked off with all that it holds; None, and left, unless `if_`."""
        value = self.values.get(name)
        if value is None or not if_:
            return None
        for path in (f"{self.path}{name}", *_leaf_paths(value, f"{self.path}{name}")):
            self.written(path)
        return value

    def tick(self, name: str) -> None:
        """This field of the part is written."""
        self.written(f"{self.path}{name}")

    def written(self, path: str) -> None:
        """What stands at this path of the whole payload is written."""
        self.left.pop(path, None)


def filled(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Without what is absent or empty."""
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
