"""Handles messages that arrive after the message that ends them. A warrant must not look open after its withdrawal."""

from dataclasses import replace
from datetime import date, datetime, timedelta

from hub.exchange.message.matters import JudgedMessage
from hub.exchange.message.recorded import Said, what_it_said
from hub.exchange.message.stages import AssessedMessage, DueClock
from hub.sharing.decision.standing import NoStanding, Standing
from hub.sharing.terms.agencies import Agencies
from hub.store.database.engine import Transaction
from hub.store.messages import messages
from schemas.catalogue import Catalogue
from schemas.kind import Payload, StopAt
from schemas.problem import Problem

_CHASED_AFTER = timedelta(minutes=30)
"""A person must look at a message without standing within an hour, because it may be true, and its time runs."""


def still_to_start(
    connection: Transaction,
    assessed: AssessedMessage,
    judged: JudgedMessage,
    catalogue: Catalogue,
    agencies: Agencies,
) -> tuple[DueClock, ...] | Problem:
    """The clocks that no party has ended yet. A Problem if a party has withdrawn one of them. A message without
    standing starts all of its clocks as doubtful ones."""
    validated, standing = assessed.validated, judged.standing
    if isinstance(standing, NoStanding):
        return tuple(_doubtful(due, validated.received_at) for due in assessed.clocks)
    if (
        judged.is_first
        or not assessed.clocks
        or messages.under_reference(connection, validated.sender.id, validated.draft.reference) is not None
    ):
        return assessed.clocks  # A message that is sent again changes nothing, and nothing has ended a first one.
    later = _ending_messages(connection, standing, catalogue, agencies, validated.received_at.date())
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
                "a later message about the same matter has already withdrawn this one",
                "do nothing; if the withdrawal was wrong, withdraw it under a new reference",
            )
        if not stops:
            running.append(due)
    return tuple(running)


def _doubtful(due: DueClock, received_at: datetime) -> DueClock:
    chased = (received_at + _CHASED_AFTER, due.terms.due_at)
    return replace(due, start=replace(due.start, doubtful=True), terms=replace(due.terms, remind_at=chased))


def _ending_messages(
    connection: Transaction,
    standing: Standing,
    catalogue: Catalogue,
    agencies: Agencies,
    on: date,
) -> tuple[Said, ...]:
    """The earlier messages of the parties. Their senders may have left since: what they ended stays ended."""
    found = messages.about_same(connection, standing.keys, standing.acts_for)
    ids = [each.id for each in found if standing.includes(each.keeper, agencies.current_id(each.sender, on))]
    said = filter(None, (what_it_said(connection, id, catalogue) for id in ids))
    return tuple(each for each in said if each.payload.happened_at() is not None)


def _after(payload: Payload, due: DueClock) -> bool:
    happened = payload.happened_at()
    return happened is not None and happened >= due.start.anchor
