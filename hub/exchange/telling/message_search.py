"""Finds messages for people, the newest first, and counts what came and went."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from hub.deadlines.london import LONDON
from hub.exchange.wiring import Wiring
from hub.lifecycle import MessageState
from hub.store.messages import contents
from hub.store.overview import figures, searching
from hub.store.overview.figures import CameIn, WentOut
from hub.store.overview.searching import FoundDelivery, ListPlace, MessageCriteria

PAGE = 50
_ZONE = "Europe/London"


@dataclass(frozen=True, slots=True)
class ListedMessage:
    """A message in the list. `reference` is the sender's own; None if the content is destroyed."""

    id: UUID
    kind: str
    sender: str
    reference: str | None
    state: MessageState
    accepted_at: datetime
    deliveries: tuple[FoundDelivery, ...]


@dataclass(frozen=True, slots=True)
class MessagePage:
    """`next` is the place after which the next page begins; None on the last page."""

    messages: tuple[ListedMessage, ...]
    next: ListPlace | None


@dataclass(frozen=True, slots=True)
class Traffic:
    """What came in and went out since `first`, by day and kind."""

    first: date
    today: date
    came_in: tuple[CameIn, ...]
    went_out: tuple[WentOut, ...]


class MessageSearch:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._agencies = wiring.agencies

    def search(self, wanted: MessageCriteria, after: ListPlace | None = None, limit: int = PAGE) -> MessagePage:
        with self._store.transaction() as connection:
            found = searching.search(connection, wanted, self._agencies.by_id, after, limit + 1)
            shown = found[:limit]
            ids = [each.id for each in shown]
            references = contents.references_of(connection, ids)
            deliveries = searching.deliveries_of(connection, ids)
        last = shown[-1] if len(found) > limit else None
        return MessagePage(
            tuple(
                ListedMessage(
                    each.id,
                    each.kind,
                    each.sender,
                    references.get(each.id),
                    each.state,
                    each.accepted_at,
                    deliveries.get(each.id, ()),
                )
                for each in shown
            ),
            ListPlace(last.accepted_at, last.id) if last else None,
        )

    def with_reference(self, reference: str) -> tuple[ListedMessage, ...]:
        """The newest messages with this reference of their sender."""
        return self.search(MessageCriteria(reference=reference)).messages

    def traffic(self, days: int) -> Traffic:
        """Of today and the days before it, `days` in all, in London's time."""
        today = self._clock.now().astimezone(LONDON).date()
        first = today - timedelta(days=days - 1)
        since = datetime.combine(first, datetime.min.time(), LONDON)
        with self._store.transaction() as connection:
            came = figures.came_in(connection, since, _ZONE)
            return Traffic(first, today, came, figures.went_out(connection, since, _ZONE))
