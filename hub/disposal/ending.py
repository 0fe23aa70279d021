"""Retention, holds and subject access requests, for the command line. All three use one index."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from hub.access.pseudonym_key import pseudonym_key
from hub.disposal.holds import Holds, HoldView, PlacedHold
from hub.disposal.person_named import Wanted
from hub.disposal.retention import Retention, RetentionReport
from hub.disposal.subject_access import SubjectAccess
from hub.disposal.subject_index import SubjectIndex, blinded_with
from hub.disposal.terms import Terms
from hub.exchange.wiring import Wiring
from schemas.json import JsonObject


class EndOfLife:
    def __init__(self, wiring: Wiring) -> None:
        settings, store, catalogue, live = wiring.settings, wiring.store, wiring.catalogue, wiring.live
        self._clock = wiring.clock
        self._standstill = wiring.standstill
        blind = blinded_with(pseudonym_key(settings.pseudonym_key()))
        index = self._index = SubjectIndex(store, catalogue, blind)
        self._live = live
        self._rules = wiring.rules
        self._retention = Retention(store, index, wiring.signing)
        self._holds = Holds(store, index)
        self._access = SubjectAccess(store, index, catalogue, live)

    def run_retention(self, by: str, *, dry_run: bool = False) -> RetentionReport:
        """Destroy the content that is due. A dry run only counts it. Raises StandingStill or StateUnproved."""
        self._standstill.refuse()
        self._live.refresh()
        rules = self._rules.read()
        terms = Terms.of(self._live.current().protocols, rules.retention_days_default)
        refused = timedelta(days=rules.refused_retention_days)
        return self._retention.run(by, terms, refused, self._clock.now(), dry_run=dry_run)

    def place_hold(self, wanted: Wanted, by: str, reason: str) -> PlacedHold:
        return self._holds.place(wanted, by, reason, self._clock.now())

    def end_hold(self, id: UUID, by: str, reason: str) -> None:
        """Raises NotFound."""
        self._holds.end(id, by, reason, self._clock.now())

    def holds(self, *, ended_too: bool = False) -> list[HoldView]:
        return self._holds.listed(ended_too=ended_too)

    def subject_keys(self, wanted: Sequence[Wanted]) -> tuple[tuple[str, str], ...]:
        """The keys under which messages about this person or case are found. Every message is entered in the index
        first."""
        self._index.catch_up()
        return tuple(each.key(self._index) for each in wanted)

    def subject_report(self, wanted: Sequence[Wanted], by: str, reason: str) -> JsonObject:
        """Everything that is held and was shared about a person, including that person's data. Raises WantedUnclear."""
        self._live.refresh()
        return self._access.report(wanted, by, reason, self._clock.now())
