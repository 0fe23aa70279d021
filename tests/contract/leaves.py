"""The leaves of a document, whatever its format, and copies of the document in which one leaf is different.

A leaf is a value of a JSON tree, a text or an attribute of an XML tree, or a word of a file of lines. Documents that
stand as a text in another are opened.
"""

import copy
import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from lxml import etree

UNKNOWN = "madeUpLeaf"
_RUN = re.compile(r"[^\W_]+")


class Document(Protocol):
    def leaves(self) -> "list[Leaf]": ...

    def whole(self) -> bytes:
        """As the copies are written, with nothing changed."""
        ...

    def changed(self, leaf: "Leaf", value: Any) -> bytes: ...

    def without(self, leaf: "Leaf", above: int) -> bytes | None:
        """Without the part that stands `above` steps over the leaf: 0 is the leaf. None if there is no such part."""
        ...

    def alone(self, leaf: "Leaf", above: int) -> bytes | None:
        """With nothing but the leaf in the part that stands `above` steps over it."""
        ...

    def with_unknown(self) -> Iterator[tuple[str, bytes]]:
        """(place, document) for each place that can hold a leaf that nobody knows."""
        ...


@dataclass(frozen=True, slots=True)
class Leaf:
    """`place` is written as in a doubt; `path` is the document's own way to it."""

    place: str
    value: Any
    path: tuple[Any, ...]


def opened(body: bytes) -> Document:
    start = body.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"{", b"["):
        return JsonDocument(json.loads(body.decode("utf-8-sig")))
    if start == b"<":
        return XmlDocument(body)
    return LinesDocument(body)


def other_values(value: Any, chance: random.Random) -> Iterator[Any]:
    """The value with one letter or digit changed: in its first part, in its last, and in one between."""
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


# ---- JSON ----


class _Inside:
    """A step into the document that a text holds."""


_INSIDE = _Inside()


class JsonDocument:
    def __init__(self, tree: Any) -> None:
        self._tree = tree

    def leaves(self) -> list[Leaf]:
        return [Leaf(place, value, path) for place, value, path in _json_walk(self._tree, "$", ()) if _is_leaf(value)]

    def whole(self) -> bytes:
        return _written(self._tree)

    def changed(self, leaf: Leaf, value: Any) -> bytes:
        return _written(_edited(self._tree, leaf.path, lambda _: value))

    def without(self, leaf: Leaf, above: int) -> bytes | None:
        path = leaf.path[: len(leaf.path) - above]
        if not path or path[-1] is _INSIDE:
            return None
        return _written(_edited(self._tree, path[:-1], lambda holder: _lacking(holder, path[-1])))

    def alone(self, leaf: Leaf, above: int) -> bytes | None:
        path, below = leaf.path[: len(leaf.path) - above], leaf.path[len(leaf.path) - above :]
        if not path or _INSIDE in below:
            return None
        return _written(_edited(self._tree, path, lambda _: _only(below, leaf.value)))

    def with_unknown(self) -> Iterator[tuple[str, bytes]]:
        for place, value, path in _json_walk(self._tree, "$", ()):
            if isinstance(value, dict):
                for said in ("made up", 7, True, False, {"inner": "made up"}, ["made up"]):
                    added = {UNKNOWN: said}
                    yield f"{place}.{UNKNOWN}", _written(_edited(self._tree, path, lambda held, a=added: held | a))


def _json_walk(node: Any, place: str, path: tuple[Any, ...]) -> Iterator[tuple[str, Any, tuple[Any, ...]]]:
    inside = _held_inside(node)
    if inside is not None:
        yield from _json_walk(inside, place, (*path, _INSIDE))
        return
    yield place, node, path
    if isinstance(node, dict):
        for name, value in node.items():
            yield from _json_walk(value, f"{place}.{name}", (*path, name))
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _json_walk(value, f"{place}[{index}]", (*path, index))


def _is_leaf(value: Any) -> bool:
    return (
        not isinstance(value, dict | list) and value is not None and not (isinstance(value, str) and not value.strip())
    )


def _held_inside(node: Any) -> dict[str, Any] | None:
    if not (isinstance(node, str) and node.lstrip().startswith("{")):
        return None
    try:
        held = json.loads(node)
    except ValueError:
        return None
    return held if isinstance(held, dict) else None


def _edited(node: Any, path: tuple[Any, ...], edit: Callable[[Any], Any]) -> Any:
    """A copy of the tree in which the node at the path is what `edit` makes of it; what is not on the way is shared."""
    if not path:
        return edit(node)
    step, rest = path[0], path[1:]
    if step is _INSIDE:
        return json.dumps(_edited(json.loads(node), rest, edit))
    made = dict(node) if isinstance(node, dict) else list(node)
    made[step] = _edited(node[step], rest, edit)
    return made


def _lacking(holder: Any, step: Any) -> Any:
    if isinstance(holder, dict):
        return {name: value for name, value in holder.items() if name != step}
    return [value for index, value in enumerate(holder) if index != step]


