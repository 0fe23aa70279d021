"""The time within which a person decides about the doubtful links of a message.

It is a clock like any other: `hub deadlines` shows it, and when its time has passed, the journal says so once. Only the
people of the exchange are told. No agency is reminded, because whoever learns that a link is doubtful learns that an
area knows a similar person.
"""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from hub.deadlines.clocks import end_clock, start_clock
from hub.deadlines.due import due_at
from hub.deadlines.london import LONDON
from hub.deadlines.words import allowed_words
from hub.lifecycle import ClockState
from hub.sharing.terms.agencies import AgencyRole
from hub.sharing.terms.protocols import SharingRegistry
from hub.store.database.engine import Transaction
from hub.store.messages import clocks
from hub.store.messages.clocks import NewClock
from hub.store.persons import people
from schemas.kind import LINK_DECIDED, Allowance, Target

_USUAL = Allowance(5, "working_days")


def allowance_of(kind: str, registry: SharingRegistry, now: datetime) -> Allowance:
    """The strictest time that the protocols in force for this kind set; the usual time if none sets any."""
    on = now.astimezone(LONDON).date()
    agreed = (
        allowance
        for protocol in registry.protocols
        if registry.in_force(protocol, on) and any(kind in clause.kinds for clause in protocol.clauses)
        for name, allowance in protocol.clocks
        if name == LINK_DECIDED
    )
    return min(agreed, key=lambda each: due_at(now, each), default=_USUAL)


DOUBTFUL_LINK = "a person decides about a doubtful link"
NOT_ALL_COMPARED = "not everybody who may be meant could be compared; a person finds out who it is about"


def start_deciding(
    connection: Transaction,
    message_id: UUID,
    kind: str,
    registry: SharingRegistry,
    now: datetime,
    why: str = DOUBTFUL_LINK,
) -> None:
    """Start the clock of a message that has doubtful links, or that could not be compared with everybody. It has one,
    however many links there are."""
    if any(clock.name == LINK_DECIDED for clock in clocks.open_of(connection, message_id)):
        return
    allowance = allowance_of(kind, registry, now)
    start_clock(
        connection,
        NewClock(
            LINK_DECIDED,
            message_id,
            owner=_exchange(registry),
            toward=None,
            toward_target=Target.SUPERVISOR,
            forward_kind=None,
            starts_at=now,
            due_at=due_at(now, allowance),
            why=f"{why} within {allowed_words(allowance)}: hub links list",
            state=ClockState.RUNNING,
        ),
        now,
    )


def end_deciding(connection: Transaction, message_id: UUID, now: datetime) -> None:
    """End the clock when no link of the message is doubtful any more."""
    if people.has_doubtful(connection, message_id):
        return
    for clock in clocks.open_of(connection, message_id):
        if clock.name == LINK_DECIDED:
            in_time = ClockState.MET if now <= clock.due_at else ClockState.MISSED
            end_clock(connection, clock, in_time, message_id, now)


def decide_by(connection: Transaction, message_ids: Iterable[UUID]) -> dict[UUID, datetime]:
    """Until when a person decides about the links of each message. Messages without an open clock are left out."""
    return {
        each: clock.due_at
        for each in dict.fromkeys(message_ids)
        for clock in clocks.of_message(connection, each)
        if clock.name == LINK_DECIDED and clock.state is ClockState.RUNNING
    }


def _exchange(registry: SharingRegistry) -> str | None:
    roles = registry.agencies.by_id.values()
    return next((agency.id for agency in roles if agency.role is AgencyRole.HUB), None)
