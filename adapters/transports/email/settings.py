"""The settings of an address that receives mail, and of the server that accepts the mail."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, StringConstraints, model_validator

from adapters.carriage.reach import Networks
from adapters.carriage.settings import (
    Host,
    Port,
    Seconds,
    TransportSettings,
    WholePath,
    is_host,
    is_loopback,
    wrong_value,
)

_LOCAL_PART = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_{|}~-]+)*")
_PORTS = {"tls": 465, "starttls": 587, "none": 25}


def _address(address: str) -> str:
    local, _, domain = address.rpartition("@")
    if len(address) > 254 or not _LOCAL_PART.fullmatch(local) or not is_host(domain.lower()):
        raise wrong_value("settings.address", "is not a plain mail address", "write it as name@agency.example")
    return address


Address = Annotated[str, AfterValidator(_address)]
Words = Annotated[str, StringConstraints(pattern=r"^[!-~]([ -~]*[!-~])?$", max_length=60)]


class EmailSettings(TransportSettings):
    """Times are in seconds. `total_timeout_seconds` limits everything after the connection to the server is made."""

    host: Host
    port: Port | None = None
    tls: Literal["starttls", "tls", "none"] = "starttls"
    ca_file: WholePath | None = None
    networks: Networks = ()
    username: Words | None = None
    password_file: WholePath | None = None
    from_address: Address
    to_address: Address
    subject_prefix: Words | None = None
    connect_timeout_seconds: Seconds = 5
    total_timeout_seconds: Seconds = 30

    @model_validator(mode="after")
    def _safe(self) -> Self:
        if self.tls == "none" and not is_loopback(self.host):
            cure = "use starttls or tls; none is only for a server on this machine"
            raise wrong_value("settings.tls", "would send personal data without encryption", cure)
        if (self.username is None) != (self.password_file is None):
            cure = "give both, or neither"
            raise wrong_value("settings.credentials", "username and password_file must be given together", cure)
        return self

    @property
    def port_or_usual(self) -> int:
        return self.port or _PORTS[self.tls]
