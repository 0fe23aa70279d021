"""Makes the lists of a file: one for each court and day, in document order."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from adapters.contract import Decoded, Draft
from adapters.systems.libra.document import DocumentRead, read_document
from adapters.systems.libra.envelope import Request
from adapters.systems.libra.record import Doubts
from adapters.systems.libra.session import Sitting
from schemas.kinds.court_list.v1 import CourtList, Session
from schemas.problem import Problem, Refused


@dataclass(slots=True)
class _List:
    """The sittings of one court and day, and the documents that they came from."""

    sittings: list[Sitting] = field(default_factory=list)
    documents: list[DocumentRead] = field(default_factory=list)


def read_lists(request: Request) -> Decoded:
    """Return the lists. Raises Refused if nothing in the file can be accepted."""
    documents = [read_document(node) for node in request.documents]
    refused = [problem for document in documents for problem in document.refused]
    drafts = []
    for (court, day), found in _by_court_and_day(documents).items():
        if _nothing_left(found):
            refused.append(_no_case_left(court, day, found))
        else:
            lost = [place for document in documents for place in document.lost_from(court, day)]
            drafts.append(_draft(court, day, found, request, tuple(lost)))
    if not drafts:
        raise Refused(*refused)
    return Decoded(tuple(drafts), tuple(refused))


def _by_court_and_day(documents: Iterable[DocumentRead]) -> dict[tuple[str, date], _List]:
    lists: dict[tuple[str, date], _List] = {}
    for document in documents:
        for sitting in document.sittings:
            found = lists.setdefault((sitting.court.ou_code, sitting.day), _List())
            found.sittings.append(sitting)
            if not found.documents or found.documents[-1] is not document:
                found.documents.append(document)
    return lists


def _nothing_left(found: _List) -> bool:
    """Return whether the list had cases and all of them were refused."""
    taken = any(sitting.session is not None and sitting.session.cases for sitting in found.sittings)
    return not taken and any(sitting.lost for sitting in found.sittings)


def _no_case_left(court: str, day: date, found: _List) -> Problem:
    return Problem(
        "libra.no_case_left",
        found.sittings[0].where,  # the place where the list begins
        f"every case of the list of {court} for {day} was refused, so the list was refused",
        "correct the cases and send the list again",
    )


def _draft(court: str, day: date, found: _List, request: Request, lost: tuple[str, ...]) -> Draft:
    """Make a draft. `lost` are the places of entries in refused parts."""
    doubts = Doubts()
    doubts.include(request.doubts)
    for document in found.documents:
        doubts.include(document.doubts)
    for sitting in found.sittings:
        doubts.include(sitting.doubts)
    list_types = {sitting.list_type for sitting in found.sittings}
    payload = CourtList(
        court=_court(found, doubts),
        date=day,
        list_type=next(iter(list_types)) if len(list_types) == 1 else None,
        sessions=_sessions(found, len(list_types) > 1, doubts),
    ).lacking((*(place for sitting in found.sittings for place in sitting.lost), *lost))
    return Draft(
        kind="court_list",
        version=1,
        sender=court,
        recipient=None,
        reference=f"{request.message_id or _digest(found.documents)}/{court}/{day}",
        payload=payload,
        sent_at=request.sent_at,
        doubts=tuple(doubts),
        where=found.sittings[0].where,  # where the list begins
    )


def _court(found: _List, doubts: Doubts) -> Any:
    """Return what the sessions say about the court. The first value is used, and a different one is doubted."""
    said: dict[str, str] = {}
    for sitting in found.sittings:
        for name, value in sitting.court.model_dump(exclude_none=True).items():
            if said.setdefault(name, value) != value:
                doubts.add(
                    Problem(
                        "libra.courts_disagree",
                        sitting.where,
                        f"the court's {name.replace('_', ' ')} differs from an earlier session's, which was used",
                        "check which is right",
                    ),
                    name,
                )
    return said


def _sessions(found: _List, several_types: bool, doubts: Doubts) -> tuple[Session, ...]:
    """Return the sessions in document order. A session that is repeated word for word is used once."""
    sessions: dict[Session, None] = {}
    for sitting in found.sittings:
        if sitting.session is None:
            continue
        session = sitting.session
        if several_types:
            session = session.model_copy(update={"list_type": sitting.list_type})
        if session in sessions:
            doubts.add(
                Problem(
                    "libra.repeated_session",
                    sitting.where,
                    "the session repeats an earlier one word for word; it was used once",
                    "send each session once",
                )
            )
        sessions.setdefault(session)
    return tuple(sessions)


def _digest(documents: Iterable[DocumentRead]) -> str:
    """Return a reference of our own. The same content gives the same reference."""
    digest = hashlib.sha256()
    for document in documents:
        digest.update(document.node.bytes())
    return digest.hexdigest()
