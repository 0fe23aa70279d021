"""Examples of the exchange's answers, for readers of the OpenAPI document. Everything in them is made up. A test holds
them to their schemas."""

from types import MappingProxyType

_ID, _DOCUMENT = "6f0a3a4e-31d2-4a53-9d6a-6b1c1f2f0a10", "0b8e0f5c-3f0e-4a7e-8f43-0d5b7a3c9e21"
_DIGEST = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
_AT = "2026-11-30T09:30:00+00:00"

RECEIPT = MappingProxyType(
    {
        "receipt": {
            "document": _DOCUMENT,
            "received_at": _AT,
            "sha256": _DIGEST,
            "messages": [
                {
                    "id": _ID,
                    "kind": "report_request",
                    "version": 1,
                    "sender": "court-b10jq",
                    "reference": "RR-0001",
                    "accepted_at": _AT,
                    "journal_position": "q1zQb0r0T1yX3a8fG2hJ7k",
                    "counts": {"cases": 1, "defendants": 1, "offences": 1, "results": 0},
                    "recipients": [{"agency": "probation-northumbria", "protocol": "report-requests v2"}],
                    "not_permitted": [],
                }
            ],
            "refused": [],
            "signed": "eyJhbGciOiJFZERTQSIsImtpZCI6IjIwMjYxMTMwLTAxMjM0NTY3In0.e30.c2lnbmF0dXJl",
        }
    }
)
STORY = MappingProxyType(
    {
        "id": _ID,
        "kind": "report_request",
        "version": 1,
        "sender": "court-b10jq",
        "reference": "RR-0001",
        "sent_at": _AT,
        "correlation": _ID,
        "sha256": _DIGEST,
        "deliveries": [
            {
                "id": _DOCUMENT,
                "recipient": "probation-northumbria",
                "state": "delivered",
                "why_code": None,
                "attempts": 1,
                "delivered_at": _AT,
                "protocol": "report-requests v2",
                "unexpressed": [],
                "receipt": {"reference": "N-42"},
            }
        ],
    }
)
MAILBOX = MappingProxyType(
    {
        "items": [
            {
                "message_id": _ID,
                "delivery_id": _DOCUMENT,
                "kind": "report_request",
                "sender": "court-b10jq",
                "media_type": "application/json",
                "size_bytes": 1480,
                "placed_at": _AT,
                "fetched_at": None,
            }
        ]
    }
)
ACKNOWLEDGED = MappingProxyType({"receipt": {"message_id": _ID, "received_at": _AT, "reference": "N-42"}})
PROBLEM = MappingProxyType(
    {
        "type": "/problems/identifier.pnc_id",
        "title": "Unprocessable Content",
        "status": 422,
        "code": "identifier.pnc_id",
        "detail": "nothing of this document was accepted",
        "problems": [
            {
                "code": "identifier.pnc_id",
                "where": "payload.defendant.pnc_id",
                "problem": "the check letter is wrong",
                "cure": "correct the number",
            }
        ],
    }
)
