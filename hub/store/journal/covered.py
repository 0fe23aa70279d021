"""Which tables and columns the entries about state cover. The triggers of the migrations say the same, and a test
compares them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Covered:
    """A table whose rows follow from entries.

    `key` names a row, and `kind` is the type of that column. `left_out` are the columns that no digest covers. `only`
    names the others where a row may be so large that it is not read whole. If it `decides`, a row without its entry
    decides nothing.
    """

    key: str
    left_out: frozenset[str] = frozenset()
    decides: bool = False
    kind: str = "uuid"
    only: str = "*"


_ATTEMPTS = "attempts due_at lease_token lease_until begun_at deaths why why_code why_where why_cure receipt_words"
COVERED: Mapping[str, Covered] = {
    "message": Covered(
        "id",
        frozenset({"reference", "payload", "doubts", "counts"}),
        only="id, raw_document_id, kind, version, sender, sender_reference, subject, correlation, causation, sent_at,"
        " accepted_at, digest, state, replaces_key, supersedes, edition_at, overtaken_by",
    ),
    "message_standing": Covered("message_id"),
    "raw_document": Covered(
        "id",
        frozenset({"body", "receipt", "receipt_after"}),
        only="id, caller, media_type, digest, received_at, state, message_ids",
    ),
    "delivery": Covered("id", frozenset(_ATTEMPTS.split())),
    "clock": Covered("id", frozenset({"next_reminder_at"})),
    "person_link": Covered("id"),
    "legal_hold": Covered("id", decides=True),
    "disposal": Covered("id"),
    "agency_key": Covered("id", decides=True),
    "agency_certificate": Covered("thumbprint", decides=True, kind="text"),
    "account": Covered("name", decides=True, kind="text"),
    "staff_session": Covered("token_hash", frozenset({"used_at"}), decides=True, kind="bytea"),
    "protocol_version": Covered("id", decides=True),
    "partner_state": Covered(
        "recipient", frozenset({"failures", "failing_since", "pauses", "next_try_at", "why_code", "why"}), kind="text"
    ),
    "refused_part": Covered("id"),
    "quarantine_bulk": Covered("id"),
}
DECIDING = tuple(name for name, covered in COVERED.items() if covered.decides)

NOT_COVERED: Mapping[str, str] = {
    "journal": "the seals cover it",
    "journal_seal": "its signed heads cover it",
    "installation": "every process compares it with its own files",
    "lifecycle_move": "the migrations make it",
    "content_key": "without the right key nothing opens; a removed key shows when the content is read",
    "attachment": "its content is encrypted and bound to its message; its absence is not shown",
    "case_key": "made from the content of its message; its absence is not shown",
    "mailbox_item": "the delivery says whether it was placed and acknowledged; when it was fetched is not shown",
    "collection": "what was collected is known by its document; when to look again is not shown",
    "used_assertion": "kept for minutes; whoever removes one can use that assertion again within its five minutes",
    "login_attempt": "counts of wrong passwords; whoever removes them gets more tries",
    "supervised_person": "made from the content of its message; its absence is not shown",
    "supervised_identifier": "made from the content of its message; its absence is not shown",
    "awaiting_link": "whether a search is still open is not shown",
    "subject_key": "made from the content of its message, and made again by the index; its absence is not shown",
    "quarantine_bulk_item": "each settled delivery has an entry of its own; what is still open is not shown",
    "protocol_notice": "each notice is a message of its own",
}
"""Tables that no digest covers, and what shows a change of them, if anything does."""
