"""Which tables and columns the entries about state cover. The triggers of the migrations say the same, and a test
compares them."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Covered:
    """A table whose rows follow from entries.

    `key` names a row, and `kind` is the type of that column. `columns` are those that the digests cover, and `left_out`
    the others. A column of `later` came after the table was covered, and counts where it is filled. If it `decides`, a
    row without its entry decides nothing. `by_json`: its digest is that of JSON, as that of all tables once was. If it
    is covered `together`, one digest covers all rows with the same key; then this says how they are put together.
    `since` is the migration that covered it, if that was later than the others.
    """

    key: str
    columns: str
    left_out: frozenset[str] = frozenset()
    later: tuple[str, ...] = ()
    decides: bool = False
    by_json: bool = False
    kind: str = "uuid"
    together: str | None = None
    since: str | None = None


COVERED: Mapping[str, Covered] = {
    "message": Covered(
        "id",
        "id, raw_document_id, kind, version, sender, sender_reference, subject, correlation, causation, "
        "sent_at, accepted_at, digest, state, replaces_key, supersedes, edition_at, overtaken_by",
        left_out=frozenset(["counts", "doubts", "payload", "reference"]),
    ),
    "message_standing": Covered(
        "message_id",
        "message_id, matter, keeper, sender, acts_for, parties, within, stands, reason, believed_by",
    ),
    "raw_document": Covered(
        "id",
        "id, caller, media_type, digest, received_at, state, message_ids",
        left_out=frozenset(["body", "receipt", "receipt_after"]),
    ),
    "delivery": Covered(
        "id",
        "id, message_id, recipient, target, subject, position, cause, state, protocol, protocol_version, "
        "withheld, unexpressed, quarantined_at, created_at, delivered_at, receipt, handed_in_by, known_as",
        left_out=frozenset(
            [
                *("attempts", "begun_at", "deaths", "due_at", "lease_token", "lease_until", "receipt_words"),
                *("why", "why_code", "why_cure", "why_where"),
            ]
        ),
    ),
    "clock": Covered(
        "id",
        "id, name, message_id, owner, toward, toward_target, forward_kind, starts_at, due_at, why, state, "
        "stopped_at, stopped_by, overdue_reported, remind_at",
        left_out=frozenset(["next_reminder_at"]),
    ),
    "person_link": Covered(
        "id",
        "id, message_id, person_id, area, state, found_by, match_weight, evidence, why, found_at, "
        "decided_at, decided_by",
    ),
    "legal_hold": Covered(
        "id",
        "id, kind, scheme, key, placed_by, placed_at, reason, ended_at, ended_by, ended_because",
        decides=True,
        by_json=True,
    ),
    "disposal": Covered(
        "id",
        "id, destroyed_at",
    ),
    "agency_key": Covered(
        "id",
        "id, agency, algorithm, public_key, not_before, expires_at, revoked_at",
        decides=True,
        by_json=True,
    ),
    "agency_certificate": Covered(
        "thumbprint",
        "thumbprint, agency, certificate, not_before, expires_at, revoked_at",
        decides=True,
        by_json=True,
        kind="text",
    ),
    "client_secret": Covered(
        "id",
        "id, agency, secret_hash, not_before, expires_at, revoked_at",
        decides=True,
    ),
    "account": Covered(
        "name",
        "name, roles, rights, password_hash, must_change_password, created_at, created_by, expires_at, disabled_at",
        decides=True,
        by_json=True,
        kind="text",
    ),
    "staff_session": Covered(
        "token_hash",
        "token_hash, account, opened_at, expires_at",
        left_out=frozenset(["used_at"]),
        decides=True,
        by_json=True,
        kind="bytea",
    ),
    "protocol_version": Covered(
        "id",
        "id, protocol, version, text, state, proposed_by, proposed_at, decided_by, decided_at, reason",
        decides=True,
        by_json=True,
    ),
    "proposal": Covered(
        "id",
        "id, act, about, content, digest, state, proposed_by, proposed_at, expires_at, decided_by, decided_at, reason",
        decides=True,
    ),
    "installation_rules": Covered(
        "number",
        "number, rules, since, proposal",
        decides=True,
        kind="integer",
    ),
    "second_factor": Covered(
        "account",
        "account, secret, asked_at, confirmed_at, last_step",
        decides=True,
        kind="text",
    ),
    "partner_state": Covered(
        "recipient",
        "recipient, paused_at, paused_by, paused_because",
        left_out=frozenset(["failing_since", "failures", "next_try_at", "pauses", "why", "why_code"]),
        kind="text",
    ),
    "refused_part": Covered(
        "id",
        "id, raw_document_id, number, at, code, place, problem, cure, problems, others, state, closed_at, "
        "closed_by, closed_because, received_again_as",
    ),
    "installation": Covered(
        "name || '@' || to_char(since AT TIME ZONE 'UTC', 'YYYYMMDDHH24MISSUS')",
        "name, since, value",
        decides=True,
        kind="text",
    ),
    "quarantine_bulk": Covered(
        "id",
        "id, action, selection, reason, state, planned_at, planned_by, approved_at, approved_by, ended_at",
    ),
    "mailbox_item": Covered(
        "delivery_id",
        "delivery_id, recipient, message_id, placed_at, acknowledged_at",
        left_out=frozenset(["body", "digest", "fetched_at", "media_type", "size_bytes", "visible_at"]),
        since="0046",
    ),
    "awaiting_link": Covered(
        "message_id",
        "message_id, target",
        left_out=frozenset(["looked_at"]),
        since="0046",
    ),
    "supervised_person": Covered(
        "id",
        "id, area, message_id, person, surname_key, date_of_birth, since, finding_keys",
        since="0046",
    ),
    "supervision": Covered(
        "id",
        "id, person_id, area, message_id, reference, started_on, ended_on, ended_because, ended_by",
        since="0046",
    ),
    "supervised_identifier": Covered(
        "person_id",
        "person_id, scheme, value",
        together="string_agg(scheme || ':' || value, ',' ORDER BY scheme, value)",
        since="0046",
    ),
    "case_key": Covered(
        "message_id",
        "message_id, key",
        together="string_agg(key, ',' ORDER BY key)",
        since="0046",
    ),
    "attachment": Covered(
        "message_id",
        "message_id, sha256",
        left_out=frozenset(["content", "media_type", "name"]),
        together="string_agg(sha256, ',' ORDER BY sha256)",
        since="0046",
    ),
}

COVERED_LATER = tuple(name for name, covered in COVERED.items() if covered.since)
DECIDING = tuple(name for name, covered in COVERED.items() if covered.decides)

NOT_COVERED: Mapping[str, str] = {
    "journal": "the seals cover it",
    "journal_seal": "its signed heads cover it",
    "server_time": "it says how long assertions are kept, and is not evidence",
    "lifecycle_move": "the migrations make it",
    "content_key": "without the right key nothing opens; a removed key shows when the content is read",
    "collection": "what was collected is known by its document; when to look again is not shown",
    "named_document": "a name by which a sender asks for its document again; its absence is not shown",
    "list_without_hearing": "work that is left of an upgrade; its absence is not shown",
    "later_answer": "an answer that is sent, and can be fetched too; its absence is not shown",
    "used_assertion": "kept for minutes; whoever removes one can use that assertion again within its five minutes",
    "login_attempt": "counts of wrong passwords; whoever removes them gets more tries",
    "subject_key": "made from the content of its message, and made again by the index; its absence is not shown",
    "current_person_key": "made from the content of its message when it is first looked for; its absence is not shown",
    "message_measure": "made from the content of its message; what makes a figure wrong shows against the messages",
    "quarantine_bulk_item": "each settled delivery has an entry of its own; what is still open is not shown",
    "alert": "it says what figures said at a moment, and decides nothing; each acknowledgement has an entry of its own",
    "sender_habit": "it is counted from the messages, and only says after which silence somebody is told",
    "protocol_notice": "each notice is a message of its own",
}
"""Tables that no digest covers, and what shows a change of them, if anything does."""
