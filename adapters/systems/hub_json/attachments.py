"""Matches the bytes of documents with the payload that names them, and checks that they agree."""

import base64
import binascii
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from adapters.systems.hub_json.frame import WireDocument
from schemas.parts.document import SIZE_BYTES_MAX, Attachment
from schemas.problem import Problem

_MATCH = "name the document in payload.documents and send its bytes under the same name"


@dataclass(frozen=True, slots=True)
class Offered:
    """Bytes that came under a name; None if they could not be read, which has been reported."""

    media_type: str | None
    content: bytes | None
    where: str


@dataclass(frozen=True, slots=True)
class Completed:
    """`payload` has all digests and sizes filled in."""

    payload: Mapping[str, Any]
    attachments: tuple[Attachment, ...]
    problems: tuple[Problem, ...]


def named_in(payload: Any) -> tuple[str, ...]:
    """Return the names of the documents that a payload names, whatever else is wrong with it."""
    documents = payload.get("documents") if isinstance(payload, dict) else None
    items = documents if isinstance(documents, list) else []
    return tuple(item["name"] for item in items if isinstance(item, dict) and isinstance(item.get("name"), str))


def complete(
    payload: Mapping[str, Any], inline: Sequence[WireDocument], beside: Mapping[str, Attachment], at: str
) -> Completed:
    """Match documents. `at` is the path of the message."""
    named = frozenset(named_in(payload))
    offered, problems = _offered(inline, {name: beside[name] for name in named if name in beside}, at)
    problems += [
        Problem("document.unreferenced", found.where, "the payload does not name this document", _MATCH)
        for name, found in offered.items()
        if name not in named
    ]
    if not named:
        return Completed(payload, (), tuple(problems))
    filled: list[Any] = []
    attachments: dict[str, Attachment] = {}
    for index, item in enumerate(payload["documents"]):
        where = f"{at}.payload.documents[{index}]"
        if not isinstance(item, dict) or not isinstance(name := item.get("name"), str):
            filled.append(item)  # the model of the kind reports what is wrong with it
            continue
        content = found.content if (found := offered.get(name)) else None
        if name in attachments:
            problems.append(_duplicate(f"{where}.name"))
        else:
            problems += _faults(item, found, where)
            digest = sha256(content or b"").hexdigest()
            attachments[name] = Attachment(name.strip(), str(item.get("media_type")), digest, content or b"")
        # The document is refused already. A size within the limits prevents a second problem that would confuse.
        size = min(len(content or b"?"), SIZE_BYTES_MAX)
        computed = {"sha256": attachments[name].sha256, "size_bytes": size}
        filled.append(computed | {key: value for key, value in item.items() if value is not None})
    return Completed({**payload, "documents": filled}, tuple(attachments.values()), tuple(problems))


def _measured(content: bytes) -> dict[str, Any]:
    return {"sha256": sha256(content).hexdigest(), "size_bytes": len(content)}


def _offered(
    inline: Sequence[WireDocument], beside: Mapping[str, Attachment], at: str
) -> tuple[dict[str, Offered], list[Problem]]:
    found = {name: Offered(None, one.content, "the document sent beside the message") for name, one in beside.items()}
    problems: list[Problem] = []
    for index, document in enumerate(inline):
        where = f"{at}.documents[{index}]"
        if document.name in found:
            problems.append(_duplicate(f"{where}.name"))
            continue
        content = _bytes(document.content, f"{where}.content", problems)
        found[document.name] = Offered(document.media_type, content, where)
    return found, problems


def _bytes(content: str, where: str, problems: list[Problem]) -> bytes | None:
    compact = "".join(content.split())
    if len(compact) * 3 // 4 - 2 > SIZE_BYTES_MAX:
        problems.append(_too_large(where))
        return None
    try:
        return base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        cure = "encode the bytes with the standard alphabet and padding"
        problems.append(Problem("document.base64", where, "the content is not base64", cure))
        return None


def _faults(item: Mapping[str, Any], found: Offered | None, where: str) -> list[Problem]:
    """Yield the differences between the document in the payload and the bytes that came."""
    if found is None:
        return [Problem("document.missing", where, "the document is named, but was not sent", _MATCH)]
    content = found.content
    if content is None:
        return []
    if not content:
        return [Problem("document.empty", where, "the document has no bytes", "send the document, or do not name it")]
    if len(content) > SIZE_BYTES_MAX:
        return [_too_large(where)]
    computed = _measured(content)
    faults = [
        Problem(
            "document.digest",
            f"{where}.{key}",
            "it does not match the bytes that were sent",
            "correct it, or leave it out",
        )
        for key, value in computed.items()
        if item.get(key) is not None and item[key] != value
    ]
    declared = (item.get("media_type"), found.media_type)
    if "application/pdf" in declared and not content.startswith(b"%PDF-"):
        faults.append(Problem("document.not_pdf", where, "it is declared as PDF but is not one", "send the PDF itself"))
    if found.media_type is not None and found.media_type != item.get("media_type"):
        problem = "the payload and the document give different media types"
        faults.append(Problem("document.media_type", f"{where}.media_type", problem, "give the same in both places"))
    return faults


def _too_large(where: str) -> Problem:
    limit = SIZE_BYTES_MAX // 1_000_000
    return Problem("document.too_large", where, f"the document is over {limit} MB", "send a smaller file")


def _duplicate(where: str) -> Problem:
    return Problem("document.duplicate", where, "two documents have the same name", "give each its own name")
