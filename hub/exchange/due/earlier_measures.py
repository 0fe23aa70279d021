"""Counts what an earlier version of the exchange accepted without counting it, a few messages at a time."""

from hub.exchange.message.measuring import measured
from hub.exchange.message.recorded import what_it_said
from hub.exchange.wiring import Wiring
from hub.store.database.engine import Transaction
from hub.store.overview import measures
from schemas.catalogue import is_measured

_AT_ONCE = 200


class EarlierMeasures:
    """A process that has found nothing more to count does not look again: new messages are counted at once."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._kinds = {kind.name for kind in wiring.catalogue.kinds.values() if is_measured(kind)}
        self._done = False

    def step(self) -> int:
        """Returns how many messages were counted."""
        if self._done:
            return 0
        with self._wiring.store.transaction() as connection:
            found = measures.not_measured(connection, self._kinds, _AT_ONCE)
            for each in found:
                self._measure(connection, each)
        self._done = not found
        return len(found)

    def _measure(self, connection: Transaction, each: measures.NotMeasured) -> None:
        said = what_it_said(connection, each.id, self._wiring.catalogue)
        new = measured(
            said.payload if said is not None else None,
            kind=each.kind,
            id=each.id,
            sender=each.sender,
            counts_as=each.subject,
            accepted_at=each.accepted_at,
        )
        measures.keep_later(connection, new)
