"""Decides the type of a file: by its first bytes, otherwise by the end of its name."""

from collections.abc import Mapping
from types import MappingProxyType

UNKNOWN = "application/octet-stream"
_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_STARTS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"{\\rtf", "application/rtf"),
)
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_IN_ZIP: Mapping[str, str] = MappingProxyType(
    {
        "docx": f"{_OPEN_XML}.wordprocessingml.document",
        "xlsx": f"{_OPEN_XML}.spreadsheetml.sheet",
        "pptx": f"{_OPEN_XML}.presentationml.presentation",
        "odt": "application/vnd.oasis.opendocument.text",
    }
)
_IN_OLE: Mapping[str, str] = MappingProxyType(
    {
        "doc": "application/msword",
        "xls": "application/vnd.ms-excel",
        "ppt": "application/vnd.ms-powerpoint",
        "msg": "application/vnd.ms-outlook",
    }
)
_PLAIN: Mapping[str, str] = MappingProxyType(
    {
        "txt": "text/plain",
        "csv": "text/csv",
        "htm": "text/html",
        "html": "text/html",
        "xml": "application/xml",
        "json": "application/json",
        "eml": "message/rfc822",
        "mp3": "audio/mpeg",
        "mp4": "video/mp4",
        "wav": "audio/wav",
    }
)
_BY_SUFFIX: Mapping[str, str] = MappingProxyType(
    {
        **_IN_ZIP,
        **_IN_OLE,
        **_PLAIN,
        "pdf": "application/pdf",
        "png": "image/png",
        "jpg": "image/jpeg",
        "jpeg": "image/jpeg",
        "gif": "image/gif",
        "tif": "image/tiff",
        "tiff": "image/tiff",
        "rtf": "application/rtf",
    }
)


def media_type(name: str, content: bytes) -> str:
    """Return the type. The bytes decide; a name is used only if they do not contradict it."""
    suffix = _suffix(name)
    started = next((type_ for start, type_ in _STARTS if content.startswith(start)), None)
    if started:
        return started
    if content.startswith(_ZIP):
        return _IN_ZIP.get(suffix, "application/zip")
    if content.startswith(_OLE):
        return _IN_OLE.get(suffix, "application/x-ole-storage")
    return _PLAIN.get(suffix, UNKNOWN)


def name_agrees(name: str, found: str) -> bool:
    """Return False if the end of the name is that of another type."""
    return _BY_SUFFIX.get(_suffix(name), found) == found


def _suffix(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""
