"""Finds which areas supervise a person or know them, and what speaks for each area that calls a person its own.

The word of one agency is not enough while another area is known, because it could send anybody's convictions to an area
of its choice: a court names only the area that serves it, and somebody else has spoken in the matter; a prison has been
sent the person by a court. Whoever names a person must have named this person, and not another one whose number stands
beside.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from hub.exchange.message.recorded import what_it_said
from hub.identity.case_keys import person_keys
from hub.identity.linkage import Link, LinkCertainty, PersonRecord
from hub.identity.supervised import contradict_record, entries_about, record_of
from hub.identity.supervisors import ClaimedBy, founded
from hub.sharing.terms.agencies import Agencies, AgencyRole
from hub.store.database.engine import Transaction
from hub.store.persons.grounds import Ground, Naming, grounds, who_sent
from hub.store.persons.people import SupervisedPerson
from hub.store.persons.supervisions import of_entries
from schemas.catalogue import Catalogue
from schemas.parts.person import Defendant
from schemas.parts.supervision import SupervisionEnd

_SUPERVISES = "the area supervises the person"
_KNOWS = "the area knows the person, and no area is known to supervise them"
_UNFOUNDED = (
    "another area is known as the supervisor, and only one agency says that this area supervises the person; "
    "ask both before you confirm it"
)


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """The links of one record, and everybody whom the areas know, of whom some are linked. `had` are the areas that
    have the message already, because it names them."""

    person: Defendant
    links: tuple[Link, ...]
    known: tuple[SupervisedPerson, ...]
    had: frozenset[str] = frozenset()
    only_supervising: bool = False
    """The message has another area as its recipient, and goes to whoever supervises beside it."""


class Supervision:
    def __init__(self, connection: Transaction, catalogue: Catalogue, agencies: Agencies, on: date) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._agencies = agencies
        self._on = on

    def choose(self, found: FoundPerson) -> tuple[Link, ...]:
        """The links by which the message is routed: to the areas that supervise the person; if there are none, to those
        that know them and have not handed them over. A link is doubtful where only one agency says that the area
        supervises the person, and another area is known. A link by supervision is to an entry of a supervision."""
        by_id = {str(each.id): each for each in found.known}
        linked = [by_id[link.right] for link in found.links]
        record = record_of("", found.person)
        entries = {each.id: each for each in entries_about(found.known, linked, record)}
        links = self._founded(found, by_id, entries)
        kept = of_entries(self._connection, entries)
        supervising = {self._now(each.area): entries[each.person_id] for each in kept if each.is_open(self._on)}
        left = {self._now(each.area) for each in kept if each.ended_because == SupervisionEnd.TRANSFERRED}
        area_of = {link: self._now(by_id[link.right].area) for link in links}
        certain = [link for link in links if link.certainty is LinkCertainty.CERTAIN]
        by_supervision = {
            area_of[link]: replace(link, right=str(supervising[area_of[link]].id), why=_SUPERVISES)
            for link in certain
            if area_of[link] in supervising
        }
        doubtful = [link for link in links if link.certainty is LinkCertainty.DOUBTFUL]
        if by_supervision or found.only_supervising:
            claimed = [link for link in doubtful if area_of[link] in supervising and area_of[link] not in found.had]
            return (*by_supervision.values(), *claimed)
        staying = [link for link in certain if area_of[link] not in left - set(supervising)]
        return (*(replace(link, why=_KNOWS) for link in staying or certain), *doubtful)

    def _founded(
        self, found: FoundPerson, by_id: Mapping[str, SupervisedPerson], entries: Mapping[UUID, SupervisedPerson]
    ) -> tuple[Link, ...]:
        areas = {self._now(by_id[link.right].area) for link in found.links}
        if len(areas | found.had) < 2:
            return found.links
        founded_areas = self.founded(list(entries), found.person, found.had)
        return tuple(
            link
            if self._now(by_id[link.right].area) in founded_areas
            else replace(link, certainty=LinkCertainty.DOUBTFUL, why=_UNFOUNDED)
            for link in found.links
        )

    def founded(
        self, entries: Collection[UUID], person: Defendant, named: frozenset[str] = frozenset()
    ) -> frozenset[str]:
        """The areas whose word about the person counts, of those that have these entries about them. `named` are the
        areas that the message itself names."""
        record = record_of("", person)
        claimed = [
            ClaimedBy(
                each.area,
                each.since,
                frozenset(naming.agency for naming in each.namings if self._counts(naming, each, person, record)),
                any(self._names(id, record) for id in each.confirmed_in),
            )
            for each in grounds(self._connection, entries)
        ]
        return founded(claimed, lambda agency: self._has_role(agency, AgencyRole.PROBATION), self._now, named)

    def _counts(self, naming: Naming, ground: Ground, person: Defendant, record: PersonRecord) -> bool:
        if not self._names(naming.message_id, record):
            return False
        if self._has_role(naming.agency, AgencyRole.PROBATION):
            return True
        if self._has_role(naming.agency, AgencyRole.COURT):
            return self._serves(ground.area, naming.agency) and self._others_name(ground, naming.agency, record)
        senders = who_sent(self._connection, naming.agency, person_keys(person))
        return any(self._has_role(sender, AgencyRole.COURT) for sender in senders)

    def _others_name(self, ground: Ground, keeper: str, record: PersonRecord) -> bool:
        """Return whether somebody beside the keeper, the area and the exchange has named the person in the matter."""
        here = {self._now(ground.area), self._now(keeper)}
        return any(
            self._now(each.agency) not in here
            and not self._has_role(each.agency, AgencyRole.HUB)
            and self._names(each.message_id, record)
            for each in ground.others
        )

    def _serves(self, area: str, court: str) -> bool:
        known = self._agencies.get(court)
        serving = self._agencies.area_of(known) if known is not None else None
        return serving is not None and self._now(serving.id) == self._now(area)

    def _names(self, message_id: UUID, record: PersonRecord) -> bool:
        said = what_it_said(self._connection, message_id, self._catalogue)
        people = said.payload.about() if said is not None else ()
        return any(not contradict_record(record_of("", each), record) for each in people)

    def _now(self, agency: str) -> str:
        return self._agencies.current_id(agency, self._on)

    def _has_role(self, agency: str, role: AgencyRole) -> bool:
        known = self._agencies.get(agency)
        return known is not None and known.role is role
