"""The only XML parser of the project: no entities, no document types, no network, limits on size, depth and count.

Elements are found by local name, because real documents differ in prefixes and namespaces but not in the meaning of
names. A document that may contain a text over libxml2's own limit, such as one in base64, is read piece by piece, so
that our limits apply before anything large has been built from it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, Self, cast

from lxml import etree

from schemas.problem import Problem, Refused

SIZE_BYTES_MAX = 36_000_000
DEPTH_MAX = 100
ELEMENTS_MAX = 1_000_000  # for a document that is read piece by piece
_TEXT_BYTES_MAX = 10_000_000  # libxml2 refuses a longer text unless all its limits are switched off
_PIECE_BYTES = 65_536
_FOR_VALIDATORS = "{http://www.w3.org/2001/XMLSchema-instance}"
_SAFELY: Mapping[str, Any] = MappingProxyType(
    {"resolve_entities": False, "no_network": True, "load_dtd": False, "dtd_validation": False, "remove_pis": True}
)


@dataclass(frozen=True, slots=True)
class Node:
    """One element. `place` is put before its path, for a document that was inside another."""

    _element: etree._Element
    place: str = ""

    @property
    def name(self) -> str:
        return etree.QName(self._element).localname

    @property
    def namespace(self) -> str | None:
        return etree.QName(self._element).namespace

    @property
    def line(self) -> int:
        """The line on which it begins in its document. This is the cheap half of `where`."""
        return cast(int, self._element.sourceline or 0)

    @property
    def where(self) -> str:
        """`line 12, /Envelope/Body/documents/document[2]`."""
        steps = []
        element: etree._Element | None = self._element
        while element is not None:
            name = etree.QName(element).localname
            parent = element.getparent()
            same = (
                [e for e in parent if _is_element(e) and etree.QName(e).localname == name] if parent is not None else []
            )
            steps.append(f"{name}[{same.index(element) + 1}]" if len(same) > 1 else name)
            element = parent
        return f"line {self._element.sourceline}, {self.place}/{'/'.join(reversed(steps))}"

    def children(self, name: str | None = None) -> Iterator[Self]:
        for element in self._element:
            if _is_element(element) and (name is None or etree.QName(element).localname == name):
                yield type(self)(element, self.place)

    def child(self, path: str) -> Self | None:
        """Return the first element at `path` of local names: `info/source_file_name`."""
        node = self
        for name in path.split("/"):
            found = next(node.children(name), None)
            if found is None:
                return None
            node = found
        return node

    def all(self, path: str) -> Iterator[Self]:
        """Return every element at `path`."""
        head, _, rest = path.partition("/")
        for node in self.children(head):
            yield from node.all(rest) if rest else (node,)

    def text(self, path: str | None = None) -> str | None:
        """Return the trimmed text of this element, or of the first at `path`; None if absent or blank."""
        node = self.child(path) if path else self
        if node is None:
            return None
        return "".join(_own_text(node._element)).strip() or None

    def attribute(self, name: str) -> str | None:
        return self._element.get(name)

    def attributes(self) -> tuple[str, ...]:
        """Return the names of the attributes without a namespace."""
        return tuple(str(name) for name in self._element.keys() if not str(name).startswith("{"))  # noqa: SIM118

    def own_leaves(self) -> Iterator[tuple[str, str]]:
        """Return (step, value) for what is in this element itself: "" for its text, `@name` for an attribute.
        Attributes for validators are left out, because they say nothing in any document."""
        if (text := self.text()) is not None:
            yield "", text
        for name, value in self._element.items():
            if not str(name).startswith(_FOR_VALIDATORS) and str(value).strip():
                yield f"@{etree.QName(name).localname}", str(value).strip()

    def descendant(self, name: str) -> Self | None:
        """Return the first element with that local name at any depth, this one included."""
        return next(self.descendants(name), None)

    def descendants(self, name: str) -> Iterator[Self]:
        """Return every element with that local name at any depth, this one included."""
        for element in self._element.iter("{*}" + name):
            yield type(self)(element, self.place)

    def bytes(self) -> bytes:
        """Return this element alone, canonical (exclusive C14N). The same content gives the same bytes, wherever it is.

        C14N does not allow relative namespaces; an element that has one is returned as it is.
        """
        try:
            return etree.tostring(self._element, method="c14n", exclusive=True, with_comments=False)
        except etree.LxmlError:
            return etree.tostring(self._element, encoding="UTF-8", with_tail=False)


def _is_element(element: etree._Element) -> bool:
    return isinstance(element.tag, str)


def _own_text(element: etree._Element) -> Iterator[str]:
    """Return text and character data of the element itself, without comments."""
    yield element.text or ""
    for child in element:
        if not _is_element(child):
            yield child.tail or ""


def looks_like_xml(body: bytes) -> bool:
    head = body[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    return head.startswith(b"<")


def parse(body: bytes, place: str = "") -> Node:
    """Parse a whole document. Raises Refused: xml.too_large, too_many, too_deep, malformed, encoding or entities."""
    if len(body) > SIZE_BYTES_MAX:
        over = f"is over {SIZE_BYTES_MAX // 1_000_000} MB"
        raise Refused(Problem("xml.too_large", place or "document", over, "send it in smaller files"))
    try:
        large = len(body) > _TEXT_BYTES_MAX
        root = _grown(body, place) if large else etree.fromstring(body, etree.XMLParser(**_SAFELY))
    except etree.XMLSyntaxError as error:
        raise Refused(_syntax_problem(error, place)) from None
    except ValueError:
        where = place or "document"
        raise Refused(Problem("xml.malformed", where, "contains no document", "send one XML document")) from None
    _refuse_document_type(root, place)
    _refuse_deep(root, place)
    return Node(root, place)


def _grown(body: bytes, place: str) -> etree._Element:
    """Return the root of a large document. Without libxml2's limits an entity could grow without end. So the part up to
    the first element is read within the limits first: a document type can only be there."""
    pieces = [body[start : start + _PIECE_BYTES] for start in range(0, len(body), _PIECE_BYTES)]
    prolog = etree.XMLPullParser(("start",), remove_comments=True, **_SAFELY)
    for piece in pieces:
        prolog.feed(piece)
        first = next(iter(prolog.read_events()), None)
        if first is not None:
            _refuse_document_type(cast(etree._Element, first[1]), place)
            break
    parser = etree.XMLPullParser(("start", "end"), remove_comments=True, huge_tree=True, **_SAFELY)
    depth = count = 0
    for piece in pieces:
        parser.feed(piece)
        for event, element in cast(Iterable[tuple[str, etree._Element]], parser.read_events()):
            depth += 1 if event == "start" else -1
            count += event == "start"
            if depth > DEPTH_MAX:
                raise Refused(_too_deep(f"line {element.sourceline}, {place}/"))
            if count > ELEMENTS_MAX:
                raise Refused(_too_many(f"line {element.sourceline}, {place}/"))
    return parser.close()


def _refuse_document_type(root: etree._Element, place: str) -> None:
    document_type = root.getroottree().docinfo
    if document_type.internalDTD is not None or document_type.doctype:
        raise Refused(
            Problem(
                "xml.entities",
                f"line 1, {place}/",
                "declares a document type; entities and external references are not accepted",
                "send the document without a DOCTYPE",
            )
        )


def _refuse_deep(root: etree._Element, place: str) -> None:
    depth = 0
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        if depth > DEPTH_MAX:
            raise Refused(_too_deep(f"line {element.sourceline}, {place}/"))


def _too_deep(where: str) -> Problem:
    problem = f"elements are nested more than {DEPTH_MAX} deep"
    return Problem("xml.too_deep", where, problem, "send the document in its agreed form")


def _too_many(where: str) -> Problem:
    problem = f"a document over {_TEXT_BYTES_MAX // 1_000_000} MB has more than {ELEMENTS_MAX:,} elements"
    return Problem("xml.too_many", where, problem, "send it in smaller files")


# These are our own words. libxml2's repeat names from the document, and after a stray "<" such a name can be a
# person's.
_SYNTAX: Mapping[int, str] = MappingProxyType(
    {
        etree.ErrorTypes.ERR_DOCUMENT_EMPTY: "it does not begin with an element",
        etree.ErrorTypes.ERR_DOCUMENT_END: "there is more after the end of the document",
        etree.ErrorTypes.ERR_TAG_NAME_MISMATCH: "a closing tag does not match the opening one",
        etree.ErrorTypes.ERR_TAG_NOT_FINISHED: "the document ends before its elements are closed",
        etree.ErrorTypes.ERR_GT_REQUIRED: "a tag is not ended with >",
        etree.ErrorTypes.ERR_NAME_REQUIRED: "a < or & does not begin a tag or entity; write &lt; or &amp;",
        etree.ErrorTypes.ERR_ENTITYREF_SEMICOL_MISSING: "an & does not begin an entity; write &amp;",
        etree.ErrorTypes.ERR_LT_IN_ATTRIBUTE: "an attribute contains a <; write &lt;",
        etree.ErrorTypes.ERR_ATTRIBUTE_NOT_STARTED: "the value of an attribute is not in quotes",
        etree.ErrorTypes.ERR_ATTRIBUTE_WITHOUT_VALUE: "an attribute has no value",
        etree.ErrorTypes.ERR_ATTRIBUTE_REDEFINED: "an element has the same attribute twice",
        etree.ErrorTypes.ERR_INVALID_CHAR: "there is a character that XML does not allow",
        etree.ErrorTypes.NS_ERR_UNDEFINED_NAMESPACE: "a namespace prefix is not declared",
    }
)


def _syntax_problem(error: etree.XMLSyntaxError, place: str) -> Problem:
    words = _SYNTAX.get(cast(Any, error).code, "there is a mistake in the markup")
    line = f"line {error.lineno or 1}, {place}/"
    lowered = (error.msg or "").lower()
    if "depth" in lowered and "excessive" in lowered:
        return _too_deep(line)
    if "entit" in lowered and ("loop" in lowered or "amplification" in lowered or "not defined" in lowered):
        return Problem(
            "xml.entities",
            line,
            "uses an entity that XML itself does not define",
            "write the characters themselves, and leave the DOCTYPE out",
        )
    if "encod" in lowered or "invalid bytes" in lowered or "not proper utf-8" in lowered or "conversion" in lowered:
        return Problem(
            "xml.encoding",
            line,
            "the bytes are not in the encoding that the document declares",
            "save it in UTF-8, or declare the encoding it is in",
        )
    return Problem(
        "xml.malformed", line, f"is not well-formed XML: {words}", "correct the document at that line and send it again"
    )


class XmlSchema:
    """A compiled schema of our own for a wire format."""

    def __init__(self, file: Traversable) -> None:
        self._schema = etree.XMLSchema(etree.fromstring(file.read_bytes(), etree.XMLParser(**_SAFELY)))

    def problems(self, node: Node) -> tuple[str, ...]:
        """Return `line 12: what is wrong` for each fault, in document order; empty if the document is valid."""
        if self._schema.validate(node._element):
            return ()
        log = cast(Iterable[Any], self._schema.error_log)  # the type stubs do not say that it can be iterated
        return tuple(f"line {entry.line}: {entry.message}" for entry in log)


def parse_bare(document: bytes) -> None:
    """Parse it and forget it: what a parse alone costs, for measuring. It is as safe as the other ways."""
    etree.fromstring(document, etree.XMLParser(huge_tree=False, **_SAFELY))