def _only(path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    inner = _only(path[1:], value)
    return {path[0]: inner} if isinstance(path[0], str) else [inner]


def _written(tree: Any) -> bytes:
    return json.dumps(tree, ensure_ascii=False).encode()


# ---- XML ----

_HINTS = "{http://www.w3.org/2001/XMLSchema-instance}"  # for a validator: says nothing in any document


class XmlDocument:
    """A path is the positions of the elements on the way, `_INSIDE`, and at its end `@name` for an attribute."""

    def __init__(self, body: bytes) -> None:
        self._body = body

    def leaves(self) -> list[Leaf]:
        return list(_xml_leaves(etree.fromstring(self._body), "", ()))

    def whole(self) -> bytes:
        return _serialised(etree.fromstring(self._body))

    def changed(self, leaf: Leaf, value: Any) -> bytes:
        return _xml_edited(self._body, leaf.path, lambda element, name: _set(element, name, value))

    def without(self, leaf: Leaf, above: int) -> bytes | None:
        path = _above(leaf, above)
        if not path or path[-1] is _INSIDE:
            return None
        return _xml_edited(self._body, path, _take_out)

    def alone(self, leaf: Leaf, above: int) -> bytes | None:
        path = _above(leaf, above)
        below = leaf.path[len(path) :]
        if not path or path[-1] is _INSIDE or _INSIDE in below:
            return None
        return _xml_edited(self._body, path, lambda element, _: _keep_only(element, below))

    def with_unknown(self) -> Iterator[tuple[str, bytes]]:
        for place, element, path in _elements(etree.fromstring(self._body), "", ()):
            if len(element) or not (element.text or "").strip():
                yield f"{place}/{UNKNOWN}", _xml_edited(self._body, path, lambda held, _: _put_unknown(held))
            yield f"{place}/@{UNKNOWN}", _xml_edited(self._body, path, lambda held, _: held.set(UNKNOWN, "made up"))


def _above(leaf: Leaf, above: int) -> tuple[Any, ...]:
    return leaf.path[: len(leaf.path) - above]


def _elements(
    element: etree._Element, place: str, path: tuple[Any, ...]
) -> Iterator[tuple[str, etree._Element, tuple[Any, ...]]]:
    place = f"{place}/{etree.QName(element).localname}"
    inside = _xml_inside(element)
    if inside is not None:
        yield from _elements(inside, place, (*path, _INSIDE))
        return
    yield place, element, path
    for index, child in enumerate(element):
        if isinstance(child.tag, str):
            yield from _elements(child, place, (*path, index))


def _xml_leaves(root: etree._Element, place: str, path: tuple[Any, ...]) -> Iterator[Leaf]:
    for where, element, way in _elements(root, place, path):
        for name, value in element.attrib.items():
            if not str(name).startswith(_HINTS) and str(value).strip():
                yield Leaf(f"{where}/@{etree.QName(name).localname}", str(value), (*way, f"@{name}"))
        if (element.text or "").strip():
            yield Leaf(where, (element.text or "").strip(), way)


def _xml_inside(element: etree._Element) -> etree._Element | None:
    text = (element.text or "").strip()
    if len(element) or not text.startswith("<"):
        return None
    try:
        return etree.fromstring(text.partition("?>")[2].encode() if text.startswith("<?xml") else text.encode())
    except etree.XMLSyntaxError:
        return None


def _xml_edited(body: bytes, path: tuple[Any, ...], edit: Callable[[etree._Element, str | None], object]) -> bytes:
    root = etree.fromstring(body)
    element, name = root, None
    for at, step in enumerate(path):
        if step is _INSIDE:
            text = (element.text or "").strip()
            inner = text.partition("?>")[2] if text.startswith("<?xml") else text
            element.text = _xml_edited(inner.encode(), path[at + 1 :], edit).decode()
            return _serialised(root)
        if isinstance(step, str):
            name = step[1:]
        else:
            element = element[step]
    edit(element, name)
    return _serialised(root)


def _set(element: etree._Element, name: str | None, value: str) -> None:
    if name is None:
        element.text = value
    else:
        element.set(name, value)


def _take_out(element: etree._Element, name: str | None) -> None:
    parent = element.getparent()
    if name is not None:
        del element.attrib[name]
    elif parent is not None:
        parent.remove(element)


def _keep_only(element: etree._Element, below: tuple[Any, ...]) -> None:
    if below and isinstance(below[0], str):
        for name in [name for name in element.attrib if name != below[0][1:]]:
            del element.attrib[name]
        below = ()
        element.text = None
    else:
        element.attrib.clear()
    for index, child in reversed(list(enumerate(element))):
        if below and index == below[0]:
            _keep_only(child, below[1:])
        else:
            element.remove(child)


def _put_unknown(element: etree._Element) -> None:
    namespace = etree.QName(element).namespace
    made = etree.SubElement(element, f"{{{namespace}}}{UNKNOWN}" if namespace else UNKNOWN)
    made.text = "made up"


def _serialised(root: etree._Element) -> bytes:
    return etree.tostring(copy.deepcopy(root), encoding="UTF-8")


# ---- lines: delimited, fixed width, labelled ----


class LinesDocument:
    """Every word is a leaf: the format does not matter, as long as no word can be changed unnoticed."""

    def __init__(self, body: bytes) -> None:
        self._text = body.decode("latin-1")  # any encoding of one byte a character comes back as it was

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

    def with_unknown(self) -> Iterator[tuple[str, bytes]]:
        """A word more at the end of a line, and a line more."""
        lines = self._text.splitlines(keepends=True)
        for number, line in enumerate(lines):
            end = line[len(line.rstrip("\r\n")) :]
            longer = f"{line.rstrip(chr(13) + chr(10))}|{UNKNOWN}{end}"
            for made in ([longer], [line, f"{UNKNOWN}: made up{end or chr(10)}"]):
                body = "".join([*lines[:number], *made, *lines[number + 1 :]])
                yield f"line {number + 1}", body.encode("latin-1")
