"""The leaves of a file of lines: delimited, of fixed width, labelled."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from tests.contract.leaves.leaf import UNKNOWN, Leaf


class LinesDocument:
    """Every word is a leaf. The format does not matter, as long as no word can be changed unnoticed."""

    def __init__(self, body: bytes) -> None:
        # in any encoding with one byte for each character, the bytes come back unchanged
        self._text = body.decode("latin-1")

    def leaves(self) -> list[Leaf]:
        found = []
        for number, line in enumerate(self._text.splitlines(), 1):
            start = self._start(number)
            found += [
                Leaf(f"line {number}, {run.start()}", run[0], (start + run.start(), start + run.end()))
                for run in re.finditer(r"[^\W_]+", line, re.ASCII)
            ]
        return found

    def _start(self, number: int) -> int:
        return len("".join(self._text.splitlines(keepends=True)[: number - 1]))

    def whole(self) -> bytes:
        return self._text.encode("latin-1")

    def changed(self, leaf: Leaf, value: Any) -> bytes:
        start, end = leaf.path
        return f"{self._text[:start]}{value}{self._text[end:]}".encode("latin-1")

    def without(self, leaf: Leaf, above: int) -> bytes | None:
        return None

    def alone(self, leaf: Leaf, above: int) -> bytes | None:
        return None

    def emptied(self, leaf: Leaf, above: int) -> bytes | None:
        return None

    def with_unknown(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        """Yield an added column, an added word at the end of a line, and an added line."""
        lines = self._text.splitlines(keepends=True)
        delimiter = max(",;|\t", key=lines[0].count)
        if delimiter in lines[0]:
            yield "a column", partial(_joined, [_longer(line, delimiter) for line in lines])
        for number, line in enumerate(lines):
            end = line[len(line.rstrip("\r\n")) :]
            longer = f"{line.rstrip(chr(13) + chr(10))}|{UNKNOWN}{end}"
            for made in ([longer], [line, f"{UNKNOWN}: made up{end or chr(10)}"]):
                yield f"line {number + 1}", partial(_joined, [*lines[:number], *made, *lines[number + 1 :]])


def _longer(line: str, delimiter: str) -> str:
    kept = line.rstrip("\r\n")
    return f"{kept}{delimiter}{UNKNOWN}{line[len(kept) :]}" if kept else line


def _joined(lines: list[str]) -> bytes:
    return "".join(lines).encode("latin-1")
