"""The agencies that call, and what they call with, checked against the registry."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from hub.access import certificates, keys
from hub.access.assertions import AgencyKey
from hub.access.certificates import CalledWithCertificate
from hub.access.keys import CalledWith, Signature
from hub.access.tokens import client_secrets
from hub.access.tokens.access_tokens import CalledWithToken, is_access_token
from hub.access.tokens.client_secrets import IssuedSecret
from hub.access.tokens.token_service import TokenService
from hub.clock import Clock
from hub.errors import Failure
from hub.exchange.partners.limits import LimitsByAgency
from hub.journal.actors import INSTALLATION
from hub.journal.signing_keys import SigningKeys
from hub.settings import Settings
from hub.sharing.terms.agencies import Agencies, Agency
from hub.store.access.agency_keys import RegisteredKey
from hub.store.access.client_secrets import RegisteredSecret
from hub.store.database.engine import Store, Transaction
from hub.together import Together
from schemas.json import JsonObject

Called = CalledWith | CalledWithToken | CalledWithCertificate
"""What a call was made with: a key, a token or a certificate."""
_AT_ONCE = 64


class AgencyAccess:
    """Every method that takes an agency's name raises ValueUnusable if the registry has no agency with that name."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: Settings,
        agencies: Agencies,
        limits: LimitsByAgency,
        signing: SigningKeys,
    ) -> None:
        self._store = store
        self._clock = clock
        self._audience = settings.audience
        self._skew = timedelta(seconds=settings.clock_skew_seconds)
        self._agencies = agencies
        self._limits = limits
        self.tokens = TokenService(store, signing, self._audience, self._skew, self._calls_max, clock.now)
        self._together = Together(self._called_all, _AT_ONCE, "callers")

    def _calls_max(self, agency: str) -> int:
        return self._limits.of(agency).calls_max

    def caller(self, assertion: str) -> Agency:
        """The agency that the assertion or token proves. Raises AssertionRefused or TooManyCalls."""
        return self.agency_of(self.called(assertion))

    def called(self, credential: str) -> CalledWith | CalledWithToken:
        """The same, with the key or the token that the call was made with. `credential` is an assertion or an access
        token."""
        if is_access_token(credential):
            return self.tokens.called(credential)
        return keys.caller_of(self._store, credential, {self._audience}, self._skew, self._calls_max, self._clock.now())

    def called_with_certificate(self, agency: str, thumbprint: str) -> CalledWithCertificate:
        """Counts a call whose certificate was verified. Raises TooManyCalls."""
        with self._store.transaction() as connection:
            keys.count_call(connection, agency, self._calls_max, self._clock.now())
        return CalledWithCertificate(agency, thumbprint)

    def called_soon(self, assertion: str) -> "asyncio.Future[CalledWith]":
        """The same, together with calls that come at the same moment. What it raises is about this one alone."""
        return self._together.ask(assertion)

    def _called_all(self, assertions: Sequence[str]) -> Sequence[CalledWith | Failure]:
        rules = keys.CallRules({self._audience}, self._skew, self._calls_max)
        return keys.callers_of(self._store, assertions, rules, self._clock.now())

    def agency_of(self, called: Called) -> Agency:
        return self._agencies.named(called.agency)

    def refuse_if_revoked(self, connection: Transaction, called: Called) -> None:
        """Called again in the transaction that records what was handed in. Raises AssertionRefused or
        CertificateRefused."""
        match called:
            case CalledWith():
                keys.refuse_if_revoked(connection, called)
            case CalledWithToken():
                self.tokens.refuse_if_revoked(connection, called)
            case CalledWithCertificate():
                certificates.refuse_if_revoked(self._store, connection, called, self._clock.now())

    def refusals_if_revoked(self, connection: Transaction, calls: Sequence[Called]) -> list[Failure | None]:
        """For each of these, what `refuse_if_revoked` raises. Keys are asked for together."""
        of_keys = keys.refusals_if_revoked(connection, [each for each in calls if isinstance(each, CalledWith)])
        found: list[Failure | None] = []
        for each in calls:
            if isinstance(each, CalledWith):
                found.append(of_keys[each])
                continue
            try:
                self.refuse_if_revoked(connection, each)
                found.append(None)
            except Failure as failure:
                found.append(failure)
        return found

    def still_may(self, called: Called) -> None:
        """Raises AssertionRefused if what the call was made with was revoked since it began."""
        with self._store.transaction() as connection:
            self.refuse_if_revoked(connection, called)

    def signature(self, caller: Agency, text: str | None, posted: bytes) -> Signature | None:
        """The sender's signature over the posted bytes, sent separately from them. Raises AssertionRefused."""
        if text is None:
            return None
        return keys.signature_of(self._store, caller.id, text, posted, self._clock.now())

    def issue_key(self, agency: str, algorithm: str = "EdDSA", by: str = INSTALLATION) -> AgencyKey:
        return keys.issue_key(self._store, self._agencies.named(agency).id, self._clock.now(), algorithm, by)

    def register_key(self, agency: str, document: JsonObject, id: UUID, by: str = INSTALLATION) -> datetime:
        """Returns when the key expires. Raises KeyUnusable."""
        return keys.register_key(self._store, self._agencies.named(agency).id, document, id, self._clock.now(), by)

    def revoke_key(self, id: UUID, by: str = INSTALLATION) -> str:
        """Returns whose key it was. Raises NotFound."""
        return keys.revoke_key(self._store, id, self._clock.now(), by)

    def keys(self, agency: str | None) -> tuple[RegisteredKey, ...]:
        return keys.keys_of(self._store, None if agency is None else self._agencies.named(agency).id)

    def issue_secret(
        self, agency: str, valid_for: timedelta = client_secrets.VALID_FOR, by: str = INSTALLATION
    ) -> IssuedSecret:
        return client_secrets.issue(self._store, self._agencies.named(agency).id, self._clock.now(), valid_for, by)

    def revoke_secret(self, id: UUID, by: str = INSTALLATION) -> str:
        """Returns whose secret it was. Raises NotFound."""
        return client_secrets.revoke(self._store, id, self._clock.now(), by)

    def secrets(self, agency: str | None) -> tuple[RegisteredSecret, ...]:
        return client_secrets.listed(self._store, None if agency is None else self._agencies.named(agency).id)
