"""Entries about the installation itself: backups made and restored, a clock that steps, the state that each transaction
leaves, what takes two people, and the rules that they agree."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from hub.journal.events import Event
from hub.journal.record.given import given
from hub.store.database.engine import Transaction
from hub.store.journal.appending import append, append_at
from schemas.json import Json, JsonObject

Prove = Callable[[int, str], JsonObject]
"""The proof of the lines at a position, and the id of the key that made it."""


def record_backed_up(
    connection: Transaction, at: datetime, *, up_to: int, sha256: str, with_keys: bool, by: str
) -> None:
    """A backup was written. Detail: the last journal position in it, its digest, whether the keys are in it, and who
    made it."""
    append(connection, Event.BACKED_UP, at, up_to=up_to, sha256=sha256, with_keys=with_keys, by=by)


def record_restored(connection: Transaction, at: datetime, *, made_at: str, up_to: int, sha256: str) -> None:
    """A backup was loaded into an empty database. Detail: when it was made, the last journal position in it, and its
    digest."""
    append(connection, Event.RESTORED, at, made_at=made_at, up_to=up_to, sha256=sha256)


def record_restore_reviewed(
    connection: Transaction, at: datetime, *, seen: str, by: str, reason: str, approved_by: str | None = None
) -> None:
    """A person has gone through what may be older than the world, and the exchange works again. Detail: which list,
    who, and what they found; who approved it, if it took two people."""
    append(connection, Event.RESTORE_REVIEWED, at, seen=seen, by=by, reason=reason, **given(approved_by=approved_by))


def record_taken_over(connection: Transaction, at: datetime, *, by: str, reason: str) -> None:
    """From now on the database belongs to another state folder. Detail: who did that, and why."""
    append(connection, Event.TAKEN_OVER, at, by=by, reason=reason)


def record_state_left(connection: Transaction, at: datetime, position: int, left: str, prove: Prove) -> None:
    """Rows were written. Detail: a line for each row with its table, its key and the digest of what it holds now, `-`
    if it is gone; the proof, and which key made it."""
    append_at(connection, Event.STATE_LEFT, at, position, {"left": left} | prove(position, left))


def record_state_decides(
    connection: Transaction, at: datetime, position: int, row: str, left: str, prove: Prove
) -> None:
    """A row was written that decides something: a key, an account, a protocol version. Detail: its table and key, and
    the same as for other rows."""
    append_at(connection, Event.STATE_DECIDES, at, position, {"row": row, "left": left} | prove(position, left))


def record_time_stepped(connection: Transaction, at: datetime, *, seconds: int) -> None:
    """The clock of the machine has stepped. Detail: by how many seconds, back if there is a minus sign."""
    append(connection, Event.TIME_STEPPED, at, seconds=seconds)


@dataclass(frozen=True, slots=True)
class ProposedAct:
    """What is proposed: the proposal, the act, what it is about, and the digest of what it does."""

    id: UUID
    act: str
    about: str
    digest: str

    def as_detail(self) -> JsonObject:
        return {"proposal": str(self.id), "act": self.act, "about": self.about, "digest": self.digest}


def record_proposal_made(
    connection: Transaction, at: datetime, proposed: ProposedAct, *, by: str, expires_at: datetime
) -> None:
    """Something waits for a second person. Detail: the proposal with its digest, who, and until when."""
    append(connection, Event.PROPOSAL_MADE, at, by=by, expires_at=expires_at.isoformat(), **proposed.as_detail())


def record_proposal_approved(
    connection: Transaction, at: datetime, proposed: ProposedAct, *, by: str, proposed_by: str
) -> None:
    """It was approved. Detail: the proposal with the digest of what was approved, who, and who had proposed it."""
    append(connection, Event.PROPOSAL_APPROVED, at, by=by, proposed_by=proposed_by, **proposed.as_detail())


def record_proposal_rejected(
    connection: Transaction, at: datetime, proposed: ProposedAct, *, by: str, reason: str | None
) -> None:
    """It was rejected or withdrawn. Detail: the proposal, who, and why if they said so."""
    append(connection, Event.PROPOSAL_REJECTED, at, by=by, **given(reason=reason), **proposed.as_detail())


def record_proposal_expired(connection: Transaction, at: datetime, proposed: ProposedAct, *, by: str) -> None:
    """Nobody approved it in time. Detail: the proposal, and who had proposed it."""
    append(connection, Event.PROPOSAL_EXPIRED, at, by=by, **proposed.as_detail())


def record_rules_adopted(connection: Transaction, at: datetime, *, rules: Mapping[str, Json]) -> None:
    """The first rules of the installation, which nobody proposed. Detail: the rules."""
    append(connection, Event.RULES_ADOPTED, at, rules=dict(rules))


def record_rules_changed(
    connection: Transaction, at: datetime, *, number: int, rules: Mapping[str, Json], proposal: UUID
) -> None:
    """Two people changed the rules. Detail: their number, all of them, and the proposal."""
    append(connection, Event.RULES_CHANGED, at, number=number, rules=dict(rules), proposal=str(proposal))


def record_alert_acknowledged(
    connection: Transaction, at: datetime, *, alert: str, about: tuple[str, ...], by: str, reason: str
) -> None:
    """A person looks after the cause, so nobody is told of it again. Detail: the alert, its labels, who and why."""
    append(connection, Event.ALERT_ACKNOWLEDGED, at, alert=alert, about=list(about), by=by, reason=reason)
