"""Handles messages that arrive after the message that ends them. A warrant must not look open after its withdrawal."""

from adapters.contract import Draft
from hub.exchange.message.recorded import Said, what_it_said
from hub.exchange.message.stages import AssessedMessage, DueClock
from hub.identity.case_keys import case_keys
from hub.store.content import blinding
from hub.store.database.engine import Transaction
from hub.store.messages import messages
from schemas.catalogue import Catalogue
from schemas.kind import Payload, StopAt
from schemas.problem import Problem


def still_to_start(
    connection: Transaction, assessed: AssessedMessage, catalogue: Catalogue
) -> tuple[DueClock, ...] | Problem:
    """The clocks that no message has ended yet. A Problem if one of them was withdrawn."""
    validated = assessed.validated
    if not assessed.clocks or messages.is_kept(connection, validated.sender.id, validated.draft.reference):
        return assessed.clocks  # A message that is sent again changes nothing.
    later = _enders(connection, validated.draft, catalogue)
    running = []
    for due in assessed.clocks:
        stops = [
            stop
            for ender in later
            for stop in ender.stops()
            if stop.clock == due.start.clock and stop.at is StopAt.ACCEPTED and _after(ender.payload, due)
        ]
        if any(stop.void for stop in stops):
            return Problem(
                "message.overtaken",
                validated.draft.where,
                "a later message about the same matter has already withdrawn what this one begins",
                "do nothing; if the withdrawal was wrong, withdraw it under a new reference",
            )
        if not stops:
            running.append(due)
    return tuple(running)


def _enders(connection: Transaction, draft: Draft, catalogue: Catalogue) -> tuple[Said, ...]:
    """The content of earlier messages of the case. Their senders may have left since: what they ended stays ended."""
    ids = messages.about_same(connection, blinding.case_keys(connection, case_keys(draft.payload)))
    said = filter(None, (what_it_said(connection, id, catalogue) for id in ids))
    return tuple(each for each in said if each.payload.happened_at() is not None)


def _after(payload: Payload, due: DueClock) -> bool:
    happened = payload.happened_at()
    return happened is not None and happened >= due.start.anchor
