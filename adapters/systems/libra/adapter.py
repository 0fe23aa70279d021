"""The adapter for Libra's court lists."""

import re
from collections.abc import Mapping

from adapters.contract import Decoded, Encoded, Outbound, System
from adapters.systems.libra.encode import encode_list
from adapters.systems.libra.envelope import open_request
from adapters.systems.libra.lists import read_lists
from adapters.xml import looks_like_xml
from schemas.parts.document import Attachment

_HEAD_BYTES = 65_536
_REQUEST = re.compile(r"(?:<|&lt;)(?:[\w.-]+:)?ExternalDocumentRequest\b")
_DOCUMENTS = re.compile(r"(?:<|&lt;)(?:[\w.-]+:)?documents?(?:[\s>/]|&gt;)")
_LIST = re.compile(r"(?:<|&lt;)(?:[\w.-]+:)?(?:job|sessions|source_file_name)(?:[\s>/]|&gt;)")


class Libra:
    """Reads court lists in XML, in SOAP, in a CSCI message or by themselves. Writes them in SOAP 1.2."""

    name = "libra"
    decodes = frozenset({"court_list"})
    encodes = frozenset({"court_list"})

    def recognises(self, body: bytes) -> bool:
        if not looks_like_xml(body):
            return False
        head = _as_text(body[:_HEAD_BYTES])
        if "ResultedCaseMessage" in head:
            return False
        return bool(_REQUEST.search(head) or (_DOCUMENTS.search(head) and _LIST.search(head)))

    def decode(self, body: bytes, documents: Mapping[str, Attachment]) -> Decoded:
        """Return one draft for each court and day. Raises Refused: xml.*, libra.* or court.missing.

        `documents` are not used, because the lists name none.
        """
        return read_lists(open_request(body))

    def encode(self, message: Outbound) -> Encoded:
        """Write a list. Raises Refused (libra.cannot_express) for another kind, or a list without its court or day."""
        return encode_list(message)


def system() -> System:
    return Libra()


def _as_text(head: bytes) -> str:
    """Decode well enough to find element names. The parser decodes properly later."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if head[:2] == b"<\x00":
        return head.decode("utf-16-le", "replace")
    if head[:2] == b"\x00<":
        return head.decode("utf-16-be", "replace")
    return head.decode("latin-1")
