"""The rows that the journal's functions write about deliveries, the quarantine and partners."""

from hub.journal.events import Event
from hub.journal.record import deliveries, partners, quarantine
from tests.integration.evidence.journal_rows.row import (
    AT,
    DELIVERY,
    DOCUMENT,
    LATER,
    LATER_TEXT,
    MESSAGE,
    OF_DELIVERY,
    OF_DOCUMENT,
    OTHER,
    OTHER_TEXT,
    Row,
)

HANDED = deliveries.Handed("p", 2, ("a.b",), ("c",), "5a")
HANDED_DETAIL = {"protocol": "p", "protocol_version": 2, "withheld": ["a.b"], "unexpressed": ["c"], "sha256": "5a"}
NOT_SENT = deliveries.NotSent(MESSAGE, DELIVERY, "prison", "code", "why")
PART = quarantine.SettledPart(DOCUMENT, "court", "code", "place")
ITEM = quarantine.SettledDelivery(MESSAGE, DELIVERY, "prison", "code")
OF_PLAN = quarantine.SettledDelivery(MESSAGE, DELIVERY, "prison", "code", quarantine.ApprovedPlan(OTHER, "two"))

DELIVERIES: list[Row] = [
    (
        Event.DELIVERED,
        lambda c: deliveries.record_delivered(
            c, AT, [deliveries.Delivered(MESSAGE, DELIVERY, "prison", HANDED, 3, receipt_proved=False)]
        ),
        OF_DELIVERY,
        HANDED_DETAIL | {"attempt": 3, "receipt_proved": False},
    ),
    (
        Event.DELIVERED,
        lambda c: deliveries.record_delivered(
            c, AT, [deliveries.Delivered(MESSAGE, DELIVERY, "prison", "5a", 3, receipt_proved=True)]
        ),
        OF_DELIVERY,
        {"sha256": "5a", "attempt": 3, "receipt_proved": True},
    ),
    (
        Event.PLACED,
        lambda c: deliveries.record_placed(c, AT, [deliveries.Placed(MESSAGE, DELIVERY, "prison", HANDED, 1)]),
        OF_DELIVERY,
        HANDED_DETAIL | {"attempt": 1},
    ),
    (
        Event.FETCHED,
        lambda c: deliveries.record_fetched(
            c, AT, message_id=MESSAGE, delivery_id=DELIVERY, recipient="prison", handed=HANDED
        ),
        OF_DELIVERY,
        HANDED_DETAIL,
    ),
    (
        Event.DELIVERY_ANSWERED,
        lambda c: deliveries.record_answered(
            c, AT, deliveries.AnsweredLater(MESSAGE, DELIVERY, "prison", "FatalError", "5a")
        ),
        OF_DELIVERY,
        {"outcome": "FatalError", "call": "5a"},
    ),
    *(
        (event, lambda c, record=record: record(c, AT, [NOT_SENT]), OF_DELIVERY, {"code": "code", "why": "why"})
        for event, record in (
            (Event.DELIVERY_FAILED, deliveries.record_delivery_failed),
            (Event.DELIVERY_HELD, deliveries.record_delivery_held),
            (Event.QUARANTINED, deliveries.record_quarantined),
        )
    ),
    (
        Event.READDRESSED,
        lambda c: deliveries.record_readdressed(
            c, AT, former="jail", deliveries=[deliveries.Readdressed(MESSAGE, DELIVERY, "prison")]
        ),
        OF_DELIVERY,
        {"former": "jail"},
    ),
    (
        Event.REPLAYED,
        lambda c: deliveries.record_replayed(
            c,
            AT,
            message_id=MESSAGE,
            delivery_id=DELIVERY,
            recipient="prison",
            verdict="again",
            by="one",
            reason="a reason",
        ),
        OF_DELIVERY,
        {"verdict": "again", "by": "one", "reason": "a reason"},
    ),
]

SETTLED: list[Row] = [
    row
    for event, record in (
        (Event.RELEASED, quarantine.record_released),
        (Event.DISCARDED, quarantine.record_discarded),
    )
    for row in (
        (
            event,
            lambda c, record=record: record(c, AT, item=ITEM, by="one", reason="a reason"),
            OF_DELIVERY,
            {"code": "code", "by": "one", "reason": "a reason"},
        ),
        (
            event,
            lambda c, record=record: record(c, AT, item=OF_PLAN, by="one", reason="a reason"),
            OF_DELIVERY,
            {"code": "code", "by": "one", "reason": "a reason", "bulk": OTHER_TEXT, "approved_by": "two"},
        ),
        (
            event,
            lambda c, record=record: record(c, AT, item=PART, by="one", reason="a reason"),
            OF_DOCUMENT,
            {"code": "code", "where": "place", "by": "one", "reason": "a reason"},
        ),
    )
]

