"""Reads what is posted, never more than its limit, and splits multipart into the message and its documents."""

import hashlib
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from fastapi import Request
from starlette.datastructures import Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from hub.api.single_values import repeated_parameter
from hub.errors import BodyTooLarge, BodyUnreadable, RepeatedInRequest
from hub.settings import Settings
from schemas.parts.document import SIZE_BYTES_MAX, Attachment

MESSAGE_PART = "message"
_MULTIPART = "multipart/form-data"
_DOCUMENTS_MAX = 10
_EACH_BYTE = "latin-1"  # each byte is one character, and back


@dataclass(frozen=True, slots=True)
class Posted:
    body: bytes
    media_type: str
    attached: dict[str, Attachment]


@dataclass(frozen=True, slots=True)
class IncomingBody:
    """A body that is about to be read."""

    request: Request
    media_type: str
    limit: int

    @classmethod
    def of(cls, request: Request, settings: Settings, agency_bytes_max: int) -> "IncomingBody":
        """Raises BodyTooLarge if the request's own length says that it is too large."""
        media_type = request.headers.get("content-type", "").split(";")[0].strip().lower()
        if media_type == _MULTIPART:
            limit = settings.multipart_body_bytes_max
        else:
            limit = settings.xml_body_bytes_max if "xml" in media_type else settings.json_body_bytes_max
        reading = cls(request, media_type, min(limit, agency_bytes_max))
        if reading._declared() > reading.limit:
            raise _too_large(reading.limit)
        return reading

    def size_bytes_max(self, content_encoding: str | None) -> int:
        """The size that the body can have at most. If the length is missing, or counts compressed bytes, it is not
        used."""
        declared = self._declared()
        return declared if declared and content_encoding in (None, "identity") else self.limit

    async def posted(self) -> Posted:
        """Raises BodyTooLarge as soon as the limit is passed. Raises BodyTooSlow or BodyUnreadable."""
        if self.media_type == _MULTIPART:
            return await _multipart(self.request, self._limited(), self.limit)
        body = bytearray()
        async for chunk in self._limited():
            body += chunk
        return Posted(bytes(body), self.media_type, {})

    async def _limited(self) -> AsyncGenerator[bytes, None]:
        size = 0
        async for chunk in self.request.stream():
            size += len(chunk)
            if size > self.limit:
                raise _too_large(self.limit)
            yield chunk

    def _declared(self) -> int:
        declared = self.request.headers.get("content-length", "")
        return int(declared) if declared.isdigit() else 0


class _InMemory(MultiPartParser):
    """Personal data is never put into temporary files."""

    spool_max_size = 0  # A SpooledTemporaryFile with this size never uses the disk.

    def on_header_end(self) -> None:
        """The parser would take the last of two headers, and of two parameters of a header."""
        name, value = self._current_partial_header_name.lower(), self._current_partial_header_value
        if any(name == before for before, _ in self._current_part.item_headers) or repeated_parameter(value):
            raise RepeatedInRequest("a part has a header or a parameter of it twice", "send it once", "body")
        super().on_header_end()

    def on_part_end(self) -> None:
        """The parser would decode a plain field, and its bytes in another encoding would be lost."""
        if self._current_part.file is None:
            self.items.append((self._current_part.field_name, self._current_part.data.decode(_EACH_BYTE)))
        else:
            super().on_part_end()


async def _multipart(request: Request, stream: AsyncGenerator[bytes, None], part_bytes_max: int) -> Posted:
    parser = _InMemory(
        Headers({"content-type": request.headers["content-type"]}),
        stream,
        max_files=_DOCUMENTS_MAX + 1,
        max_fields=_DOCUMENTS_MAX + 1,
        max_part_size=part_bytes_max,
    )
    try:
        form = await parser.parse()
    except MultiPartException as error:
        raise BodyUnreadable(
            f"the multipart body cannot be read: {error.message}", "post the parts as README.md shows"
        ) from None
    except KeyError:
        raise BodyUnreadable(
            "the multipart body names no boundary", "use an HTTP library that writes the boundary"
        ) from None
    body: bytes | None = None
    body_type, attached = "application/json", {}
    for name, value in form.multi_items():
        content = await value.read() if isinstance(value, UploadFile) else value.encode(_EACH_BYTE)
        if name == MESSAGE_PART:
            if body is not None:
                raise _repeated_part(f"there are two parts named {MESSAGE_PART!r}")
            body, body_type = content, (value.content_type or body_type) if isinstance(value, UploadFile) else body_type
        else:
            document = _attachment(name, value, content)
            if document.name in attached:
                raise _repeated_part("two documents have the same name")
            attached[document.name] = document
    await form.close()
    if body is None:
        raise BodyUnreadable(f"there is no part named {MESSAGE_PART!r}", "post the message as the part 'message'")
    return Posted(body, body_type, attached)


def _repeated_part(problem: str) -> RepeatedInRequest:
    cure = "send one message in a request, and give each document a name of its own"
    return RepeatedInRequest(problem, cure, "body")


def _attachment(part: str, value: UploadFile | str, content: bytes) -> Attachment:
    if len(content) > SIZE_BYTES_MAX:
        raise BodyTooLarge(f"a document is over {SIZE_BYTES_MAX // 1_000_000} MB", "send a smaller document")
    name = (value.filename if isinstance(value, UploadFile) else None) or part
    media_type = (value.content_type if isinstance(value, UploadFile) else None) or "application/octet-stream"
    return Attachment(name, media_type, hashlib.sha256(content).hexdigest(), content)


def _too_large(limit: int) -> BodyTooLarge:
    return BodyTooLarge(
        f"the body is over {limit // 1_000_000} MB", "send it in smaller files, or documents as multipart"
    )
