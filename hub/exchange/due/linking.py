"""Linking: which records are about people whom the areas supervise, and what is sent as a result."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from hub.approval.waiting import WaitsForSecondPerson
from hub.deadlines.london import LONDON
from hub.errors import ContentDestroyed, NotFound
from hub.exchange.due.supervision import FoundPerson, Supervision
from hub.exchange.due.undecided_links import NOT_ALL_COMPARED, decide_by, end_deciding, start_deciding
from hub.exchange.message.delivering import deliver_to, record_denied
from hub.exchange.message.recorded import NoLongerKnown, kept_message
from hub.exchange.message.stages import Denied, Validated
from hub.exchange.repairing.giving_up import GivingUp
from hub.exchange.wiring import Wiring
from hub.identity.linkage import Link, LinkCertainty
from hub.identity.supervised import candidates_for, link_people, record_of
from hub.journal.record.clocks import ClockInMessage, record_clock_passed_on
from hub.journal.record.linking import (
    LinkInMessage,
    WhyLinked,
    record_link_confirmed,
    record_link_doubtful,
    record_link_rejected,
    record_linked,
)
from hub.lifecycle import LinkState, TwoPersonAct
from hub.sharing.terms.agencies import AgencyRole
from hub.store.approval.proposals import KeptProposal
from hub.store.database.engine import Transaction
from hub.store.messages import clocks, deliveries, messages, standings
from hub.store.persons import people
from hub.store.persons.candidates import fill_in_keys
from hub.store.persons.people import NewLink, PersonLink, SupervisedPerson
from schemas.json import JsonObject
from schemas.kind import Target

_LOOK_AGAIN_AFTER = timedelta(days=1)
_AT_ONCE_MAX = 200
_KEYED_AT_ONCE_MAX = 2_000  # entries of the version before keys
_STATES = {LinkCertainty.CERTAIN: LinkState.CERTAIN, LinkCertainty.DOUBTFUL: LinkState.DOUBTFUL}


class Linking:
    """A message with a certain link is sent without a person. A doubtful link waits for a person to decide."""

    def __init__(self, wiring: Wiring) -> None:
        self._store = wiring.store
        self._clock = wiring.clock
        self._assessor = wiring.assessor
        self._standstill = wiring.standstill
        self._catalogue = wiring.catalogue
        self._log = wiring.log
        self._giving_up = GivingUp(wiring)

    def waiting(self) -> int:
        """How many messages wait for linking; none while the exchange stands still."""
        if self._standstill.since() is not None:
            return 0
        with self._store.transaction() as connection:
            return people.count_waiting(connection, self._clock.now() - _LOOK_AGAIN_AFTER)

    def run(self) -> dict[str, int]:
        """Link the messages that wait. Returns how many links were certain and how many doubtful."""
        self._standstill.refuse()
        self._assessor.refresh()
        now = self._clock.now()
        found = {LinkState.CERTAIN: 0, LinkState.DOUBTFUL: 0}
        with self._store.transaction() as connection:
            fill_in_keys(connection, _KEYED_AT_ONCE_MAX)
        with self._store.transaction() as connection:
            ids = people.waiting(connection, now - _LOOK_AGAIN_AFTER, _AT_ONCE_MAX)
            kept = {str(id): each for id in ids if (each := self._readable(connection, id)) is not None}
            # a message for whoever supervises somebody is about one person
            people_of = {id: each.draft.payload.about()[0] for id, each in kept.items()}
            records = {id: record_of(id, person) for id, person in people_of.items()}
            candidates = candidates_for(connection, tuple(records.values()))
            supervised = candidates.people
            by_id = {str(person.id): person for person in supervised}
            found_links = link_people(connection, tuple(records.values()), candidates)
            links = self._chosen(connection, found_links, supervised, kept, now)
            for link in links:
                if self._keep(connection, link, by_id[link.right], kept[link.left], now):
                    found[_STATES[link.certainty]] += 1
            linked = {UUID(link.left) for link in links}
            for id in linked:
                people.no_longer_waiting(connection, id)
                end_deciding(connection, id, now)
            cut = {UUID(left) for left in candidates.cut}
            self._keep_looking(connection, {id: kept.get(str(id)) for id in ids if id not in linked}, cut, now)
        return {str(state): count for state, count in found.items()}

    def _keep_looking(
        self, connection: Transaction, unlinked: Mapping[UUID, Validated | None], cut: set[UUID], now: datetime
    ) -> None:
        """Of a message in `cut`, not everybody could be compared, so nobody may conclude that it is about nobody."""
        if not_compared := cut & unlinked.keys():
            self._log.warning("linking.not_all_compared", messages=len(not_compared))
        for id, validated in unlinked.items():
            if validated is not None and id in not_compared:
                people.looked_at(connection, id, now)
                registry = self._assessor.registry
                start_deciding(connection, id, validated.draft.kind, registry, now, NOT_ALL_COMPARED)
                continue
            end_deciding(connection, id, now)  # an earlier search may not have compared everybody
            if validated is not None and Target.AREA in validated.draft.payload.targets():
                people.looked_at_for_good(connection, id)  # an area has it, and nobody else supervises the person
            else:
                people.looked_at(connection, id, now)

    def _chosen(
        self,
        connection: Transaction,
        links: Sequence[Link],
        supervised: tuple[SupervisedPerson, ...],
        kept: Mapping[str, Validated],
        now: datetime,
    ) -> tuple[Link, ...]:
        """The links by which each message is routed."""
        agencies, on = self._assessor.registry.agencies, now.astimezone(LONDON).date()
        supervision = Supervision(connection, self._catalogue, agencies, on)
        chosen: list[Link] = []
        for left in dict.fromkeys(link.left for link in links):
            payload = kept[left].draft.payload
            also_named = Target.AREA in payload.targets()
            had = self._areas_that_have(connection, UUID(left), on) if also_named else frozenset()
            mine = tuple(link for link in links if link.left == left)
            chosen += supervision.choose(FoundPerson(payload.about()[0], mine, supervised, had, also_named))
        return tuple(chosen)

    def _areas_that_have(self, connection: Transaction, message_id: UUID, on: date) -> frozenset[str]:
        agencies = self._assessor.registry.agencies
        recipients = (agencies.get(each.recipient) for each in deliveries.of_message(connection, message_id))
        areas = (each for each in recipients if each is not None and each.role is AgencyRole.PROBATION)
        return frozenset(agencies.current_id(each.id, on) for each in areas)

    def _readable(self, connection: Transaction, id: UUID) -> Validated | None:
        """None for a message that must not delay the others: its sender or its kind has left, its content is destroyed,
        or another message replaces it."""
        if messages.is_superseded(connection, id):
            return None
        try:
            return kept_message(connection, id, self._catalogue, self._assessor.registry)
        except (NoLongerKnown, ContentDestroyed):
            return None

    def _keep(
        self, connection: Transaction, link: Link, person: SupervisedPerson, validated: Validated, now: datetime
    ) -> bool:
        """Keep the link with its evidence, and send the message if the link is certain. False if the link was kept
        before."""
        message_id, state = UUID(link.left), _STATES[link.certainty]
        evidence = [{"comparison": c, "level": level, "weight": weight} for c, level, weight in link.evidence]
        new = NewLink(message_id, person, state, link.by, link.match_weight, evidence, link.why)
        link_id = people.keep_link(connection, new, now)
        if link_id is None:
            return False
        record = record_linked if state is LinkState.CERTAIN else record_link_doubtful
        kept = LinkInMessage(message_id, person.area, link_id)
        record(connection, now, kept, because=WhyLinked(link.by, link.match_weight, link.why, link.error))
        if state is LinkState.CERTAIN:
            self._send(connection, message_id, person.area, validated, now)
        else:
            start_deciding(connection, message_id, validated.draft.kind, self._assessor.registry, now)
        return True

    def decide(self, link_id: UUID, *, same: bool, by: str) -> PersonLink:
        """Record a person's answer to a doubtful link. If it is confirmed, the message is sent. Raises NotFound if the
        link is not doubtful, or no longer, and WaitsForSecondPerson."""
        if not same:
            return self._reject(link_id, by)
        self._assessor.refresh()
        now = self._clock.now()
        with self._store.transaction() as connection:
            decided = _decided(people.decide_link(connection, link_id, LinkState.CONFIRMED, by, now))
            record_link_confirmed(
                connection, now, LinkInMessage(decided.message_id, decided.area, link_id), decided_by=by
            )
            if not messages.is_superseded(connection, decided.message_id):
                validated = kept_message(connection, decided.message_id, self._catalogue, self._assessor.registry)
                self._send(connection, decided.message_id, decided.area, validated, now)
            end_deciding(connection, decided.message_id, now)
            return decided

    def rejecting(self, connection: Transaction, proposal: KeptProposal) -> JsonObject:
        """What the approval of a proposal to reject a link would do now. Raises NotFound."""
        return _rejecting(_decided(people.doubtful_link(connection, UUID(proposal.about))))

    def approve_rejection(self, id: UUID, by: str, seen: str | None) -> None:
        """As a second person. Raises ApprovalRefused or NotFound."""
        with self._store.transaction() as connection:
            proposal = self._giving_up.open(connection, TwoPersonAct.LINK_REJECTED, id)
            link = _decided(people.doubtful_link(connection, UUID(proposal.about)))
            self._giving_up.approve(connection, proposal, by, seen, _rejecting(link))
            self._rejected(connection, link.id, proposal.proposed_by, by)

    def _reject(self, link_id: UUID, by: str) -> PersonLink:
        with self._store.transaction() as connection:
            link = _decided(people.doubtful_link(connection, link_id))
            act, content = TwoPersonAct.LINK_REJECTED, _rejecting(link)
            waits = self._giving_up.waits(connection, act, link_id, content, by)
            if waits is None:
                return self._rejected(connection, link_id, by)
        raise WaitsForSecondPerson(waits)

    def _rejected(self, connection: Transaction, link_id: UUID, by: str, approved_by: str | None = None) -> PersonLink:
        now = self._clock.now()
        decided = _decided(people.decide_link(connection, link_id, LinkState.REJECTED, by, now))
        link = LinkInMessage(decided.message_id, decided.area, link_id)
        record_link_rejected(connection, now, link, decided_by=by, approved_by=approved_by)
        end_deciding(connection, decided.message_id, now)
        return decided

    def listed(self, state: LinkState | None) -> tuple[PersonLink, ...]:
        with self._store.transaction() as connection:
            return people.links(connection, state)

    def decide_by(self, links: Sequence[PersonLink]) -> dict[UUID, datetime]:
        """Until when a person decides about the links of each message that has doubtful ones."""
        with self._store.transaction() as connection:
            return decide_by(connection, (link.message_id for link in links if link.state is LinkState.DOUBTFUL))

    def _send(self, connection: Transaction, message_id: UUID, area: str, validated: Validated, now: datetime) -> None:
        on = now.astimezone(LONDON).date()
        agency = self._assessor.registry.agencies.get(area)
        if agency is None:
            return
        recipient = self._assessor.registry.agencies.current(agency.id, on)
        outcome = self._assessor.decide_for(validated, recipient, Target.SUPERVISOR, on)
        if isinstance(outcome, Denied):
            record_denied(connection, message_id, outcome, now)
            return
        if deliver_to(connection, self._assessor.reduce(outcome), message_id, now) is None:
            return
        messages.settle(connection, frozenset({message_id}))
        self._pass_on(connection, message_id, recipient.id, validated, now)

    def _pass_on(
        self, connection: Transaction, message_id: UUID, area: str, validated: Validated, now: datetime
    ) -> None:
        """The area that supervises is a party of the matter from now on, and owes what the area that the message names
        would have owed."""
        if validated.draft.payload.matter() is not None:
            standings.add_party(connection, message_id, area)
        owed = {start.clock for start in validated.draft.payload.clocks() if start.owner is Target.AREA}
        for clock in clocks.open_of(connection, message_id):
            if clock.name in owed and clock.owner != area:
                clocks.pass_on(connection, clock.id, area)
                record_clock_passed_on(
                    connection, now, ClockInMessage(message_id, clock.id, area, clock.name), former_owner=clock.owner
                )


def _decided(link: PersonLink | None) -> PersonLink:
    """Raises NotFound if there is none."""
    if link is None:
        raise NotFound("there is no doubtful link with that id", "see: hub links list")
    return link


def _rejecting(link: PersonLink) -> JsonObject:
    """What a second person is shown of a link that is to be rejected."""
    told = {
        "link": link.id,
        "message": link.message_id,
        "kind": link.kind,
        "area": link.area,
        "found_by": link.found_by,
    }
    return {name: str(value) for name, value in told.items()}
