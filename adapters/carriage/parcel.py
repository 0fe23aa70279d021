"""Refuses parcels that are too large for their transport, or whose names cannot be put into a header or a file name."""

import re

from adapters.contract import CannotDeliver, Capabilities, Parcel

# Names that go into a header or a file name outside: no spaces, no path parts, nothing that a person wrote.
_MESSAGE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DELIVERY_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,63}")
_AGENCY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SUFFIX = re.compile(r"(\.[a-z0-9]{1,9}){1,2}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[A-Za-z0-9.+-]+(; ?[a-z]+=[A-Za-z0-9\":/._-]+)*")


def refuse_unfit(parcel: Parcel, capabilities: Capabilities) -> None:
    """Raise CannotDeliver, not retryable, if the parcel is too large or one of its names is unsafe."""
    size_bytes = max(len(parcel.encoded.body), len(parcel.sheet or b""))
    if size_bytes > capabilities.size_bytes_max:
        raise CannotDeliver(
            "parcel.too_large",
            f"{size_bytes} bytes; this transport carries at most {capabilities.size_bytes_max}",
            retryable=False,
        )
    if parcel.sheet is not None and capabilities.sheets != "beside":
        problem = "the recipient's format cannot hold all of it, and this transport carries no sheet beside it"
        raise CannotDeliver("parcel.sheet", problem, retryable=False)
    names = (
        ("message id", parcel.message_id, _MESSAGE_ID),
        ("delivery id", parcel.delivery_id, _DELIVERY_ID),
        ("kind", parcel.kind, _KIND),
        ("sender", parcel.sender, _AGENCY),
        ("file suffix", parcel.encoded.file_suffix, _SUFFIX),
        ("media type", parcel.encoded.media_type, _MEDIA_TYPE),
    )
    for name, value, form in names:
        if not form.fullmatch(value):
            raise CannotDeliver("parcel.name", f"the {name} does not have the agreed form", retryable=False)


def file_name(parcel: Parcel) -> str:
    """Return the same name for every attempt, without anything that a person wrote. The parcel has passed
    refuse_unfit."""
    return f"{parcel.kind}-{parcel.message_id}{parcel.encoded.file_suffix}"


def sheet_name(parcel: Parcel) -> str:
    """Return the name of the sheet beside the file: the same but for its end."""
    return f"{parcel.kind}-{parcel.message_id}.sheet.html"
