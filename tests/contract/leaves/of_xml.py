"""The leaves of an XML document."""

import copy
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from lxml import etree

from tests.contract.leaves.leaf import INSIDE, UNKNOWN, Leaf

_HINTS = "{http://www.w3.org/2001/XMLSchema-instance}"  # for a validator; it says nothing in any document


class XmlDocument:
    """A path is the positions of the elements on the way, `INSIDE`, and `@name` at its end for an attribute."""

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
        if not path or path[-1] is INSIDE:
            return None
        return _xml_edited(self._body, path, _take_out)

    def alone(self, leaf: Leaf, above: int) -> bytes | None:
        path = _above(leaf, above)
        below = leaf.path[len(path) :]
        if not path or path[-1] is INSIDE or INSIDE in below:
            return None
        return _xml_edited(self._body, path, lambda element, _: _keep_only(element, below))

    def emptied(self, leaf: Leaf, above: int) -> bytes | None:
        path = _above(leaf, above)
        below = leaf.path[len(path) :]
        if not path or path[-1] is INSIDE or INSIDE in below:
            return None
        return _xml_edited(self._body, path, lambda element, _: _keep_nothing(element, below))

    def with_unknown(self) -> Iterator[tuple[str, Callable[[], bytes]]]:
        for place, element, path in _elements(etree.fromstring(self._body), "", ()):
            if len(element) or not (element.text or "").strip():
                yield f"{place}/{UNKNOWN}", partial(_xml_edited, self._body, path, _put_unknown)
            yield f"{place}/@{UNKNOWN}", partial(_xml_edited, self._body, path, _set_unknown)


def _above(leaf: Leaf, above: int) -> tuple[Any, ...]:
    return leaf.path[: len(leaf.path) - above]


def _elements(
    element: etree._Element, place: str, path: tuple[Any, ...]
) -> Iterator[tuple[str, etree._Element, tuple[Any, ...]]]:
    place = f"{place}/{etree.QName(element).localname}"
    inside = _xml_inside(element)
    if inside is not None:
        yield from _elements(inside, place, (*path, INSIDE))
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
        if step is INSIDE:
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


def _keep_nothing(element: etree._Element, below: tuple[Any, ...]) -> None:
    """Keep the way to the leaf, and not the leaf."""
    _keep_only(element, below)
    *way, last = below
    for _ in way:
        element = element[0]
    if isinstance(last, str):
        _take_out(element, last[1:])
    else:
        _take_out(element[0], None)


def _set_unknown(element: etree._Element, _: str | None) -> None:
    element.set(UNKNOWN, "made up")


def _put_unknown(element: etree._Element, _: str | None) -> None:
    namespace = etree.QName(element).namespace
    made = etree.SubElement(element, f"{{{namespace}}}{UNKNOWN}" if namespace else UNKNOWN)
    made.text = "made up"


def _serialised(root: etree._Element) -> bytes:
    return etree.tostring(copy.deepcopy(root), encoding="UTF-8")
