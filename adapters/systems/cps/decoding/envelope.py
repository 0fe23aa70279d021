"""Finds CP20 material in a document: by itself, in any envelope, or as escaped text in one."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from adapters.says_nothing import leaves_that_say_nothing
from adapters.unread import unread_leaves
from adapters.xml import Node, looks_like_xml, parse
from schemas.problem import Problem, Refused

_MATERIAL, _SPLIT_OR_MERGE = "CP20", "CP10"
_HEAD_BYTES = 8192
_DEPTH_MAX = 3
_CARRIED_MAX = 50
_OPENING = re.compile(r"(?:<|&lt;)(?:[\w.-]+:)?CP[12]0(?=[\s>/&])")
# An inner document is text already, so the encoding that it declares does not apply.
_DECLARATION = re.compile(r"\s*<\?xml\s[^>]*\?>")


@dataclass(slots=True)
class Search:
    """`found` are the CP20 elements. `refused` are the problems of other contents. `doubts` are about unread content
    around them."""

    found: list[Node] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    doubts: list[Problem] = field(default_factory=list)
    carried: int = 0


def recognises(body: bytes) -> bool:
    """Look for the name in the first kilobytes, in any encoding that keeps ASCII readable."""
    head = body[:_HEAD_BYTES].replace(b"\x00", b"").decode("ascii", "replace")
    return looks_like_xml(body) and _OPENING.search(head) is not None


def search(body: bytes) -> Search:
    """Search the document. Raises Refused if the outermost document cannot be read, or contains no material."""
    root = parse(body)
    held = Search()
    _open(root, 0, held)
    if not (held.found or held.refused):
        problem, cure = "contains no CP20", "send the material of the case as CP20 defines it"
        held.refused.append(Problem("document.unknown_type", root.where, problem, cure))
    return held


def _open(document: Node, depth: int, held: Search) -> None:
    around = (one for one in _outside_material(document) if one.name not in (_MATERIAL, _SPLIT_OR_MERGE))
    if values := sum(one.times for one in unread_leaves(around, _carries, leaves_that_say_nothing("cps"))):
        problem = f"something around the {_MATERIAL} has content that was not read ({values} values)"
        cure = "nothing, unless it changes what the material means"
        held.doubts.append(Problem("cps.unmapped", document.where, problem, cure))
    for element in _outside_material(document):
        if element.name == _MATERIAL:
            held.found.append(element)
        elif element.name == _SPLIT_OR_MERGE:
            held.refused.append(_not_material(element))
        elif (text := element.text()) is not None and _carries(element):
            _open_carried(element, text, depth + 1, held)


def _carries(element: Node) -> bool:
    text = element.text() or ""
    return text[:1] == "<" and _OPENING.search(text[:_HEAD_BYTES]) is not None


def _outside_material(document: Node) -> Iterator[Node]:
    waiting = [document]
    while waiting:
        element = waiting.pop()
        yield element
        if element.name not in (_MATERIAL, _SPLIT_OR_MERGE):
            waiting.extend(reversed(list(element.children())))


def _open_carried(element: Node, text: str, depth: int, held: Search) -> None:
    held.carried += 1
    if depth > _DEPTH_MAX or held.carried > _CARRIED_MAX:
        problem = f"documents are nested more than {_DEPTH_MAX} deep, or are more than {_CARRIED_MAX}"
        if held.carried <= _CARRIED_MAX + 1:
            where = f"line {element.line}, {element.place}/"
            held.refused.append(Problem("cps.wrapped_too_often", where, problem, "send the CP20 by itself"))
        return
    try:
        inner = parse(_DECLARATION.sub("", text, count=1).encode(), f"{element.where.partition(', ')[2]}/text()")
        _open(inner, depth, held)
    except Refused as refused:
        held.refused += refused.problems


def _not_material(element: Node) -> Problem:
    return Problem(
        "cps.not_material",
        element.where,
        "reports that a case was split or merged (CP10), and contains no material",
        "send the material of the new cases, each under its own number",
    )
