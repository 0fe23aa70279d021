"""Reads one document of a file: its declared type, the court and day of each session, and the sessions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import islice

from adapters.systems.libra.fields import DATE, Field, read_field
from adapters.systems.libra.filename import parse_file_name
from adapters.systems.libra.record import Doubts, Record, refused
from adapters.systems.libra.session import Listing, Sitting, no_sitting, read_session
from adapters.xml import Node, XmlSchema
from schemas.problem import Problem, Refused

_HEARING_DAY = Field("doh", "on", DATE)
_STATED_DAY = Field("dateOfHearing", "on", DATE)
_SCHEMA_DOUBTS_MAX = 3
_TYPE_LENGTH_MAX, _CODE_LENGTH_MAX = 250, 80
_NOT_A_LIST = "libra.document_type_unknown"


@dataclass(frozen=True, slots=True)
class Info:
    """What the document says about itself. `day` and `court` are from the file name; without it, `day` is
    `stated_day`."""

    day: date | None = None
    stated_day: date | None = None
    court: str | None = None
    court_name: str | None = None
    psa_code: str | None = None
    list_type: str | None = None

    def listing(self, court: str, day: date) -> Listing:
        return Listing(court, day, self.court_name, self.psa_code, self.list_type)


@dataclass(frozen=True, slots=True)
class DocumentRead:
    """The sittings of one document, without the refused ones. `where` is the document's place.

    `lost` are the places of entries in refused parts: of the list of `court` and `day`, if these are known.
    """

    node: Node
    where: str
    sittings: tuple[Sitting, ...] = ()
    refused: tuple[Problem, ...] = ()
    doubts: Doubts = field(default_factory=Doubts)
    lost: tuple[str, ...] = ()
    court: str | None = None
    day: date | None = None

    def lost_from(self, court: str, day: date) -> tuple[str, ...]:
        """Yield the places of lost entries that may belong to that list."""
        elsewhere = self.court not in (None, court) or self.day not in (None, day)
        return () if elsewhere else self.lost


def read_document(node: Node) -> DocumentRead:
    """Read a document. It never raises: what cannot be read is in `refused`."""
    doubts = Doubts()
    problems: list[Problem] = []
    lost: list[str] = []
    sittings: tuple[Sitting, ...] = ()
    info = Info()
    where = node.where
    try:
        record = Record(node)
        info = _read_info(record, doubts)
        sessions = _sessions(record, doubts)
        sittings = tuple(_sittings(record, info, sessions, doubts, problems, lost))
        _check_schema(node, where, doubts)
    except Refused as refusal:
        problems.extend(refusal.problems)
        if all(problem.code != _NOT_A_LIST for problem in refusal.problems):
            lost.append(where)
    return DocumentRead(node, where, sittings, tuple(problems), doubts, tuple(lost), info.court, info.day)


def is_court_list(list_type: str) -> bool:
    """Return whether it is the type of a court list: `EDT_Adult_Daily_Courtlist`, `YOUTH_COURT_LIST_DAILY` and
    `StandardCourtList` are; a register is not."""
    if len(list_type) > _TYPE_LENGTH_MAX:
        return False
    letters = re.sub(r"[^a-z]", "", list_type.lower())
    return "court" in letters and "list" in letters and "register" not in letters


def _read_info(document: Record, doubts: Doubts) -> Info:
    """Read the document's description of itself. Raises Refused if its type is not that of a court list."""
    info = document.optional("info", doubts)
    if info is None:
        return Info()
    general, parameters = info.optional("general", doubts), info.optional("parameters", doubts)
    name = parse_file_name(info.text("source_file_name"))
    declared = {
        "pi_job_type": _usable(parameters, "pi_job_type", _TYPE_LENGTH_MAX, doubts) if parameters else None,
        "doc_type": _usable(general, "doc_type", _TYPE_LENGTH_MAX, doubts) if general else None,
        "contentType": _usable(info, "contentType", _TYPE_LENGTH_MAX, doubts),
    }
    types = [text for text in declared.values() if text is not None] or [text for text in (name.list_type,) if text]
    _refuse_other_types(info, types)
    named = name.list_type if name.list_type and is_court_list(name.list_type) else None
    stated_day = _stated_day(info, doubts)
    read = Info(
        name.day or stated_day,
        stated_day,
        name.court,
        info.text("courtHouse"),
        parameters.text("pi_psa_code") if parameters else None,
        declared["pi_job_type"] or named or next(iter(types), None),  # all of them must be types of a court list
    )
    for record in filter(None, (info, general, parameters)):
        doubts.leftovers(record)
    return read


def _usable(record: Record, element: str, most: int, doubts: Doubts) -> str | None:
    """The text, if it is not too long for what it says; what it says may stand elsewhere too."""
    text = record.text(element)
    if text is None or len(text) <= most:
        return text
    problem = f"<{element}> is longer than {most} and was left out"
    doubts.add(Problem("libra.value_invalid", record.where_of(element), problem, "correct the value"))
    return None


