"""Finds the standing of a message: reads the earlier messages of its matter, and decides."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from uuid import UUID

from hub.deadlines.london import LONDON
from hub.exchange.message.assess import Assessor
from hub.exchange.message.recorded import what_it_said
from hub.exchange.message.routing import find_agency
from hub.exchange.message.stages import AssessedMessage, Validated
from hub.identity.case_keys import case_keys, contradict, of_people
from hub.identity.supervised import handed_over_to
from hub.sharing.decision.parties import EarlierMessage
from hub.sharing.decision.standing import (
    Claim,
    NoStanding,
    Standing,
    as_recorded,
    stand,
    without_matter,
)
from hub.sharing.terms.agencies import Agencies, Agency, AgencyRole
from hub.store.content import blinding
from hub.store.database.engine import Transaction
from hub.store.messages import clocks, deliveries, messages, standings
from hub.store.messages.standings import KeptStanding, MessagesAlike
from schemas.catalogue import Catalogue
from schemas.kind import Keeping, Matter, Payload, Target
from schemas.spelling import one_spelling


@dataclass(frozen=True, slots=True)
class JudgedMessage:
    """What is recorded about the standing of a message. `correlation` is that of its exchange. `is_first`: no message
    is kept that this one may repeat, replace, belong to or follow, so nothing is looked for. `handed_in_by` is the
    agency that handed in its document, if one did."""

    standing: Standing | NoStanding
    keys: frozenset[str]
    matter: Matter | None
    parties: frozenset[str]
    correlation: UUID | None
    is_first: bool = False
    handed_in_by: str | None = None


class Matters:
    def __init__(self, assessor: Assessor, catalogue: Catalogue) -> None:
        self.assessor = assessor
        self._catalogue = catalogue

    def judge(
        self, connection: Transaction, assessed: AssessedMessage, handed_in_by: str | None = None
    ) -> JudgedMessage:
        """Return the standing of a new message. The caller holds the locks of the cases that the message is about."""
        parties = _parties(assessed, self.assessor.registry.agencies)
        judged = self._judge(connection, assessed.validated, parties, _day_of(assessed.validated))
        return replace(judged, handed_in_by=handed_in_by)

    def judge_first(self, connection: Transaction, assessed: AssessedMessage, handed_in_by: str) -> JudgedMessage:
        """The same for the first message of its matter."""
        parties, on = _parties(assessed, self.assessor.registry.agencies), _day_of(assessed.validated)
        judged = self._judge(connection, assessed.validated, parties, on, is_first=True)
        return replace(judged, is_first=True, handed_in_by=handed_in_by)

    def judge_again(self, connection: Transaction, message_id: UUID, validated: Validated, on: date) -> JudgedMessage:
        """Return the standing that a recorded message would have today."""
        sent_to = frozenset(each.recipient for each in deliveries.of_message(connection, message_id))
        return self._judge(connection, validated, sent_to, on)

    def _judge(
        self,
        connection: Transaction,
        validated: Validated,
        parties: frozenset[str],
        on: date,
        *,
        is_first: bool = False,
    ) -> JudgedMessage:
        payload, sender = validated.draft.payload, validated.sender
        keys = _keys(connection, validated)
        matter = payload.matter()
        # Whatever lists the same hearing, others may have sent it too. It is no matter, and joins no exchange.
        alone = is_first or payload.listed_hearing() is not None
        found = () if alone else self._sharing(connection, keys.keys())
        if matter is None:
            correlation = found[0].correlation if found else None
            return JudgedMessage(without_matter(sender.id), frozenset(keys), None, frozenset(), correlation)
        agencies = self.assessor.registry.agencies
        keeper = _keeper(matter, validated, agencies, on)
        said = [_said(each) for each in found if each.stands and each.matter == matter.name]
        claim = Claim(sender, matter, keeper, keys, parties, spoken_by=_spoken_by(matter, agencies, on))
        standing = stand(claim, said, agencies, on)
        if isinstance(standing, NoStanding) and sender.role is AgencyRole.PROBATION:
            # It is looked up only here: it takes long, and few messages need it.
            handed_over = self._handed_over(connection, sender, payload)
            standing = stand(replace(claim, handed_over=handed_over), said, agencies, on)
        if isinstance(standing, NoStanding):
            return JudgedMessage(standing, frozenset(keys), matter, parties, None)
        correlation = self._exchange_of(standing, found, on)
        return JudgedMessage(standing, standing.keys, matter, parties, correlation)

    def _exchange_of(self, standing: Standing, found: Sequence[MessagesAlike], on: date) -> UUID | None:
        """Return the exchange of the oldest message that the sender has sent or been sent. If others counted too, the
        sender could find out by two messages whether a third one exists that joins them."""
        now = partial(self.assessor.registry.agencies.current_id, on=on)
        me = now(standing.sender)
        for each in found:
            if not each.stands or each.sender is None or standing.keys.isdisjoint(each.keys):
                continue
            if standing.includes(each.keeper, now(each.sender)) and me in map(
                now, (each.sender, *(each.parties or ()))
            ):
                return each.correlation
        return None

    def _handed_over(self, connection: Transaction, sender: Agency, payload: Payload) -> dict[str, frozenset[str]]:
        """For each key by a number of a person, the agencies that have handed this person over to the sender. They must
        have given that number themselves: a reply could add the number of somebody else."""
        keys = blinding.case_key_pairs(connection, case_keys(payload))
        found: dict[str, frozenset[str]] = {}
        for scheme, number in {pair for person in payload.about() for pair in person.identity().identifiers}:
            handed_over = handed_over_to(connection, sender.id, (scheme, number))
            by = frozenset(
                each.agency for each in handed_over if (scheme, number) in self._numbers_in(connection, each.message_id)
            )
            of_number = (blinded for key, blinded in keys if key.partition("|")[2] == f"{scheme}:{number}")
            found |= dict.fromkeys(of_number, by) if by else {}
        return found

    def _numbers_in(self, connection: Transaction, message_id: UUID) -> frozenset[tuple[str, str]]:
        said = what_it_said(connection, message_id, self._catalogue)
        people = said.payload.about() if said is not None else ()
        return frozenset(number for person in people for number in person.identity().identifiers)

    def _sharing(self, connection: Transaction, keys: Collection[str]) -> tuple[MessagesAlike, ...]:
        found = standings.sharing(connection, keys)
        entered = False
        for id in {id for each in found for id in each.without_standing}:
            entered |= self._enter_former(connection, id)
        return standings.sharing(connection, keys) if entered else found

    def _enter_former(self, connection: Transaction, message_id: UUID) -> bool:
        """Record the standing of a message that an earlier version recorded without one. At that time every sender had
        standing."""
        kept = messages.find(connection, message_id)
        said = what_it_said(connection, message_id, self._catalogue)
        matter = said.payload.matter() if said is not None else None
        if kept is None or matter is None:
            return False
        on = kept.accepted_at.astimezone(LONDON).date()
        agencies = self.assessor.registry.agencies
        named = find_agency(matter.keeper, agencies, on) if matter.keeper else None
        keeper = kept.sender if matter.keeper == Target.SENDER else named.id if named is not None else None
        parties = {each.recipient for each in deliveries.of_message(connection, message_id)}
        for clock in clocks.of_message(connection, message_id):
            parties |= {agency for agency in (clock.owner, clock.toward) if agency}
        within = keeper or kept.sender
        acts_for = [keeper] if keeper else []
        standings.keep(
            connection,
            KeptStanding(
                message_id, matter.name, keeper, kept.sender, acts_for, sorted(parties), within, True, None, None
            ),
        )
        return True


def keep_standing(connection: Transaction, message_id: UUID, judged: JudgedMessage) -> None:
    standing, matter = judged.standing, judged.matter
    if matter is None:
        return
    outside = isinstance(standing, NoStanding)
    standings.keep(
        connection,
        KeptStanding(
            message_id,
            matter.name,
            standing.keeper,
            standing.sender,
            [] if outside else sorted(standing.acts_for),
            sorted(judged.parties),
            standing.within,
            not outside,
            standing.reason if isinstance(standing, NoStanding) else None,
            None,
        ),
    )


def began_by(connection: Transaction, message_id: UUID, kind: str) -> UUID | None:
    """Return the message of `kind` that began the matter of this message about the same person: an entry that a review
    is about."""
    standing = recorded_standing(connection, message_id)
    if standing is None:
        return None
    mine = messages.case_keys_of(connection, message_id)
    began = messages.of_kind(connection, standing.keys, standing.acts_for, kind)
    same = (each.id for each in began if not contradict(messages.case_keys_of(connection, each.id), mine))
    return next(same, None)


def recorded_standing(connection: Transaction, message_id: UUID) -> Standing | None:
    """Return the standing with which a message was recorded; None if it has none. A message of an earlier version may
    act in each matter with which it shares a key."""
    keys = of_people(messages.case_keys_of(connection, message_id))
    kept = standings.find(connection, message_id)
    if kept is not None:
        if not kept.stands:
            return None
        return as_recorded(kept.sender, kept.keeper, kept.within, kept.acts_for, keys)
    found = messages.find(connection, message_id)
    sender = found.sender if found is not None else ""
    keepers = {each.keeper for each in standings.sharing(connection, keys)}
    return as_recorded(sender, None, sender, [keeper for keeper in keepers if keeper], keys)


def _keys(connection: Transaction, validated: Validated) -> dict[str, str | None]:
    matter = validated.draft.payload.matter()
    forces = {one_spelling(reference): force for reference, force in matter.forces} if matter is not None else {}
    return {
        blinded: forces.get(key.partition("|")[0])
        for key, blinded in blinding.case_key_pairs(connection, validated.case_keys)
    }


def _keeper(matter: Matter, validated: Validated, agencies: Agencies, on: date) -> Agency | None:
    if matter.keeper == Target.SENDER:
        return validated.sender
    found = find_agency(matter.keeper, agencies, on) if matter.keeper else None
    # if a matter begins with this message and names an unknown keeper, it belongs to the sender
    return validated.sender if found is None and matter.keeping is not Keeping.ANSWERS else found


def _spoken_by(matter: Matter, agencies: Agencies, on: date) -> frozenset[str] | None:
    """Return the agencies that alone say this; None if the message limits it to nobody."""
    found = (find_agency(reference, agencies, on) for reference in matter.spoken_by)
    return frozenset(agency.id for agency in found if agency is not None) if matter.spoken_by else None


def _day_of(validated: Validated) -> date:
    return validated.received_at.astimezone(LONDON).date()


def _parties(assessed: AssessedMessage, agencies: Agencies) -> frozenset[str]:
    """Return the agencies that the message makes parties: its recipients, the owners of its clocks, and those to whom
    it sends the matter."""
    matter = assessed.validated.draft.payload.matter()
    if matter is None:
        return frozenset()
    on = _day_of(assessed.validated)
    found = [find_agency(reference, agencies, on) for reference in matter.passes_to]
    cuts = [cut.permitted for cut in assessed.minimised]
    found += [cut.recipient for cut in cuts if matter.admits is None or cut.target in matter.admits]
    if matter.admits is None:
        found += [agency for due in assessed.clocks for agency in (due.owner, due.toward)]
    return frozenset(agency.id for agency in found if agency is not None)


def _said(each: MessagesAlike) -> EarlierMessage:
    if each.sender is None or each.within is None:
        raise ValueError("a message without a standing says nothing about who is a party")
    return EarlierMessage(
        frozenset(each.keys),
        each.keeper,
        each.sender,
        tuple(each.parties or ()),
        tuple(each.acts_for or ()),
        each.within,
        each.believed,
    )
