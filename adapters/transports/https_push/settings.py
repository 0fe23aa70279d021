"""The settings of an address to which messages are pushed."""

from typing import Annotated, LiteralString, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr, StringConstraints, ValidationInfo, field_validator, model_validator

from adapters.carriage.reach import Networks, no_agencys
from adapters.carriage.settings import Seconds, TransportSettings, WholePath, is_host, is_loopback, wrong_value

PrintableUrl = Annotated[str, StringConstraints(pattern=r"^[!-~]+$", max_length=2000)]


class PushSettings(TransportSettings):
    """Times are in seconds. `total_timeout_seconds` limits sending and answer together, after the connection is
    made."""

    allow_http: bool = False
    url: PrintableUrl
    token: SecretStr | None = None
    token_file: WholePath | None = None
    ca_file: WholePath | None = None
    networks: Networks = ()
    connect_timeout_seconds: Seconds = 5
    read_timeout_seconds: Seconds = 15
    total_timeout_seconds: Seconds = 30

    @field_validator("url")
    @classmethod
    def _safe_url(cls, url: str, info: ValidationInfo) -> str:
        parts = _split(url)
        if parts.username is not None or parts.password is not None:
            raise wrong_value(
                "settings.url_userinfo",
                "contains a user name or password",
                "remove it, and give the secret as token_file",
            )
        if parts.scheme not in ("http", "https") or not is_host(parts.hostname):
            raise wrong_value("settings.url", "is not an https address", "write it as https://host/path")
        if no_agencys(parts.hostname or ""):
            raise wrong_value(
                "settings.url_address", "is an address that no agency can have", "give the agency's own host"
            )
        if parts.fragment:
            raise wrong_value("settings.url", "has a fragment, which is never sent", "remove the part from # on")
        if parts.scheme == "http" and not (info.data.get("allow_http") or is_loopback(parts.hostname or "")):
            raise wrong_value(
                "settings.url_insecure",
                "uses plain http to another machine",
                'use https, or set allow_http = "true" on a network that you trust',
            )
        return url

    @field_validator("token")
    @classmethod
    def _header_safe(cls, token: SecretStr | None) -> SecretStr | None:
        if token is not None and not is_token(token.get_secret_value()):
            problem: LiteralString = "is empty, or has characters that a header cannot hold"
            raise wrong_value("settings.token", problem, "correct the token")
        return token

    @model_validator(mode="after")
    def _one_token(self) -> Self:
        if self.token is not None and self.token_file is not None:
            raise wrong_value("settings.token", "token and token_file are both given", "keep one of them")
        return self

    @property
    def parts(self) -> SplitResult:
        return urlsplit(self.url)

    @property
    def target(self) -> str:
        """Path and query, as they are in the request line."""
        parts = self.parts
        return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


def is_token(text: str) -> bool:
    return 0 < len(text) <= 4096 and all("!" <= character <= "~" for character in text)


def _split(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port  # read the port to check it: this raises an error if it is out of range
    except ValueError:
        raise wrong_value("settings.url", "is not an address", "write it as https://host/path") from None
    return parts
