"""Partners: whether they answer, and how a person pauses and resumes them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TypedDict

from hub.clock import Clock
from hub.deadlines.london import LONDON
from hub.errors import NotPaused
from hub.exchange.partners.breaker import BreakerPolicy, Fault, after
from hub.journal.actors import given_reason
from hub.journal.record.deliveries import NotSent, Readdressed, record_quarantined, record_readdressed
from hub.journal.record.partners import (
    record_partner_answers,
    record_partner_paused,
    record_partner_resumed,
    record_partner_silent,
)
from hub.lifecycle import ANSWERING, Availability
from hub.settings import Settings
from hub.sharing.terms.agencies import Agencies
from hub.store.database.engine import Store, Transaction
from hub.store.messages import deliveries, messages, partners
from hub.store.messages.partners import Partner, Paused

_AT_ONCE_MAX = 500


class PartnerState(StrEnum):
    ANSWERING = "answering"
    NOT_ANSWERING = "not_answering"
    NO_ENDPOINT = "no_endpoint"
    FETCHES = "fetches"
    NOT_FETCHING = "not_fetching"
    PAUSED = "paused"


WELL = frozenset({PartnerState.ANSWERING, PartnerState.FETCHES})
"""A partner in any other state is in trouble, or somebody paused it."""


def record_answers(
    connection: Transaction, recipient: str, heard: Sequence[Fault | None], policy: BreakerPolicy, now: datetime
) -> None:
    """Record what the attempts of a batch, in their order, show about the partner: a fault, or None for an answer."""
    if not any(heard) and partners.find(connection, recipient).standing == ANSWERING:
        return  # The usual case: nothing has changed, so no process waits for the row.
    before = standing = partners.find(connection, recipient, to_change=True).standing
    for fault in heard:
        standing = after(standing, fault, policy, now)
    if standing != before:
        partners.write_standing(connection, recipient, standing)
    was_open, is_open = before.next_try_at is not None, standing.next_try_at is not None
    if is_open and not was_open:
        record_partner_silent(
            connection,
            now,
            partner=recipient,
            code=standing.why_code,
            why=standing.why,
            failures=standing.failures,
            since=standing.failing_since,
            next_try_at=standing.next_try_at,
        )
    if was_open and not is_open:
        since, next_try_at = before.failing_since, before.next_try_at
        record_partner_answers(connection, now, partner=recipient, since=since, next_try_at=next_try_at)


def why_waiting(partner: Partner, *, for_operator: bool) -> str | None:
    """The reason why everything for this partner waits, in words. None if nothing waits."""
    if partner.paused is not None:
        who = f" by {partner.paused.by}" if for_operator else ""
        because = f": {partner.paused.because}" if for_operator else ""
        return f"waiting: partner paused{who} since {_words(partner.paused.at)}{because}"
    standing = partner.standing
    if standing.next_try_at is None or standing.failing_since is None:
        return None
    since, again = _words(standing.failing_since), _words(standing.next_try_at)
    return f"waiting: partner does not answer since {since}, next try at {again}" + (
        f" ({standing.why})" if for_operator else ""
    )


class PartnerView(TypedDict):
    """The form of a partner in the list of partners: the JSON of `hub partners list --json`. `waiting` counts
    what is in its mailbox, too."""

    recipient: str
    state: PartnerState
    waiting: int
    in_mailbox: int
    in_mailbox_since: str | None
    failures: int
    why_code: str | None
    why: str | None
    since: str | None
    next_try_at: str | None
    paused_at: str | None
    paused_by: str | None
    paused_because: str | None


class Partners:
    def __init__(self, store: Store, clock: Clock, settings: Settings, agencies: Agencies) -> None:
        self._store = store
        self._clock = clock
        self._agencies = agencies
        self._fetching_patience = timedelta(hours=settings.mailbox_emptied_within_hours)
        self._patience = timedelta(days=settings.partner_down_quarantine_days)

    def listed(self) -> list[PartnerView]:
        """The partners that are paused or failing, and those for which deliveries wait or lie in a mailbox."""
        with self._store.transaction() as connection:
            return [_view(partner, self._fetched_by(partner)) for partner in partners.listed(connection)]

    def _fetched_by(self, partner: Partner) -> bool:
        """Whether nothing has been in its mailbox for too long."""
        return partner.placed_since is None or self._clock.now() - partner.placed_since <= self._fetching_patience

    def pause(self, name: str, by: str, reason: str) -> None:
        """Send this partner nothing, and hand nothing out, until a person resumes it. A send that is under way is not
        stopped. If it is paused twice, the later pause counts. Raises ValueUnusable if no agency has that name."""
        agency, now, reason = self._agencies.named(name), self._clock.now(), given_reason(reason)
        with self._store.transaction() as connection:
            partners.find(connection, agency.id, to_change=True)
            partners.write_pause(connection, agency.id, Paused(now, by, reason))
            record_partner_paused(connection, now, partner=agency.id, by=by, reason=reason)

    def resume(self, name: str, by: str) -> None:
        """End its pause. A partner that did not answer is tried at once. Raises ValueUnusable or NotPaused."""
        agency, now = self._agencies.named(name), self._clock.now()
        with self._store.transaction() as connection:
            partner = partners.find(connection, agency.id, to_change=True)
            standing = partner.standing
            if partner.paused is None and standing.next_try_at is None:
                raise NotPaused(f"{agency.id} is not paused, and answers", "see: hub partners list")
            partners.write_pause(connection, agency.id, None)
            if standing.next_try_at is not None:
                partners.write_standing(connection, agency.id, _probed_at(standing, now))
            deliveries.make_due(connection, agency.id, now)
            record_partner_resumed(connection, now, partner=agency.id, by=by)

    def readdress(self) -> int:
        """Readdress open deliveries for a merged agency to its successor: into its mailbox, behind its pause, and in
        one order with its own. Returns how many."""
        now = self._clock.now()
        on = now.astimezone(LONDON).date()
        ended = [each.id for each in self._agencies.by_id.values() if each.ended(on) and each.successor is not None]
        count = 0
        with self._store.transaction() as connection:
            for former in deliveries.open_for(connection, ended):
                successor = self._agencies.current(former, on).id
                moved = deliveries.readdress(connection, former, successor, _AT_ONCE_MAX)
                entries = [Readdressed(row.message_id, row.id, successor) for row in moved]
                record_readdressed(connection, now, former=former, deliveries=entries)
                count += len(moved)
        return count

    def quarantine_overdue(self) -> int:
        """Quarantine deliveries that have waited for days for a partner that does not answer. A person must decide
        whether they are still of use. Returns how many."""
        now = self._clock.now()
        with self._store.transaction() as connection:
            rows = partners.quarantine_waiting(
                connection,
                before=now - self._patience,
                now=now,
                code="partner.down_too_long",
                why="quarantined: ",
                limit=_AT_ONCE_MAX,
            )
            record_quarantined(
                connection,
                now,
                [NotSent(row.message_id, row.id, row.recipient, "partner.down_too_long", row.why) for row in rows],
            )
            messages.settle(connection, frozenset(row.message_id for row in rows))
        return len(rows)


def _probed_at(standing: Availability, now: datetime) -> Availability:
    """A person says that the partner is back, so its days without an answer are counted from now."""
    return replace(standing, next_try_at=now, failing_since=now)


def _view(partner: Partner, fetches: bool) -> PartnerView:
    paused, standing = partner.paused, partner.standing
    return {
        "recipient": partner.recipient,
        "state": _state(partner, fetches),
        "waiting": partner.waiting + partner.placed,
        "in_mailbox": partner.placed,
        "in_mailbox_since": partner.placed_since.isoformat() if partner.placed_since else None,
        "failures": standing.failures,
        "why_code": standing.why_code,
        "why": standing.why,
        "since": standing.failing_since.isoformat() if standing.failing_since else None,
        "next_try_at": standing.next_try_at.isoformat() if standing.next_try_at else None,
        "paused_at": paused.at.isoformat() if paused else None,
        "paused_by": paused.by if paused else None,
        "paused_because": paused.because if paused else None,
    }


def _state(partner: Partner, fetches: bool) -> PartnerState:
    if partner.paused is not None:
        return PartnerState.PAUSED
    if partner.has_no_endpoint:
        return PartnerState.NO_ENDPOINT
    if partner.standing.next_try_at is not None:
        return PartnerState.NOT_ANSWERING
    if partner.placed:
        return PartnerState.FETCHES if fetches else PartnerState.NOT_FETCHING
    return PartnerState.ANSWERING


def _words(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
