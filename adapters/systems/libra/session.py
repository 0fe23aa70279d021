"""Reads one session: a sitting in one room, with its blocks and their cases."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from adapters.fitting import fitted
from adapters.systems.libra.case import made, read_case
from adapters.systems.libra.fields import BLOCK, SESSION, read_fields
from adapters.systems.libra.record import Doubts, Record
from schemas.kinds.court_list.v1 import Case, Session
from schemas.parts.offence import Court
from schemas.problem import Problem, Refused


@dataclass(frozen=True, slots=True)
class Listing:
    """The list that a session belongs to, and what the document says about the court."""

    court: str
    day: date
    court_name: str | None
    psa_code: str | None
    list_type: str | None


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session in its list. An empty list has a sitting without a session.

    `lost` are the places of cases that could not be accepted, or of the parts that contain them.
    """

    court: Court
    day: date
    list_type: str | None
    where: str
    session: Session | None = None
    lost: tuple[str, ...] = ()
    doubts: Doubts = field(default_factory=Doubts)


def no_sitting(listing: Listing, where: str) -> Sitting:
    """Return the sitting of a court that does not sit that day, because an empty list is useful too."""
    doubts = Doubts()
    court = _court(listing, None, None, where, doubts)
    return Sitting(court, listing.day, listing.list_type, where, doubts=doubts)


def read_session(record: Record, listing: Listing, on: date, problems: list[Problem]) -> Sitting:
    """Return the sitting. Bad cases go to `problems`. Raises Refused only if the session itself cannot be accepted."""
    doubts = Doubts()
    court = _court(listing, record.text("court"), record.text("lja"), record.where, doubts)
    fields = read_fields(record, SESSION, doubts)
    reading = _Cases(doubts, problems, [])
    cases = tuple(reading.of_session(record))
    doubts.leftovers(record)
    session = made(fitted(Session, fields | {"on": on, "cases": cases}), record.where, "session", doubts)
    return Sitting(court, listing.day, listing.list_type, record.where, session, tuple(reading.lost), doubts)


def _court(listing: Listing, name: str | None, area: str | None, where: str, doubts: Doubts) -> Court:
    values = {
        "ou_code": listing.court,
        "name": name or listing.court_name,
        "local_justice_area": area,
        "psa_code": listing.psa_code,
    }
    return made(fitted(Court, values), where, "court", doubts)


@dataclass(frozen=True, slots=True)
class _Cases:
    """Reads cases. `problems` are those of refused cases, `lost` their places."""

    doubts: Doubts
    problems: list[Problem]
    lost: list[str]

    def of_session(self, record: Record) -> Iterator[Case]:
        """Return the cases of every block, then those directly in the session."""
        for blocks in self._readable(record, "blocks"):
            for block in self._readable(blocks, "block"):
                fields = read_fields(block, BLOCK, self.doubts)
                yield from self._of(block, fields)
                self.doubts.leftovers(block)
            self.doubts.leftovers(blocks)
        yield from self._of(record, {})

    def _of(self, parent: Record, block: dict[str, Any]) -> Iterator[Case]:
        found = 0
        for group in self._readable(parent, "cases"):
            for case in self._readable(group, "case"):
                found += 1
                doubts = Doubts()
                try:
                    read = read_case(case, block, doubts)
                except Refused as refusal:
                    self._lose(case.where, refusal)
                    continue
                self.doubts.include(doubts)
                yield read
            self.doubts.leftovers(group)
        if block and not found:
            problem = "the block lists no case; it was left out"
            self.doubts.add(
                Problem("libra.empty_block", parent.where, problem, "nothing, if this was intended"), "block"
            )

    def _readable(self, parent: Record, name: str) -> Iterator[Record]:
        """Return the parts that can be read. A malformed string and its content are lost."""
        broken = Doubts()
        yield from parent.readable(name, broken)
        for problem in broken:
            self._lose(problem.where, Refused(problem))

    def _lose(self, where: str, refusal: Refused) -> None:
        self.problems.extend(refusal.problems)
        self.lost.append(where)
