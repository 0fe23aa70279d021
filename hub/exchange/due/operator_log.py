"""What an operator must know, one line of the log for one cause: the journal says what happened, and the log tells it.

A partner is silent or back, something is in quarantine, a deadline is at risk or missed, a protocol, a key or a
certificate ends soon. Each process tells what happened since it began.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from hub.exchange.wiring import Wiring
from hub.store.access.agency_keys import KEYS
from hub.store.access.certificates import CERTIFICATES
from hub.store.access.client_secrets import SECRETS
from hub.store.database.engine import Transaction
from hub.store.journal import entries
from hub.store.journal.entries import KeptEntry
from hub.store.messages import clocks

_AT_ONCE_MAX = 2_000
_AGAIN = 500
"""So many places are read again each time: an entry may be committed after one with a later place."""
_ENDS_WITHIN = (timedelta(days=1), timedelta(days=7), timedelta(days=30))
_AT_RISK_WITHIN = timedelta(hours=6)
_LOOK_AHEAD_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class ToldCause:
    """What a line is about. Codes and ids only: no words that somebody wrote. `code` is the code of a failure, the name
    of a clock or the id of a protocol."""

    event: str
    agency: str | None
    code: str | None


class OperatorLog:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._log = wiring.log
        self._read_up_to: int | None = None
        self._told: set[int] = set()
        self._ends_told: set[tuple[str, timedelta]] = set()
        self._at_risk_told: set[UUID] = set()
        self._next_look_ahead = wiring.clock.now()

    def step(self) -> None:
        """Tell what has happened since the last step."""
        now = self._clock.now()
        with self._store.transaction() as connection:
            causes = self._new(connection)
            if now >= self._next_look_ahead:
                self._next_look_ahead = now + _LOOK_AHEAD_EVERY
                self._tell_at_risk(connection, now)
                self._tell_ends(connection, now)
        for cause, count in causes.items():
            self._log.warning(cause.event, count=count, **_given(cause))

    def _new(self, connection: Transaction) -> Counter[ToldCause]:
        newest = entries.newest_position(connection)
        if self._read_up_to is None:
            self._read_up_to = newest
            self._told = {each.position for each in self._entries(connection, newest - _AGAIN)}
        after = self._read_up_to - _AGAIN
        found = self._entries(connection, after)
        new = [each for each in found if each.position not in self._told]
        self._told = {each.position for each in found}
        self._read_up_to = found[-1].position if len(found) == _AT_ONCE_MAX else newest
        return Counter(map(_cause, new))

    def _entries(self, connection: Transaction, after: int) -> tuple[KeptEntry, ...]:
        return entries.for_operators(connection, after, _AT_ONCE_MAX)

    def _tell_at_risk(self, connection: Transaction, now: datetime) -> None:
        """Each deadline once, when little time is left."""
        soon = clocks.due_between(connection, now, now + _AT_RISK_WITHIN)
        new = [each for each in soon if each.id not in self._at_risk_told]
        self._at_risk_told = {each.id for each in soon}
        for cause, count in Counter(ToldCause("", each.owner, each.name) for each in new).items():
            self._log.warning("clock.at_risk", count=count, **_given(cause))

    def _tell_ends(self, connection: Transaction, now: datetime) -> None:
        """Each key, certificate and secret once a month, a week and a day before it ends."""
        for what, kept in (("key", KEYS), ("certificate", CERTIFICATES), ("secret", SECRETS)):
            for each in kept.listed(connection, None):
                within = next((span for span in _ENDS_WITHIN if each.expires_at - now <= span), None)
                name = f"{what} {each.agency} {each.expires_at.isoformat()}"
                if within is None or not each.is_valid(now) or (name, within) in self._ends_told:
                    continue
                self._ends_told.add((name, within))
                days = (each.expires_at - now).days
                self._log.warning("credential.ends", what=what, agency=each.agency, days=days)


def _cause(entry: KeptEntry) -> ToldCause:
    detail = entry.detail
    code = detail.get("code") or detail.get("clock") or detail.get("protocol")
    return ToldCause(entry.event, entry.agency, code)


def _given(cause: ToldCause) -> dict[str, str]:
    told = {"agency": cause.agency, "code": cause.code}
    return {name: value for name, value in told.items() if value is not None}
