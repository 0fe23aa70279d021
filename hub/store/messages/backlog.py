"""How much waits: for all, and of one agency."""

from datetime import datetime

from sqlalchemy import Connection, text

from hub.store.messages.claims import KNOWN_RECIPIENTS

_LONGER = text("""
    SELECT FROM delivery WHERE state IN ('waiting', 'sending', 'held') OFFSET :allowed LIMIT 1
""")
_READY_SINCE = text(f"""
    WITH RECURSIVE {KNOWN_RECIPIENTS}
    SELECT FROM known LEFT JOIN partner_state p USING (recipient) CROSS JOIN LATERAL (
        SELECT FROM delivery d
        WHERE d.recipient = known.recipient AND d.state = 'waiting' AND d.due_at < :since
          AND NOT EXISTS (
              SELECT FROM delivery earlier
              WHERE earlier.recipient = d.recipient AND earlier.subject = d.subject
                AND earlier.position < d.position AND earlier.state NOT IN ('delivered', 'discarded'))
        LIMIT 1
    ) ready
    WHERE p.paused_at IS NULL AND p.next_try_at IS NULL
      AND NOT EXISTS (
          SELECT FROM delivery busy
          WHERE busy.recipient = known.recipient AND busy.state = 'sending' AND busy.lease_until >= :now)
    LIMIT 1
""")  # noqa: S608 - made of our own words
_OPEN = text("""
    SELECT count(*) FROM (
        SELECT DISTINCT message_id FROM delivery
        WHERE handed_in_by = :agency AND state IN ('waiting', 'sending', 'placed', 'held') LIMIT :at_most
    ) open
""")


def is_longer_than(connection: Connection, allowed: int) -> bool:
    """Whether more than `allowed` deliveries wait. A fetched mailbox is not waited for: its owner takes its time."""
    return connection.execute(_LONGER, {"allowed": allowed}).first() is not None


def something_ready_since(connection: Connection, since: datetime, now: datetime) -> bool:
    """Whether something has been ready for so long: nothing before it, nothing on the way to its recipient, who is
    neither silent nor paused."""
    return connection.execute(_READY_SINCE, {"since": since, "now": now}).first() is not None


def open_of(connection: Connection, agency: str, at_most: int) -> int:
    """How many messages that this agency handed in have a delivery that has not ended; not counted beyond `at_most`."""
    return int(connection.execute(_OPEN, {"agency": agency, "at_most": at_most}).scalar_one())
