"""Puts a message and its sheet into one body, for what carries one body only: an HTTP call, an item of a mailbox."""

import hashlib
from dataclasses import replace

from urllib3.filepost import encode_multipart_formdata

from adapters.contract import Encoded


def with_sheet_inside(encoded: Encoded, sheet: bytes) -> Encoded:
    """Return one multipart body with the message and its sheet. The same content always gives the same bytes."""
    boundary = hashlib.sha256(encoded.body + sheet).hexdigest()
    parts = {
        "message": (f"message{encoded.file_suffix}", encoded.body, encoded.media_type),
        "sheet": ("message.sheet.html", sheet, "text/html; charset=utf-8"),
    }
    body, media_type = encode_multipart_formdata(parts, boundary)
    return replace(encoded, body=body, media_type=media_type, file_suffix=".multipart")
