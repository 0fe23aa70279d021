"""The rows that the journal's functions write about clocks, links and protocols."""

from hub.journal.events import Event
from hub.journal.record import clocks, linking, protocols, sharing
from hub.lifecycle import ClockState
from schemas.parts.supervision import SupervisionEnd
from tests.integration.evidence.journal_rows.row import AT, CLOCK, LATER, LATER_TEXT, MESSAGE, OTHER, OTHER_TEXT, Row

PROPOSAL = protocols.Proposal(OTHER, "p", 2)
REPORT = clocks.ClockInMessage(MESSAGE, CLOCK, "area", "report")
LINK = linking.LinkInMessage(MESSAGE, "area", OTHER)
OF_CLOCK = {"message_id": MESSAGE, "clock_id": CLOCK, "agency": "area"}

CLOCKS: list[Row] = [
    *(
        (
            event,
            lambda c, record=record: record(c, AT, REPORT, due_at=LATER),
            OF_CLOCK,
            {"clock": "report", "due_at": LATER_TEXT},
        )
        for event, record in (
            (Event.CLOCK_STARTED, clocks.record_clock_started),
            (Event.CLOCK_DOUBTFUL, clocks.record_clock_doubtful),
            (Event.CLOCK_OVERDUE, clocks.record_clock_overdue),
        )
    ),
    *(
        (
            event,
            lambda c, record=record: record(c, AT, REPORT, started_by=OTHER),
            OF_CLOCK,
            {"clock": "report", "started_by": OTHER_TEXT},
        )
        for event, record in (
            (Event.CLOCK_MET, clocks.record_clock_met),
            (Event.CLOCK_MISSED, clocks.record_clock_missed),
            (Event.CLOCK_VOIDED, clocks.record_clock_voided),
        )
    ),
    (
        Event.CLOCK_DECIDED,
        lambda c: clocks.record_clock_decided(
            c, AT, REPORT, state=ClockState.VOID, decided_by="one", reason="a reason"
        ),
        OF_CLOCK,
        {"clock": "report", "state": "void", "decided_by": "one", "reason": "a reason"},
    ),
    (
        Event.CLOCK_PASSED_ON,
        lambda c: clocks.record_clock_passed_on(c, AT, REPORT, former_owner="other"),
        OF_CLOCK,
        {"clock": "report", "former_owner": "other"},
    ),
    (
        Event.REMINDED,
        lambda c: clocks.record_reminded(c, AT, REPORT, reminder=OTHER),
        OF_CLOCK,
        {"reminder": OTHER_TEXT},
    ),
]

LINKS: list[Row] = [
    *(
        (
            event,
            lambda c, record=record: record(c, AT, LINK, because=linking.WhyLinked("number", None, "why", 0.001)),
            {"message_id": MESSAGE, "agency": "area"},
            {"link": OTHER_TEXT, "found_by": "number", "match_weight": None, "why": "why", "chance_of_error": 0.001},
        )
        for event, record in (
            (Event.LINKED, linking.record_linked),
            (Event.LINK_DOUBTFUL, linking.record_link_doubtful),
        )
    ),
    *(
        (
            event,
            lambda c, record=record: record(c, AT, LINK, decided_by="one"),
            {"message_id": MESSAGE, "agency": "area"},
            {"link": OTHER_TEXT, "decided_by": "one"},
        )
        for event, record in (
            (Event.LINK_CONFIRMED, linking.record_link_confirmed),
            (Event.LINK_REJECTED, linking.record_link_rejected),
        )
    ),
    (
        Event.INDEX_ANSWERED,
        lambda c: sharing.record_index_answered(
            c, AT, message_id=MESSAGE, asked_by="area", purpose="report", areas=["other"]
        ),
        {"message_id": MESSAGE, "agency": "area"},
        {"purpose": "report", "areas": ["other"]},
    ),
    (
        Event.INDEX_SEARCHED,
        lambda c: sharing.record_index_searched(
            c, AT, by="one", reason="a reason", asked_by=["pnc_id"], areas=["other"]
        ),
        {},
        {"by": "one", "reason": "a reason", "asked_by": ["pnc_id"], "areas": ["other"]},
    ),
    (
        Event.REGISTER_READ,
        lambda c: sharing.record_register_read(c, AT, by="one", reason="a reason", only=["area"], entries=2),
        {},
        {"by": "one", "reason": "a reason", "only": ["area"], "entries": 2},
    ),
    (
        Event.SUPERVISION_STARTED,
        lambda c: linking.record_supervision_started(c, AT, message_id=MESSAGE, area="area"),
        {"message_id": MESSAGE, "agency": "area"},
        {},
    ),
    (
        Event.SUPERVISION_ENDED,
        lambda c: linking.record_supervision_ended(
            c, AT, message_id=MESSAGE, area="area", because=SupervisionEnd.COMPLETED, supervisions=2
        ),
        {"message_id": MESSAGE, "agency": "area"},
        {"because": "completed", "supervisions": 2},
    ),
]

PROTOCOLS: list[Row] = [
    (
        Event.PROTOCOL_ADOPTED,
        lambda c: protocols.record_protocol_adopted(c, AT, protocol="p", protocol_version=2),
        {},
        {"protocol": "p", "protocol_version": 2},
    ),
    (
        Event.PROTOCOL_PROPOSED,
        lambda c: protocols.record_protocol_proposed(c, AT, PROPOSAL, by="one"),
        {},
        {"proposal": OTHER_TEXT, "protocol": "p", "protocol_version": 2, "by": "one"},
    ),
    (
        Event.PROTOCOL_APPROVED,
        lambda c: protocols.record_protocol_approved(c, AT, PROPOSAL, by="two"),
        {},
        {"proposal": OTHER_TEXT, "protocol": "p", "protocol_version": 2, "by": "two"},
    ),
    (
        Event.PROTOCOL_REJECTED,
        lambda c: protocols.record_protocol_rejected(c, AT, PROPOSAL, by="two", reason="a reason"),
        {},
        {"proposal": OTHER_TEXT, "protocol": "p", "protocol_version": 2, "by": "two", "reason": "a reason"},
    ),
    (
        Event.PROTOCOL_NOTICED,
        lambda c: protocols.record_protocol_noticed(
            c, AT, message_id=MESSAGE, protocol="p", protocol_version=2, occasion="expiry", days=90, parties=4
        ),
        {"message_id": MESSAGE},
        {"protocol": "p", "protocol_version": 2, "occasion": "expiry", "days": 90, "parties": 4},
    ),
]

ALL = [*CLOCKS, *LINKS, *PROTOCOLS]
