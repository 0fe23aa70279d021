"""The fields of an outgoing payload, which may have been minimised: each is ticked off as it is written, so that what
is left at the end is what the format could not hold."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

from schemas.problem import Problem, Refused

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


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

    def write(self, name: str, form: str = r".*") -> str | None:
        """The text of a value, ticked off, if the format holds texts of that form; else None."""
        value = self.values.get(name)
        text = None if value is None else str(value).strip()
        if not text or clean(text) != text or not re.fullmatch(form, text, re.DOTALL):
            return None
        self.tick(name)
        return text

    def tick(self, name: str) -> None:
        self.left.pop(f"{self.path}{name}", None)

    def leave_out(self) -> None:
        """All of this part is not expressed, and named as a whole."""
        for path in [path for path in self.left if path.startswith(self.path)]:
            del self.left[path]
        self.left[self.path.rstrip(".")] = None


def clean(text: str) -> str:
    """Without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


def cannot(where: str, problem: str, cure: str) -> NoReturn:
    raise Refused(Problem("cps.cannot_express", where, problem, cure))


def _leaf_paths(value: object, path: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaf_paths(inner, f"{path}.{name}" if path else str(name))
    elif isinstance(value, list | tuple):
        for index, inner in enumerate(value):
            yield from _leaf_paths(inner, f"{path}[{index}]")
    elif value is not None:
        yield path
