"""The rows that the journal's functions write about documents, messages and decisions."""

from hub.journal.events import Event
from hub.journal.record import documents, messages, sharing
from tests.integration.evidence.journal_rows.row import (
    AT,
    CLOCK,
    DELIVERY,
    DOCUMENT,
    MESSAGE,
    OF_DELIVERY,
    OF_DOCUMENT,
    OTHER,
    OTHER_TEXT,
    Row,
)

DOCUMENTS: list[Row] = [
    (
        Event.DOCUMENT_RECEIVED,
        lambda c: documents.record_document_received(
            c, AT, document_id=DOCUMENT, sender="court", digest="d", size_bytes=7
        ),
        OF_DOCUMENT,
        {"digest": "d", "size_bytes": 7},
    ),
    (
        Event.DOCUMENT_RECEIVED,
        lambda c: documents.record_document_received(
            c,
            AT,
            document_id=DOCUMENT,
            sender="court",
            digest="d",
            size_bytes=7,
            signed_by="k",
            signature="s",
            by="one",
            corrects=OTHER,
            through="i",
        ),
        OF_DOCUMENT,
        {
            "digest": "d",
            "size_bytes": 7,
            "signed_by": "k",
            "signature": "s",
            "by": "one",
            "corrects": OTHER_TEXT,
            "through": "i",
        },
    ),
    (
        Event.DOCUMENT_REPEATED,
        lambda c: documents.record_document_repeated(c, AT, document_id=DOCUMENT, sender="court"),
        OF_DOCUMENT,
        {},
    ),
    (
        Event.DOCUMENT_REFUSED,
        lambda c: documents.record_document_refused(
            c, AT, document_id=DOCUMENT, sender="court", problems=[("code", "place"), ("code", "other")]
        ),
        OF_DOCUMENT,
        {"code": "code", "where": "place", "codes": {"code": 2}, "places": ["place", "other"]},
    ),
    (
        Event.PART_REFUSED,
        lambda c: documents.record_part_refused(
            c, AT, document_id=DOCUMENT, sender="court", problems=[("code", "place"), ("code", "other")]
        ),
        OF_DOCUMENT,
        {"code": "code", "where": "place", "codes": {"code": 2}, "places": ["place", "other"]},
    ),
    (
        Event.DOCUMENT_ABANDONED,
        lambda c: documents.record_document_abandoned(c, AT, document_id=DOCUMENT),
        {"raw_document_id": DOCUMENT},
        {},
    ),
    (
        Event.INBOX_IGNORED,
        lambda c: documents.record_inbox_ignored(c, AT, agency="court", code="code", entry="mark"),
        {"agency": "court"},
        {"code": "code", "entry": "mark"},
    ),
    (
        Event.BODY_READ,
        lambda c: documents.record_body_read(
            c, AT, message_id=MESSAGE, document_id=None, person="one", reason="a reason", read=["body"]
        ),
        {"message_id": MESSAGE},
        {"person": "one", "reason": "a reason", "read": ["body"]},
    ),
    (
        Event.BODY_READ,
        lambda c: documents.record_body_read(
            c, AT, message_id=None, document_id=DOCUMENT, person="one", reason="a reason", read=["document"]
        ),
        {"raw_document_id": DOCUMENT},
        {"person": "one", "reason": "a reason", "read": ["document"]},
    ),
]

