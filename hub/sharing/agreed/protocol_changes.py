"""Changes a protocol. One person proposes a new version and another approves it; it is in force from a later day."""

from collections.abc import Iterator
from datetime import date, datetime
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from hub.clock import Clock
from hub.errors import ProtocolRefused, ValueUnusable
from hub.journal.actors import is_unverified, same_person
from hub.journal.record.protocols import (
    Proposal,
    record_protocol_approved,
    record_protocol_proposed,
    record_protocol_rejected,
)
from hub.journal.two_persons import may_be_one_person
from hub.lifecycle import VersionState
from hub.sharing.agreed.live import LiveRegistry
from hub.sharing.checking.message_examples import run_examples
from hub.sharing.checking.overlap import overlaps
from hub.sharing.checking.protocol_rules import WrittenProtocol, read_protocols
from hub.sharing.terms.source import Source
from hub.store.database.engine import Store, Transaction
from hub.store.sharing import protocols
from hub.store.sharing.protocols import KeptVersion
from schemas.catalogue import Catalogue
from schemas.problem import Problem, Refused

_LONDON = ZoneInfo("Europe/London")


class ProtocolChanges:
    """`by` is the name of the person who acts."""

    def __init__(self, store: Store, clock: Clock, catalogue: Catalogue, live: LiveRegistry) -> None:
        self._store = store
        self._clock = clock
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
        return proposed

    def approve(self, id: UUID, by: str) -> KeptVersion:
        """The version is in force from its first day, which must not have passed. Raises ProtocolRefused. Raises
        Refused if the text is no longer valid."""
        by, now = _somebody(by), self._clock.now()
        self.live.refresh(at_once=True)
        with self._store.transaction() as connection:
            protocols.one_change_at_a_time(connection)
            proposal = self._open_proposal(connection, id)
            if same_person(by, proposal.proposed_by or ""):
                raise ProtocolRefused(
                    "protocol.same_person",
                    "the person who proposed a version cannot approve it",
                    "ask another person to approve it",
                )
            if may_be_one_person(connection, by, proposal.proposed_by or "", now):
                raise ProtocolRefused(
                    "protocol.same_person",
                    "one of the two accounts was made, reset or given rights in the last seven days by who may "
                    "be behind both",
                    "ask a person whose account nobody has changed lately, or wait",
                )
            if is_unverified(proposal.proposed_by or "") and not is_unverified(by):
                raise ProtocolRefused(
                    "protocol.proposer_unverified",
                    "it was proposed under a name that nobody checked, so the same person may have proposed it",
                    "reject it, and ask a person who is logged in to propose it",
                )
            self._examined(Source(_named(proposal), proposal.text), now)
            protocols.decide(connection, id, VersionState.APPROVED, by, None, now)
            record_protocol_approved(connection, now, _proposal(proposal), by=by)
        self.live.refresh(at_once=True)
        return proposal

    def reject(self, id: UUID, by: str, reason: str) -> KeptVersion:
        """The person who proposed it may also withdraw it this way. Raises ProtocolRefused."""
        by, now = _somebody(by), self._clock.now()
        with self._store.transaction() as connection:
            protocols.one_change_at_a_time(connection)
            proposal = self._open_proposal(connection, id)
            protocols.decide(connection, id, VersionState.REJECTED, by, reason, now)
            record_protocol_rejected(connection, now, _proposal(proposal), by=by, reason=reason)
        return proposal

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


def _somebody(by: str) -> str:
    named = " ".join(by.split())
    if not named:
        raise ProtocolRefused("protocol.nobody_named", "nobody is named as the person who acts", "name the person")
    return named


def _named(kept: KeptVersion) -> str:
    return f"protocol {kept.protocol} version {kept.version}"
