"""Entries about sharing protocols: their versions, and the notices that their parties get."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.journal.events import Event
from hub.store.database.engine import Transaction
from hub.store.journal.appending import append
from schemas.json import JsonObject


@dataclass(frozen=True, slots=True)
class Proposal:
    """The proposal of a version that needs a second person's approval."""

    id: UUID
    protocol: str
    version: int

    def as_detail(self) -> JsonObject:
        return {"proposal": str(self.id), "protocol": self.protocol, "protocol_version": self.version}


def record_protocol_adopted(connection: Transaction, at: datetime, *, protocol: str, protocol_version: int) -> None:
    """A version from the folder became the first that was agreed. Detail: the protocol and its version."""
    append(connection, Event.PROTOCOL_ADOPTED, at, protocol=protocol, protocol_version=protocol_version)


def record_protocol_proposed(connection: Transaction, at: datetime, proposal: Proposal, *, by: str) -> None:
    """Somebody proposed a version. Detail: the proposal, the protocol with its version, and who."""
    append(connection, Event.PROTOCOL_PROPOSED, at, by=by, **proposal.as_detail())


def record_protocol_approved(connection: Transaction, at: datetime, proposal: Proposal, *, by: str) -> None:
    """A second person approved the version. Detail: the proposal, the protocol with its version, and who."""
    append(connection, Event.PROTOCOL_APPROVED, at, by=by, **proposal.as_detail())


def record_protocol_rejected(
    connection: Transaction, at: datetime, proposal: Proposal, *, by: str, reason: str
) -> None:
    """The version was rejected or withdrawn. Detail: the proposal, the protocol with its version, who and why."""
    append(connection, Event.PROTOCOL_REJECTED, at, by=by, reason=reason, **proposal.as_detail())


def record_protocol_noticed(
    connection: Transaction,
    at: datetime,
    *,
    message_id: UUID,
    protocol: str,
    protocol_version: int,
    occasion: str,
    days: int,
    parties: int,
) -> None:
    """The parties were informed that the protocol expires or must be reviewed. Detail: the protocol with its version,
    which of the two, how many days before, and how many parties."""
    append(
        connection,
        Event.PROTOCOL_NOTICED,
        at,
        message_id=message_id,
        protocol=protocol,
        protocol_version=protocol_version,
        occasion=occasion,
        days=days,
        parties=parties,
    )
