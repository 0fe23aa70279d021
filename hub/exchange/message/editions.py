"""Finds which messages are editions of the same thing. The source's own identity and order decide, never the
arrival."""

from dataclasses import replace
from datetime import datetime

from hub.exchange.message.stages import Validated
from hub.store.database.engine import Transaction
from hub.store.messages import contents, messages
from hub.store.messages.messages import Edition, NewMessage
from schemas.problem import Problem

_SEE = "look at both, and correct the one that is wrong"


def as_edition(connection: Transaction, validated: Validated, new: NewMessage, *, corrected: bool) -> NewMessage:
    """Adds which message this replaces, or which has overtaken it, and what changed. The digest stays that of what was
    sent.

    A message that a person `corrected` always replaces what it corrects, whatever its own time is.
    """
    payload = validated.draft.payload
    key = payload.replaces()
    if key is None:
        return new
    made_at = payload.edition_at() or validated.draft.sent_at
    new = replace(new, replaces_key=key, edition_at=made_at)
    former = messages.standing_edition(connection, new.kind, new.sender, key)
    if former is None:
        return new
    if not corrected and is_older(made_at, former):
        return replace(new, overtaken_by=former.id)
    doubt = _order_unknown(made_at, former, new, validated.draft.where)
    earlier = type(payload).model_validate(contents.payload_of(connection, former.id))
    return replace(
        new,
        supersedes=former.id,
        payload=payload.compared_with(earlier).model_dump(mode="json", exclude_none=True),
        doubts=new.doubts if doubt is None or corrected else [*new.doubts, _as_plain(doubt)],
    )


def is_older(made_at: datetime | None, former: Edition) -> bool:
    return made_at is not None and former.edition_at is not None and made_at < former.edition_at


def _order_unknown(made_at: datetime | None, former: Edition, new: NewMessage, where: str) -> Problem | None:
    """A Problem if nothing says which of two different editions is the later. Then the one that arrived later counts as
    later."""
    if former.digest == new.digest or (made_at and former.edition_at and made_at != former.edition_at):
        return None
    missing = made_at is None or former.edition_at is None
    why = "does not say when it was made" if missing else "was made at the same moment"
    problem = f"replaces an earlier message that it cannot be ordered against: one of them {why}"
    return Problem("edition.order_unknown", where, problem, _SEE)


def _as_plain(doubt: Problem) -> dict[str, str]:
    return {"code": doubt.code, "where": doubt.where, "problem": doubt.problem}
