"""Mailboxes of agencies that fetch. Each time, the exchange decides again what it hands out. It keeps each message
until its recipient acknowledges it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypedDict
from uuid import UUID

from adapters.contract import CannotDeliver
from hub.deadlines.clocks import stop_clocks
from hub.errors import Failure, NotFetched, NotFound, PartnerPaused, StoreUnavailable
from hub.exchange.message.matters import recorded_standing
from hub.exchange.message.stages import Denied
from hub.exchange.sending.endings import handed_in, stopped_by_receipt
from hub.exchange.sending.preparation import Prepared, Preparing
from hub.exchange.wiring import Wiring
from hub.journal.record.deliveries import Delivered, NotSent, record_delivered, record_delivery_held, record_fetched
from hub.lifecycle import ON_SHEET, DeliveryState
from hub.sharing.terms.agencies import Agency
from hub.store.database.engine import Transaction
from hub.store.messages import answers, attempts, mailbox, messages, partners
from hub.store.messages.attempts import Ending
from hub.store.messages.mailbox import MailboxItem
from schemas.json import JsonObject
from schemas.problem import Refused


@dataclass(frozen=True, slots=True)
class HandedOut:
    """A message as its recipient reads it, under the id that the recipient knows."""

    message_id: UUID
    delivery_id: UUID
    kind: str
    sender: str
    media_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class _NotNow:
    """Why an item may not be handed out: a stable code and the reason in words."""

    code: str
    words: str


class WaitingItem(TypedDict):
    """The form of an item in the list of what waits: the JSON of `GET /v1/mailbox`."""

    message_id: str
    delivery_id: str
    kind: str
    sender: str
    media_type: str
    size_bytes: int
    placed_at: str
    fetched_at: str | None


class Mailbox:
    def __init__(self, wiring: Wiring, preparing: Preparing) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._preparing = preparing
        self._pause = timedelta(seconds=wiring.settings.mailbox_pause_seconds)
        self._held_recheck = timedelta(seconds=wiring.settings.held_recheck_seconds)

    def waiting(self, agency: Agency, limit: int) -> list[WaitingItem]:
        """The agency's own items, the oldest first. They are then not listed again for a while."""
        self._preparing.refresh()
        now = self._clock.now()
        with self._store.transaction() as connection:
            if partners.find(connection, agency.id).paused is not None:
                return []
            while rows := mailbox.visible(connection, agency.id, now, limit):
                listed = [row for row in rows if self._may_be_listed(connection, row, now)]
                mailbox.hide(connection, [row.id for row in listed], now + self._pause)
                if listed:
                    return [_view(row) for row in listed]
        return []

    def fetch(self, agency: Agency, id: UUID) -> HandedOut:
        """`id` is the one by which the agency knows the message. Raises NotFound if it never was in this mailbox, is
        acknowledged, or may not be given any more. Raises PartnerPaused."""
        self._preparing.refresh()
        now = self._clock.now()
        with self._store.transaction() as connection:
            if partners.find(connection, agency.id).paused is not None:
                raise PartnerPaused("the exchange has paused deliveries to you", "ask the exchange; nothing is lost")
            row = mailbox.find(connection, agency.id, id)
            handed_out = self._hand_out(connection, row, now) if row is not None and not row.acknowledged_at else None
        if handed_out is None:
            raise _not_found()
        return handed_out

    def acknowledge(self, agency: Agency, id: UUID, reference: str | None) -> JsonObject:
        """Returns the receipt; the same message always gets the same receipt. Raises NotFound or NotFetched."""
        self._preparing.refresh()
        now = self._clock.now()
        with self._store.transaction() as connection:
            row = mailbox.find(connection, agency.id, id)
            if row is None:
                raise _not_found()
            if row.acknowledged_at is None:
                # Nobody can confirm a message that they have not received.
                if row.fetched_at is None:
                    raise NotFetched(
                        "this message has not been fetched", f"fetch it first: GET /v1/mailbox/{row.shown_id}"
                    )
                return _receipt(row.shown_id, self._settle(connection, row, reference, now))
            return _receipt(row.shown_id, answers.receipts_of(connection, row.message_id)[row.id])

    def _may_be_listed(self, connection: Transaction, row: MailboxItem, now: datetime) -> bool:
        try:
            decision = self._preparing.decide(self._preparing.load(connection, row), now)
        except StoreUnavailable:
            raise  # The exchange cannot decide now, so the agency must ask again later.
        except (CannotDeliver, Failure) as error:
            self._keep_back(connection, row, _NotNow(error.code, error.problem), now)
            return False
        if isinstance(decision, Denied):
            self._keep_back(connection, row, _NotNow(decision.denial.code, decision.denial.reason), now)
        return not isinstance(decision, Denied)

    def _hand_out(self, connection: Transaction, row: MailboxItem, now: datetime) -> HandedOut | None:
        prepared = self._prepare(connection, row, now)
        if isinstance(prepared, _NotNow):
            self._keep_back(connection, row, prepared, now)
            return None
        encoded, handed = prepared.encoded, handed_in(prepared)
        mailbox.hand_out(connection, row.id, encoded.media_type, len(encoded.body), handed.sha256, now)
        protocol, version = prepared.minimised.protocol
        decision, unexpressed = (protocol, version, prepared.minimised.withheld()), list(prepared.encoded.unexpressed)
        why = f"placed: fetched, waits until {row.recipient} has acknowledged it"
        attempts.end_placed(
            connection,
            Ending(
                row.id,
                DeliveryState.PLACED,
                now,
                why_code="mailbox.fetched",
                why=why,
                decision=decision,
                unexpressed=unexpressed,
                known_as=prepared.known_as,
            ),
            row.message_id,
        )
        record_fetched(
            connection,
            now,
            message_id=row.message_id,
            delivery_id=row.id,
            recipient=row.recipient,
            handed=handed,
        )
        return HandedOut(
            prepared.known_as or row.message_id, row.id, row.kind, row.sender, encoded.media_type, encoded.body
        )

    def _prepare(self, connection: Transaction, row: MailboxItem, now: datetime) -> Prepared | _NotNow:
        """The message is minimised and written again: the protocol may grant less than when it was placed."""
        try:
            prepared = self._preparing.prepare(self._preparing.load(connection, row), now)
        except Refused as refused:
            return _NotNow(refused.problems[0].code, refused.problems[0].problem)
        except StoreUnavailable:
            raise
        except (CannotDeliver, Failure) as error:
            return _NotNow(error.code, error.problem)
        if isinstance(prepared, Denied):
            return _NotNow(prepared.denial.code, prepared.denial.reason)
        return prepared

    def _keep_back(self, connection: Transaction, row: MailboxItem, why: _NotNow, now: datetime) -> None:
        """Hold an item back. If it was never fetched, it leaves the mailbox and its delivery is held. If it was fetched
        before, it still waits for its acknowledgement, and is handed out again only if that is permitted again."""
        again = now + self._held_recheck
        if row.fetched_at is not None:
            mailbox.hide(connection, [row.id], again)
            return
        mailbox.withdraw(connection, row.id)
        words = f"held: {why.words}"
        attempts.end_placed(
            connection, Ending(row.id, DeliveryState.HELD, now, again, why.code, words, uncounted=True), row.message_id
        )
        record_delivery_held(connection, now, [NotSent(row.message_id, row.id, row.recipient, why.code, words)])
        messages.settle(connection, frozenset({row.message_id}))

    def _settle(self, connection: Transaction, row: MailboxItem, reference: str | None, now: datetime) -> JsonObject:
        """The acknowledgement names the message. It proves the delivery and stops the clocks that a receipt stops."""
        words = {"reference": reference} if reference else {}
        receipt: JsonObject = {"proved": True, "received_at": now.isoformat(), "words": words}
        if answers.is_incomplete(connection, row.id, self._preparing.on_paper()):
            receipt[ON_SHEET] = True
        digest = mailbox.digest_of(connection, row.id)
        mailbox.acknowledge(connection, row.id, now)
        ending = Ending(row.id, DeliveryState.DELIVERED, now, receipt=receipt)
        attempts.end_placed(connection, ending, row.message_id)
        taken = Delivered(row.message_id, row.id, row.recipient, digest, row.attempts, receipt_proved=True)
        record_delivered(connection, now, [taken])
        stops = stopped_by_receipt(self._preparing.stops(connection, row.message_id), row.target)
        standing = recorded_standing(connection, row.message_id)
        if stops and standing is not None:
            stop_clocks(connection, stops, row.message_id, standing, now, self._preparing.names_of(row.recipient))
        messages.settle(connection, frozenset({row.message_id}))
        return receipt


def _view(row: MailboxItem) -> WaitingItem:
    return {
        "message_id": str(row.shown_id),
        "delivery_id": str(row.id),
        "kind": row.kind,
        "sender": row.sender,
        "media_type": row.media_type,
        "size_bytes": row.size_bytes,
        "placed_at": row.placed_at.isoformat(),
        "fetched_at": row.fetched_at.isoformat() if row.fetched_at else None,
    }


def _receipt(message_id: UUID, receipt: JsonObject) -> JsonObject:
    return {"message_id": str(message_id), "received_at": receipt["received_at"], **receipt["words"]}


def _not_found() -> NotFound:
    return NotFound("there is no such message", "list what waits: GET /v1/mailbox")
