"""Gives agencies' systems access tokens for their secrets, or for assertions that their keys signed."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from hub.access import keys
from hub.access.keys import CalledWith, CallsMax
from hub.access.tokens import client_secrets
from hub.access.tokens.access_tokens import CalledWithToken, MadeFrom, issued, token_refused, verified
from hub.access.tokens.token_requests import ByAssertion, BySecret, TokenRefused, TokenRequest, client_wrong
from hub.errors import AssertionRefused
from hub.journal.signing_keys import SigningKeys
from hub.store.database.engine import Store, Transaction

ASSERTION_LIVES_AT_MOST = timedelta(
    hours=1
)  # of private_key_jwt: the common libraries say one hour, and each is used once


@dataclass(frozen=True, slots=True)
class TokenService:
    """`audience` is the exchange that the tokens are for. `skew` is how far the clocks of callers may differ."""

    store: Store
    signing: SigningKeys
    audience: str
    skew: timedelta
    calls_max: CallsMax
    now: Callable[[], datetime]

    def token_for(self, request: TokenRequest, issuer: str, endpoint: str) -> str:
        """An access token. Raises TokenRefused or TooManyCalls."""
        if any(wanted not in (self.audience, issuer) for wanted in request.audiences):
            raise TokenRefused("invalid_target", f"tokens are given for {self.audience} alone")
        match request.client:
            case BySecret() as given:
                called = self._by_secret(given)
            case ByAssertion() as signed:
                called = self._by_assertion(signed, frozenset({issuer, endpoint, self.audience}))
        return issued(self.signing, issuer, self.audience, called, self.now())

    def _by_secret(self, given: BySecret) -> CalledWithToken:
        now = self.now()
        with self.store.transaction() as connection:
            secret = client_secrets.found(self.store, connection, given.client, given.secret, now)
            if secret is None:
                raise client_wrong()
            keys.count_call(connection, secret.agency, self.calls_max, now)
        return CalledWithToken(secret.agency, MadeFrom.SECRET, secret.id)

    def _by_assertion(self, signed: ByAssertion, audiences: frozenset[str]) -> CalledWithToken:
        try:
            called = keys.caller_of(
                self.store,
                signed.assertion,
                audiences,
                self.skew,
                self.calls_max,
                self.now(),
                lives_at_most=ASSERTION_LIVES_AT_MOST,
                client=True,
            )
        except AssertionRefused as refused:
            raise client_wrong() from refused
        if signed.client is not None and signed.client != called.agency:
            raise client_wrong()
        return CalledWithToken(called.agency, MadeFrom.KEY, called.key)

    def called(self, token: str) -> CalledWithToken:
        """Who calls with this token. Raises AssertionRefused or TooManyCalls."""
        now = self.now()
        called = verified(token, self.signing.public, self.audience, now)
        with self.store.transaction() as connection:
            self.refuse_if_revoked(connection, called)
            keys.count_call(connection, called.agency, self.calls_max, now)
        return called

    def refuse_if_revoked(self, connection: Transaction, called: CalledWithToken) -> None:
        """Raises AssertionRefused if what the token was made from is revoked, has expired, or is of another agency."""
        now = self.now()
        match called.made_from:
            case MadeFrom.SECRET:
                secret = client_secrets.in_use(self.store, connection, called.credential, now)
                agency = secret.agency if secret is not None else None
            case MadeFrom.KEY:
                keys.refuse_if_revoked(connection, CalledWith(called.agency, called.credential))
                agency = called.agency
        if agency != called.agency:
            raise token_refused()
