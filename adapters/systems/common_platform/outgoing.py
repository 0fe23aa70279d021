"""The fields of an outgoing payload, which may have been minimised: each is ticked off as it is written, so that what
is left at the end is what the platform's form could not hold."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from schemas.problem import Problem, Refused


@dataclass(frozen=True, slots=True)
class Fields:
    """One part of the payload. `left` holds the paths not yet written, and is shared by the whole payload."""

    values: Mapping[str, Any]
    path: str
    left: dict[str, None]

    @classmethod
    def of(cls, payload: Mapping[str, Any]) -> "Fields":
        return cls(payload, "", dict.fromkeys(_leaf_paths(payload, "")))

    def part(self, name: str) -> "Fields":
        """An absent part is an empty one."""
        return Fields(self.values.get(name) or {}, f"{self.path}{name}.", self.left)

    def parts(self, name: str) -> list["Fields"]:
        return [
            Fields(value, f"{self.path}{name}[{index}].", self.left)
            for index, value in enumerate(self.values.get(name) or ())
        ]

    def get(self, name: str) -> Any:
        """The value, which remains to be written."""
        return self.values.get(name)

    def take(self, name: str, *, if_: bool = True) -> Any:
        """The value, ticked off with all that it holds; None, and left, unless `if_`."""
        value = self.values.get(name)
        if value is None or not if_:
            return None
        for path in (f"{self.path}{name}", *_leaf_paths(value, f"{self.path}{name}")):
            self.left.pop(path, None)
        return value

    def taken(self, name: str, most: int) -> list[Any]:
        """The first values of a list, ticked off."""
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
