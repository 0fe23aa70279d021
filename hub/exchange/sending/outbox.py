"""The outbox: the deliveries that are due, leased in batches for the relay to publish."""

from datetime import timedelta
from uuid import UUID

from hub.exchange.wiring import Wiring
from hub.store.messages import claims
from hub.store.messages.claims import Claimed


class Outbox:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._settings = wiring.settings
        self._standstill = wiring.standstill

    def claim(self) -> tuple[Claimed, ...]:
        """Lease the deliveries that are due. It leases none while the exchange stands still."""
        if self._standstill.since() is not None:
            return ()
        with self._store.transaction() as connection:
            return claims.claim(
                connection,
                now=self._clock.now(),
                lease=timedelta(seconds=self._settings.lease_seconds),
                batch_size=self._settings.batch_size_max,
                batches_per_recipient=self._settings.batches_per_recipient_max,
            )

    def give_back(self, ids: tuple[UUID, ...], token: UUID) -> None:
        """Nobody took them, so they are due again at once."""
        with self._store.transaction() as connection:
            claims.give_back(connection, ids, token, self._clock.now())
