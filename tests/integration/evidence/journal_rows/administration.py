"""The rows that the journal's functions write about keys, accounts, disposal and the installation."""

from hub.journal.events import Event
from hub.journal.record import accounts, disposal, installation, keys
from hub.store.journal.state import next_position
from schemas.json import JsonObject
from tests.integration.evidence.journal_rows.row import AT, DOCUMENT, LATER, LATER_TEXT, MESSAGE, Row

KEYS: list[Row] = [
    (
        Event.KEY_ADDED,
        lambda c: keys.record_key_added(c, AT, agency="court", key="k", algorithm="Ed25519", by="one"),
        {"agency": "court"},
        {"key": "k", "algorithm": "Ed25519", "by": "one"},
    ),
    (
        Event.KEY_REVOKED,
        lambda c: keys.record_key_revoked(c, AT, agency="court", key="k", by="one"),
        {"agency": "court"},
        {"key": "k", "by": "one"},
    ),
    (
        Event.VAULT_ROTATED,
        lambda c: keys.record_vault_rotated(c, AT, to="m", rewrapped=9, continued=False, by="one"),
        {},
        {"to": "m", "rewrapped": 9, "continued": False, "by": "one"},
    ),
    (
        Event.VAULT_RETIRED,
        lambda c: keys.record_vault_retired(c, AT, keys=["m"], by="one"),
        {},
        {"keys": ["m"], "by": "one"},
    ),
]

ACCOUNTS: list[Row] = [
    (
        Event.ACCOUNT_ADDED,
        lambda c: accounts.record_account_added(
            c, AT, account="two", roles=("operator",), rights=(), expires_at=LATER, by="one"
        ),
        {},
        {"account": "two", "roles": ["operator"], "rights": [], "expires_at": LATER_TEXT, "by": "one"},
    ),
    *(
        (
            Event.ACCOUNT_CHANGED,
            lambda c, change=change: accounts.record_account_changed(c, AT, account="two", by="one", change=change),
            {},
            {"account": "two", "by": "one"} | written,
        )
        for change, written in (
            (accounts.AccountChange(roles=["operator"], rights=[]), {"roles": ["operator"], "rights": []}),
            (accounts.AccountChange(disabled_at=LATER), {"disabled_at": LATER_TEXT}),
            (accounts.AccountChange(disabled_at=None), {"disabled_at": None}),
            (accounts.AccountChange(expires_at=LATER), {"expires_at": LATER_TEXT}),
        )
    ),
    (
        Event.PASSWORD_CHANGED,
        lambda c: accounts.record_password_changed(c, AT, account="two", by="one"),
        {},
        {"account": "two", "by": "one"},
    ),
    (
        Event.PASSWORD_CHANGED,
        lambda c: accounts.record_password_changed(c, AT, account="two", by="two", sessions_ended=0),
        {},
        {"account": "two", "by": "two", "sessions_ended": 0},
    ),
    (
        Event.SECOND_FACTOR_ADDED,
        lambda c: accounts.record_second_factor_added(c, AT, account="two", sessions_ended=1),
        {},
        {"account": "two", "by": "two", "sessions_ended": 1},
    ),
    (
        Event.SECOND_FACTOR_RESET,
        lambda c: accounts.record_second_factor_reset(c, AT, account="two", by="one", approved_by="three"),
        {},
        {"account": "two", "by": "one", "approved_by": "three"},
    ),
    (
        Event.LOGGED_IN,
        lambda c: accounts.record_logged_in(c, AT, person="one", remote=True),
        {},
        {"person": "one", "remote": True},
    ),
    (Event.LOGGED_OUT, lambda c: accounts.record_logged_out(c, AT, person="one"), {}, {"person": "one"}),
    (
        Event.LOGIN_BLOCKED,
        lambda c: accounts.record_login_blocked(c, AT, account=None, by=["address"]),
        {},
        {"account": None, "by": ["address"]},
    ),
    (
        Event.ACCESS_DENIED,
        lambda c: accounts.record_access_denied(c, AT, person="one", right="back_up"),
        {},
        {"person": "one", "right": "back_up"},
    ),
]

_PROPOSED = installation.ProposedAct(MESSAGE, "rules", "installation", "d1")
_PROPOSED_WRITTEN: JsonObject = {
    "proposal": str(MESSAGE),
    "act": "rules",
    "about": "installation",
    "digest": "d1",
}

APPROVAL: list[Row] = [
    (
        Event.ALERT_ACKNOWLEDGED,
        lambda c: installation.record_alert_acknowledged(
            c, AT, alert="quarantine", about=("partner.refused",), by="one", reason="a reason"
        ),
        {},
        {"alert": "quarantine", "about": ["partner.refused"], "by": "one", "reason": "a reason"},
    ),
    (
        Event.PROPOSAL_MADE,
        lambda c: installation.record_proposal_made(c, AT, _PROPOSED, by="one", expires_at=LATER),
        {},
        {**_PROPOSED_WRITTEN, "by": "one", "expires_at": LATER_TEXT},
    ),
    (
        Event.PROPOSAL_APPROVED,
        lambda c: installation.record_proposal_approved(c, AT, _PROPOSED, by="two", proposed_by="one"),
        {},
        {**_PROPOSED_WRITTEN, "by": "two", "proposed_by": "one"},
    ),
    *(
        (
            Event.PROPOSAL_REJECTED,
            lambda c, why=why: installation.record_proposal_rejected(c, AT, _PROPOSED, by="two", reason=why),
            {},
            {**_PROPOSED_WRITTEN, "by": "two"} | ({"reason": why} if why else {}),
        )
        for why in (None, "a reason")
    ),
    (
        Event.PROPOSAL_EXPIRED,
        lambda c: installation.record_proposal_expired(c, AT, _PROPOSED, by="one"),
        {},
        {**_PROPOSED_WRITTEN, "by": "one"},
    ),
    (
        Event.RULES_ADOPTED,
        lambda c: installation.record_rules_adopted(c, AT, rules={"alone_up_to": 20}),
        {},
        {"rules": {"alone_up_to": 20}},
    ),
    (
        Event.RULES_CHANGED,
        lambda c: installation.record_rules_changed(c, AT, number=2, rules={"alone_up_to": 7}, proposal=MESSAGE),
        {},
        {"number": 2, "rules": {"alone_up_to": 7}, "proposal": str(MESSAGE)},
    ),
]