def _refuse_other_types(info: Record, types: list[str]) -> None:
    if any(not is_court_list(text) for text in types):
        raise refused(
            _NOT_A_LIST,
            info.where,
            "the type of the document is not that of a court list",
            "send only court lists here; correct <doc_type> or <pi_job_type> if this is one",
        )


def _stated_day(info: Record, doubts: Doubts) -> date | None:
    stated: date | None = read_field(info, _STATED_DAY, doubts)
    return stated


def _sessions(document: Record, doubts: Doubts) -> tuple[Record, ...]:
    """Return the sessions. Raises Refused if there is no <sessions>. An empty one is allowed."""
    parents = [document]
    for name in ("data", "job", "sessions"):
        below = [child for parent in parents for child in parent.each(name)]
        for parent in parents:
            doubts.leftovers(parent)
        parents = below or parents
    if parents[0].name != "sessions":
        raise refused(
            "libra.sessions_missing",
            parents[0].where,
            "the document has no <sessions>",
            "send <sessions>; leave it empty if the court does not sit",
        )
    sessions = tuple(session for parent in parents for session in parent.each("session"))
    for parent in parents:
        doubts.leftovers(parent)
    return sessions


def _sittings(
    document: Record,
    info: Info,
    sessions: tuple[Record, ...],
    doubts: Doubts,
    problems: list[Problem],
    lost: list[str],
) -> Iterator[Sitting]:
    courts = {session: _usable(session, "ou_code", _CODE_LENGTH_MAX, doubts) for session in sessions}
    if info.court is None and not any(courts.values()):
        raise refused(
            "court.missing",
            document.where,
            "neither a session nor the file name gives the court's OU code",
            "send <ou_code> in each session, or a <source_file_name> that holds the OU code",
        )
    days: dict[Record, date | None] = {session: read_field(session, _HEARING_DAY, doubts) for session in sessions}
    held = {day for day in days.values() if day is not None}
    _doubt_days(document, info, held, doubts)
    if not sessions:
        yield no_sitting(info.listing(info.court or "", _needed(info.day, document)), document.where)
    for session, on in days.items():
        try:
            list_day = on if len(held) > 1 else info.day
            day = _needed(list_day or on or info.day, session)
            listing = info.listing(_needed_court(courts[session] or info.court, session), day)
            yield read_session(session, listing, on or day, problems)
        except Refused as refusal:
            problems.extend(refusal.problems)
            lost.extend(f"{session.where}, case {number}" for number in range(1, session.count("case") + 1))
        else:
            _doubt_court(session, info, courts[session], doubts)


def _needed(day: date | None, record: Record) -> date:
    if day is None:
        raise refused(
            "libra.date_missing",
            record.where,
            "neither the session nor the file name gives the day",
            "send <doh> in each session, or a <source_file_name> that holds the day as ddmmyyyy",
        )
    return day


def _needed_court(court: str | None, session: Record) -> str:
    if court is None:
        raise refused(
            "court.missing", session.where, "the session gives no court", "send the court's OU code in <ou_code>"
        )
    return court


def _doubt_days(document: Record, info: Info, held: set[date], doubts: Doubts) -> None:
    if info.day is None:
        return
    outside = held if info.day not in held else set()
    stated = {info.stated_day} if info.stated_day else set()
    told = {"<dateOfHearing>": stated - {info.day}, "the sessions": outside}
    others = [f"{who} {', '.join(sorted(map(str, days)))}" for who, days in told.items() if days]
    if others:
        taken = "sessions'" if len(held) > 1 else "file name's"
        doubts.add(
            Problem(
                "libra.dates_disagree",
                document.where,
                f"the file name says {info.day}, {', '.join(others)}; the list is kept under the {taken} day",
                "check on which day the court sits",
            )
        )


def _doubt_court(session: Record, info: Info, court: str | None, doubts: Doubts) -> None:
    if info.court is not None and court is not None and court.upper() != info.court:
        doubts.add(
            Problem(
                "libra.courts_disagree",
                session.where_of("ou_code"),
                "<ou_code> differs from the court in the file name; <ou_code> was used",
                "check which court sits",
            )
        )


def _check_schema(node: Node, where: str, doubts: Doubts) -> None:
    """Doubt breaches of the schema. They are never refused, because real documents have them. Values are not
    repeated."""
    if node.namespace is not None:
        return
    named = (re.match(r"line (\d+): Element '([^']+)'", breach) for breach in _schema().problems(node))
    places = dict.fromkeys(found.groups() for found in named if found)
    for line, element in islice(places, _SCHEMA_DOUBTS_MAX):
        doubts.add(
            Problem(
                "libra.schema",
                f"line {line}, {where.partition(', ')[2]}",
                f"<{element}> does not follow the schema of the lists",
                "compare it with wire/libra_list.xsd",
            ),
            f"{where} {line} {element}",
        )


@cache
def _schema() -> XmlSchema:
    return XmlSchema(files("adapters.systems.libra") / "wire" / "libra_list.xsd")
