"""Reads JSON strictly for the systems: limits on size, depth and numbers, no repeated keys, no characters that XML
cannot hold. Every fault has a code and a place, and no value is repeated."""

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from schemas.problem import Problem, Refused

BODY_BYTES_MAX = 36_000_000
DEPTH_MAX = 60
VALUES_MAX = 200_000  # the values of one message: far more than a court's day has, and few enough to check

# XML 1.0 or the database cannot hold these. A message with one of them could not be delivered to every agency.
_UNSAFE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_INTEGER_DIGITS_MAX = 18


@dataclass(frozen=True, slots=True)
class _Flaw:
    """Takes the place of a value that cannot be accepted, so that its path can be reported."""

    code: str
    problem: str
    cure: str


_NUMBER = _Flaw(
    "json.number", "the number is too large, or JSON cannot express it", "send a plain number within 18 digits"
)
_DUPLICATE = _Flaw("json.duplicate_key", "an object has the same key twice", "send each key once")


def parse(body: bytes) -> Any:
    """Return the tree of the document, with flaws in it. Raises Refused if it is not JSON at all."""
    if len(body) > BODY_BYTES_MAX:
        raise _refused("json.too_large", "document", "the document is over 36 MB", "send fewer messages at a time")
    return parse_text(_text(body))


def parse_text(text: str, place: str = "") -> Any:
    """As `parse`, for a document that is a string at path `place` of another document."""
    inside = f"{place}, " if place else ""
    if not text.strip():
        cure = "send a message, or a list of messages"
        raise _refused("json.empty", f"{inside}line 1", "the document is empty", cure)
    try:
        return json.loads(
            text, object_pairs_hook=_object, parse_constant=lambda _: _NUMBER, parse_int=_integer, parse_float=_float
        )
    except json.JSONDecodeError as fault:
        where = f"{inside}line {fault.lineno}, column {fault.colno}"
        problem = f"the JSON cannot be read here: {fault.msg[:1].lower()}{fault.msg[1:]}"
        raise _refused("json.malformed", where, problem, "correct the syntax and send it again") from None
    except RecursionError:
        raise Refused(_too_deep(place or "document")) from None


def flaws(tree: Any, at: str) -> Iterator[Problem]:
    """Yield what makes the message at path `at` unsafe to read further."""
    stack = [(tree, at, 0)]
    values = 1
    while stack:
        node, where, depth = stack.pop()
        if isinstance(node, _Flaw):
            yield Problem(node.code, where, node.problem, node.cure)
        elif depth > DEPTH_MAX:
            yield _too_deep(at)
            return
        elif isinstance(node, str):
            if _UNSAFE.search(node):
                problem = "the text contains a control character or half of a character pair"
                yield Problem("json.character", where, problem, "remove the character")
        elif isinstance(node, dict | list) and (values := values + len(node)) > VALUES_MAX:
            problem = f"the message contains more than {VALUES_MAX} values"
            yield Problem("json.too_large", where, problem, "split the message")
            return
        elif isinstance(node, dict):
            stack.extend((value, f"{where}.{key_shown(key)}", depth + 1) for key, value in reversed(node.items()))
        elif isinstance(node, list):
            stack.extend((node[index], f"{where}[{index}]", depth + 1) for index in reversed(range(len(node))))


def key_shown(key: str) -> str:
    """Return the key if it looks like a field name. Otherwise it could be somebody's name and is not repeated."""
    return key if re.fullmatch(r"[a-z][A-Za-z0-9_]{0,39}", key) else "?"


def is_json(body: bytes) -> bool:
    try:
        parse(body)
    except Refused:
        return False
    return True


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = body.count(b"\n", 0, fault.start) + 1
        raise _refused("json.encoding", f"line {line}", "the text is not UTF-8", "send the document in UTF-8") from None


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Flaw:
    found = dict(pairs)
    return found if len(found) == len(pairs) else _DUPLICATE


def _integer(digits: str) -> int | _Flaw:
    return int(digits) if len(digits) <= _INTEGER_DIGITS_MAX else _NUMBER


def _float(digits: str) -> float | _Flaw:
    value = float(digits)
    return value if math.isfinite(value) else _NUMBER


def _too_deep(where: str) -> Problem:
    return Problem(
        "json.too_deep",
        where,
        f"it is nested more than {DEPTH_MAX} deep",
        "use the structure that the schema of the kind shows",
    )


def _refused(code: str, where: str, problem: str, cure: str) -> Refused:
    return Refused(Problem(code, where, problem, cure))
