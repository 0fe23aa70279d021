"""Replay: decides again about messages that were accepted before, under today's protocols, and sends them again.

The same message id is used, so a recipient that has the message still has it only once. If today's protocols would send
other fields, the message is not sent: under the same id the recipient would ignore it, or hold two versions. A
recipient that never had the message gets it if today's protocols permit it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypedDict
from uuid import UUID

from adapters.contract import CannotDeliver
from hub.deadlines.london import LONDON
from hub.errors import CodedFailure, ContentDestroyed
from hub.exchange.message.delivering import deliver_to
from hub.exchange.message.recorded import NoLongerKnown
from hub.exchange.message.stages import Denied, Minimised, Permitted, Validated
from hub.exchange.sending.preparation import Preparing
from hub.exchange.wiring import Wiring
from hub.journal.actors import given_reason
from hub.journal.record.deliveries import record_replayed
from hub.lifecycle import ENDED, DeliveryState
from hub.store.database.engine import Transaction
from hub.store.messages import deliveries, messages, standings
from hub.store.messages.deliveries import KeptDelivery
from hub.store.repairing import replay
from hub.store.repairing.quarantine import Selection
from schemas.withheld import WithheldField

_BATCH = 50
MESSAGES_MAX = 5_000


class ReplayRefused(CodedFailure):
    """Nothing was sent."""

    status = 422


class ReplayVerdict(StrEnum):
    AGAIN = "again"  # the recipient has it: sent once more under the same id
    NEW = "new"  # the recipient never had it, and today's protocols permit it
    OTHER_FIELDS = "other_fields"  # other fields would be sent today: not sent
    NOT_PERMITTED = "not_permitted"
    STILL_OPEN = "still_open"  # it is being delivered, or in quarantine
    GIVEN_UP = "given_up"  # a person discarded it
    REPLACED = "replaced"  # a later edition has replaced it
    UNREADABLE = "unreadable"  # its content is destroyed, or its sender, recipient or kind has left


_SENT = frozenset({ReplayVerdict.AGAIN, ReplayVerdict.NEW})


@dataclass(frozen=True, slots=True)
class Judged:
    """One message for one recipient. `minimised` is set if it may be sent. `changes` is set if the fields differ."""

    verdict: ReplayVerdict
    kind: str
    recipient: str
    delivery: KeptDelivery | None = None
    minimised: Minimised | None = None
    changes: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class _Act:
    """Who has the messages sent again, and why."""

    by: str
    reason: str


class ReplayGroup(TypedDict):
    """How many deliveries of one kind to one recipient have the same verdict."""

    recipient: str
    kind: str
    verdict: ReplayVerdict
    count: int


class ReplayChange(TypedDict):
    """The fields that would leave otherwise than they did."""

    recipient: str
    kind: str
    fields: list[str]


class ReplayView(TypedDict):
    """The form of a replay, done or previewed: the JSON of `hub replay --json`."""

    messages: int
    sent: int
    not_sent: int
    groups: list[ReplayGroup]
    changes: list[ReplayChange]


class Replay:
    """Raises ReplayRefused if nothing narrows the selection, or if it covers more than 5,000 messages."""

    def __init__(self, wiring: Wiring, preparing: Preparing) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._assessor = wiring.assessor
        self._preparing = preparing

    def preview(self, selection: Selection, ids: Sequence[UUID] = ()) -> ReplayView:
        """How many messages for whom and of which kinds, how many would be sent, and how many would differ from what
        was sent before. Writes nothing."""
        return self._each(selection, ids, None)

    def run(self, selection: Selection, ids: Sequence[UUID], by: str, reason: str) -> ReplayView:
        """The same as `preview`, and sends the messages. After an interruption, run it again: what is being delivered
        is passed over."""
        return self._each(selection, ids, _Act(by, given_reason(reason)))

    def _each(self, selection: Selection, ids: Sequence[UUID], act: _Act | None) -> ReplayView:
        counts: Counter[tuple[str, str, ReplayVerdict]] = Counter()
        changes: dict[tuple[str, str], set[str]] = {}
        sent = 0
        wanted = self._selected(selection, ids)
        for start in range(0, len(wanted), _BATCH):
            batch = wanted[start : start + _BATCH]
            with self._store.transaction() as connection:
                replaced, concerned = replay.replaced(connection, batch), set()
                for id in batch:
                    for judged in self._judged(connection, id, replaced, selection.recipient):
                        counts[judged.recipient, judged.kind, judged.verdict] += 1
                        if judged.changes:
                            changes.setdefault((judged.recipient, judged.kind), set()).update(judged.changes)
                        if judged.verdict in _SENT and (act is None or self._send(connection, id, judged, act)):
                            sent += 1
                            concerned.add(id)
                if act is not None:
                    # Settled together, so that no two transactions wait for each other.
                    messages.settle(connection, frozenset(concerned))
        return {
            "messages": len(wanted),
            "sent": sent,
            "not_sent": counts.total() - sent,
            "groups": [
                {"recipient": recipient, "kind": kind, "verdict": verdict, "count": count}
                for (recipient, kind, verdict), count in sorted(counts.items())
            ],
            "changes": [
                {"recipient": recipient, "kind": kind, "fields": sorted(fields)}
                for (recipient, kind), fields in sorted(changes.items())
            ],
        }

    def _selected(self, selection: Selection, ids: Sequence[UUID]) -> tuple[UUID, ...]:
        if not ids and not selection.as_plain():
            problem = "the selection covers everything that was ever accepted"
            raise ReplayRefused("replay.unlimited", problem, "narrow it: ids, kind, sender, recipient or time")
        with self._store.transaction() as connection:
            found = replay.selected(connection, selection, ids, MESSAGES_MAX + 1)
        if len(found) > MESSAGES_MAX:
            problem = f"more than {MESSAGES_MAX:,} messages are selected"
            raise ReplayRefused("replay.too_many", problem, "choose a shorter time or fewer kinds")
        return found

    def _judged(
        self, connection: Transaction, id: UUID, replaced: frozenset[UUID], only: str | None
    ) -> Iterator[Judged]:
        rows = {row.recipient: row for row in deliveries.of_message(connection, id) if only in (None, row.recipient)}
        now = self._clock.now()
        for row in rows.values():
            yield self._of_delivery(connection, row, id in replaced, now)
        if id in replaced or standings.are_outside(connection, [id]):
            return
        for permitted in self._newly_permitted(connection, id, now):
            if permitted.recipient.id not in rows and only in (None, permitted.recipient.id):
                kind, minimised = permitted.validated.draft.kind, self._assessor.reduce(permitted)
                yield Judged(ReplayVerdict.NEW, kind, permitted.recipient.id, None, minimised)

    def _of_delivery(self, connection: Transaction, row: KeptDelivery, replaced: bool, now: datetime) -> Judged:
        found = messages.find(connection, row.message_id)
        kind = found.kind if found is not None else ""
        if replaced:
            return Judged(ReplayVerdict.REPLACED, kind, row.recipient)
        if row.state not in ENDED:
            return Judged(ReplayVerdict.STILL_OPEN, kind, row.recipient)
        if row.state == DeliveryState.DISCARDED:
            return Judged(ReplayVerdict.GIVEN_UP, kind, row.recipient)
        try:
            decision = self._preparing.decide(self._preparing.load(connection, row), now)
        except (ContentDestroyed, NoLongerKnown, CannotDeliver):
            return Judged(ReplayVerdict.UNREADABLE, kind, row.recipient)
        if isinstance(decision, Denied):
            return Judged(ReplayVerdict.NOT_PERMITTED, kind, row.recipient)
        minimised = self._assessor.reduce(decision)
        before, today = _left_out(row.withheld), _left_out(minimised.withheld())
        if before != today:
            changes = frozenset(path for path, _ in before ^ today)
            return Judged(ReplayVerdict.OTHER_FIELDS, kind, row.recipient, changes=changes)
        return Judged(ReplayVerdict.AGAIN, kind, row.recipient, row, minimised)

    def _newly_permitted(self, connection: Transaction, id: UUID, now: datetime) -> Iterator[Permitted]:
        try:
            validated: Validated = self._preparing.kept(connection, id)
        except (ContentDestroyed, NoLongerKnown):
            return
        for outcome in self._assessor.outcomes(validated, now.astimezone(LONDON).date()):
            if isinstance(outcome, Permitted):
                yield outcome

    def _send(self, connection: Transaction, id: UUID, judged: Judged, act: _Act) -> bool:
        """Whether it is sent. It is not if another process was quicker. The caller settles the message."""
        now = self._clock.now()
        if judged.delivery is None:
            assert judged.minimised is not None  # noqa: S101 - what may be sent is minimised
            delivery_id = deliver_to(connection, judged.minimised, id, now)
        else:
            delivery_id = judged.delivery.id if replay.send_again(connection, judged.delivery.id, now) else None
        if delivery_id is None:
            return False
        record_replayed(
            connection,
            now,
            message_id=id,
            delivery_id=delivery_id,
            recipient=judged.recipient,
            verdict=str(judged.verdict),
            by=act.by,
            reason=act.reason,
        )
        return True


def _left_out(withheld: Sequence[WithheldField]) -> frozenset[tuple[str, str]]:
    return frozenset((held["path"], str(held["action"])) for held in withheld)
