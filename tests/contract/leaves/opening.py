"""Opens a document in the format that its first letter shows, and gives other values for a leaf."""

import json
import random
import re
from collections.abc import Iterator
from typing import Any

from tests.contract.leaves.leaf import Document
from tests.contract.leaves.of_json import JsonDocument
from tests.contract.leaves.of_lines import LinesDocument
from tests.contract.leaves.of_xml import XmlDocument

_RUN = re.compile(r"[^\W_]+")


def opened(body: bytes) -> Document:
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        return JsonDocument(json.loads(body.decode("utf-8-sig")))
    if start == b"<":
        return XmlDocument(body)
    return LinesDocument(body)


def other_values(value: Any, chance: random.Random) -> Iterator[Any]:
    """Yield the value with one letter or digit changed: in its first part, in its last, and in one between."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, int | float):
        yield value + 1
    else:
        runs = [run.start() for run in _RUN.finditer(value)]
        for at in dict.fromkeys([runs[0], runs[-1], chance.choice(runs)] if runs else []):
            yield value[:at] + _next(value[at]) + value[at + 1 :]


def _next(letter: str) -> str:
    if letter.isdecimal():
        return str((int(letter) + 1) % 10)
    return "a" if letter in "zZ" else chr(ord(letter) + 1) if letter.isascii() else "a"