MESSAGES: list[Row] = [
    (
        Event.MESSAGE_ACCEPTED,
        lambda c: messages.record_message_accepted(
            c,
            AT,
            document_id=DOCUMENT,
            message_id=MESSAGE,
            sender="court",
            kind="court_result",
            version=1,
            digest="d",
            doubts=0,
            where="place",
        ),
        OF_DOCUMENT | {"message_id": MESSAGE},
        {"kind": "court_result", "version": 1, "digest": "d", "doubts": 0, "where": "place"},
    ),
    (
        Event.MESSAGE_REPEATED,
        lambda c: messages.record_message_repeated(c, AT, document_id=DOCUMENT, message_id=MESSAGE, sender="court"),
        OF_DOCUMENT | {"message_id": MESSAGE},
        {},
    ),
    (
        Event.REFERENCE_REUSED,
        lambda c: messages.record_reference_reused(c, AT, document_id=None, message_id=MESSAGE, sender="hub"),
        {"message_id": MESSAGE, "agency": "hub"},
        {},
    ),
    (
        Event.SUPERSEDED,
        lambda c: messages.record_superseded(c, AT, message_id=MESSAGE, superseded_by=OTHER),
        {"message_id": MESSAGE},
        {"superseded_by": OTHER_TEXT},
    ),
    (
        Event.OVERTAKEN,
        lambda c: messages.record_overtaken(c, AT, message_id=MESSAGE, overtaken_by=OTHER),
        {"message_id": MESSAGE},
        {"overtaken_by": OTHER_TEXT},
    ),
    (
        Event.NO_STANDING,
        lambda c: messages.record_no_standing(c, AT, message_id=MESSAGE, sender="court", keeper="other", reason="why"),
        {"message_id": MESSAGE, "agency": "court"},
        {"keeper": "other", "reason": "why"},
    ),
    (
        Event.BELIEVED,
        lambda c: messages.record_believed(c, AT, message_id=MESSAGE, sender="court", by="one", reason="why"),
        {"message_id": MESSAGE, "agency": "court"},
        {"by": "one", "reason": "why"},
    ),
    (
        Event.FORWARDED,
        lambda c: messages.record_forwarded(
            c, AT, message_id=MESSAGE, delivery_id=DELIVERY, recipient="prison", because_of=OTHER
        ),
        OF_DELIVERY,
        {"because_of": OTHER_TEXT},
    ),
    (
        Event.ASK_WITHDRAWN,
        lambda c: messages.record_ask_withdrawn(
            c, AT, message_id=MESSAGE, clock_id=CLOCK, withdraws=OTHER, because_of=OTHER
        ),
        {"message_id": MESSAGE, "clock_id": CLOCK},
        {"withdraws": OTHER_TEXT, "because_of": OTHER_TEXT},
    ),
    (
        Event.ASKED,
        lambda c: messages.record_asked(c, AT, message_id=MESSAGE, clock_id=CLOCK, because_of=OTHER),
        {"message_id": MESSAGE, "clock_id": CLOCK},
        {"because_of": OTHER_TEXT},
    ),
    (
        Event.SHARING_PERMITTED,
        lambda c: sharing.record_sharing_permitted(
            c,
            AT,
            message_id=MESSAGE,
            deliveries=[sharing.PermittedDelivery(DELIVERY, "prison", "p", 2, ("a.b",))],
        ),
        OF_DELIVERY,
        {"protocol": "p", "protocol_version": 2, "withheld": ["a.b"]},
    ),
    (
        Event.SHARING_DENIED,
        lambda c: sharing.record_sharing_denied(
            c, AT, message_id=MESSAGE, recipient="prison", code="code", reason="why"
        ),
        {"message_id": MESSAGE, "agency": "prison"},
        {"code": "code", "reason": "why"},
    ),
    (
        Event.SHARING_DENIED,
        lambda c: sharing.record_sharing_denied(c, AT, message_id=MESSAGE, clock_id=CLOCK, code="code", reason="why"),
        {"message_id": MESSAGE, "clock_id": CLOCK},
        {"code": "code", "reason": "why"},
    ),
    (
        Event.RECIPIENT_UNKNOWN,
        lambda c: sharing.record_recipient_unknown(c, AT, message_id=MESSAGE, target="prison", reason="why"),
        {"message_id": MESSAGE},
        {"target": "prison", "reason": "why"},
    ),
]

ALL = [*DOCUMENTS, *MESSAGES]
