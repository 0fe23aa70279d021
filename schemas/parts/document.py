"""A document that travels with a message: the payload names it, the bytes go beside it."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from schemas.category import Category
from schemas.parts.part import Part

SIZE_BYTES_MAX = 25_000_000


class Document(Part):
    """`sha256` is the lower-case hex digest of the bytes; `size_bytes` their count. `reference` and `type` are the
    sender's own number for the document and its code or words for what it is."""

    name: Annotated[str, Field(pattern=r"^[^/\\\x00-\x1f]{1,120}$"), Category.DOCUMENT]
    media_type: Annotated[str, Field(pattern=r"^[a-z]+/[a-zA-Z0-9.+-]{1,100}$"), Category.DOCUMENT]
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$"), Category.DOCUMENT]
    size_bytes: Annotated[int, Field(ge=1, le=SIZE_BYTES_MAX), Category.DOCUMENT]
    reference: Annotated[str, Field(min_length=1, max_length=80), Category.DOCUMENT] | None = None
    type: Annotated[str, Field(min_length=1, max_length=120), Category.DOCUMENT] | None = None


@dataclass(frozen=True, slots=True)
class Attachment:
    """The bytes of a document, keyed by the digest that the payload carries."""

    name: str
    media_type: str
    sha256: str
    content: bytes