CORRECTED: list[Row] = [
    (
        Event.CORRECTED,
        lambda c: quarantine.record_corrected(
            c,
            AT,
            item=quarantine.CorrectedDelivery(MESSAGE, DELIVERY, "prison", OTHER),
            by="one",
            reason="a reason",
        ),
        OF_DELIVERY,
        {"corrected_by": OTHER_TEXT, "by": "one", "reason": "a reason"},
    ),
    (
        Event.CORRECTED,
        lambda c: quarantine.record_corrected(
            c,
            AT,
            item=quarantine.SettledPart(DOCUMENT, "court", "code", "place", OTHER),
            by="one",
            reason="a reason",
        ),
        OF_DOCUMENT,
        {"code": "code", "where": "place", "by": "one", "reason": "a reason", "received_again_as": OTHER_TEXT},
    ),
]

PLANS: list[Row] = [
    (
        Event.BULK_PLANNED,
        lambda c: quarantine.record_bulk_planned(
            c, AT, plan=OTHER, by="one", action="release", count=3, reason="a reason"
        ),
        {},
        {"bulk": OTHER_TEXT, "by": "one", "action": "release", "count": 3, "reason": "a reason"},
    ),
    (
        Event.BULK_APPROVED,
        lambda c: quarantine.record_bulk_approved(c, AT, plan=OTHER, by="one", count=3, alone=None),
        {},
        {"bulk": OTHER_TEXT, "by": "one", "count": 3},
    ),
    (
        Event.BULK_APPROVED,
        lambda c: quarantine.record_bulk_approved(c, AT, plan=OTHER, by="one", count=3, alone="discard"),
        {},
        {"bulk": OTHER_TEXT, "by": "one", "count": 3, "alone": "discard"},
    ),
    (
        Event.BULK_STOPPED,
        lambda c: quarantine.record_bulk_stopped(c, AT, plan=OTHER, by="one", state="stopped"),
        {},
        {"bulk": OTHER_TEXT, "by": "one", "state": "stopped"},
    ),
    (
        Event.BULK_RESUMED,
        lambda c: quarantine.record_bulk_resumed(c, AT, plan=OTHER, by="one"),
        {},
        {"bulk": OTHER_TEXT, "by": "one"},
    ),
    (
        Event.BULK_DONE,
        lambda c: quarantine.record_bulk_done(c, AT, plan=OTHER, by="one"),
        {},
        {"bulk": OTHER_TEXT, "by": "one"},
    ),
]

PARTNERS: list[Row] = [
    (
        Event.PARTNER_PAUSED,
        lambda c: partners.record_partner_paused(c, AT, partner="prison", by="one", reason="a reason"),
        {"agency": "prison"},
        {"by": "one", "reason": "a reason"},
    ),
    (
        Event.PARTNER_RESUMED,
        lambda c: partners.record_partner_resumed(c, AT, partner="prison", by="one"),
        {"agency": "prison"},
        {"by": "one"},
    ),
    (
        Event.PARTNER_TESTED,
        lambda c: partners.record_partner_tested(c, AT, partner="prison", message_id=MESSAGE, by="one"),
        {"agency": "prison", "message_id": MESSAGE},
        {"by": "one"},
    ),
    (
        Event.PARTNER_SILENT,
        lambda c: partners.record_partner_silent(
            c, AT, partner="prison", code="code", why="why", failures=5, since=LATER, next_try_at=None
        ),
        {"agency": "prison"},
        {"code": "code", "why": "why", "failures": 5, "since": LATER_TEXT, "next_try_at": None},
    ),
    (
        Event.PARTNER_ANSWERS,
        lambda c: partners.record_partner_answers(c, AT, partner="prison", since=None, next_try_at=LATER),
        {"agency": "prison"},
        {"since": None, "next_try_at": LATER_TEXT},
    ),
    (
        Event.PARTNER_NOT_FETCHING,
        lambda c: partners.record_partner_not_fetching(c, AT, partner="prison", since=LATER, messages=3),
        {"agency": "prison"},
        {"since": LATER_TEXT, "messages": 3},
    ),
]

ALL = [*DELIVERIES, *SETTLED, *CORRECTED, *PLANS, *PARTNERS]
