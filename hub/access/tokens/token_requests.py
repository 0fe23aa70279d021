"""Reads a request for a token (RFC 6749, client credentials; RFC 7523 for private_key_jwt). Pure."""

import base64
import binascii
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, unquote_plus

JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
METHODS = ("client_secret_basic", "client_secret_post", "private_key_jwt")
_GRANT = "client_credentials"
_NAMES = frozenset(
    {
        *("grant_type", "scope", "client_id", "client_secret", "client_assertion_type", "client_assertion"),
        *("resource", "audience"),
    }
)
_CLIENT_WRONG = "the client is not known, or its secret or assertion is not valid"


class TokenRefused(Exception):
    """`error` is a code of RFC 6749, section 5.2, or of RFC 8707."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(f"{error}: {description}")
        self.error = error
        self.description = description
        self.status = status


def client_wrong() -> TokenRefused:
    """One answer for every client that cannot be told, so that nobody learns which clients there are."""
    return TokenRefused("invalid_client", _CLIENT_WRONG, 401)


@dataclass(frozen=True, slots=True)
class BySecret:
    client: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class ByAssertion:
    """`client` is None if only the assertion names it."""

    client: str | None
    assertion: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TokenRequest:
    client: BySecret | ByAssertion
    audiences: tuple[str, ...]
    """What the token is wanted for, if the client says so."""


def read_request(body: bytes, media_type: str, authorization: str | None) -> TokenRequest:
    """Raises TokenRefused."""
    if media_type != "application/x-www-form-urlencoded":
        raise TokenRefused("invalid_request", "send the parameters as application/x-www-form-urlencoded")
    given = _parameters(body)
    if given.get("grant_type") != _GRANT:
        known = given.get("grant_type") is not None
        error = "unsupported_grant_type" if known else "invalid_request"
        raise TokenRefused(error, f"grant_type must be {_GRANT}")
    audiences = tuple(given[name] for name in ("resource", "audience") if name in given)
    return TokenRequest(_client(given, authorization), audiences)


def _parameters(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode("ascii"), keep_blank_values=True, strict_parsing=True, errors="strict")
    except ValueError:
        raise TokenRefused("invalid_request", "the parameters cannot be read") from None
    if any(count > 1 for count in Counter(name for name, _ in pairs).values()):
        raise TokenRefused("invalid_request", "a parameter is given twice")
    if any(name not in _NAMES for name, _ in pairs):
        known = ", ".join(sorted(_NAMES))
        raise TokenRefused("invalid_request", f"there is a parameter that is not one of: {known}")
    return {name: value for name, value in pairs if value}  # RFC 6749, 3.2: without a value it counts as left out


def _client(given: dict[str, str], authorization: str | None) -> BySecret | ByAssertion:
    basic = _basic(authorization) if authorization is not None else None
    ways = [basic is not None, "client_secret" in given, "client_assertion" in given]
    if sum(ways) > 1:
        raise TokenRefused("invalid_request", "the client proves itself in more than one way")
    client = given.get("client_id")
    if basic is not None:
        if client is not None and client != basic.client:
            raise TokenRefused("invalid_request", "client_id and the Authorization header name two clients")
        return basic
    if "client_assertion" in given:
        if given.get("client_assertion_type") != JWT_BEARER:
            raise TokenRefused("invalid_request", f"client_assertion_type must be {JWT_BEARER}")
        return ByAssertion(client, given["client_assertion"])
    if client is None or "client_secret" not in given:
        raise client_wrong()
    return BySecret(client, given["client_secret"])


def _basic(authorization: str) -> BySecret:
    scheme, _, rest = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise client_wrong()
    try:
        client, colon, secret = base64.b64decode(rest.strip(), validate=True).decode("utf-8").partition(":")
        if not colon:
            raise client_wrong()
        return BySecret(unquote_plus(client, errors="strict"), unquote_plus(secret, errors="strict"))
    except (binascii.Error, ValueError):
        raise client_wrong() from None
