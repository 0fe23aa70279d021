"""The agency files together: what each says must agree with what the others say. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.sharing.agencies import Agencies, Agency, Reception, Role
from hub.sharing.reading import AgencyFile, read
from hub.sharing.source import Source
from schemas.problem import Problem


@dataclass(frozen=True, slots=True)
class AgencyReading:
    """`agencies` is None when there are problems."""

    agencies: Agencies | None
    files: tuple[AgencyFile, ...]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Entry:
    """One agency and where it stands."""

    agency: Agency
    source: Source
    index: int

    def where(self, key: str, value: object = None) -> str:
        return self.source.where(("agency", self.index, key), value)


def read_agencies(sources: Sequence[Source]) -> AgencyReading:
    """Every rule is checked, so that one look shows all that must be mended; but files that cannot be read are
    reported alone, because whatever refers to them would look wrong too."""
    files: list[tuple[AgencyFile, Source]] = []
    problems: list[Problem] = []
    for source in sources:
        content, found = read(source, AgencyFile)
        problems.extend(found)
        if content is not None:
            files.append((content, source))
    contents = tuple(content for content, _ in files)
    if not problems:
        entries = [_Entry(agency, source, n) for content, source in files for n, agency in enumerate(content.agencies)]
        known = {entry.agency.id: entry.agency for entry in entries}
        problems.extend(_claims(entries))
        problems.extend(_areas(entries, known))
        problems.extend(_receptions(files, known))
    if problems:
        return AgencyReading(None, contents, tuple(problems))
    agencies = Agencies.of(
        (agency for content in contents for agency in content.agencies),
        (reception for content in contents for reception in content.receptions),
    )
    return AgencyReading(agencies, contents, ())


def _claims(entries: list[_Entry]) -> Iterator[Problem]:
    """An id, an OU prefix and a force each lead to one agency."""
    owners: dict[tuple[str, str], _Entry] = {}
    for entry in entries:
        agency = entry.agency
        claims = [("id", agency.id, "agency.duplicate")]
        claims += [("ou_codes", prefix, "agency.ou_code_claimed") for prefix in agency.ou_codes]
        if agency.role is Role.POLICE:
            claims += [("forces", force, "agency.force_claimed") for force in agency.forces]
        for key, value, code in claims:
            first = owners.setdefault((key, value), entry)
            if first is not entry:
                other = first.where(key, value)
                yield Problem(code, entry.where(key, value), f"{value} is taken: see {other}", "let one agency have it")


def _areas(entries: list[_Entry], known: dict[str, Agency]) -> Iterator[Problem]:
    for entry in entries:
        area = entry.agency.area
        if area is not None and not _is(known, area, Role.PROBATION):
            yield Problem(
                "agency.area_unknown",
                entry.where("area", area),
                f"{area} is not a probation area of the registry",
                "name one, or add it to the agency files",
            )


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
    for key, value, role in (("area", reception.area, Role.PROBATION), ("prison", reception.prison, Role.PRISON)):
        if not _is(known, value, role):
            yield Problem(
                f"reception.{key}_unknown",
                source.where(("reception", index, key), value),
                f"{value} is not a {role} agency of the registry",
                "name one, or add it to the agency files",
            )


def _is(known: dict[str, Agency], agency_id: str, role: Role) -> bool:
    return agency_id in known and known[agency_id].role is role
