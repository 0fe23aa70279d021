"""The index: which areas know a person, since when, and whom to ask there.

Only certain matches count. Whoever may not be told is not: the callers decide by the sharing protocols.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from hub.deadlines.london import LONDON
from hub.exchange.message.recorded import Said, what_it_said
from hub.identity.linkage import LinkCertainty
from hub.identity.supervised import (
    candidates_for,
    contradict_record,
    entries_about,
    link_people,
    record_of,
    record_of_entry,
)
from hub.sharing.terms.agencies import Agencies
from hub.store.database.engine import Transaction
from hub.store.persons import supervisions
from hub.store.persons.people import SupervisedPerson
from hub.store.persons.supervisions import Entry, KeptSupervision
from schemas.catalogue import Catalogue
from schemas.parts.person import Defendant

_READ_MAX = 20
"""So many of the newest messages of an area about a person are read for its contact and whether it restricts."""


@dataclass(frozen=True, slots=True)
class KnownWhere:
    """`crn` is the area's own number. `restricted`: a message of the area says that its record is."""

    area: str
    crn: str | None
    contact: str | None
    since: date
    restricted: bool


@dataclass(frozen=True, slots=True)
class IndexFindings:
    """`similar`: somebody like the person is known, and it is not certain that it is the person."""

    found: tuple[KnownWhere, ...]
    similar: bool


class PersonIndex:
    def __init__(self, connection: Transaction, catalogue: Catalogue, agencies: Agencies, on: date) -> None:
        self._connection = connection
        self._catalogue = catalogue
        self._agencies = agencies
        self._on = on

    def find(self, person: Defendant, without: str | None = None) -> IndexFindings:
        """Which areas know the person, by area. `without` is an area that is not told of itself."""
        record = record_of("", person)
        candidates = candidates_for(self._connection, (record,))
        by_id = {str(each.id): each for each in candidates.people}
        links = [
            link
            for link in link_people(self._connection, (record,), candidates)
            if self._now(by_id[link.right].area) != without
        ]
        certain = [by_id[link.right] for link in links if link.certainty is LinkCertainty.CERTAIN]
        about = entries_about(candidates.people, certain, record)
        areas = {self._now(each.area) for each in certain}
        similar = any(self._now(by_id[link.right].area) not in areas for link in links)
        return IndexFindings(tuple(self._at(area, about, person) for area in sorted(areas)), similar)

    def elsewhere(self, persons: Sequence[Defendant], here: str) -> Mapping[int, tuple[str, ...]]:
        """The other areas that know each of these people by a number of theirs, by position. A record that an area
        restricts is left out."""
        records = {number: record_of(str(number), person) for number, person in enumerate(persons)}
        numbered = {number: record for number, record in records.items() if record.identifiers}
        candidates = candidates_for(self._connection, tuple(numbered.values())) if numbered else None
        found: dict[int, tuple[str, ...]] = {}
        for number, record in numbered.items():
            same = [
                each
                for each in (candidates.people if candidates else ())
                if each.identifiers & record.identifiers and not contradict_record(record_of_entry(each), record)
            ]
            areas = {self._now(each.area) for each in same} - {here}
            told = sorted(area for area in areas if not self._at(area, same, persons[number]).restricted)
            if told:
                found[number] = tuple(told)
        return found

    def _at(self, area: str, about: Iterable[SupervisedPerson], person: Defendant) -> KnownWhere:
        mine = {each.id: each for each in about if self._now(each.area) == area}
        entries = supervisions.sources(self._connection, mine)
        running = [each for each in supervisions.of_entries(self._connection, mine) if each.is_open(self._on)]
        said = [what for entry in _to_read(entries, running) if (what := self._said(entry)) is not None]
        crns = (mine[entry.id].crn for entry in entries)
        contacts = (what.payload.contact() for what in said)
        return KnownWhere(
            area,
            next((crn for crn in crns if crn), None),
            next((contact for contact in contacts if contact), None),
            _since(entries, running),
            any(_restricts(what, person) for what in said),
        )

    def _said(self, entry: UUID) -> Said | None:
        return what_it_said(self._connection, entry, self._catalogue)

    def _now(self, agency: str) -> str:
        return self._agencies.current_id(agency, self._on)


def _to_read(entries: Sequence[Entry], running: Collection[KeptSupervision]) -> list[UUID]:
    """The messages that say most about it: those of the supervisions that run, and the newest others."""
    first = [each.message_id for each in running]
    return list(dict.fromkeys((*first, *(each.message_id for each in entries))))[:_READ_MAX]


def _since(entries: Sequence[Entry], running: Collection[KeptSupervision]) -> date:
    starts = [each.started_on for each in running if each.started_on is not None]
    return min(starts, default=min(each.since.astimezone(LONDON).date() for each in entries))


def _restricts(said: Said, person: Defendant) -> bool:
    record = record_of("", person)
    return any(
        each.restricted is True and not contradict_record(record_of("", each), record) for each in said.payload.about()
    )
