"""Entries about what a person decided on one item of the quarantine, or on many by a plan."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.journal.events import Event
from hub.journal.record.given import given
from hub.store.database.engine import Transaction
from hub.store.journal.appending import append
from schemas.json import JsonObject


@dataclass(frozen=True, slots=True)
class SettledPart:
    """A part of a document that was refused. `received_again_as` is the document that replaced it, if there is one.
    `approved_by` is the second person, if one was needed."""

    document_id: UUID
    sender: str
    code: str
    where: str
    received_again_as: UUID | None = None
    approved_by: str | None = None

    def columns(self) -> JsonObject:
        again = str(self.received_again_as) if self.received_again_as else None
        return {
            "raw_document_id": self.document_id,
            "agency": self.sender,
            "code": self.code,
            "where": self.where,
            **given(received_again_as=again, approved_by=self.approved_by),
        }


@dataclass(frozen=True, slots=True)
class ApprovedPlan:
    """The plan by which many deliveries are settled, or the proposal by which one is (`many` is False)."""

    id: UUID
    approved_by: str | None
    many: bool = True

    def as_detail(self) -> JsonObject:
        named: JsonObject = {"bulk": str(self.id)} if self.many else {"proposal": str(self.id)}
        return named | {"approved_by": self.approved_by}


@dataclass(frozen=True, slots=True)
class SettledDelivery:
    """`plan` is set if it was settled as one of many, or with a second person."""

    message_id: UUID
    delivery_id: UUID
    recipient: str
    code: str | None
    plan: ApprovedPlan | None = None

    def columns(self) -> JsonObject:
        plan = self.plan.as_detail() if self.plan else {}
        return {
            "message_id": self.message_id,
            "delivery_id": self.delivery_id,
            "agency": self.recipient,
            "code": self.code,
            **plan,
        }


@dataclass(frozen=True, slots=True)
class CorrectedDelivery:
    """`corrected_by` is the message that replaces this one."""

    message_id: UUID
    delivery_id: UUID
    recipient: str
    corrected_by: UUID

    def columns(self) -> JsonObject:
        return {
            "message_id": self.message_id,
            "delivery_id": self.delivery_id,
            "agency": self.recipient,
            "corrected_by": str(self.corrected_by),
        }


def record_released(
    connection: Transaction, at: datetime, *, item: SettledDelivery | SettledPart, by: str, reason: str
) -> None:
    """A delivery is sent again as it is, or a document was read again. Detail: why it was in quarantine, who released
    it and why; for a plan or a proposal, its id and who approved it; for a document, the place of the part and what it
    is now."""
    append(connection, Event.RELEASED, at, by=by, reason=reason, **item.columns())


def record_discarded(
    connection: Transaction, at: datetime, *, item: SettledDelivery | SettledPart, by: str, reason: str
) -> None:
    """A delivery or a refused part was discarded. Detail: the same as for one that is released."""
    append(connection, Event.DISCARDED, at, by=by, reason=reason, **item.columns())


def record_corrected(
    connection: Transaction, at: datetime, *, item: CorrectedDelivery | SettledPart, by: str, reason: str
) -> None:
    """A corrected message or document replaced it. Detail: the replacement, who handed it in and why; for a document
    also why and where it was refused."""
    append(connection, Event.CORRECTED, at, by=by, reason=reason, **item.columns())


def record_bulk_planned(
    connection: Transaction, at: datetime, *, plan: UUID, by: str, action: str, count: int, reason: str
) -> None:
    """Somebody planned to settle many deliveries at once. Detail: the plan, who, what is to be done, how many and
    why."""
    append(connection, Event.BULK_PLANNED, at, bulk=str(plan), by=by, action=action, count=count, reason=reason)


def record_bulk_approved(
    connection: Transaction, at: datetime, *, plan: UUID, by: str, count: int, alone: str | None
) -> None:
    """The work of the plan starts. Detail: the plan, who approved it, and how many deliveries it has; if its planner
    did, what is to be done with them."""
    append(connection, Event.BULK_APPROVED, at, bulk=str(plan), by=by, count=count, **given(alone=alone))


def record_bulk_stopped(connection: Transaction, at: datetime, *, plan: UUID, by: str, state: str) -> None:
    """The plan was stopped, or withdrawn before it began. Detail: the plan, who, and which of the two."""
    append(connection, Event.BULK_STOPPED, at, bulk=str(plan), by=by, state=state)


def record_bulk_resumed(connection: Transaction, at: datetime, *, plan: UUID, by: str) -> None:
    """The work of a stopped plan continues. Detail: the plan and who resumed it."""
    append(connection, Event.BULK_RESUMED, at, bulk=str(plan), by=by)


def record_bulk_done(connection: Transaction, at: datetime, *, plan: UUID, by: str) -> None:
    """The plan is finished. Detail: the plan and who had approved it."""
    append(connection, Event.BULK_DONE, at, bulk=str(plan), by=by)
