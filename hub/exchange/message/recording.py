"""Accepting: one message, its deliveries, its clocks and their journal entries, inside the caller's transaction."""

import hashlib
import json
from dataclasses import InitVar, dataclass, replace
from datetime import datetime
from uuid import UUID, uuid4

from hub.exchange.message.delivering import deliver_to_all, record_denied
from hub.exchange.message.editions import as_edition
from hub.exchange.message.matters import JudgedMessage, keep_standing
from hub.exchange.message.measuring import keep_measures
from hub.exchange.message.stages import AssessedMessage, Validated
from hub.journal.record.messages import (
    record_message_accepted,
    record_message_repeated,
    record_no_standing,
    record_overtaken,
    record_reference_reused,
)
from hub.journal.record.sharing import record_recipient_unknown
from hub.lifecycle import MessageState
from hub.sharing.decision.standing import NoStanding, Standing
from hub.store.content import blinding
from hub.store.database.engine import Transaction
from hub.store.journal import entries as journal
from hub.store.messages import messages
from schemas.problem import Problem

_RECORDED_HERE = object()  # Only this module has it, so a receipt can be given only for a message that was recorded.


@dataclass(frozen=True, slots=True)
class Recorded:
    """A message that is durable once the transaction commits.

    `repeated`: it was recorded before. `supersedes`: the edition that it replaces, or the message that it corrects.
    `overtaken_by`: a newer edition that came before it; then it is sent to nobody and starts nothing. `position`: where
    its acceptance is in the journal. `is_first`: it is the first message of its matter. Only `record` makes one.
    """

    message_id: UUID
    accepted_at: datetime
    standing: Standing | NoStanding
    repeated: bool
    position: int
    made: InitVar[object]
    supersedes: UUID | None = None
    overtaken_by: UUID | None = None
    is_first: bool = False

    def __post_init__(self, made: object) -> None:
        if made is not _RECORDED_HERE:
            raise PermissionError("a Recorded is made by record() and nowhere else")


@dataclass(frozen=True, slots=True)
class Cause:
    """Why the hub wrote a message in its own name."""

    message_id: UUID
    correlation: UUID


def record(
    connection: Transaction,
    assessed: AssessedMessage,
    judged: JudgedMessage,
    raw_document_id: UUID | None,
    now: datetime,
    cause: Cause | None,
    corrects: UUID | None = None,
) -> Recorded | Problem:
    """Keep the message once for (sender, sender's reference). Returns a Problem if the reference was used with other
    content, or if the message corrects one that a later edition has replaced."""
    validated = assessed.validated
    standing = judged.standing
    new = _new_message(connection, assessed, judged, raw_document_id, now, cause)
    if isinstance(standing, Standing):
        new = as_edition(
            connection,
            validated,
            new,
            corrected=corrects is not None,
            is_first=judged.is_first,
            handed_in_by=judged.handed_in_by,
        )
    if corrects is not None:
        # A correction of an old edition must not replace a later one.
        if new.supersedes not in (None, corrects):
            return _replaced_since(validated)
        new = replace(new, supersedes=corrects)
    before = messages.keep(connection, new, is_first=judged.is_first)
    if before is not None:
        return _kept_before(connection, validated, new, before, standing)
    keep_standing(connection, new.id, judged)
    keep_measures(connection, validated, new)
    position = record_message_accepted(
        connection,
        now,
        document_id=raw_document_id,
        message_id=new.id,
        sender=new.sender,
        kind=new.kind,
        version=new.version,
        digest=new.digest,
        doubts=len(new.doubts),
        where=validated.draft.where,
    )
    if new.overtaken_by is not None:
        record_overtaken(connection, now, message_id=new.id, overtaken_by=new.overtaken_by)
    elif new.state is MessageState.IN_PROGRESS:
        _record_decisions(connection, assessed, new.id, judged, now)
    return Recorded(
        new.id,
        now,
        standing,
        repeated=False,
        position=position,
        made=_RECORDED_HERE,
        supersedes=new.supersedes,
        overtaken_by=new.overtaken_by,
        is_first=judged.is_first,
    )


