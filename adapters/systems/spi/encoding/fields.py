"""Writes the fields of an outgoing payload as elements of the interface."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from adapters.dates import write_local_time
from adapters.outgoing import Outgoing
from adapters.systems.spi.encoding.limits import CODES, TEXTS
from adapters.xml_writing import clean as without_unholdable
from schemas.problem import Problem, Refused


@dataclass(frozen=True, slots=True)
class Branch:
    """An element to write: its text, or its children. One without content is not written."""

    name: str
    content: "str | tuple[Branch, ...] | None"

    def has_content(self) -> bool:
        if isinstance(self.content, tuple):
            return any(branch.has_content() for branch in self.content)
        return bool(self.content)


def parts_of(element: Branch) -> tuple[Branch, ...]:
    return element.content if isinstance(element.content, tuple) else ()


def branch(name: str, *content: Branch) -> Branch:
    return Branch(name, content)


@dataclass(frozen=True, slots=True)
class Fields(Outgoing):
    def raw(self, name: str) -> Any:
        """Return the value as it is, ticked off."""
        self.tick(name)
        return self.values.get(name)

    def leaf(self, element: str, name: str) -> Branch:
        return Branch(element, self.fit(element, self.values.get(name), f"{self.path}{name}"))

    def coded(self, element: str, name: str, code: str | None) -> Branch:
        """As `leaf`, for a value that the interface writes as `code`."""
        return Branch(element, self.fit(element, code, f"{self.path}{name}"))

    def clock(self, element: str, name: str, day: str) -> Branch:
        """A time of day, as it will be read: local. One with an offset does not come back as it was, and stays left."""
        value = self.values.get(name)
        written = write_local_time(self.values.get(day), value) if value else None
        return Branch(element, self.fit(element, written, f"{self.path}{name}" if written == value else ""))

    def leaves(self, name: str, *elements: str) -> tuple[Branch, ...]:
        """Write the values of a list, one in each of the elements. Values without an element are left."""
        values = self.values.get(name) or ()
        return tuple(
            Branch(element, self.fit(element, value, f"{self.path}{name}[{index}]"))
            for index, (element, value) in enumerate(zip(elements, values, strict=False))
        )

    def split(self, name: str, parts: Sequence[tuple[str, str]], separator: str) -> tuple[Branch, ...]:
        """Write one text in several elements. It counts as expressed if the joined elements give the text again."""
        written = tuple(Branch(element, self.fit(element, part, "")) for element, part in parts)
        if separator.join(str(branch.content or "") for branch in written) == self.values.get(name):
            self.tick(name)
        return written

    def leave_out(self, place: str) -> None:
        """Report everything at `place` (`victims[0]`) as not expressed, as a whole."""
        for path in [path for path in self.left if path.startswith((f"{place}.", f"{place}["))]:
            self.written(path)
        self.left[place] = None

    def fit(self, element: str, value: object, path: str) -> str | None:
        """Return `value` as that element can hold it. A text that is too long is cut, and a code that does not match is
        left out; both stay on the list of what was not expressed."""
        if value is None:
            return None
        text = clean(str(value))
        if element in CODES and not re.fullmatch(CODES[element], text):
            return None
        cut = text[: TEXTS[element]].strip() if element in TEXTS else text
        if cut == str(value):
            self.written(path)
        return cut


def needed(leaf: Branch, path: str) -> Branch:
    if not leaf.has_content():
        cannot(path, "is missing, or longer than the interface can hold", "correct it, or grant it to the recipient")
    return leaf


def cannot(where: str, problem: str, cure: str) -> NoReturn:
    raise Refused(Problem("spi.cannot_express", where, problem, cure))


def clean(text: str) -> str:
    """Return the trimmed text without the characters that XML cannot hold."""
    return without_unholdable(text).strip()
