"""Claims due deliveries for a worker: leases them in batches of one recipient."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import Connection, text, update

from hub.lifecycle import DeliveryState
from hub.store.database.rows import UntypedRow
from hub.store.messages.tables import delivery

SUSPECT_FROM = 1
"""Deaths in a row from which a delivery is tried with nothing beside it, so that it counts for no death but its own."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """Deliveries for one recipient, leased together under one token."""

    recipient: str
    token: UUID
    ids: tuple[UUID, ...]
    alone: bool = False
    """Whether nothing else may run in the worker meanwhile: one of them may be what its workers died of."""


KNOWN_RECIPIENTS = """known AS (
        (SELECT recipient FROM delivery WHERE state IN ('waiting', 'sending', 'held') ORDER BY recipient LIMIT 1)
        UNION ALL
        SELECT (SELECT d.recipient FROM delivery d
                WHERE d.state IN ('waiting', 'sending', 'held') AND d.recipient > known.recipient
                ORDER BY d.recipient LIMIT 1)
        FROM known WHERE known.recipient IS NOT NULL
    )"""
"""Every recipient for whom something waits. The query skips from one recipient to the next through the index."""

# For each recipient that may be sent to now, take its first ready deliveries: only the first of each subject. An
# earlier delivery, even one in quarantine, holds back later ones of its own subject and of no other. When a lease has
# run out, its delivery is ready again. The recipients are found by skipping through the index, so the work does not
# grow with the number of waiting deliveries. Their order is random, so that a few busy recipients are not always first.
# A recipient that does not answer gets a single delivery as a probe. A delivery that was begun when its lease ran out
# gets a batch of its own: if it kills its worker again, no other delivery is lost with it.
# The statistics may be from an hour when nothing waited. A bitmap reads every delivery of a recipient that was open
# since the last vacuum, and sorts them; an index is read in order and stops.
_BY_INDEX = text(
    "SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),"
    " set_config('enable_sort', 'off', true)"
)
_CLAIM = text(f"""
    WITH RECURSIVE {KNOWN_RECIPIENTS}, open_to AS (
        SELECT known.recipient, CASE WHEN p.next_try_at IS NULL THEN :batch_size ELSE 1 END AS room
        FROM known LEFT JOIN partner_state p USING (recipient)
        WHERE known.recipient IS NOT NULL AND p.paused_at IS NULL AND (p.next_try_at IS NULL OR p.next_try_at <= :now)
          AND (
              SELECT count(DISTINCT busy.lease_token) FROM delivery busy
              WHERE busy.recipient = known.recipient AND busy.state = 'sending' AND busy.lease_until >= :now
          ) < CASE WHEN p.next_try_at IS NULL THEN :batches_per_recipient ELSE 1 END
        ORDER BY random()
    ), turned AS (
        SELECT ready.id FROM open_to CROSS JOIN LATERAL (
            (SELECT d.id FROM delivery d
             WHERE d.recipient = open_to.recipient AND d.state = 'sending' AND d.begun_at IS NOT NULL
               AND d.lease_until < :now
             ORDER BY d.lease_until, d.position LIMIT least(10, open_to.room))
            UNION ALL
            (SELECT d.id FROM delivery d
             WHERE d.recipient = open_to.recipient AND d.state IN ('waiting', 'sending', 'held')
               AND d.due_at <= :now AND d.begun_at IS NULL
               AND (d.lease_until IS NULL OR d.lease_until < :now)
               AND d.position = (
                   SELECT earliest.position FROM delivery earliest
                   WHERE earliest.recipient = d.recipient AND earliest.subject = d.subject
                     AND earliest.state NOT IN ('delivered', 'discarded')
                   ORDER BY earliest.position LIMIT 1)
             ORDER BY d.due_at, d.position LIMIT open_to.room)
            LIMIT open_to.room
        ) ready LIMIT :total
    ), locked AS (
        SELECT d.id, d.begun_at FROM delivery d JOIN turned USING (id)
        WHERE d.state IN ('waiting', 'sending', 'held') AND (d.lease_until IS NULL OR d.lease_until < :now)
        ORDER BY d.position FOR UPDATE OF d SKIP LOCKED
    )
    UPDATE delivery SET state = 'sending', lease_until = :lease_until, begun_at = NULL,
        lease_token = CASE WHEN locked.begun_at IS NULL THEN :token ELSE gen_random_uuid() END,
        deaths = deaths + CASE WHEN locked.begun_at IS NULL THEN 0 ELSE 1 END
    FROM locked WHERE delivery.id = locked.id
    RETURNING delivery.id, delivery.recipient, delivery.position, delivery.lease_token, delivery.deaths
""")  # noqa: S608 - made of our own words


def claim(
    connection: Connection, *, now: datetime, lease: timedelta, batch_size: int, batches_per_recipient: int
) -> tuple[Claimed, ...]:
    """Lease due deliveries, at most one batch for each recipient. A delivery on which a worker died gets a batch of its
    own. The batches of one call are independent of each other."""
    connection.execute(_BY_INDEX)
    token = uuid4()
    rows = connection.execute(
        _CLAIM,
        {
            "now": now,
            "token": token,
            "lease_until": now + lease,
            "batch_size": batch_size,
            "batches_per_recipient": batches_per_recipient,
            "total": batch_size * 20,
        },
    ).all()
    batches: dict[tuple[str, UUID], list[UntypedRow]] = {}
    for row in sorted(rows, key=lambda row: int(row.position)):
        batches.setdefault((row.recipient, row.lease_token), []).append(row)
    return tuple(
        Claimed(recipient, of, tuple(row.id for row in found), any(row.deaths >= SUSPECT_FROM for row in found))
        for (recipient, of), found in batches.items()
    )


def give_back(connection: Connection, ids: tuple[UUID, ...], token: UUID, due_at: datetime) -> None:
    """Undo a claim whose task could not be published."""
    connection.execute(
        update(delivery)
        .where(delivery.c.id.in_(ids), delivery.c.lease_token == token, delivery.c.state == DeliveryState.SENDING)
        .values(state=DeliveryState.WAITING, lease_token=None, lease_until=None, due_at=due_at)
    )


_UNCOUNT_DEATHS = text("""
    UPDATE delivery SET deaths = deaths - 1
    WHERE id IN (SELECT id FROM delivery WHERE id = ANY (:ids) AND deaths > 0
                 AND state IN ('waiting', 'sending', 'held') ORDER BY id FOR UPDATE)
""")


def uncount_deaths(connection: Connection, ids: Sequence[UUID]) -> None:
    """Take back one counted death for each: the worker that held these when their lease ran out was slow, not dead.
    Deliveries that were quarantined or ended since then stay as they are."""
    connection.execute(_UNCOUNT_DEATHS, {"ids": list(ids)})
