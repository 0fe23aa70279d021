"""What the hub can prove about its past: the journal, one entry, and why a recipient got each field."""

from dataclasses import replace
from typing import TypedDict
from uuid import UUID

from hub.errors import WrongInstallation
from hub.exchange.telling.explanation import Explanation, explanation
from hub.exchange.telling.stories import find_message
from hub.exchange.wiring import Wiring
from hub.journal.events import Event
from hub.journal.receipt_places import ReceiptPlaces
from hub.journal.verified_state import VerifiedState
from hub.journal.verify import Finding, Verification, prove, verify
from hub.journal.verify_state import StateVerification, missing_acceptances, verify_state
from hub.store.journal import entries as journal
from hub.store.journal.installation import newest_head
from schemas.json import JsonObject

_POSITION_DIGITS_MAX = 18


class EntryView(TypedDict):
    """The form of an entry of the journal: the JSON of `hub journal list --json` and of the API."""

    position: int
    at: str
    event: str
    document: str | None
    message: str | None
    agency: str | None
    detail: JsonObject


class Evidence:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._signing = wiring.signing
        self._places = ReceiptPlaces(wiring.signing)
        self._attesting = wiring.attesting
        self._notes = wiring.notes
        self._verified = VerifiedState(wiring.settings.state_dir / "verified", wiring.signing)
        self._witnesses = wiring.witnesses
        self._live = wiring.live
        self._catalogue = wiring.catalogue

    def verify(self, known_head: str | None = None) -> Verification:
        """Verify the whole journal, and that the state follows from it. Compare the journal with a head that was kept
        elsewhere, if one is given."""
        found = verify(self._store, self._signing.public, known_head)
        return replace(found, findings=(*found.findings, *self._witnessed(), *self.verify_state().findings))

    def _witnessed(self) -> tuple[Finding, ...]:
        try:
            with self._store.transaction() as connection:
                self._witnesses.check(connection)
        except WrongInstallation as wrong:
            return (Finding("head.missing", wrong.problem),)
        return ()

    def verify_state(self, *, from_last: bool = False) -> StateVerification:
        """Verify that every row that the journal covers stands as its last entry says. `from_last` replays only the
        entries since the seal up to which the last such verification found all of it right."""
        found = verify_state(self._store, self._attesting, self._verified if from_last else None)
        return replace(found, findings=(*found.findings, *missing_acceptances(self._store, self._notes)))

    def newest_head(self) -> str | None:
        with self._store.transaction() as connection:
            return newest_head(connection)

    def prove(self, wanted: str) -> JsonObject:
        """The proof of an entry by its position, or by its place in a receipt, or of a message's acceptance. Raises
        NotFound."""
        if (place := self._places.opened(wanted)) is not None:
            return prove(self._store, place)
        if wanted.isascii() and wanted.isdecimal() and len(wanted) <= _POSITION_DIGITS_MAX:
            return prove(self._store, int(wanted))
        message_id = find_message(self._store, wanted)
        with self._store.transaction() as connection:
            position = journal.position_of_acceptance(connection, message_id)
        return prove(self._store, position)

    def explain(self, wanted: str, recipient: str) -> Explanation:
        """What this recipient gets of each field of a message, and why. Raises NotFound or ValueUnusable."""
        self._live.refresh()
        registry = self._live.current()
        agency, message_id = registry.agencies.named(recipient), find_message(self._store, wanted)
        return explanation(self._store, registry, self._catalogue, message_id, agency, self._clock.now())

    def entries(
        self, after: int, limit: int, event: Event | None = None, message_id: UUID | None = None
    ) -> list[EntryView]:
        """The journal entries after a position, in order."""
        with self._store.transaction() as connection:
            found = journal.page(connection, after, limit, event, message_id)
        return [
            {
                "position": row.position,
                "at": row.at.isoformat(),
                "event": row.event,
                "document": str(row.raw_document_id) if row.raw_document_id else None,
                "message": str(row.message_id) if row.message_id else None,
                "agency": row.agency,
                "detail": row.detail,
            }
            for row in found
        ]
