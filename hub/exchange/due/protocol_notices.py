"""Notices: the exchange informs the parties of a protocol before it expires or must be reviewed."""

from datetime import datetime

from hub.deadlines.london import LONDON
from hub.exchange.message.matters import Matters
from hub.exchange.message.own_messages import write_own_message
from hub.exchange.message.recording import Recorded
from hub.exchange.wiring import Wiring
from hub.journal.record.protocols import record_protocol_noticed
from hub.sharing.agreed.notices import Notice, due_notices, parties_of
from hub.store.sharing import notices
from hub.store.sharing.notices import Key
from schemas.kind import MessageKind

_AT_ONCE_MAX = 5  # Each is a message to all the parties, and the sweep has other work.


class Notices:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._assessor = wiring.assessor
        self._catalogue = wiring.catalogue
        self._matters = Matters(wiring.assessor, wiring.catalogue)

    def send_due(self, now: datetime) -> int:
        """Send every notice that is due and not sent yet. Returns how many were sent. If no protocol in force permits
        notices, none is sent until one does."""
        self._assessor.refresh()
        registry, kind = self._assessor.registry, self._catalogue.notice()
        today = now.astimezone(LONDON).date()
        agreed = {
            name for p in registry.protocols if registry.in_force(p, today) for c in p.clauses for name in c.kinds
        }
        due = tuple(due_notices(registry.protocols, today))
        if kind is None or kind.name not in agreed or not due:
            return 0
        with self._store.transaction() as connection:
            sent = notices.sent(connection)
        new = [notice for notice in due if _key(notice) not in sent]
        return sum(self._send(notice, kind, now) for notice in new[:_AT_ONCE_MAX])

    def _send(self, notice: Notice, kind: MessageKind, now: datetime) -> bool:
        protocol, today = notice.protocol, now.astimezone(LONDON).date()
        parties = parties_of(protocol, self._assessor.registry.agencies, today)
        payload = {
            "protocol": protocol.id,
            "protocol_version": protocol.version,
            "title": protocol.title,
            "occasion": notice.occasion,
            "on": notice.on,
            "days_left": (notice.on - today).days,
            "parties": parties,
        }
        key = _key(notice)
        reference = "notice/" + "/".join(map(str, key))
        with self._store.transaction() as connection:
            written = write_own_message(connection, self._matters, kind, payload, reference, None, now)
            if not isinstance(written, Recorded):
                return False
            notices.note(connection, key, written.message_id, now)
            if not written.repeated:
                record_protocol_noticed(
                    connection,
                    now,
                    message_id=written.message_id,
                    protocol=protocol.id,
                    protocol_version=protocol.version,
                    occasion=notice.occasion,
                    days=notice.days,
                    parties=len(parties),
                )
        return not written.repeated


def _key(notice: Notice) -> Key:
    return notice.protocol.id, notice.protocol.version, str(notice.occasion), notice.on, notice.days