DISPOSAL: list[Row] = [
    (
        Event.CONTENT_DESTROYED,
        lambda c: disposal.record_content_destroyed(
            c, AT, destroyed=disposal.DestroyedMessage(MESSAGE, "p", 90), by="one"
        ),
        {"message_id": MESSAGE},
        {"protocol": "p", "days": 90, "by": "one"},
    ),
    (
        Event.CONTENT_DESTROYED,
        lambda c: disposal.record_content_destroyed(
            c, AT, destroyed=disposal.DestroyedDocument(DOCUMENT, "not_accepted"), by="one"
        ),
        {"raw_document_id": DOCUMENT},
        {"why": "not_accepted", "by": "one"},
    ),
    (
        Event.RETENTION_RUN,
        lambda c: disposal.record_retention_run(
            c,
            AT,
            by="one",
            messages=[{"kind": "court_list", "protocol": "p", "days": 90, "count": 2}],
            kept=[{"why": "legal_hold", "kind": "court_list", "count": 1}],
            documents={"not_accepted": 1},
            oldest_remaining=LATER,
        ),
        {},
        {
            "by": "one",
            "dry_run": False,
            "messages": [{"kind": "court_list", "protocol": "p", "days": 90, "count": 2}],
            "kept": [{"why": "legal_hold", "kind": "court_list", "count": 1}],
            "documents": {"not_accepted": 1},
            "oldest_remaining": LATER_TEXT,
        },
    ),
    (
        Event.HOLD_PLACED,
        lambda c: disposal.record_hold_placed(c, AT, hold="h", scheme="pnc", covers=2, by="one", reason="a reason"),
        {},
        {"hold": "h", "scheme": "pnc", "covers": 2, "by": "one", "reason": "a reason"},
    ),
    (
        Event.HOLD_ENDED,
        lambda c: disposal.record_hold_ended(c, AT, hold="h", by="one", reason="a reason"),
        {},
        {"hold": "h", "by": "one", "reason": "a reason"},
    ),
    (
        Event.SUBJECT_REPORTED,
        lambda c: disposal.record_subject_reported(
            c, AT, by="one", reason="a reason", asked_by=["pnc"], sharings=4, opened=["m", "n"]
        ),
        {},
        {
            "by": "one",
            "reason": "a reason",
            "asked_by": ["pnc"],
            "messages": 2,
            "sharings": 4,
            "opened": ["m", "n"],
        },
    ),
]

INSTALLATION: list[Row] = [
    (
        Event.BACKED_UP,
        lambda c: installation.record_backed_up(c, AT, up_to=9, sha256="5a", with_keys=True, by="one"),
        {},
        {"up_to": 9, "sha256": "5a", "with_keys": True, "by": "one"},
    ),
    (
        Event.RESTORED,
        lambda c: installation.record_restored(c, AT, made_at=LATER_TEXT, up_to=9, sha256="5a"),
        {},
        {"made_at": LATER_TEXT, "up_to": 9, "sha256": "5a"},
    ),
    (
        Event.TAKEN_OVER,
        lambda c: installation.record_taken_over(c, AT, by="one", reason="a reason"),
        {},
        {"by": "one", "reason": "a reason"},
    ),
    (
        Event.RESTORE_REVIEWED,
        lambda c: installation.record_restore_reviewed(c, AT, seen="5a", by="one", reason="a reason"),
        {},
        {"seen": "5a", "by": "one", "reason": "a reason"},
    ),
    (
        Event.TIME_STEPPED,
        lambda c: installation.record_time_stepped(c, AT, seconds=-90),
        {},
        {"seconds": -90},
    ),
]


def _prove(position: int, left: str) -> JsonObject:
    return {"proof": "5a", "by": "k1"}


STATE: list[Row] = [
    (
        Event.STATE_LEFT,
        lambda c: installation.record_state_left(c, AT, next_position(c), "clock 1 5a\nclock 2 -", _prove),
        {},
        {"left": "clock 1 5a\nclock 2 -", "proof": "5a", "by": "k1"},
    ),
    (
        Event.STATE_DECIDES,
        lambda c: installation.record_state_decides(c, AT, next_position(c), "account one", "account one 5a", _prove),
        {},
        {"row": "account one", "left": "account one 5a", "proof": "5a", "by": "k1"},
    ),
]

ALL = [*KEYS, *ACCOUNTS, *APPROVAL, *DISPOSAL, *INSTALLATION, *STATE]
