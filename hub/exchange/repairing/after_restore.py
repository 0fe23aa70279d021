"""After a restore: what a person must go through before the exchange works again, and what nobody can know."""

import hashlib
import json
from datetime import datetime
from typing import TypedDict
from uuid import UUID

from hub.approval.waiting import WaitsForSecondPerson
from hub.errors import NotFound
from hub.exchange.repairing.compared import Compared, compare
from hub.exchange.wiring import Wiring
from hub.journal.record.installation import record_restore_reviewed
from hub.journal.witnesses import blinded
from hub.lifecycle import AGREED, TwoPersonAct
from hub.store.access import accounts
from hub.store.access.agency_keys import KEYS
from hub.store.access.certificates import CERTIFICATES
from hub.store.approval import proposals
from hub.store.approval.proposals import KeptProposal
from hub.store.database.engine import Transaction
from hub.store.journal.covered import DECIDING
from hub.store.journal.digests import digests
from hub.store.journal.seals import last_given_position
from hub.store.messages import partners
from hub.store.persons import subjects
from hub.store.sharing import protocols
from hub.unproved import ReviewOutdated
from schemas.json import JsonObject

UNKNOWN = (
    "Keys, certificates and accounts that were stopped since the backup are in use again: ask each agency, and each"
    " person who manages people, and revoke or disable them again.",
    "Protocols that were narrowed or ended since decide as before: ask who approved versions, and approve them again.",
    "Deliveries that were given up since wait again: ask who settles quarantine, and discard them again.",
    "Deliveries that arrived since wait again: they are sent once more under their old ids. The receipts of the"
    " recipients name them: hub restored compare.",
    "Legal holds that were placed since are missing: ask who places them, and place them again before any retention.",
    "Messages that were accepted since are missing: their senders have receipts with later positions, and their"
    " recipients have them: hub restored compare.",
)
"""What the restored database cannot say by itself."""


class RestoreReview(TypedDict):
    """What counts again as it did when the backup was made. `seen` names exactly this list.

    From the witnesses: the rows that decide and were changed since, how many were made since, the deliveries that were
    given up since, and how far the witnesses know the journal.
    """

    backup_of: str
    journal_position: int
    keys: list[str]
    certificates: list[str]
    accounts: list[str]
    protocols: list[str]
    holds: list[str]
    paused_partners: list[str]
    open_deliveries: dict[str, int]
    changed_since: list[str]
    made_since: int
    given_up_since: list[str]
    witnessed_until: int | None
    unknown: list[str]
    seen: str


class AfterRestore:
    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._standstill = wiring.standstill
        self._witnesses = wiring.witnesses
        self._agencies = wiring.agencies
        self._rules = wiring.rules
        self._proposals = wiring.proposals

    def show(self) -> RestoreReview:
        """Raises NotFound if the exchange does not stand still."""
        since = self._standstill.since()
        if since is None:
            raise NotFound("no backup was put back that waits for a person", "nothing is to be done")
        with self._store.transaction() as connection:
            return self._review(connection, since)

    def compare(self, agency: str, text: str) -> Compared:
        """Compare what an agency says it has with what this database knows. Raises NotYours or NotFound."""
        return compare(self._store, self._agencies.named(agency).id, text)

    def end(self, seen: str, by: str, reason: str) -> None:
        """The exchange works again. `seen` is that of the list as it is now. Raises NotFound, ReviewOutdated or
        WaitsForSecondPerson."""
        if self.show()["seen"] != seen:
            raise ReviewOutdated(
                "the list has changed since, or another one is meant", "go through it again: hub restored show"
            )
        with self._store.transaction() as connection:
            if not self._rules.current(connection).two_for_recovery:
                self._end(connection, seen, by, reason)
                return
            waits = next(iter(proposals.open_about(connection, TwoPersonAct.STANDSTILL_ENDED)), None)
            content: JsonObject = {"seen": seen, "reason": reason}
            proposal = waits or self._proposals.propose(
                connection, TwoPersonAct.STANDSTILL_ENDED, "standstill", content, by
            )
        raise WaitsForSecondPerson(proposal)

    def ending(self, connection: Transaction, proposal: KeptProposal) -> JsonObject:
        """What the approval of a proposal to end the standstill would do now: it names the list as it is."""
        since = self._standstill.since()
        review = self._review(connection, since) if since is not None else None
        return {"seen": review["seen"] if review else None, "reason": proposal.content["reason"]}

    def approve_end(self, id: UUID, by: str, seen: str | None) -> None:
        """As a second person. Raises ApprovalRefused or NotFound."""
        self.show()
        with self._store.transaction() as connection:
            proposal = self._proposals.open(connection, TwoPersonAct.STANDSTILL_ENDED, id)
            content = self.ending(connection, proposal)
            self._proposals.approve(connection, proposal.act, id, by, seen, content)
            reason = proposal.content["reason"]
            self._end(connection, content["seen"], proposal.proposed_by, reason, approved_by=by)

    def _end(self, connection: Transaction, seen: str, by: str, reason: str, approved_by: str | None = None) -> None:
        self._witnesses.begin_again(connection)
        self._standstill.end(connection)
        record_restore_reviewed(connection, self._clock.now(), seen=seen, by=by, reason=reason, approved_by=approved_by)

    def _review(self, connection: Transaction, since: datetime) -> RestoreReview:
        now = self._clock.now()
        keys = [each for each in KEYS.listed(connection, None) if each.is_valid(now)]
        certificates = [each for each in CERTIFICATES.listed(connection, None) if each.is_valid(now)]
        people = [each for each in accounts.listed(connection) if each.disabled_at is None and each.expires_at > now]
        listed, held = partners.listed(connection), subjects.holds(connection, ended_too=False)
        position = last_given_position(connection)
        notes = sorted(self._witnesses.later_than(position), key=lambda note: note.number)
        witnessed = {row: digest for note in notes for row, digest in note.decides.items()}
        named = {f"{table} {key}": digest for table in DECIDING for key, digest in digests(connection, table).items()}
        review: RestoreReview = {
            "backup_of": since.isoformat(),
            "journal_position": position,
            "keys": [f"{each.agency} {each.id}" for each in keys],
            "certificates": [f"{each.agency} {each.thumbprint}" for each in certificates],
            "accounts": [f"{each.name}: {', '.join((*each.roles, *each.rights)) or 'no rights'}" for each in people],
            "protocols": [
                f"{each.protocol} version {each.version}"
                for each in protocols.listed(connection)
                if each.state in AGREED
            ],
            "holds": [f"{each.id}, {each.kind}, since {each.placed_at:%Y-%m-%d}" for each in held],
            "paused_partners": [each.recipient for each in listed if each.paused],
            "open_deliveries": {each.recipient: each.waiting for each in listed if each.waiting},
            "changed_since": sorted(row for row in named if witnessed.get(blinded(row), named[row]) != named[row]),
            "made_since": len(witnessed.keys() - {blinded(row) for row in named}),
            "given_up_since": sorted({delivery for note in notes for delivery in note.given_up}),
            "witnessed_until": max((note.position for note in notes), default=None),
            "unknown": list(UNKNOWN),
            "seen": "",
        }
        seen = hashlib.sha256(json.dumps(review, sort_keys=True).encode()).hexdigest()[:12]
        return {**review, "seen": seen}
