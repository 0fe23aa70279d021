"""The settings of an SFTP server: how we log in, and how we recognise the server."""

from pathlib import Path
from typing import Annotated, Self

import asyncssh
from pydantic import Field, StringConstraints, field_validator, model_validator

from adapters.carriage.inbox import InboxSettings
from adapters.carriage.reach import Networks
from adapters.carriage.settings import Host, Port, Seconds, TransportSettings, WholePath, wrong_value

Printable = Annotated[str, StringConstraints(pattern=r"^[!-~]([ -~]*[!-~])?$", max_length=255)]


class SftpPlace(TransportSettings):
    """Times are in seconds. `total_timeout_seconds` limits everything: connecting, agreeing, writing and renaming."""

    host: Host
    port: Port = 22
    username: Printable
    password_file: WholePath | None = None
    client_key_file: WholePath | None = None
    passphrase_file: WholePath | None = None
    known_hosts_file: WholePath | None = None
    host_key: Annotated[str, Field(max_length=10_000)] | None = None
    folder: Annotated[str, Field(max_length=1_000)] = "."
    networks: Networks = ()
    connect_timeout_seconds: Seconds = 5
    total_timeout_seconds: Seconds = 30

    @field_validator("host_key")
    @classmethod
    def _is_public_key(cls, key: str | None) -> str | None:
        if key is not None:
            try:
                asyncssh.import_public_key(key)
            except (asyncssh.KeyImportError, ValueError):
                cure = "copy the line of the server's .pub file: ssh-ed25519 AAAA…"
                raise wrong_value("settings.host_key", "is not a public key", cure) from None
        return key

    @field_validator("folder")
    @classmethod
    def _is_folder(cls, folder: str) -> str:
        if not folder or not folder.isprintable() or "\\" in folder or ".." in folder.split("/"):
            cure = "write it as the server shows it, such as /in or in/hub"
            raise wrong_value("settings.folder", "is not a folder, or has .. in it", cure)
        return folder.rstrip("/") or "/"

    @model_validator(mode="after")
    def _complete(self) -> Self:
        if (self.host_key is None) == (self.known_hosts_file is None):
            cure = "give the server's public key as host_key, or a known_hosts_file: an unknown server is never trusted"
            raise wrong_value("settings.host_key", "one of host_key and known_hosts_file is needed", cure)
        if self.password_file is None and self.client_key_file is None:
            cure = "give password_file or client_key_file"
            raise wrong_value("settings.credentials", "the settings give no password and no key", cure)
        if self.passphrase_file is not None and self.client_key_file is None:
            raise wrong_value("settings.passphrase_file", "is given without a client_key_file", "remove it")
        return self

    @property
    def files(self) -> dict[str, Path]:
        """Return the files that the settings name, by setting."""
        named = {
            "password_file": self.password_file,
            "client_key_file": self.client_key_file,
            "passphrase_file": self.passphrase_file,
            "known_hosts_file": self.known_hosts_file,
        }
        return {setting: file for setting, file in named.items() if file is not None}

    def path(self, *names: str) -> bytes:
        """Return the path below the folder, as the server knows it. It is bytes, because a file name on a server need
        not be text."""
        return ("/".join((self.folder.rstrip("/"), *names)) or "/").encode(errors="surrogateescape")


class SftpInbox(InboxSettings, SftpPlace):
    """A folder of the server in which files for the hub are left."""
