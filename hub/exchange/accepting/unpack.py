"""Undoes compression, within limits: a small body must not become a large one. Pure."""

import zlib
from typing import TYPE_CHECKING

from hub.errors import BodyTooLarge, BodyUnreadable, EncodingUnsupported

if TYPE_CHECKING:
    from hub.settings import Settings

_GZIP_MAGIC = b"\x1f\x8b"


def body_limit(settings: "Settings", body: bytes) -> int:
    """The size limit for a body, by how it begins. A compressed body may unpack to the larger limit."""
    head = body[:64].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")
    return settings.xml_body_bytes_max if head.startswith(b"<") else settings.json_body_bytes_max


def unpack(body: bytes, content_encoding: str | None, size_bytes_max: int) -> bytes:
    """The unpacked body. Raises BodyTooLarge, BodyUnreadable or EncodingUnsupported."""
    encoding = (content_encoding or "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise EncodingUnsupported(
            "the exchange does not accept this compression of the body", "send it uncompressed or in gzip"
        )
    if encoding == "identity" and not body.startswith(_GZIP_MAGIC):
        return within(body, size_bytes_max)
    return within(_gunzip(body, size_bytes_max), size_bytes_max)


def within(body: bytes, size_bytes_max: int) -> bytes:
    if len(body) > size_bytes_max:
        raise BodyTooLarge(
            f"the body is over {size_bytes_max // 1_000_000} MB", "send it in smaller files, or documents as multipart"
        )
    return body


def _gunzip(body: bytes, size_bytes_max: int) -> bytes:
    inflater = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        unpacked = inflater.decompress(body, size_bytes_max + 1)
    except zlib.error:
        raise BodyUnreadable("the gzip data is damaged", "compress the file again and send it again") from None
    # A cut-off body must not be taken for the whole document.
    if not inflater.eof and len(unpacked) <= size_bytes_max:
        raise BodyUnreadable("the gzip data ends too early", "send the whole file")
    return unpacked
