"""Quarantine: what is in it, why, and what a person does about it."""

from uuid import UUID

from hub.errors import NotInQuarantine
from hub.exchange.repairing.believing import Believing
from hub.exchange.repairing.correction import Correcting
from hub.exchange.repairing.giving_up import GivingUp
from hub.exchange.repairing.item_views import (
    CorrectedView,
    DeliveryItemView,
    ItemView,
    PartItemView,
    ReceivedAgainView,
    ReleasedView,
)
from hub.exchange.repairing.quarantine_cures import cure_of
from hub.exchange.repairing.refused_parts import RefusedParts
from hub.exchange.shortened_ids import NotOne, only_one
from hub.exchange.telling.body_reading import ReadPart, record_reading
from hub.exchange.wiring import Wiring
from hub.journal.actors import given_reason
from hub.journal.record.quarantine import ApprovedPlan, SettledDelivery, record_discarded, record_released
from hub.lifecycle import BulkAction, TwoPersonAct
from hub.store.approval.proposals import KeptProposal
from hub.store.content import documents
from hub.store.database.engine import Transaction
from hub.store.journal import entries as journal
from hub.store.messages import deliveries, messages
from hub.store.repairing import quarantine, refused_parts
from hub.store.repairing.quarantine import QuarantinedDelivery, Selection
from hub.store.repairing.refused_parts import RefusedPart
from schemas.json import JsonObject

_LISTED_MAX = 200
_NO_ITEM = NotOne(
    NotInQuarantine,
    no_id="that is not an id",
    none="nothing in quarantine has that id",
    several="several items have ids that begin with that",
    cure="see: hub quarantine list",
)


class Quarantine:
    """`wanted` is the id of an item, or its first characters. Each method raises NotInQuarantine."""

    def __init__(self, wiring: Wiring, parts: RefusedParts, correcting: Correcting, believing: Believing) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._parts = parts
        self._correcting = correcting
        self._believing = believing
        self._proposals = wiring.proposals
        self._giving_up = GivingUp(wiring)

    def listed(self, selection: Selection | None = None) -> list[ItemView]:
        """The oldest 200 deliveries and the oldest 200 refused parts of documents. If a recipient, a kind or a document
        is asked for, refused parts are left out: they have none of these. What has no standing in one document is one
        item, unless that document is asked for."""
        wanted = selection or Selection()
        with self._store.transaction() as connection:
            found = [_delivery(row, each) for row, each in quarantine.deliveries_in(connection, wanted, _LISTED_MAX)]
            if wanted.recipient is None and wanted.kind is None and wanted.document is None:
                rows = refused_parts.listed(connection, wanted.sender, wanted.code, _LISTED_MAX)
                found += [_part(row) for row in rows]
        return found

    def counted(self, selection: Selection) -> dict[str, int]:
        """How many items of each type there are in all. `listed` shows only the oldest."""
        with self._store.transaction() as connection:
            count = quarantine.count(connection, selection)
            of_nobody = selection.recipient is None and selection.kind is None and selection.document is None
            parts = refused_parts.count(connection, selection.sender, selection.code) if of_nobody else 0
        return {"delivery": count, "document": parts}

    def show(self, wanted: str) -> ItemView:
        """Cause, place, cure, and the deliveries that wait behind it. It shows no content."""
        with self._store.transaction() as connection:
            item = _find(connection, wanted)
            if isinstance(item, RefusedPart):
                return _part_with_all(item)
            outside = self._believing.is_outside(connection, item.message_id)
            shown: DeliveryItemView = {
                **_delivery(item),
                "document_place": journal.place_of(connection, item.message_id),
                "attempts": item.attempts,
                "holds_back": deliveries.count_held_back(connection, item.id),
                "would_follow": self._believing.would_follow(connection, item.message_id) if outside else [],
            }
            return shown

    def body(self, wanted: str, by: str, reason: str) -> bytes:
        """The content, which is personal data. A message is JSON that can be corrected; a document is as received.
        Raises ReasonMissing."""
        now, reason = self._clock.now(), given_reason(reason)
        with self._store.transaction() as connection:
            item = _find(connection, wanted)
            if isinstance(item, QuarantinedDelivery):
                record_reading(connection, item.message_id, by, reason, now, [ReadPart.BODY])
                return self._correcting.body_of(connection, item.message_id)
            record_reading(connection, None, by, reason, now, [ReadPart.DOCUMENT], raw_document_id=item.raw_document_id)
            return documents.body_of(connection, item.raw_document_id)

    def fix(self, wanted: str, corrected: bytes, by: str, reason: str) -> CorrectedView | ReceivedAgainView:
        """Replace the item with a corrected message or document. Raises Refused, and then nothing has changed."""
        reason = given_reason(reason)
        with self._store.transaction() as connection:
            item = _find(connection, wanted)
        if isinstance(item, QuarantinedDelivery):
            return self._correcting.correct(item, corrected, by, reason)
        return {"messages": self._parts.correct(item, corrected, by, reason)}

    def release(self, wanted: str, by: str, reason: str) -> ReleasedView | ReceivedAgainView:
        """Send a delivery again unchanged, after a new decision. A refused document is read again. Raises Refused."""
        reason = given_reason(reason)
        with self._store.transaction() as connection:
            item = _find(connection, wanted)
            if isinstance(item, QuarantinedDelivery):
                self.release_delivery(connection, item, by, reason)
                messages.settle(connection, frozenset({item.message_id}))
                return {"delivery": str(item.id)}
        return {"messages": self._parts.release(item, by, reason)}

    def discard(self, wanted: str, by: str, reason: str) -> KeptProposal | None:
        """Give it up. It is never sent, and blocks nothing any longer. If this person has given up too much within the
        hour, nothing happens yet: returns the proposal that a second person must approve."""
        reason = given_reason(reason)
        with self._store.transaction() as connection:
            item = _find(connection, wanted)
            content = _given_up(item, reason)
            if waits := self._giving_up.waits(connection, TwoPersonAct.DISCARD, item.id, content, by):
                return waits
            self._discard(connection, item, by, reason)
        return None

    def discarding(self, connection: Transaction, proposal: KeptProposal) -> JsonObject:
        """What the approval of a proposal to give an item up would do now. Raises NotInQuarantine."""
        return _given_up(_find(connection, proposal.about), proposal.content["reason"])

    def approve_discard(self, id: UUID, by: str, seen: str | None) -> None:
        """As a second person: give up what another person proposed to. Raises ApprovalRefused or NotInQuarantine."""
        with self._store.transaction() as connection:
            proposal = self._proposals.open(connection, TwoPersonAct.DISCARD, id)
            item = _find(connection, proposal.about)
            content = _given_up(item, proposal.content["reason"])
            self._proposals.approve(connection, TwoPersonAct.DISCARD, id, by, seen, content)
            approved = ApprovedPlan(id, by, many=False)
            self._discard(connection, item, proposal.proposed_by, proposal.content["reason"], approved)

    def _discard(
        self,
        connection: Transaction,
        item: QuarantinedDelivery | RefusedPart,
        by: str,
        reason: str,
        approved: ApprovedPlan | None = None,
    ) -> None:
        if isinstance(item, RefusedPart):
            self._parts.discard(connection, item, by, reason, approved.approved_by if approved else None)
            return
        outside = self._believing.is_outside(connection, item.message_id)
        # to give up a message without standing is one decision, as it is to believe it
        for row in quarantine.of_message(connection, item.message_id) if outside else (item,):
            self.discard_delivery(connection, row, by, reason, approved)
        messages.settle(connection, frozenset({item.message_id}))

    def release_delivery(
        self, connection: Transaction, row: QuarantinedDelivery, by: str, reason: str, plan: ApprovedPlan | None = None
    ) -> None:
        """The caller has locked the row, and settles the message. To release a delivery of a message without standing
        is to believe the message: then its other deliveries go too."""
        if self._believing.is_outside(connection, row.message_id):
            self._believing.believe(connection, row.message_id, by, reason, plan)
            return
        now = self._clock.now()
        quarantine.release(connection, row.id, now)
        record_released(connection, now, item=_settled(row, plan), by=by, reason=reason)

    def discard_delivery(
        self, connection: Transaction, row: QuarantinedDelivery, by: str, reason: str, plan: ApprovedPlan | None = None
    ) -> None:
        """The caller has locked the row, and settles the message."""
        why = f"discarded by {by}: {reason}"
        quarantine.discard(connection, [row.id], "delivery.discarded", why)
        record_discarded(connection, self._clock.now(), item=_settled(row, plan), by=by, reason=reason)
        outside = self._believing.is_outside(connection, row.message_id)
        if outside and not quarantine.of_message(connection, row.message_id):
            self._believing.disbelieve(connection, row.message_id, by, reason)


