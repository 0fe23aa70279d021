"""The settings of an address that is called over HTTPS, and of the token service of its owner."""

from typing import Annotated, Literal, LiteralString, Self
from urllib.parse import SplitResult, urlsplit

from pydantic import SecretStr, StringConstraints, ValidationInfo, field_validator, model_validator

from adapters.carriage.reach import Networks, no_agencys
from adapters.carriage.settings import Seconds, TransportSettings, WholePath, is_host, is_loopback, wrong_value

PrintableUrl = Annotated[str, StringConstraints(pattern=r"^[!-~]+$", max_length=2000)]


class HttpsSettings(TransportSettings):
    """Times are in seconds. `total_timeout_seconds` limits sending and answer together, after the connection is made.

    With `token_url` the exchange gets its tokens there, as the client `client_id`, with the secret of a file or an
    assertion that the key of a file (JWK) signs.
    """

    allow_http: bool = False
    url: PrintableUrl
    token: SecretStr | None = None
    token_file: WholePath | None = None
    token_url: PrintableUrl | None = None
    client_id: Annotated[str, StringConstraints(pattern=r"^[ -~]{1,200}$")] | None = None
    client_secret_file: WholePath | None = None
    client_auth: Literal["client_secret_basic", "client_secret_post", "private_key_jwt"] | None = None
    client_key_file: WholePath | None = None
    scope: Annotated[str, StringConstraints(pattern=r"^[!-~]+( [!-~]+)*$", max_length=1000)] | None = None
    ca_file: WholePath | None = None
    networks: Networks = ()
    connect_timeout_seconds: Seconds = 5
    read_timeout_seconds: Seconds = 15
    total_timeout_seconds: Seconds = 30

    @field_validator("url", "token_url")
    @classmethod
    def _safe_url(cls, url: str | None, info: ValidationInfo) -> str | None:
        if url is None:
            return None
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

    @model_validator(mode="after")
    def _one_client(self) -> Self:
        if self.token_url is None:
            if self.client_id or self.client_secret_file or self.client_key_file or self.scope:
                raise wrong_value("settings.token_url", "is needed for tokens of a client", "add token_url")
            return self
        if self.token is not None or self.token_file is not None:
            raise wrong_value("settings.token", "a token and a token service are both given", "keep one of them")
        by_key = self.client_auth == "private_key_jwt"
        if self.client_auth is not None and by_key != (self.client_key_file is not None):
            raise wrong_value("settings.token_url", "client_auth does not fit the file that is given", "change one")
        if self.client_id is None or (self.client_secret_file is None) == (self.client_key_file is None):
            problem: LiteralString = "needs client_id, and either client_secret_file or client_key_file"
            raise wrong_value("settings.token_url", problem, "add what is missing, and keep one of the files")
        return self


def target_of(url: str) -> str:
    """Path and query, as they are in the request line."""
    parts = urlsplit(url)
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
