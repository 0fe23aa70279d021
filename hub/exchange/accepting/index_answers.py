"""Answers whoever asks the index, inside the transaction of the enquiry. The answer is a message of the exchange, and a
protocol says what it may hold."""

from datetime import datetime
from uuid import UUID

from hub.deadlines.london import LONDON
from hub.exchange.message.known_where import IndexFindings, PersonIndex
from hub.exchange.message.matters import Matters
from hub.exchange.message.own_messages import write_own_message
from hub.exchange.message.stages import Validated
from hub.exchange.wiring import Wiring
from hub.journal.record.sharing import record_index_answered, record_sharing_denied
from hub.store.database.engine import Transaction
from schemas.json import JsonObject
from schemas.parts.person import Defendant
from schemas.problem import Problem


class IndexAnswers:
    def __init__(self, wiring: Wiring) -> None:
        self._assessor = wiring.assessor
        self._catalogue = wiring.catalogue
        self._matters = Matters(wiring.assessor, wiring.catalogue)

    def answer(self, connection: Transaction, validated: Validated, message_id: UUID, now: datetime) -> None:
        """Answer the message if it asks the index. Without an agreed answer nothing is looked up."""
        enquiry, kind = validated.draft.payload.enquiry(), self._catalogue.index_answer()
        if enquiry is None or kind is None:
            return
        agencies, on = self._assessor.registry.agencies, now.astimezone(LONDON).date()
        asker = agencies.current_id(validated.sender.id, on)
        found = PersonIndex(connection, self._catalogue, agencies, on).find(enquiry.person, without=asker)
        payload = {
            "enquiry_reference": enquiry.reference,
            "to": asker,
            "answered_at": now.isoformat(),
            "found": _entries(found, enquiry.person),
            "similar": found.similar,
        }
        written = write_own_message(connection, self._matters, kind, payload, f"index/{message_id}", message_id, now)
        if isinstance(written, Problem):
            record_sharing_denied(
                connection, now, message_id=message_id, recipient=asker, code=written.code, reason=written.problem
            )
        record_index_answered(
            connection,
            now,
            message_id=message_id,
            asked_by=asker,
            purpose=enquiry.purpose,
            areas=[each.area for each in found.found],
        )


def _entries(findings: IndexFindings, person: Defendant) -> list[JsonObject]:
    return [
        {
            "area": each.area,
            "since": each.since.isoformat(),
            "person": _known_as(person, each.crn, restricted=each.restricted),
        }
        | ({"contact": each.contact} if each.contact else {})
        for each in findings.found
    ]


def _known_as(person: Defendant, crn: str | None, *, restricted: bool) -> JsonObject:
    """The person as the asker gave it, with the number of the area that knows them."""
    changed = person.model_copy(update={"crn": crn, "restricted": restricted or None})
    shown: JsonObject = changed.model_dump(mode="json", exclude_none=True)
    return shown