def _settled(row: QuarantinedDelivery, plan: ApprovedPlan | None) -> SettledDelivery:
    return SettledDelivery(row.message_id, row.id, row.recipient, row.why_code, plan)


def _given_up(item: QuarantinedDelivery | RefusedPart, reason: str) -> JsonObject:
    """What a second person is shown of an item that is to be given up."""
    shown = _part(item) if isinstance(item, RefusedPart) else _delivery(item)
    told = ("what", "recipient", "kind", "sender", "message", "document", "since", "code")
    return {name: shown.get(name) for name in told} | {"action": str(BulkAction.DISCARD), "reason": reason}


def _find(connection: Transaction, wanted: str) -> QuarantinedDelivery | RefusedPart:
    """Raises NotInQuarantine unless exactly one item has that id, or an id that begins with it."""

    def find(first: str) -> tuple[QuarantinedDelivery | RefusedPart, ...]:
        return (
            *quarantine.deliveries_beginning_with(connection, first),
            *refused_parts.beginning_with(connection, first),
        )

    return only_one(wanted, find, _NO_ITEM)


def _delivery(row: QuarantinedDelivery, stands_for: int = 1) -> ItemView:
    more = f", and {stands_for - 1} more deliveries of this document" if stands_for > 1 else ""
    return {
        "id": str(row.id),
        "what": "delivery",
        "recipient": row.recipient,
        "kind": row.kind,
        "sender": row.sender,
        "message": str(row.message_id),
        "document": str(row.raw_document_id) if row.raw_document_id else None,
        "since": row.quarantined_at.isoformat() if row.quarantined_at else None,
        "code": row.why_code,
        "cause": row.why and f"{row.why}{more}",
        "place": row.why_where,
        "cure": cure_of(row.why_code, row.why_cure),
        "stands_for": stands_for,
    }


def _part_with_all(row: RefusedPart) -> PartItemView:
    others = row.others or ()
    return {
        **_part(row),
        "problems": row.problems,
        "others": [
            {"code": each["code"], "place": each["place"], "cause": each["problem"], "cure": each["cure"]}
            for each in others
        ],
    }


def _part(row: RefusedPart) -> ItemView:
    more = f", and {row.problems - 1} more of this document" if row.problems > 1 else ""
    return {
        "id": str(row.id),
        "what": "document",
        "recipient": None,
        "kind": None,
        "sender": row.caller,
        "message": None,
        "document": str(row.raw_document_id),
        "since": row.at.isoformat(),
        "code": row.code,
        "cause": f"refused: {row.problem}{more}",
        "place": row.place,
        "cure": f"{row.cure}; hand in a corrected document (fix), read this one again (release), or discard it",
        "stands_for": 1,
    }
