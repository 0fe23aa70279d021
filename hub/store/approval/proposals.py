"""Proposals: what one person proposed, what became of it, and until when another person may approve it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, insert, select, true, update

from hub.lifecycle import ProposalState, TwoPersonAct
from hub.store.approval.tables import proposal
from hub.store.database.rows import Rows
from hub.store.database.shortened_ids import ENOUGH, begins_with
from schemas.json import JsonObject

_LISTED_MAX = 200


@dataclass(frozen=True, slots=True)
class KeptProposal:
    """`about` names what it is about, `content` says what it does, and `digest` is that of the content when it was
    proposed."""

    id: UUID
    act: TwoPersonAct
    about: str
    content: JsonObject
    digest: str
    state: ProposalState
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    reason: str | None


_PROPOSALS = Rows(KeptProposal, proposal)


def add(connection: Connection, new: KeptProposal) -> None:
    connection.execute(insert(proposal).values({name: getattr(new, name) for name in KeptProposal.__slots__}))


def lock(connection: Connection, id: UUID) -> KeptProposal | None:
    """Return the proposal and lock it until the transaction ends, so that only one caller decides about it."""
    query = select(*_PROPOSALS.columns).where(proposal.c.id == id).with_for_update()
    return _PROPOSALS.first(connection.execute(query))


def find(connection: Connection, id: UUID) -> KeptProposal | None:
    return _PROPOSALS.first(connection.execute(select(*_PROPOSALS.columns).where(proposal.c.id == id)))


def beginning_with(connection: Connection, characters: str) -> tuple[UUID, ...]:
    """Return at most two proposals whose ids begin with these characters."""
    query = select(proposal.c.id).where(begins_with(proposal.c.id, characters))
    return tuple(connection.execute(query.limit(ENOUGH)).scalars())


def open_about(connection: Connection, act: TwoPersonAct, about: str | None = None) -> tuple[KeptProposal, ...]:
    """Return the open proposals of an act; only those about one thing if it is given."""
    named = proposal.c.about == about if about is not None else true()
    return _read(connection, (proposal.c.state == ProposalState.OPEN) & (proposal.c.act == act) & named)


def newest_approved(
    connection: Connection, act: TwoPersonAct, about: str, proposed_by: str, since: datetime
) -> KeptProposal | None:
    """Return the newest proposal of this person about this thing that was approved since then."""
    approved = (proposal.c.state == ProposalState.APPROVED) & (proposal.c.decided_at >= since)
    same = (proposal.c.act == act) & (proposal.c.about == about) & (proposal.c.proposed_by == proposed_by)
    return next(iter(_read(connection, approved & same)), None)


def listed(connection: Connection, *, decided_too: bool) -> tuple[KeptProposal, ...]:
    """Return the newest 200, the newest first."""
    return _read(connection, true() if decided_too else proposal.c.state == ProposalState.OPEN)


def due(connection: Connection, now: datetime) -> tuple[KeptProposal, ...]:
    """Return the open proposals that nobody may approve any longer."""
    return _read(connection, (proposal.c.state == ProposalState.OPEN) & (proposal.c.expires_at <= now))


def decide(
    connection: Connection, id: UUID, state: ProposalState, by: str | None, reason: str | None, now: datetime
) -> None:
    values = {"state": state, "decided_by": by, "decided_at": now, "reason": reason}
    connection.execute(update(proposal).where(proposal.c.id == id).values(values))


def _read(connection: Connection, condition: ColumnElement[bool]) -> tuple[KeptProposal, ...]:
    query = select(*_PROPOSALS.columns).where(condition).order_by(proposal.c.proposed_at.desc())
    return _PROPOSALS.all(connection.execute(query.limit(_LISTED_MAX)))
