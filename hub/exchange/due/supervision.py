"""Finds what speaks for each area that calls a person its own.

The word of one agency is not enough while another area is known, because it could send anybody's convictions to an area
of its choice: a court names only the area that serves it, and somebody else has spoken in the matter; a prison has been
sent the person by a court. Whoever names a person must have named this person, and not another one whose number stands
beside.
"""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from hub.exchange.message.recorded import what_it_said
from hub.identity.case_keys import person_keys
from hub.identity.linkage import PersonRecord
from hub.identity.supervised import contradict_record, record_of
from hub.identity.supervisors import ClaimedBy, founded
from hub.sharing.terms.agencies import Agencies, AgencyRole
from hub.store.database.engine import Transaction
from hub.store.persons.grounds import Ground, Naming, grounds, who_sent
from schemas.catalogue import Catalogue
from schemas.parts.person import Defendant


class Supervision:
    def __init__(self, connection: Transaction, catalogue: Catalogue, agencies: Agencies, on: date) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._agencies = agencies
        self._on = on

    def founded(self, entries: Collection[UUID], person: Defendant) -> frozenset[str]:
        """The areas that really supervise the person, of those that have these entries about them."""
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
        return founded(claimed, lambda agency: self._has_role(agency, AgencyRole.PROBATION), self._now)

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
