"""Finds messages for people, the newest first, and counts what came and went."""

from collections.abc import Mapping
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
    """What came in since `first`, by day and kind, and what went out today."""

    first: date
    today: date
    came_in: tuple[CameIn, ...]
    went_out: tuple[WentOut, ...]


class MessageSearch:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._agencies = wiring.agencies
        self._counted: Mapping[date, tuple[CameIn, ...]] = {}

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
        """What came in today and on the days before it, `days` in all, and what went out today, in London's time. What
        came in on a day that is long over stays as it is, so it is counted once. Yesterday's may still be recorded."""
        today = self._clock.now().astimezone(LONDON).date()
        first = today - timedelta(days=days - 1)
        past = [first + timedelta(days=number) for number in range(days - 1)]
        counted: dict[date, tuple[CameIn, ...]] = {day: self._counted[day] for day in past if day in self._counted}
        begins = next((day for day in past if day not in counted), today)
        with self._store.transaction() as connection:
            new = figures.came_in(connection, _midnight(begins), _ZONE)
            went = figures.went_out(connection, _midnight(today), _ZONE)
        by_day = {day: tuple(each for each in new if each.day == day) for day in (*past, today) if day >= begins}
        self._counted = counted | {day: came for day, came in by_day.items() if day < past[-1]}
        came_in = (each for came in (counted | by_day).values() for each in came)
        return Traffic(first, today, tuple(came_in), went)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), LONDON)
