"""Makes the uploads of a message: each document of it with its metadata, or the message itself if it has none. Pure."""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from adapters.contract import Parcel
from adapters.json import parse
from schemas.problem import Refused

_MEDIA_TYPE = re.compile(
    r"[A-Za-z0-9.+-]{1,100}/[A-Za-z0-9.+-]{1,100}"
)  # anything else could write a header of its own
_ANY = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Upload:
    """One file. Its `uuid` is the same at every attempt; that of the first file is the message id."""

    uuid: str
    file_name: str
    media_type: str
    content: bytes
    metadata: dict[str, Any]

    @property
    def sha256(self) -> str:
        return sha256(self.content).hexdigest()


def uploads(parcel: Parcel, prison_code: str) -> tuple[Upload, ...]:
    """The documents that the message holds in base64, as the system `prison` writes them. The rest of the message is
    their metadata, so that nothing of it is lost."""
    message = _message(parcel)
    about = _about(parcel, prison_code, message)
    found = tuple(_documents(parcel, message, about))
    if found:
        return found
    name = f"{parcel.kind}-{parcel.message_id}{parcel.encoded.file_suffix}"
    return (Upload(parcel.message_id, name, parcel.encoded.media_type, parcel.encoded.body, about),)


def _message(parcel: Parcel) -> Mapping[str, Any]:
    """The message as JSON; empty if it has another form."""
    if parcel.encoded.media_type.partition(";")[0] != "application/json":
        return {}
    try:
        tree = parse(parcel.encoded.body)
    except Refused:
        return {}
    return tree if isinstance(tree, dict) else {}


def _documents(parcel: Parcel, message: Mapping[str, Any], about: dict[str, Any]) -> Iterator[Upload]:
    listed = message.get("documents")
    held = [(item, content) for item in _entries(listed) if (content := _content(item)) is not None]
    for index, (item, content) in enumerate(held):
        uuid = parcel.message_id if index == 0 else str(uuid5(UUID(parcel.message_id), f"document {index}"))
        named = about | {"documentNumber": index + 1, "documents": len(held), "message": _without_content(message)}
        media_type = item["mediaType"] if _MEDIA_TYPE.fullmatch(item["mediaType"]) else _ANY
        yield Upload(uuid, str(item["fileName"]), media_type, content, named)


def _entries(listed: object) -> Iterator[Mapping[str, Any]]:
    for item in listed if isinstance(listed, list) else ():
        if isinstance(item, dict) and isinstance(item.get("fileName"), str) and isinstance(item.get("mediaType"), str):
            yield item


def _content(item: Mapping[str, Any]) -> bytes | None:
    try:
        return base64.b64decode(item["content"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        return None


def _without_content(message: Mapping[str, Any]) -> Mapping[str, Any]:
    described = [{name: value for name, value in item.items() if name != "content"} for item in message["documents"]]
    return {**message, "documents": described}


def _about(parcel: Parcel, prison_code: str, message: Mapping[str, Any]) -> dict[str, Any]:
    """What the store can be searched by."""
    prisoner, court = (message.get(name) for name in ("prisoner", "court"))
    known = {
        "prisonNumber": prisoner.get("nomsNumber") if isinstance(prisoner, dict) else None,
        "court": court.get("code") if isinstance(court, dict) else None,
        "courtName": court.get("name") if isinstance(court, dict) else None,
    }
    fixed = {"prisonCode": prison_code, "messageId": parcel.message_id, "kind": parcel.kind, "sender": parcel.sender}
    return fixed | {name: value for name, value in known.items() if isinstance(value, str)}


def metadata_json(upload: Upload) -> bytes:
    return json.dumps(upload.metadata, ensure_ascii=False, allow_nan=False).encode()
