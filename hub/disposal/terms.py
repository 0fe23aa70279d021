"""When the content of a message is due to be destroyed. Pure.

The time runs from the end of the exchange: the last delivery, or the acceptance if there was none. If the protocols of
its deliveries differ, the longest time counts, because the deliveries share one message.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from hub.lifecycle import ENDED, DeliveryState
from hub.sharing.terms.protocols import SharingProtocol

if TYPE_CHECKING:
    from hub.store.persons.disposal import Candidate

NO_PROTOCOL = "none"


class WhyKept(StrEnum):
    """Why content is kept after its retention period."""

    QUARANTINED = "delivery.quarantined"  # a person must act
    UNFINISHED = "delivery.unfinished"
    CLOCK_OPEN = "clock.open"
    SUPERVISION_OPEN = "supervision.open"  # the area still supervises the person
    PROTOCOL_UNKNOWN = "protocol.unknown"  # the retention period is not known: put the protocol back
    NOT_INDEXED = "kind.unknown"  # it is not known whom it is about, so whether a hold covers it
    LEGAL_HOLD = "legal_hold"


@dataclass(frozen=True, slots=True)
class Term:
    """How long content is kept, under which protocol (`id vN`), and until when. `why_kept` is the reason if it is kept
    longer."""

    protocol: str
    days: int
    ends_at: datetime
    why_kept: WhyKept | None


@dataclass(frozen=True, slots=True)
class Terms:
    """The days that each protocol sets, by (id, version), and the days if there is no protocol."""

    by_protocol: Mapping[tuple[str, int], int]
    without: int

    @classmethod
    def of(cls, protocols: Iterable[SharingProtocol], without: int) -> "Terms":
        return cls({(each.id, each.version): each.retention_days for each in protocols}, without)

    def shortest(self) -> int:
        return min((*self.by_protocol.values(), self.without))

    def term_of(self, candidate: "Candidate", *, held: bool) -> Term:
        agreed = {(sharing.protocol, sharing.protocol_version) for sharing in candidate.sharings}
        known = {protocol: self.by_protocol[protocol] for protocol in agreed if protocol in self.by_protocol}
        longest = max(sorted(known), key=lambda protocol: known[protocol], default=None)
        days = self.without if longest is None else known[longest]
        ended = max((sharing.delivered_at for sharing in candidate.sharings if sharing.delivered_at), default=None)
        ends_at = max(ended or candidate.accepted_at, candidate.accepted_at) + timedelta(days=days)
        why = _why_kept(candidate, unknown=len(known) < len(agreed), held=held)
        return Term("{} v{}".format(*longest) if longest else NO_PROTOCOL, days, ends_at, why)


def _why_kept(candidate: "Candidate", *, unknown: bool, held: bool) -> WhyKept | None:
    """A hold is checked first, because an operator must know of it."""
    states = {sharing.state for sharing in candidate.sharings}
    if held:
        return WhyKept.LEGAL_HOLD
    if DeliveryState.QUARANTINED in states:
        return WhyKept.QUARANTINED
    if states - ENDED:
        return WhyKept.UNFINISHED
    if candidate.clock_open:
        return WhyKept.CLOCK_OPEN
    if candidate.supervision_open:
        return WhyKept.SUPERVISION_OPEN
    if unknown:
        return WhyKept.PROTOCOL_UNKNOWN
    return None if candidate.indexed else WhyKept.NOT_INDEXED
