"""The agencies that call, and the keys that they call with, checked against the registry."""

from datetime import datetime, timedelta
from uuid import UUID

from hub.access import keys
from hub.access.assertions import AgencyKey
from hub.access.keys import CalledWith, Signature
from hub.clock import Clock
from hub.exchange.partners.limits import LimitsByAgency
from hub.journal.actors import INSTALLATION
from hub.settings import Settings
from hub.sharing.terms.agencies import Agencies, Agency
from hub.store.access.agency_keys import RegisteredKey
from hub.store.database.engine import Store, Transaction
from schemas.json import JsonObject


class AgencyAccess:
    """Every method that takes an agency's name raises ValueUnusable if the registry has no agency with that name."""

    def __init__(
        self, store: Store, clock: Clock, settings: Settings, agencies: Agencies, limits: LimitsByAgency
    ) -> None:
        self._store = store
        self._clock = clock
        self._audience = settings.audience
        self._skew = timedelta(seconds=settings.clock_skew_seconds)
        self._agencies = agencies
        self._limits = limits

    def caller(self, assertion: str) -> Agency:
        """The agency that the assertion proves. Raises AssertionRefused or TooManyCalls."""
        return self.agency_of(self.called(assertion))

    def called(self, assertion: str) -> CalledWith:
        """The same, with the key that the call was made with."""
        return keys.caller_of(
            self._store,
            assertion,
            self._audience,
            self._skew,
            lambda agency: self._limits.of(agency).calls_max,
            self._clock.now(),
        )

    def agency_of(self, called: CalledWith) -> Agency:
        return self._agencies.named(called.agency)

    def refuse_if_revoked(self, connection: Transaction, called: CalledWith) -> None:
        """Called again in the transaction that records what was handed in. Raises AssertionRefused."""
        keys.refuse_if_revoked(connection, called)

    def still_may(self, called: CalledWith) -> None:
        """Raises AssertionRefused if the key was revoked since the call began."""
        with self._store.transaction() as connection:
            keys.refuse_if_revoked(connection, called)

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
