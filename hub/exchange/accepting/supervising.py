"""Supervisions begin and end, inside the transaction of the message that says so.

An area says this of itself. Of another area it says so only by answering a transfer of that area.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from hub.deadlines.london import LONDON
from hub.exchange.message.routing import find_agency
from hub.exchange.message.stages import Validated
from hub.exchange.wiring import Wiring
from hub.identity.supervised import enter_one, entries_of_area
from hub.journal.record.linking import record_supervision_ended, record_supervision_started
from hub.sharing.decision.standing import Standing
from hub.sharing.terms.agencies import Agency, AgencyRole
from hub.store.database.engine import Transaction
from hub.store.messages import contents
from hub.store.persons import supervisions
from hub.store.persons.supervisions import KeptSupervision, NewSupervision
from schemas.kind import Target
from schemas.parts.supervision import SupervisionChange, SupervisionEnd
from schemas.problem import Problem

STATED_ANEW = "stated_anew"
"""Why a supervision ended that a later message of the area describes again."""

_NOT_ALL_COMPARED = Problem(
    "supervision.not_all_compared",
    "message",
    "the person could not be compared with everybody whom the area knows; an earlier supervision may go on",
    "look at the area's supervisions of this person; the area sends the message again with a number of the person",
)


class Supervising:
    def __init__(self, wiring: Wiring) -> None:
        self._assessor = wiring.assessor

    def follow(
        self, connection: Transaction, validated: Validated, message_id: UUID, standing: Standing, now: datetime
    ) -> None:
        """Begin and end what the message says. If it may not say a part of it, it says nothing: who accepts a transfer
        that nobody has asked for supervises nobody."""
        changes = validated.draft.payload.supervision()
        areas = [self._area(change, validated.sender, standing, now) for change in changes]
        for change, area in zip(changes, areas, strict=True):
            if None in areas or area is None or area.role is not AgencyRole.PROBATION:
                return
            if change.ended is None:
                self._begin(connection, change, area, message_id, now)
            else:
                self._end(connection, change, change.ended, area, message_id, now)

    def _area(self, change: SupervisionChange, sender: Agency, standing: Standing, now: datetime) -> Agency | None:
        """Return the area that the change is about. None if the message may not speak for it."""
        if change.area == Target.SENDER:
            return sender
        area = find_agency(change.area, self._assessor.registry.agencies, now.astimezone(LONDON).date())
        return area if area is not None and area.id in standing.acts_for else None

    def _begin(
        self, connection: Transaction, change: SupervisionChange, area: Agency, message_id: UUID, now: datetime
    ) -> None:
        before = self._before(connection, change, area, message_id)
        reference = _reference(connection, change, area)
        restated = [each.id for each in before if each.ended_on is None and each.reference in (None, reference)]
        supervisions.end(connection, restated, change.on, STATED_ANEW, message_id)
        ended = next((each for each in before if _ended_it(each, reference, change)), None)
        supervisions.add(
            connection,
            NewSupervision(
                enter_one(connection, area.id, message_id, change.person, now),
                area.id,
                message_id,
                reference,
                change.on,
                ended.ended_on if ended is not None else None,
                ended.ended_because if ended is not None else None,
                ended.message_id if ended is not None else None,
            ),
        )
        record_supervision_started(connection, now, message_id=message_id, area=area.id)

    def _end(
        self,
        connection: Transaction,
        change: SupervisionChange,
        why: SupervisionEnd,
        area: Agency,
        message_id: UUID,
        now: datetime,
    ) -> None:
        """End it. If the beginning has not come yet, keep the end, so that a late beginning does not run for ever."""
        reference = _reference(connection, change, area)
        running = [
            each.id
            for each in self._before(connection, change, area, message_id)
            if each.ended_on is None and (reference is None or each.reference in (None, reference))
        ]
        if running:
            supervisions.end(connection, running, change.on, why, message_id)
        else:
            entry = enter_one(connection, area.id, message_id, change.person, now)
            new = NewSupervision(entry, area.id, message_id, reference, None, change.on, why, message_id)
            supervisions.add(connection, new)
        record_supervision_ended(
            connection, now, message_id=message_id, area=area.id, because=why, supervisions=len(running)
        )

    def _before(
        self, connection: Transaction, change: SupervisionChange, area: Agency, message_id: UUID
    ) -> Sequence[KeptSupervision]:
        """Return the supervisions of this person by this area, or by an area that it continues. If the person could not
        be compared with everybody, and none is found, the message says so: one may go on."""
        agencies = self._assessor.registry.agencies
        names = dict.fromkeys((area.id, *(former.id for former in agencies.history_of(area.id))))
        found = [entries_of_area(connection, name, change.person) for name in names]
        before = supervisions.of_entries(connection, [id for each in found for id in each.ids])
        if not before and any(each.not_all_compared for each in found):
            contents.add_doubt(connection, message_id, _NOT_ALL_COMPARED)
        return before


def _reference(connection: Transaction, change: SupervisionChange, area: Agency) -> str | None:
    return supervisions.reference_key(connection, area.id, change.reference) if change.reference else None


def _ended_it(each: KeptSupervision, reference: str | None, change: SupervisionChange) -> bool:
    """Return whether this is the end, come before, of the supervision that begins with the change."""
    if reference is None or each.ended_on is None or each.ended_because == STATED_ANEW:
        return False
    if each.reference == reference:
        return each.ended_on >= change.on
    return each.ended_because == SupervisionEnd.TRANSFERRED and each.ended_on > change.on
