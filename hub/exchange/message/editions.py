"""Finds which messages are editions of the same thing. The source's own identity and order decide, never the
arrival."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime

from hub.errors import ContentDestroyed
from hub.exchange.message.stages import Validated
from hub.identity.case_keys import contradict
from hub.lifecycle import MessageState, message_state
from hub.store.content import blinding
from hub.store.database.engine import Transaction
from hub.store.messages import contents, messages
from hub.store.messages.messages import Edition, NewMessage
from hub.store.overview.hearings import lists_of_hearing
from schemas.kind import Payload
from schemas.problem import Problem

_SEE = "look at both, and correct the one that is wrong"


def as_edition(
    connection: Transaction,
    validated: Validated,
    new: NewMessage,
    *,
    corrected: bool,
    is_first: bool = False,
    handed_in_by: str | None = None,
) -> NewMessage:
    """Adds which message this replaces, or which has overtaken it, and what changed. The digest stays that of what was
    sent.

    A message that a person `corrected` always replaces what it corrects, whatever its own time is. Before one that
    `is_first` there is none.
    """
    payload, where = validated.draft.payload, validated.draft.where
    key = payload.replaces()
    made_at = validated.made_at()
    new = replace(new, replaces_key=key or payload.perhaps_replaces(), edition_at=made_at)
    if key is None:
        return new if corrected or is_first else _perhaps_an_edition(connection, new, where)
    former = (
        None
        if is_first
        else former_edition(connection, payload, new.kind, new.sender, new.case_keys, handed_in_by=handed_in_by)
    )
    if former is None and not (corrected or is_first) and _is_of_a_namesake(connection, payload, key, new):
        return _unclear(new, where)
    if former is None:
        return new if corrected or payload.says_something() else _takes_back_nothing(new, where)
    if not corrected and is_older(made_at, former):
        return replace(new, overtaken_by=former.id, state=MessageState.OVERTAKEN)
    doubt = _order_unknown(made_at, former, new, where)
    if doubt is not None and not corrected and former.raw_document_id == new.raw_document_id:
        # One document tells once of each person at one moment, so these are two people.
        return _unclear(new, where)
    earlier = type(payload).model_validate(contents.payload_of(connection, former.id))
    return replace(
        new,
        supersedes=former.id,
        payload=payload.compared_with(earlier).model_dump(mode="json", exclude_none=True),
        doubts=new.doubts if doubt is None or corrected else [*new.doubts, doubt.as_dict()],
    )


def former_edition(
    connection: Transaction,
    payload: Payload,
    kind: str,
    sender: str,
    case_keys: Collection[str],
    *,
    handed_in_by: str | None = None,
) -> Edition | None:
    """Return the newest edition of the message, if there is one.

    A hearing may have been listed at another court. Only who handed in that list says that it has moved.

    The key may be that of another person: of a twin, if only surname and date of birth are known. And an edition may
    have another key than the one before it, if the court has learnt a number of the person since.
    """
    key, occasion = payload.replaces(), payload.tells_of()
    if key is None:
        return None
    about = case_keys if occasion is not None else ()
    if payload.listed_hearing() is not None:
        lists = lists_of_hearing(connection, kind, sender, handed_in_by, case_keys, key)
        return next(iter(lists), None)  # the newest
    blinded = blinding.edition_key(connection, key)
    for each in messages.standing_editions(connection, kind, sender, key, about):
        if contradict(messages.case_keys_of(connection, each.id), frozenset(case_keys)):
            continue
        if each.replaces_key == blinded or _tells_of(connection, each, type(payload), occasion):
            return each
    return None


def _is_of_a_namesake(connection: Transaction, payload: Payload, key: str, new: NewMessage) -> bool:
    """Return whether the same hearing has a message about somebody of the same surname and date of birth: a twin, or
    the same person with a forename that was written otherwise. In one document they are two people."""
    identity = payload.about()[0].identity() if len(payload.about()) == 1 else None
    if identity is None or identity.identifiers:
        return False
    blinded = blinding.edition_key(connection, key)
    alike = messages.standing_editions(connection, new.kind, new.sender, key)
    return any(each.replaces_key == blinded and each.raw_document_id != new.raw_document_id for each in alike)


def _tells_of(connection: Transaction, edition: Edition, model: type[Payload], occasion: str | None) -> bool:
    try:
        told = model.model_validate(contents.payload_of(connection, edition.id))
    except ContentDestroyed:
        return False
    return told.replaces() is not None and told.tells_of() == occasion


def is_older(made_at: datetime | None, former: Edition) -> bool:
    return made_at is not None and former.edition_at is not None and made_at < former.edition_at


def _perhaps_an_edition(connection: Transaction, new: NewMessage, where: str) -> NewMessage:
    """Add a doubt if another message may be an edition of this one, but the person or the hearing is not certain."""
    if new.replaces_key is None:
        return new
    alike = messages.standing_editions(connection, new.kind, new.sender, new.replaces_key)
    others = [each for each in alike if each.raw_document_id != new.raw_document_id and each.digest != new.digest]
    others = [each for each in others if not contradict(messages.case_keys_of(connection, each.id), new.case_keys)]
    return _unclear(new, where) if others else new


def _takes_back_nothing(new: NewMessage, where: str) -> NewMessage:
    """It is kept, so that an older edition that comes later is overtaken by it."""
    problem = (
        "says that nothing was decided, and there is no earlier edition that it could take back; it goes to nobody"
    )
    doubt = Problem("edition.says_nothing", where, problem, "send the results when there are any")
    return replace(new, state=message_state(()), doubts=[*new.doubts, doubt.as_dict()])


def _unclear(new: NewMessage, where: str) -> NewMessage:
    problem = "may be an edition of another message, but nothing proves it; both stay valid"
    doubt = Problem("edition.unclear", where, problem, "look at both, and withdraw the one that is wrong")
    return replace(new, doubts=[*new.doubts, doubt.as_dict()])


def _order_unknown(made_at: datetime | None, former: Edition, new: NewMessage, where: str) -> Problem | None:
    """A Problem if nothing says which of two different editions is the later. Then the one that arrived later counts as
    later."""
    if former.digest == new.digest or (made_at and former.edition_at and made_at != former.edition_at):
        return None
    missing = made_at is None or former.edition_at is None
    why = "does not say when it was made" if missing else "was made at the same moment"
    problem = f"replaces an earlier message that it cannot be ordered against: one of them {why}"
    return Problem("edition.order_unknown", where, problem, _SEE)
