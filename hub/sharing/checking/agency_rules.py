"""Checks the agency files together: no file may contradict another. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from hub.sharing.checking.parsing import AgencyFile, read_all
from hub.sharing.terms.agencies import Agencies, Agency, AgencyRole, Reception
from hub.sharing.terms.source import Source
from schemas.problem import Problem


@dataclass(frozen=True, slots=True)
class AgencyReading:
    """`agencies` is None if there are problems."""

    agencies: Agencies | None
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _AgencyEntry:
    """One agency and its place in the files."""

    agency: Agency
    source: Source
    index: int

    def where(self, key: str, value: object = None) -> str:
        return self.source.where(("agency", self.index, key), value)


def read_agencies(sources: Sequence[Source]) -> AgencyReading:
    """Checks every rule, so that one run shows all that must be corrected. But if a file cannot be read, only that is
    reported, because everything that refers to it would look wrong too."""
    files, problems = read_all(sources, AgencyFile)
    if not problems:
        entries = [
            _AgencyEntry(agency, source, n) for content, source in files for n, agency in enumerate(content.agencies)
        ]
        known = {entry.agency.id: entry.agency for entry in entries}
        problems.extend(_claims(entries))
        problems.extend(_areas(entries, known))
        problems.extend(_stand_ins(entries, known))
        problems.extend(_succession(entries, known))
        problems.extend(_receptions(files, known))
    if problems:
        return AgencyReading(None, tuple(problems))
    agencies = Agencies.of(
        (agency for content, _ in files for agency in content.agencies),
        (reception for content, _ in files for reception in content.receptions),
    )
    return AgencyReading(agencies, ())


def _claims(entries: list[_AgencyEntry]) -> Iterator[Problem]:
    """An id, a name, an OU prefix and, within a role, a force must each belong to one agency only."""
    owners: dict[tuple[str, str], tuple[_AgencyEntry, str, str]] = {}
    for entry in entries:
        agency = entry.agency
        claims = [("id", "id", agency.id, "agency.duplicate")]
        claims += [("id", "name", agency.name, "agency.name_claimed")]
        claims += [("id", "names", name, "agency.name_claimed") for name in agency.names]
        claims += [("code", "ou_codes", prefix, "agency.ou_code_claimed") for prefix in agency.ou_codes]
        claims += [(agency.role, "forces", force, "agency.force_claimed") for force in agency.forces]
        for among, key, value, code in claims:
            first, its_key, its_value = owners.setdefault((among, value.casefold()), (entry, key, value))
            if first is not entry:
                other = first.where(its_key, its_value)
                yield Problem(
                    code, entry.where(key, value), f"{value} is already used: see {other}", "give it to one agency only"
                )


def _areas(entries: list[_AgencyEntry], known: dict[str, Agency]) -> Iterator[Problem]:
    for entry in entries:
        area = entry.agency.area
        if area is not None and not _is(known, area, AgencyRole.PROBATION):
            yield Problem(
                "agency.area_unknown",
                entry.where("area", area),
                f"{area} is not a probation area of the registry",
                "name an existing one, or add it to the agency files",
            )


def _stand_ins(entries: list[_AgencyEntry], known: dict[str, Agency]) -> Iterator[Problem]:
    for entry in entries:
        for stood_for in entry.agency.stands_for:
            if not _is(known, stood_for, entry.agency.role) or stood_for == entry.agency.id:
                yield Problem(
                    "agency.stands_for_unknown",
                    entry.where("stands_for", stood_for),
                    f"{stood_for} is not another {entry.agency.role} agency of the registry",
                    "name an existing one of the same role, or add it to the agency files",
                )


def _succession(entries: list[_AgencyEntry], known: dict[str, Agency]) -> Iterator[Problem]:
    """Successors must lead to an agency that exists, and must not form a circle."""
    for entry in entries:
        agency = entry.agency
        if agency.existed_from and agency.existed_until and agency.existed_until < agency.existed_from:
            yield Problem(
                "agency.ends_before_it_begins",
                entry.where("existed_until"),
                f"its last day, {agency.existed_until}, is before its first, {agency.existed_from}",
                "correct one of the two dates",
            )
        if agency.successor is not None:
            yield from _successor(entry, agency.successor, known)


def _successor(entry: _AgencyEntry, successor: str, known: dict[str, Agency]) -> Iterator[Problem]:
    agency, where = entry.agency, entry.where("successor", successor)
    if not _is(known, successor, agency.role):
        says = f"{successor} is not a {agency.role} agency of the registry"
        yield Problem("agency.successor_unknown", where, says, "name an existing one, or add it to the agency files")
    elif agency.existed_until is None:
        cure = "add existed_until, or remove the successor"
        yield Problem("agency.successor_without_end", where, "it has a successor and no last day", cure)
    elif agency.id in _line_from(successor, known):
        cure = "remove the successor of the last of them"
        yield Problem("agency.successor_cycle", where, f"from {successor} the successors lead back here", cure)
    elif not _carries_on(known[successor], agency.existed_until):
        yield Problem(
            "agency.successor_gap",
            where,
            f"{successor} does not exist on the day after {agency.existed_until}",
            "correct the dates: the successor takes over on the next day",
        )


def _line_from(agency_id: str, known: dict[str, Agency]) -> set[str]:
    """That agency and its successors, as far as they are known."""
    line: set[str] = set()
    following: str | None = agency_id
    while following in known and following not in line:
        line.add(following)
        following = known[following].successor
    return line


def _carries_on(successor: Agency, last_day: date) -> bool:
    begun = successor.existed_from is None or successor.existed_from.toordinal() <= last_day.toordinal() + 1
    return begun and not (successor.existed_until is not None and successor.existed_until <= last_day)


def _receptions(files: list[tuple[AgencyFile, Source]], known: dict[str, Agency]) -> Iterator[Problem]:
    seen: dict[tuple[str, str, str], tuple[Source, int]] = {}
    for content, source in files:
        for index, reception in enumerate(content.receptions):
            yield from _reception(reception, source, index, known)
            first, number = seen.setdefault((reception.area, reception.sex, reception.age_group), (source, index))
            if (first, number) != (source, index):
                yield Problem(
                    "reception.duplicate",
                    source.where(("reception", index)),
                    "the same people of the same area are received twice: see " + first.where(("reception", number)),
                    "keep the prison that receives them",
                )


def _reception(reception: Reception, source: Source, index: int, known: dict[str, Agency]) -> Iterator[Problem]:
    named = (
        ("reception.area_unknown", "area", reception.area, AgencyRole.PROBATION),
        ("reception.prison_unknown", "prison", reception.prison, AgencyRole.PRISON),
    )
    for code, key, value, role in named:
        if not _is(known, value, role):
            yield Problem(
                code,
                source.where(("reception", index, key), value),
                f"{value} is not a {role} agency of the registry",
                "name an existing one, or add it to the agency files",
            )


def _is(known: dict[str, Agency], agency_id: str, role: AgencyRole) -> bool:
    return agency_id in known and known[agency_id].role is role
