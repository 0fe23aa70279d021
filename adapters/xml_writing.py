"""Writes XML elements for the systems. adapters/xml.py reads them."""

import re
from collections.abc import Mapping

from lxml import etree

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Return the text without the characters that XML cannot hold."""
    return _NOT_XML.sub("", text)


class Builder:
    """Writes elements. Empty values are left out, so that an absent value stays absent."""

    def __init__(self, name: str, namespace: str | None = None, prefixes: Mapping[str, str] | None = None) -> None:
        tag = f"{{{namespace}}}{name}" if namespace else name
        self._element: etree._Element = etree.Element(tag, nsmap=prefixes)
        self._namespace = namespace

    @classmethod
    def _of(cls, element: etree._Element, namespace: str | None) -> "Builder":
        built = cls.__new__(cls)
        built._element, built._namespace = element, namespace
        return built

    def add(self, name: str, text: object = None, namespace: str | None = None) -> "Builder":
        """Append a child in the parent's namespace, or in another one that is named ("" for none), and return it."""
        space = self._namespace if namespace is None else namespace
        element = etree.SubElement(self._element, f"{{{space}}}{name}" if space else name)
        if text is not None:
            element.text = str(text)
        return Builder._of(element, space)

    def put(self, name: str, value: object, namespace: str | None = None) -> None:
        """Append a child only if there is a value."""
        if value is not None and value != "":
            self.add(name, value, namespace)

    def attribute(self, name: str, value: str) -> None:
        self._element.set(name, value)

    def bytes(self) -> bytes:
        etree.indent(self._element)
        return etree.tostring(self._element, xml_declaration=True, encoding="UTF-8")
