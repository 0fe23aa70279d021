"""Signing in at the provider of one's own organisation: OpenID Connect, with a code, PKCE, a state and a nonce.

The provider says who somebody is. What they may do is said here: they need an account with the name that it gives.
"""

import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Self, cast

from hub.access.names import name_or_none
from hub.errors import CodedFailure, SettingsWrong
from hub.settings import Settings
from schemas.json import JsonObject

if TYPE_CHECKING:
    from authlib.integrations.requests_client import OAuth2Session
    from joserfc.jwk import KeySetSerialization

_SECONDS_MAX = 10
_LEEWAY_SECONDS = 60
_SIGNED_BY = ["RS256", "PS256", "ES256", "EdDSA"]
_SCOPE = "openid profile email"


class ElsewhereFailed(CodedFailure):
    """Nobody was signed in by way of the provider."""

    status = 401


@dataclass(frozen=True, slots=True)
class Begun:
    """What this browser began, kept in a cookie of it until it comes back. `back` is the page to go on to."""

    state: str
    nonce: str
    verifier: str = field(repr=False)
    back: str

    @classmethod
    def new(cls, back: str) -> Self:
        state, nonce, verifier = (secrets.token_urlsafe(48) for _ in range(3))
        return cls(state, nonce, verifier, back)

    def as_cookie(self) -> str:
        return urlsafe_b64encode(json.dumps(asdict(self)).encode()).decode()

    @classmethod
    def of(cls, cookie: str | None) -> Self:
        """Raises ElsewhereFailed if this browser did not begin anything."""
        try:
            known = json.loads(urlsafe_b64decode(cookie or ""))
            return cls(**{name: str(known[name]) for name in ("state", "nonce", "verifier", "back")})
        except (ValueError, KeyError, TypeError):
            raise _not_begun() from None


def _not_begun() -> ElsewhereFailed:
    return ElsewhereFailed(
        "access.sign_in_not_begun", "this sign-in was not begun in this browser, or too long ago", "begin it again"
    )


class Provider:
    """The provider that the settings name. `callback` is the address to which it sends people back."""

    def __init__(self, settings: Settings, callback: str) -> None:
        self._issuer = (settings.openid_issuer or "").rstrip("/")
        self._client_id = settings.openid_client_id
        self._secret_file = settings.openid_client_secret_file
        self._name_claim = settings.openid_name_claim
        self._callback = callback

    def address(self, begun: Begun) -> str:
        """Where the person signs in. Raises ElsewhereFailed."""
        with self._session() as session:
            place = self._described(session)["authorization_endpoint"]
            address, _ = session.create_authorization_url(
                place, state=begun.state, nonce=begun.nonce, code_verifier=begun.verifier
            )
        return str(address)

    def name(self, begun: Begun, answer: Mapping[str, str]) -> str:
        """The name of the account of the person who came back. Raises ElsewhereFailed."""
        if not secrets.compare_digest(answer.get("state", "").encode(), begun.state.encode()):
            raise _not_begun()
        if not answer.get("code"):
            raise ElsewhereFailed(
                "access.sign_in_refused", "your organisation did not sign you in", "try again, or ask its help desk"
            )
        claims = self._claims(answer["code"], begun)
        name = name_or_none(str(claims.get(self._name_claim, "")))
        if name is None:
            raise ElsewhereFailed(
                "access.sign_in_no_account",
                f"your organisation does not say the name of your account ({self._name_claim})",
                "ask a person who manages people",
            )
        return name

    def _claims(self, code: str, begun: Begun) -> JsonObject:
        from joserfc import jwt
        from joserfc.errors import JoseError
        from joserfc.jwk import KeySet

        with self._session() as session:
            described = self._described(session)
            given = {"code": code, "code_verifier": begun.verifier}
            token = _asked(lambda: session.fetch_token(described["token_endpoint"], **given))
            keys = _asked(lambda: session.get(described["jwks_uri"], withhold_token=True).json())
        rules = jwt.JWTClaimsRegistry(
            leeway=_LEEWAY_SECONDS,
            iss={"essential": True, "value": described["issuer"]},
            aud={"essential": True, "value": self._client_id},
            nonce={"essential": True, "value": begun.nonce},
            exp={"essential": True},
        )
        try:
            known = KeySet.import_key_set(cast("KeySetSerialization", keys))
            claims = jwt.decode(str(token["id_token"]), known, algorithms=_SIGNED_BY).claims
            rules.validate(claims)
        except (JoseError, KeyError, ValueError, TypeError):
            raise ElsewhereFailed(
                "access.sign_in_refused", "what your organisation says about you cannot be verified", "try again"
            ) from None
        return dict(claims)

    def _described(self, session: "OAuth2Session") -> JsonObject:
        """Its description. Another issuer than the one that was set could sign in anybody."""
        place = f"{self._issuer}/.well-known/openid-configuration"
        described = _asked(lambda: session.get(place, withhold_token=True).json())
        if str(described.get("issuer", "")).rstrip("/") != self._issuer:
            raise _unavailable()
        return described

    def _session(self) -> "OAuth2Session":
        """Raises SettingsWrong if the secret cannot be read."""
        from authlib.integrations.requests_client import OAuth2Session  # it takes long to import

        return OAuth2Session(
            self._client_id,
            self._secret(),
            scope=_SCOPE,
            redirect_uri=self._callback,
            code_challenge_method="S256",
            default_timeout=_SECONDS_MAX,
        )

    def _secret(self) -> str | None:
        if self._secret_file is None:
            return None
        try:
            return self._secret_file.read_text(encoding="utf-8").strip()
        except OSError as error:
            problem = f"the secret of the OpenID client cannot be read ({error.strerror})"
            raise SettingsWrong(problem, "correct HUB_OPENID_CLIENT_SECRET_FILE", str(self._secret_file)) from None


def _asked(call: Callable[[], JsonObject]) -> JsonObject:
    """Raises ElsewhereFailed if the provider cannot be reached, or does not answer as it should."""
    from authlib.common.errors import AuthlibBaseError
    from requests import RequestException

    try:
        answer = call()
    except AuthlibBaseError:
        raise ElsewhereFailed(
            "access.sign_in_refused", "your organisation did not confirm the sign-in", "begin it again"
        ) from None
    except (RequestException, ValueError):
        raise _unavailable() from None
    if not isinstance(answer, dict):
        raise _unavailable()
    return answer


def _unavailable() -> ElsewhereFailed:
    return ElsewhereFailed(
        "access.sign_in_unavailable",
        "the sign-in of your organisation cannot be reached, or is not the one that this exchange knows",
        "try again in a minute, or sign in with a password of this exchange",
    )
