"""How much one person may give up alone. What is given up never arrives, so many items need a second person, also if
they are given up one by one."""

from datetime import timedelta

from hub.exchange.wiring import Wiring
from hub.lifecycle import BulkAction
from hub.store.database.advisory_locks import AdvisoryLock, wait_for_lock
from hub.store.database.engine import Transaction
from hub.store.journal import staff_entries

COUNTED_FOR = timedelta(hours=1)


class GivingUp:
    def __init__(self, wiring: Wiring) -> None:
        self._clock = wiring.clock
        self._rules = wiring.rules

    def is_for_one_person(self, connection: Transaction, action: BulkAction, by: str, count: int) -> bool:
        """Whether this person may do it to so many items alone. What was given up within the hour counts too."""
        limit = self._rules.current(connection).alone_up_to
        if count > limit or action is BulkAction.RELEASE:
            return count <= limit
        wait_for_lock(connection, AdvisoryLock.GIVEN_UP)  # two at the same moment are counted one after another
        before = staff_entries.given_up_alone(connection, by, self._clock.now() - COUNTED_FOR)
        return before + count <= limit