def _kept_before(
    connection: Transaction,
    validated: Validated,
    new: messages.NewMessage,
    before: messages.KeptBefore,
    standing: Standing | NoStanding,
) -> Recorded | Problem:
    """The same again is the message that was kept. Other content under a known reference would replace it without
    anybody seeing it."""
    document, now = new.raw_document_id, new.accepted_at
    if before.digest != new.digest:
        return _reference_reused(connection, validated, before.id, document, now)
    record_message_repeated(connection, now, document_id=document, message_id=before.id, sender=validated.sender.id)
    position = journal.position_of_acceptance(connection, before.id)
    return Recorded(before.id, before.accepted_at, standing, repeated=True, position=position, made=_RECORDED_HERE)


def _new_message(
    connection: Transaction,
    assessed: AssessedMessage,
    judged: JudgedMessage,
    raw_document_id: UUID | None,
    now: datetime,
    cause: Cause | None,
) -> messages.NewMessage:
    validated = assessed.validated
    draft = validated.draft
    digest = content_digest(validated)
    correlation = cause.correlation if cause else judged.correlation or uuid4()
    doubts = [doubt.as_dict() for doubt in draft.doubts]
    doubts += [
        {"code": flag.code, "where": flag.path, "problem": flag.problem, "cure": "correct it at the source"}
        for flag in assessed.flags
    ]
    if isinstance(judged.standing, NoStanding):
        doubts.append(_no_standing(judged.standing, draft.where))
    return messages.NewMessage(
        id=blinding.message_id(connection, validated.sender.id, draft.reference, digest),
        raw_document_id=raw_document_id,
        kind=draft.kind,
        version=draft.version,
        sender=validated.sender.id,
        sender_reference=draft.reference,
        subject=draft.payload.subject(),
        correlation=correlation,
        causation=cause.message_id if cause else None,
        sent_at=draft.sent_at or validated.received_at,
        accepted_at=now,
        digest=digest,
        payload=validated.payload,
        attachments=draft.attachments,
        doubts=doubts,
        counts=dict(draft.payload.counts()),
        case_keys=judged.keys,
    )


def content_digest(validated: Validated) -> str:
    """SHA-256 over the content only: kind, version, payload, documents. When and how it was sent is left out."""
    content = [
        validated.draft.kind,
        validated.draft.version,
        validated.payload,
        sorted(held.sha256 for held in validated.draft.attachments),
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def _record_decisions(
    connection: Transaction,
    assessed: AssessedMessage,
    message_id: UUID,
    judged: JudgedMessage,
    now: datetime,
) -> None:
    standing = judged.standing
    if isinstance(standing, NoStanding):
        record_no_standing(
            connection,
            now,
            message_id=message_id,
            sender=standing.sender,
            keeper=standing.keeper,
            reason=standing.reason,
        )
    deliver_to_all(connection, assessed.minimised, message_id, judged, now)
    for denied in assessed.denied:
        record_denied(connection, message_id, denied, now)
    for missing in assessed.unaddressed:
        record_recipient_unknown(connection, now, message_id=message_id, target=missing.target, reason=missing.reason)


def _no_standing(standing: NoStanding, where: str) -> dict[str, str]:
    cure = (
        "ask the agency that keeps the matter to say that it goes to you; a person may release the message until then"
    )
    return {"code": standing.code, "where": where, "problem": standing.reason, "cure": cure}


def _replaced_since(validated: Validated) -> Problem:
    return Problem(
        "correction.replaced",
        validated.draft.where,
        "a later edition has replaced the message that this corrects",
        "correct the later edition, and discard this delivery",
    )


def _reference_reused(
    connection: Transaction, validated: Validated, kept_id: UUID, raw_document_id: UUID | None, now: datetime
) -> Problem:
    record_reference_reused(
        connection, now, document_id=raw_document_id, message_id=kept_id, sender=validated.sender.id
    )
    return Problem(
        "reference.reused",
        validated.draft.where,
        "a message with other content was accepted under the same reference before",
        "send new content under a new reference; the first message stays unchanged",
    )
