"""Reads the documents of a case: decodes base64, makes file names safe, and refuses what cannot be accepted."""

import base64
import binascii
import re
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from adapters.systems.cps.decoding.findings import Findings
from adapters.systems.cps.decoding.media import media_type, name_agrees
from schemas.parts.document import SIZE_BYTES_MAX, Attachment

NAME_LENGTH_MAX = 120
DOCUMENT = "0"  # the material type of a single document; the other types are bundles
_PARTING = re.compile(r"[/\\:]+")


@dataclass(slots=True)
class Material:
    """Documents as the payload names them, and their bytes, each once."""

    documents: list[dict[str, Any]] = field(default_factory=list)
    _held: dict[str, Attachment] = field(default_factory=dict)
    _names: set[str] = field(default_factory=set)

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        return tuple(self._held.values())

    def add(
        self, name: str, content: bytes, where: str, findings: Findings, reference: str | None, type_: str | None
    ) -> None:
        """Add a document. One that cannot be accepted is refused by itself."""
        if not content:
            findings.refuse(
                "document.empty", where, "the document has no bytes", "send the document, or do not name it"
            )
            return
        if len(content) > SIZE_BYTES_MAX:
            refuse_large(where, findings)
            return
        safe = self._unique(safe_name(name, reference))
        if safe != name:
            problem = "its file name contains a path, is too long or occurs twice; it is passed on under another name"
            findings.doubt("cps.renamed", "FileName", where, problem, "give each document a plain name of its own")
        found = media_type(safe, content)
        if not name_agrees(safe, found):
            problem = "its file name does not match the type of its content; the content decides"
            findings.doubt("cps.other_type", "FileName", where, problem, "check that the right document was sent")
        digest = sha256(content).hexdigest()
        described = {"name": safe, "media_type": found, "sha256": digest, "size_bytes": len(content)}
        self.documents.append({**described, "reference": reference, "type": type_})
        self._held.setdefault(digest, Attachment(safe, found, digest, content))

    def _unique(self, name: str) -> str:
        stem, suffix = split_suffix(name)
        number, unique = 1, name
        while unique.casefold() in self._names:
            number += 1
            mark = f" ({number})"
            unique = f"{stem[: NAME_LENGTH_MAX - len(mark) - len(suffix)]}{mark}{suffix}"
        self._names.add(unique.casefold())
        return unique


def read_base64(text: str, where: str, findings: Findings) -> bytes | None:
    """Return the bytes; None if they were refused."""
    compact = "".join(text.split())
    if len(compact) * 3 // 4 - 2 > SIZE_BYTES_MAX:
        refuse_large(where, findings)
        return None
    try:
        return base64.b64decode(compact, validate=True)
    except (binascii.Error, ValueError):
        cure = "encode the bytes with the standard alphabet and padding"
        findings.refuse("document.base64", where, "the content is not base64", cure)
        return None


def refuse_large(where: str, findings: Findings) -> None:
    problem = f"the document is over {SIZE_BYTES_MAX // 1_000_000} MB"
    findings.refuse("document.too_large", where, problem, "send a smaller file")


def safe_name(name: str, reference: str | None) -> str:
    """Return one plain name: no path, nothing invisible, not too long. Without one, the name has the document's
    number."""
    plain = _plain(name) or _plain(reference or "") or "document"
    stem, suffix = split_suffix(plain)
    return stem[: NAME_LENGTH_MAX - len(suffix)] + suffix


def _plain(name: str) -> str:
    seen = "".join(letter if letter.isprintable() else " " for letter in name)
    return _PARTING.sub("-", " ".join(seen.split())).lstrip(".- ").rstrip(" ")


def split_suffix(name: str) -> tuple[str, str]:
    stem, dot, suffix = name.rpartition(".")
    return (stem, f".{suffix}") if dot and stem and 0 < len(suffix) <= 10 else (name, "")
