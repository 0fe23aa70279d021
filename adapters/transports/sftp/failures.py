"""Explains a failure of SSH or SFTP with a stable code and our own words, because the server's words may say too
much."""

from dataclasses import dataclass

import asyncssh

from adapters.carriage.reach import AddressRefused

LOST = (asyncssh.ConnectionLost, asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)
_FULL = (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded)
_MISSING = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNotADirectory)
_DENIED = (asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect)

_MEANINGS: tuple[tuple[tuple[type[BaseException], ...], str, str], ...] = (
    ((AddressRefused,), "partner.address", "the name resolves to an internal address that the settings do not allow"),
    ((TimeoutError,), "partner.timeout", "the server did not finish in time"),
    (
        (asyncssh.HostKeyNotVerifiable,),
        "partner.host_key",
        "the server's host key differs from the key in the settings",
    ),
    ((asyncssh.PermissionDenied,), "partner.credentials", "the server rejects our login"),
    (LOST, "partner.lost", "the connection ended"),
    (
        (asyncssh.KeyExchangeFailed,),
        "partner.no_agreement",
        "the exchange and the server have no encryption method in common",
    ),
    ((asyncssh.DisconnectError,), "partner.disconnected", "the server ended the connection"),
    ((asyncssh.ChannelOpenError,), "partner.no_sftp", "the server offers no SFTP"),
    (_FULL, "folder.full", "the server's disk is full, or a quota is reached"),
    (_MISSING, "folder.missing", "the folder does not exist"),
    (_DENIED, "folder.denied", "the exchange may not write to or read the folder"),
    ((asyncssh.SFTPError,), "folder.failed", "the server could not do what was asked"),
    ((OSError,), "partner.unreachable", "no connection"),
)
FAILURES = (OSError, TimeoutError, asyncssh.Error, AddressRefused)


@dataclass(frozen=True, slots=True)
class Meaning:
    code: str
    words: str


def meaning(error: BaseException) -> Meaning:
    """Return the meaning of one of FAILURES. A full disk may appear as a general failure, because version 3 of the
    protocol has no code for it; the caller then asks the server."""
    return next(Meaning(code, words) for kinds, code, words in _MEANINGS if isinstance(error, kinds))
