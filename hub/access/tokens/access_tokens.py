"""Access tokens: signed by the exchange, short-lived, for one agency and one audience (RFC 9068).

A token names the secret or key that it was made from. If that is revoked, the token stops working immediately.
"""

import json
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from joserfc.errors import JoseError

from hub.errors import AssertionRefused, SignatureWrong
from hub.journal.compact_jws import header_of
from hub.journal.signing_keys import PublicKeys, SigningKeys

LIVES = timedelta(minutes=10)
_TYPE = "at+jwt"
_LENGTH_MAX = 4_096


class MadeFrom(StrEnum):
    SECRET = "secret"  # noqa: S105 # the name of a kind of credential
    KEY = "key"


@dataclass(frozen=True, slots=True)
class CalledWithToken:
    """The agency that calls, and what its token was made from."""

    agency: str
    made_from: MadeFrom
    credential: UUID


def is_access_token(text: str) -> bool:
    """Whether it says that it is one. Nothing in it is verified."""
    try:
        return bool(header_of(text[:_LENGTH_MAX]).get("typ") == _TYPE)
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
        return False


def issued(keys: SigningKeys, issuer: str, audience: str, called: CalledWithToken, now: datetime) -> str:
    said = {
        "iss": issuer,
        "aud": audience,
        "sub": called.agency,
        "client_id": called.agency,
        "iat": int(now.timestamp()),
        "exp": int((now + LIVES).timestamp()),
        "jti": secrets.token_urlsafe(18),
        "made_from": called.made_from,
        "credential": str(called.credential),
    }
    return keys.sign(json.dumps(said).encode(), type=_TYPE)


def verified(token: str, keys: PublicKeys, audience: str, now: datetime) -> CalledWithToken:
    """Raises AssertionRefused. Whether its secret or key is still in use is not checked here."""
    try:
        said = json.loads(keys.verified(token, type=_TYPE))
        agency, expires_at = str(said["sub"]), datetime.fromtimestamp(said["exp"], UTC)
        called = CalledWithToken(agency, MadeFrom(said["made_from"]), UUID(said["credential"]))
        heard_by = said["aud"]
    except (SignatureWrong, ValueError, KeyError, TypeError) as error:
        raise token_refused() from error
    if heard_by != audience:
        raise token_refused()
    if expires_at <= now:
        raise AssertionRefused("token.expired", "the access token has expired", "ask for a new one: POST /oauth2/token")
    return called


def token_refused() -> AssertionRefused:
    """One answer for a token that this exchange did not make, that was made for another, or whose secret is revoked."""
    return AssertionRefused(
        "token.invalid",
        "the exchange did not make this access token, or what it was made from is revoked",
        "ask for a new one: POST /oauth2/token",
    )
