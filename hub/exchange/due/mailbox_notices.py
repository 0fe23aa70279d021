"""Mailboxes that nobody empties: recorded once, and told to the owner, to those whose messages lie there, and to the
operator. Whom the exchange found by a search, the sender is not told: it would learn who is supervised where."""

from datetime import datetime, timedelta

from hub.deadlines.london import LONDON
from hub.exchange.message.matters import Matters
from hub.exchange.message.own_messages import HUB, write_own_message
from hub.exchange.wiring import Wiring
from hub.journal.record.partners import record_partner_not_fetching
from hub.store.database.engine import Transaction
from hub.store.messages import partners
from hub.store.messages.partners import FullMailbox, Lying
from schemas.kind import MessageKind, Target

_LOOK_EVERY = timedelta(minutes=1)
_TO_OWNER = "Fetch them, and acknowledge each one."
_TO_SENDER = "They count as delivered when the owner has acknowledged them. If one is urgent, tell the owner otherwise."


class MailboxNotices:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._assessor = wiring.assessor
        self._catalogue = wiring.catalogue
        self._matters = Matters(wiring.assessor, wiring.catalogue)
        self._patience = timedelta(hours=wiring.settings.mailbox_emptied_within_hours)
        self._next_look = wiring.clock.now()

    def send_due(self, now: datetime) -> int:
        """Look once a minute for mailboxes in which something has been for too long. Each is recorded and told once for
        each stay of its oldest message. Returns how many there are. If no protocol permits notices, none is sent."""
        if now < self._next_look:
            return 0
        self._next_look = now + _LOOK_EVERY
        self._assessor.refresh()
        with self._store.transaction() as connection:
            full = partners.not_emptied(connection, now - self._patience)
            for each in full:
                record_partner_not_fetching(
                    connection, now, partner=each.recipient, since=each.since, messages=each.placed
                )
                self._tell(connection, each, now)
        return len(full)

    def _tell(self, connection: Transaction, mailbox: FullMailbox, now: datetime) -> None:
        kind = self._catalogue.mailbox_notice()
        if kind is None:
            return
        owner = mailbox.recipient
        self._write(connection, kind, owner, Lying(owner, mailbox.placed, mailbox.since), now)
        for each in partners.senders_in_mailbox(connection, owner, Target.SUPERVISOR):
            if each.sender not in (owner, HUB):
                self._write(connection, kind, owner, each, now)

    def _write(self, connection: Transaction, kind: MessageKind, owner: str, lying: Lying, now: datetime) -> None:
        payload = {
            "owner": owner,
            "told": lying.sender,
            "messages": lying.messages,
            "since": lying.since.astimezone(LONDON).date(),
            "advice": _TO_OWNER if lying.sender == owner else _TO_SENDER,
        }
        reference = f"mailbox/{owner}/{lying.sender}/{now.isoformat()}"
        write_own_message(connection, self._matters, kind, payload, reference, None, now)
