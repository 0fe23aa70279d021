"""Gets access tokens from the token service of a recipient, by OAuth 2 client credentials, and keeps them in memory.

A secret, a key and a token are never written to a log or a message.
"""

import base64
import json
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote_plus, urlencode
from uuid import uuid4

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, JWKRegistry, OKPKey, RSAKey
from pydantic import BaseModel, Field, ValidationError

from adapters.carriage.https.answer import Answer
from adapters.carriage.https.settings import HttpsSettings, is_token
from adapters.contract import CannotDeliver

_JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ALGORITHMS = {"RSA": "RS256", "EC": "ES256", "OKP": "EdDSA"}
_ASSERTION_LIVES_SECONDS = 120
_LIVES_SECONDS = 60  # of a token whose service does not say
_BEFORE_THE_END_SECONDS = 30.0
_KEPT_MAX = 500

Ask = Callable[[HttpsSettings, str, dict[str, str], bytes], Answer]


class _Given(BaseModel):
    access_token: str
    token_type: str
    expires_in: float = Field(default=_LIVES_SECONDS, ge=0, le=10_000_000, allow_inf_nan=False)


@dataclass(frozen=True, slots=True)
class Client:
    """The exchange as a client of a token service: by a secret, or by a key that signs assertions."""

    secret: str | None = field(repr=False)
    key: RSAKey | ECKey | OKPKey | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Kept:
    token: str = field(repr=False)
    until: float


class ClientTokens:
    """The tokens of one process, by service, client and scope. Each is used until shortly before it ends."""

    def __init__(self, ask: Ask, ticks: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._ticks = ticks
        self._lock = threading.Lock()
        self._kept: dict[tuple[str | None, ...], _Kept] = {}

    def of(self, settings: HttpsSettings, instead_of: str | None = None) -> str:
        """Return a token; a new one in place of one that was not accepted. Raises CannotDeliver."""
        mark = (settings.token_url, settings.client_id, settings.scope)
        with self._lock:
            kept = self._kept.get(mark)
        if kept is not None and kept.token != instead_of and self._ticks() < kept.until:
            return kept.token
        given = _fetch(self._ask, settings)
        until = self._ticks() + max(0.0, given.expires_in - _BEFORE_THE_END_SECONDS)
        with self._lock:
            if len(self._kept) >= _KEPT_MAX:
                self._kept.clear()
            self._kept[mark] = _Kept(given.access_token, until)
        return given.access_token


def read_client(settings: HttpsSettings) -> Client:
    """Read the file of the secret or of the key. It is read for each token, so that a changed file is used. Raises
    CannotDeliver."""
    if settings.client_secret_file is not None:
        secret = _text(settings.client_secret_file)
        if not is_token(secret):
            raise _unusable("settings.client_secret_file", "the file cannot be read, or contains no secret")
        return Client(secret, None)
    try:
        held = json.loads(_text(settings.client_key_file)) if settings.client_key_file else {}
        key = JWKRegistry.import_key(held)
        if not isinstance(key, RSAKey | ECKey | OKPKey) or not key.is_private:
            raise ValueError("not a private key")
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        raise _unusable("settings.client_key_file", "the file cannot be read as a private key (JWK)") from None
    return Client(None, key)


def _text(file: Path) -> str:
    try:
        return file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _fetch(ask: Ask, settings: HttpsSettings) -> _Given:
    url, name, client = settings.token_url or "", settings.client_id or "", read_client(settings)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
    form = {"grant_type": "client_credentials"} | ({"scope": settings.scope} if settings.scope else {})
    if client.key is not None:
        form |= {"client_assertion_type": _JWT_BEARER, "client_assertion": _assertion(client.key, name, url)}
    elif settings.client_auth == "client_secret_post":
        form |= {"client_id": name, "client_secret": client.secret or ""}
    else:
        both = f"{quote_plus(name)}:{quote_plus(client.secret or '')}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(both).decode()}"
    answer = ask(settings, url, headers, urlencode(form).encode())
    return _given(answer)


def _given(answer: Answer) -> _Given:
    if answer.status in (400, 401, 403):
        problem = f"the token service does not accept the exchange's client: status {answer.status}"
        raise CannotDeliver("partner.token", problem, retryable=True, partner_down=True)
    if answer.status != 200:
        problem = f"the token service gave no token: status {answer.status}"
        wait = answer.wait_seconds
        raise CannotDeliver("partner.token", problem, retryable=True, partner_down=True, wait_seconds=wait)
    try:
        given = _Given.model_validate_json(answer.body)
    except ValidationError:
        given = None
    if given is None or given.token_type.lower() != "bearer" or not is_token(given.access_token):
        problem = "the answer of the token service has no bearer token"
        raise CannotDeliver("partner.token", problem, retryable=True, partner_down=True)
    return given


def _assertion(key: RSAKey | ECKey | OKPKey, client: str, audience: str) -> str:
    now = int(time.time())
    said = {"iss": client, "sub": client, "aud": audience, "iat": now, "exp": now + _ASSERTION_LIVES_SECONDS}
    algorithm = _ALGORITHMS[key.key_type]
    header = {"alg": algorithm} | ({"kid": key.kid} if key.kid else {})
    return jwt.encode(header, said | {"jti": str(uuid4())}, key, algorithms=[algorithm])


def _unusable(code: str, problem: str) -> CannotDeliver:
    return CannotDeliver(code, problem, retryable=True, partner_down=True)
