"""What a failure of SSH or SFTP means: a stable code and our own words, since those of the server may say too much."""

from dataclasses import dataclass

import asyncssh

from adapters.carriage.reach import AddressRefused

LOST = (asyncssh.ConnectionLost, asyncssh.SFTPConnectionLost, asyncssh.SFTPNoConnection)
_FULL = (asyncssh.SFTPNoSpaceOnFilesystem, asyncssh.SFTPQuotaExceeded)
_MISSING = (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPNotADirectory)
_DENIED = (asyncssh.SFTPPermissionDenied, asyncssh.SFTPWriteProtect)

_MEANINGS: tuple[tuple[tuple[type[BaseException], ...], str, str], ...] = (
    ((AddressRefused,), "partner.address", "the name leads to an inner address that the settings do not allow"),
    ((TimeoutError,), "partner.timeout", "not done in time"),
    ((asyncssh.HostKeyNotVerifiable,), "partner.host_key", "the server showed another key than the one it is known by"),
    ((asyncssh.PermissionDenied,), "partner.credentials", "the server does not let us in"),
    (LOST, "partner.lost", "the connection ended"),
    ((asyncssh.KeyExchangeFailed,), "partner.no_agreement", "no common way to speak"),
    ((asyncssh.DisconnectError,), "partner.disconnected", "the server ended the connection"),
    ((asyncssh.ChannelOpenError,), "partner.no_sftp", "the server offers no SFTP"),
    (_FULL, "folder.full", "the server has no room, or a quota is reached"),
    (_MISSING, "folder.missing", "the folder is not there"),
    (_DENIED, "folder.denied", "the folder may not be written to or read"),
    ((asyncssh.SFTPError,), "folder.failed", "the server could not do it"),
    ((OSError,), "partner.unreachable", "no connection"),
)
FAILURES = (OSError, TimeoutError, asyncssh.Error, AddressRefused)


@dataclass(frozen=True, slots=True)
class Meaning:
    code: str
    words: str


def meaning(error: BaseException) -> Meaning:
    """Of any of FAILURES. `folder.full` also when a server of version 3 has no word for it: the caller asks it."""
    return next(Meaning(code, words) for kinds, code, words in _MEANINGS if isinstance(error, kinds))
