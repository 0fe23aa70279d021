"""Which parties must be notified that a protocol ends or must be reviewed, and when. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from hub.sharing.terms.agencies import Agencies, AgencyRole
from hub.sharing.terms.protocols import SharingProtocol, last_day

DAYS_BEFORE = (90, 30, 7)


class Occasion(StrEnum):
    EXPIRY = "expiry"
    REVIEW = "review"


@dataclass(frozen=True, slots=True)
class Notice:
    """`on` is the day that comes near. `days` says which notice is due: 90, 30 or 7 days before, and only the
    nearest."""

    protocol: SharingProtocol
    occasion: Occasion
    on: date
    days: int


def due_notices(protocols: Sequence[SharingProtocol], today: date) -> Iterator[Notice]:
    """Notices for the versions in force. If a later agreed version follows without a gap, nothing expires."""
    for protocol in protocols:
        last = last_day(protocol, protocols)
        if not protocol.starts <= today <= last:
            continue
        goes_on = any(
            later.replaces(protocol) and later.starts <= protocol.expires + timedelta(days=1) for later in protocols
        )
        for occasion, on in ((Occasion.REVIEW, protocol.review), (Occasion.EXPIRY, protocol.expires)):
            nearest = min((days for days in DAYS_BEFORE if 0 <= (on - today).days <= days), default=None)
            if nearest is not None and on <= last and not (occasion is Occasion.EXPIRY and goes_on):
                yield Notice(protocol, occasion, on, nearest)


def parties_of(protocol: SharingProtocol, agencies: Agencies, today: date) -> tuple[str, ...]:
    """Every agency of that day that a clause names by id or by role, except the exchange itself. Sorted."""
    named = {party for clause in protocol.clauses for party in (*clause.senders, *clause.recipients)}
    return tuple(
        sorted(
            agency.id
            for agency in agencies.by_id.values()
            if agency.role is not AgencyRole.HUB
            and agency.exists(today)
            and any(party.includes(agency) for party in named)
        )
    )
