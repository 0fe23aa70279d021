"""Changes a protocol. One person proposes a new version and another approves it; it is in force from a later day."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hub.approval.proposals import Proposals
from hub.clock import Clock
from hub.errors import ProtocolRefused, ValueUnusable
from hub.journal.record.protocols import (
    Proposal,
    record_protocol_approved,
    record_protocol_proposed,
    record_protocol_rejected,
)
from hub.lifecycle import TwoPersonAct, VersionState
from hub.sharing.agreed.live import LiveRegistry
from hub.sharing.checking.message_examples import run_examples
from hub.sharing.checking.overlap import overlaps
from hub.sharing.checking.protocol_rules import WrittenProtocol, read_protocols
from hub.sharing.terms.source import Source
from hub.store.approval.proposals import KeptProposal
from hub.store.database.engine import Store, Transaction
from hub.store.sharing import protocols
from hub.store.sharing.protocols import KeptVersion
from schemas.catalogue import Catalogue
from schemas.json import JsonObject
from schemas.problem import Problem, Refused

_LONDON = ZoneInfo("Europe/London")
_THE_HUB = "hub"


class ProtocolChanges:
    """`by` is the name of the person who acts."""

    def __init__(
        self, store: Store, clock: Clock, catalogue: Catalogue, live: LiveRegistry, waiting: Proposals
    ) -> None:
        self._store = store
        self._clock = clock
        self._proposals = waiting
        self._catalogue = catalogue
        self.live = live

    def versions(self, protocol: str | None = None) -> tuple[KeptVersion, ...]:
        """Every version that was adopted, proposed, approved or rejected."""
        self.live.refresh(at_once=True)
        with self._store.transaction() as connection:
            return protocols.listed(connection, protocol)

    def propose(self, name: str, text: str, by: str) -> KeptVersion:
        """`name` says where the text is from. Raises Refused with every fault of the text, or ProtocolRefused."""
        by, now = _somebody(by), self._clock.now()
        self.live.refresh(at_once=True)
        new = self._examined(Source(name, text), now)
        with self._store.transaction() as connection:
            protocols.one_change_at_a_time(connection)
            self._refuse_taken(connection, new)
            proposed = KeptVersion(
                id=uuid4(),
                protocol=new.protocol.id,
                version=new.protocol.version,
                text=text,
                state=VersionState.PROPOSED,
                proposed_by=by,
                proposed_at=now,
                decided_by=None,
                decided_at=None,
                reason=None,
            )
            protocols.add(connection, (proposed,))
            record_protocol_proposed(connection, now, _proposal(proposed), by=by)
            about, content = _about(proposed), self.content(proposed)
            self._proposals.propose(connection, TwoPersonAct.PROTOCOL, about, content, by, proposed.id)
        return proposed

    def approve(self, id: UUID, by: str, seen: str | None) -> KeptVersion:
        """The version is in force from its first day, which must not have passed. `seen` is what `Proposals.seen` gave
        for it. Raises ProtocolRefused or ApprovalRefused. Raises Refused if the text is no longer valid."""
        by, now = _somebody(by), self._clock.now()
        self.live.refresh(at_once=True)
        with self._store.transaction() as connection:
            protocols.one_change_at_a_time(connection)
            version = self._open_proposal(connection, id)
            self._proposals.approve(connection, TwoPersonAct.PROTOCOL, id, by, seen, self.content(version))
            self._examined(Source(_named(version), version.text), now)
            protocols.decide(connection, id, VersionState.APPROVED, by, None, now)
            record_protocol_approved(connection, now, _proposal(version), by=by)
        self.live.refresh(at_once=True)
        return version

    def content(self, version: KeptVersion) -> JsonObject:
        """What its approval would do now: this text, in place of that one, among these agencies."""
        agreed = [each for each in self.live.written() if each.protocol.id == version.protocol]
        newest = max(agreed, key=lambda each: each.protocol.version, default=None)
        agencies = sorted(self.live.current().agencies.by_id.values(), key=lambda each: each.id)
        return {
            "protocol": version.protocol,
            "version": version.version,
            "text": _sha256(version.text),
            "replaces": [newest.protocol.version, _sha256(newest.source.text)] if newest else None,
            "agencies": _sha256(json.dumps([asdict(each) for each in agencies], default=str)),
        }

    def seen(self, connection: Transaction, proposal: KeptProposal) -> JsonObject:
        """The content of a proposal that waits. Raises ProtocolRefused."""
        return self.content(self._open_proposal(connection, proposal.id))

    def expire(self, connection: Transaction, proposal: KeptProposal) -> None:
        """Nobody approved the version in time, so that another one may be proposed."""
        version = protocols.find(connection, proposal.id)
        if version is not None and version.state is VersionState.PROPOSED:
            self._reject(connection, version, _THE_HUB, "nobody approved it in time")

    def reject(self, id: UUID, by: str, reason: str) -> KeptVersion:
        """The person who proposed it may also withdraw it this way. Raises ProtocolRefused."""
        by = _somebody(by)
        with self._store.transaction() as connection:
            protocols.one_change_at_a_time(connection)
            version = self._open_proposal(connection, id)
            self._proposals.reject(connection, id, by, reason)
            self._reject(connection, version, by, reason)
        return version

    def _reject(self, connection: Transaction, version: KeptVersion, by: str, reason: str) -> None:
        now = self._clock.now()
        protocols.decide(connection, version.id, VersionState.REJECTED, by, reason, now)
        record_protocol_rejected(connection, now, _proposal(version), by=by, reason=reason)

    def waiting(self, wanted: str) -> UUID:
        """The id of the open proposal whose id begins so. Raises ValueUnusable."""
        found = [v.id for v in self.versions() if v.state is VersionState.PROPOSED and str(v.id).startswith(wanted)]
        if len(found) != 1 or not wanted:
            says = "several proposals have ids that begin with that" if found else "no open proposal has that id"
            raise ValueUnusable("value.unknown", says, "see what waits: hub protocols versions")
        return found[0]

    def read(self, kept: KeptVersion) -> WrittenProtocol:
        """Raises Refused if the version does not fit the agencies and kinds of today."""
        return self._read(Source(_named(kept), kept.text))

    def _examined(self, source: Source, now: datetime) -> WrittenProtocol:
        new = self._read(source)
        today = now.astimezone(_LONDON).date()
        examples = run_examples(new, self.live.current().agencies, self._catalogue)
        if problems := (*examples, *objections(new, self.live, today)):
            raise Refused(*problems)
        return new

    def _read(self, source: Source) -> WrittenProtocol:
        written, problems = read_protocols((source,), self.live.current().agencies, self._catalogue)
        if problems:
            raise Refused(*problems)
        return written[0]

    def _refuse_taken(self, connection: Transaction, new: WrittenProtocol) -> None:
        for other in protocols.listed(connection, new.protocol.id):
            if other.state is VersionState.PROPOSED:
                raise ProtocolRefused(
                    "protocol.proposal_waits",
                    f"version {other.version} of {other.protocol} was proposed before and waits for a decision",
                    f"decide it first: hub protocols approve {other.id}, or reject",
                )

    def _open_proposal(self, connection: Transaction, id: UUID) -> KeptVersion:
        proposal = protocols.find(connection, id)
        if proposal is None or proposal.state is not VersionState.PROPOSED:
            was = f"it was {proposal.state} before" if proposal else "there is no proposal with that id"
            raise ProtocolRefused("protocol.no_open_proposal", was, "see what waits: hub protocols versions")
        if not self._store.proved(connection, "protocol_version", str(id)):
            raise ProtocolRefused(
                "protocol.not_proposed",
                "the journal knows of no such proposal: somebody put it into the database",
                "find out who may write to the database: hub journal verify",
            )
        return proposal


def objections(new: WrittenProtocol, live: LiveRegistry, today: date) -> Iterator[Problem]:
    """The reasons against agreeing that version on that day, besides the faults of its text."""
    protocol, source, agreed = new.protocol, new.source, live.written()
    newest = max((each.protocol.version for each in agreed if each.protocol.id == protocol.id), default=0)
    if protocol.version != newest + 1:
        yield Problem(
            "protocol.version_not_next",
            source.where(("version",)),
            f"the next version of {protocol.id} is {newest + 1}",
            "give it that number: an agreed version never changes",
        )
        return
    if protocol.starts < today:
        yield Problem(
            "protocol.starts_in_the_past",
            source.where(("starts",)),
            f"it would be in force from {protocol.starts}, and that day has passed",
            "set its first day to today or later: earlier decisions do not change",
        )
    yield from overlaps((*agreed, new), live.current().agencies)


def _proposal(kept: KeptVersion) -> Proposal:
    return Proposal(kept.id, kept.protocol, kept.version)


def _about(kept: KeptVersion) -> str:
    return f"{kept.protocol} version {kept.version}"


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _somebody(by: str) -> str:
    named = " ".join(by.split())
    if not named:
        raise ProtocolRefused("protocol.nobody_named", "nobody is named as the person who acts", "name the person")
    return named


def _named(kept: KeptVersion) -> str:
    return f"protocol {kept.protocol} version {kept.version}"
