"""A document that belongs to a message. The payload describes it, and its bytes are carried beside the payload."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from schemas.category import Category
from schemas.parts.part import Part

SIZE_BYTES_MAX = 25_000_000


class Document(Part):
    """`sha256` is the lower-case hex digest of the bytes; `size_bytes` is their count. `reference` is the sender's own
    number for the document, and `type` the sender's code or words for what it is."""

    name: Annotated[str, Field(pattern=r"^[^/\\\x00-\x1f]{1,120}$"), Category.DOCUMENT]
    media_type: Annotated[str, Field(pattern=r"^[a-z]+/[a-zA-Z0-9.+-]{1,100}$"), Category.DOCUMENT]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$"), Category.DOCUMENT]
    size_bytes: Annotated[int, Field(ge=1, le=SIZE_BYTES_MAX), Category.DOCUMENT]
    reference: Annotated[str, Field(min_length=1, max_length=80), Category.DOCUMENT] | None = None
    type: Annotated[str, Field(min_length=1, max_length=120), Category.DOCUMENT] | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """The bytes of a document, found by the digest in the payload."""

    name: str
    media_type: str
    sha256: str
    content: bytes
