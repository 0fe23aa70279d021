"""Reads and writes the files of a message, which are in it in base64, beside their description."""

import base64
import binascii
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from schemas.parts.document import SIZE_BYTES_MAX, Attachment
from schemas.problem import Problem


def read_documents(
    wire: Mapping[str, Any], beside: Mapping[str, Attachment]
) -> tuple[tuple[Attachment, ...], list[Problem]]:
    """Return the attachments, and what is wrong with them. `described` fills in digest and size."""
    listed = wire.get("documents")
    found: list[Attachment] = []
    problems: list[Problem] = []
    for index, item in enumerate(listed if isinstance(listed, list) else ()):
        if not isinstance(item, Mapping):
            continue  # reported as misplaced
        where = f"$.documents[{index}]"
        content = _content(item, beside, where, problems)
        if content is None:
            continue
        digest = sha256(content).hexdigest()
        if item.get("sha256", digest) != digest or item.get("sizeBytes", len(content)) != len(content):
            cure = "correct them, or leave digest and size out"
            problems.append(
                Problem("document.digest", where, "digest or size do not match the bytes that were sent", cure)
            )
        found.append(Attachment(str(item.get("fileName")), str(item.get("mediaType")), digest, content))
    taken = {one.name for one in found if one.name in beside and beside[one.name].content == one.content}
    if spare := len(beside.keys() - taken):
        cure = "name them in documents, or do not send them"
        problem = f"{spare} files were sent that the message does not name, or for which it has other bytes"
        problems.append(Problem("document.unreferenced", "$.documents", problem, cure))
    return tuple(found), problems


def described(payload: dict[str, Any], attachments: tuple[Attachment, ...]) -> None:
    """Fill in digest and size of each document of the payload, in the order in which they came."""
    for item, attachment in zip(payload.get("documents", ()), attachments, strict=False):
        item.setdefault("sha256", attachment.sha256)
        item.setdefault("size_bytes", len(attachment.content))


def write_documents(wire: Mapping[str, Any], attachments: tuple[Attachment, ...]) -> None:
    """Add the bytes to each document that is still named by its digest."""
    by_digest = {attachment.sha256: attachment.content for attachment in attachments}
    for item in wire.get("documents", ()):
        if (content := by_digest.get(item.get("sha256"))) is not None:
            item["content"] = base64.b64encode(content).decode()


def _content(
    item: Mapping[str, Any], beside: Mapping[str, Attachment], where: str, problems: list[Problem]
) -> bytes | None:
    name, text = item.get("fileName"), item.get("content")
    if text is None and isinstance(name, str) and name in beside:
        return beside[name].content
    code, problem = "document.missing", "the document is named, but was not sent"
    if isinstance(text, str):
        try:
            content = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            code, problem = "document.base64", "the content is not base64"
        else:
            if 0 < len(content) <= SIZE_BYTES_MAX:
                return content
            code, problem = "document.size", f"a document must have 1 to {SIZE_BYTES_MAX} bytes"
    problems.append(Problem(code, where, problem, "send the bytes in content, in base64"))
    return None
