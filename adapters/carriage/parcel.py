"""Which parcels may leave: none too large for its transport, none with a name that a header or a file cannot carry."""

import re

from adapters.contract import CannotDeliver, Capabilities, Parcel

# A name that leaves the house in a header or a file name: no spaces, no path parts, nothing a person wrote.
_MESSAGE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DELIVERY_ID = re.compile(r"[A-Za-z0-9-]{1,64}")
_KIND = re.compile(r"[a-z][a-z0-9_]{0,63}")
_AGENCY = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_SUFFIX = re.compile(r"(\.[a-z0-9]{1,8}){1,2}")
_MEDIA_TYPE = re.compile(r"[a-z]+/[A-Za-z0-9.+-]+(; ?[a-z]+=[A-Za-z0-9\":/._-]+)*")


def refuse_unfit(parcel: Parcel, capabilities: Capabilities) -> None:
    """Raises CannotDeliver, not retryable, if the parcel is too large or one of its names may not leave the house."""
    size_bytes = len(parcel.encoded.body)
    if size_bytes > capabilities.size_bytes_max:
        raise CannotDeliver(
            "parcel.too_large",
            f"{size_bytes} bytes; this transport carries at most {capabilities.size_bytes_max}",
            retryable=False,
        )
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
            raise CannotDeliver("parcel.name", f"the {name} has not the agreed form", retryable=False)


def file_name(parcel: Parcel) -> str:
    """The same for every attempt, and nothing in it that a person wrote. The parcel has passed refuse_unfit."""
    return f"{parcel.kind}-{parcel.message_id}{parcel.encoded.file_suffix}"
