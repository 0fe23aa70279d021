"""The settings of an address that is pushed to."""

import ipaddress
import re
from pathlib import Path
from typing import Annotated, LiteralString, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import Field, SecretStr, StringConstraints, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from adapters.carriage import TransportSettings

_HOST_NAME = re.compile(r"[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?")
Seconds = Annotated[float, Field(gt=0, le=600, allow_inf_nan=False)]
PrintableUrl = Annotated[str, StringConstraints(pattern=r"^[!-~]+$", max_length=2000)]


class PushSettings(TransportSettings):
    """Times are in seconds. `total_timeout_seconds` bounds sending and answer together, once the connection stands."""

    allow_http: bool = False
    url: PrintableUrl
    token: SecretStr | None = None
    token_file: Path | None = None
    ca_file: Path | None = None
    connect_timeout_seconds: Seconds = 5
    read_timeout_seconds: Seconds = 15
    total_timeout_seconds: Seconds = 30

    @field_validator("url")
    @classmethod
    def _safe_url(cls, url: str, info: ValidationInfo) -> str:
        parts = _split(url)
        if parts.username is not None or parts.password is not None:
            raise _bad("settings.url_userinfo", "holds a user name or password", "give the secret as token_file")
        if parts.scheme not in ("http", "https") or not _is_host(parts.hostname):
            raise _bad("settings.url", "is not an https address", "write it as https://host/path")
        if parts.fragment:
            raise _bad("settings.url", "has a fragment, which is never sent", "leave out the part from # on")
        if parts.scheme == "http" and not (info.data.get("allow_http") or _is_loopback(parts.hostname or "")):
            raise _bad(
                "settings.url_insecure",
                "is plain http to another machine",
                'use https, or set allow_http = "true" on a network that you trust',
            )
        return url

    @field_validator("token")
    @classmethod
    def _header_safe(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not is_token(token.get_secret_value()):
            raise _bad("settings.token", "is empty or has characters that a header cannot carry", "correct the token")
        return token

    @field_validator("token_file", "ca_file")
    @classmethod
    def _absolute(cls, path: Path | None) -> Path | None:
        if path is not None and not path.is_absolute():
            raise _bad("settings.path", "is not an absolute path", "write the whole path, from /")
        return path

    @model_validator(mode="after")
    def _one_token(self) -> Self:
        if self.token is not None and self.token_file is not None:
            raise _bad("settings.token", "token and token_file are both given", "keep one of them")
        return self

    @property
    def parts(self) -> SplitResult:
        return urlsplit(self.url)

    @property
    def target(self) -> str:
        """Path and query, as they go into the request line."""
        parts = self.parts
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def is_token(text: str) -> bool:
    return 0 < len(text) <= 4096 and all("!" <= character <= "~" for character in text)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # read for its check: it raises when out of range
    except ValueError:
        raise _bad("settings.url", "is not an address", "write it as https://host/path") from None
    return parts


def _is_host(host: str | None) -> bool:
    return host is not None and (_HOST_NAME.fullmatch(host) is not None or _address(host) is not None)


def _is_loopback(host: str) -> bool:
    address = _address(host)
    return host == "localhost" or (address is not None and address.is_loopback)


def _address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _bad(code: LiteralString, problem: LiteralString, cure: str) -> PydanticCustomError:
    return PydanticCustomError(code, problem, {"cure": cure})
