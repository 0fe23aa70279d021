"""One session: a sitting in one room, with its blocks and their cases."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from pydantic import ValidationError

from adapters.systems.libra.case import read_case, unfit
from adapters.systems.libra.fields import BLOCK, SESSION, read_fields
from adapters.systems.libra.record import Doubts, Record
from schemas.kinds.court_list.v1 import Case, Session
from schemas.offence import Court
from schemas.problem import Problem, Refused


@dataclass(frozen=True, slots=True)
class Listing:
    """The list that a session belongs to, and what the document says of the court."""

    court: str
    day: date
    court_name: str | None
    psa_code: str | None
    list_type: str | None


@dataclass(frozen=True, slots=True)
class Sitting:
    """A session in its list; an empty list has a sitting without a session.

    `all_refused` if it had cases and none could be taken.
    """

    court: Court
    day: date
    list_type: str | None
    where: str
    session: Session | None = None
    all_refused: bool = False
    doubts: Doubts = field(default_factory=Doubts)


def no_sitting(listing: Listing, where: str) -> Sitting:
    """The court does not sit that day: an empty list is worth knowing too."""
    return Sitting(_court(listing, None, None, where), listing.day, listing.list_type, where)


def read_session(record: Record, listing: Listing, on: date, problems: list[Problem]) -> Sitting:
    """Bad cases go to `problems`; Refused is raised only if the session itself cannot be taken."""
    doubts = Doubts()
    court = _court(listing, record.text("court"), record.text("lja"), record.where)
    fields = read_fields(record, SESSION, doubts)
    before = len(problems)
    cases = tuple(_cases(record, doubts, problems))
    doubts.leftovers(record)
    try:
        session = Session.model_validate(fields | {"on": on, "cases": cases})
    except ValidationError as error:
        raise unfit(record.where, "session", error) from None
    all_refused = not cases and len(problems) > before
    return Sitting(court, listing.day, listing.list_type, record.where, session, all_refused, doubts)


def _court(listing: Listing, name: str | None, area: str | None, where: str) -> Court:
    try:
        return Court(
            ou_code=listing.court,
            name=name or listing.court_name,
            local_justice_area=area,
            psa_code=listing.psa_code,
        )
    except ValidationError as error:
        raise unfit(where, "court", error) from None


def _cases(record: Record, doubts: Doubts, problems: list[Problem]) -> Iterator[Case]:
    """The cases of every block, then those that stand in the session itself."""
    for blocks in record.each("blocks"):
        for block in blocks.each("block"):
            fields = read_fields(block, BLOCK, doubts)
            yield from _cases_of(block, fields, doubts, problems)
            doubts.leftovers(block)
        doubts.leftovers(blocks)
    yield from _cases_of(record, {}, doubts, problems)


def _cases_of(parent: Record, block: dict[str, Any], doubts: Doubts, problems: list[Problem]) -> Iterator[Case]:
    found = 0
    for group in parent.each("cases"):
        for case in group.each("case"):
            found += 1
            try:
                yield read_case(case, block, doubts)
            except Refused as refusal:
                problems.extend(refusal.problems)
        doubts.leftovers(group)
    if block and not found:
        doubts.add(
            Problem(
                "libra.empty_block", parent.where, "the block lists no case and was left out", "nothing, if so meant"
            ),
            "block",
        )
