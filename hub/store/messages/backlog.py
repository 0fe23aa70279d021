"""How many deliveries wait: in all, and for the messages of one agency."""

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
        (SELECT DISTINCT message_id FROM delivery
        WHERE handed_in_by = :agency AND state IN ('waiting', 'sending', 'held')
            AND target <> 'supervisor' LIMIT :at_most)
        UNION
        (SELECT DISTINCT message_id FROM delivery
        WHERE handed_in_by = :agency AND state = 'quarantined' AND why_code = 'standing.none' LIMIT :at_most)
        LIMIT :at_most
    ) open
""")


def is_longer_than(connection: Connection, allowed: int) -> bool:
    """Return whether more than `allowed` deliveries wait. Deliveries in a mailbox do not count, because their owner
    decides when to fetch them."""
    return connection.execute(_LONGER, {"allowed": allowed}).first() is not None


def something_ready_since(connection: Connection, since: datetime, now: datetime) -> bool:
    """Return whether a delivery has been ready since `since` and is not being sent.

    Ready means: no earlier delivery holds it back, nothing is on the way to its recipient, and the recipient answers
    and is not paused.
    """
    return connection.execute(_READY_SINCE, {"since": since, "now": now}).first() is not None


def open_of(connection: Connection, agency: str, at_most: int) -> int:
    """Return how many messages that this agency handed in have a delivery that has not ended, or have no standing and
    wait for a person; counted only up to `at_most`. What lies in a mailbox does not count, because its sender cannot
    make the owner fetch it. Recipients that the exchange found by searching do not count: the sender would learn by the
    limit whether somebody was found."""
    return int(connection.execute(_OPEN, {"agency": agency, "at_most": at_most}).scalar_one())
