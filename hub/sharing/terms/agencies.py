"""The legal parties, and how to find one: by id, code, name or force, by the area it serves, or after a merger."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from hub.errors import ValueUnusable
from hub.sharing.terms.prison_names import by_plain_name, prison_called
from schemas.nearest import did_you_mean


class AgencyRole(StrEnum):
    COURT = "court"
    PROBATION = "probation"
    POLICE = "police"
    PRISON = "prison"
    GATEWAY = "gateway"
    HUB = "hub"
    CPS = "cps"
    RESEARCH = "research"
    DIRECTORATE = "directorate"  # the Home Office until 2007, HM Prison and Probation Service today
    INSPECTORATE = "inspectorate"
    COURT_TEAM = "court-team"  # probation staff who work at a court
    PRISON_TEAM = "prison-team"  # probation staff who work in a prison
    PARTNERSHIP = "partnership"  # a crime and disorder partnership


def read_role(value: object) -> AgencyRole:
    """The role with that name. Raises the validation error `role.unknown`."""
    try:
        return AgencyRole(str(value))
    except ValueError:
        roles = ", ".join(AgencyRole)
        raise PydanticCustomError(
            "role.unknown", "there is no such role; the roles are {roles}", {"roles": roles}
        ) from None


AgencyId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
RoleName = Annotated[AgencyRole, BeforeValidator(read_role)]
_Day = Annotated[date, Field(strict=True)]
_Words = Annotated[str, Field(min_length=1, max_length=200)]


@dataclass(frozen=True, slots=True)
class Agency:
    """`ou_codes` are five-character prefixes (courts). `area` is the probation area of a court. `forces` are the
    two-character codes that an area or a police force covers. `acts_for` lists the roles that a gateway may send for.
    `stands_for` lists agencies of its own role in whose matters it may act, as a night court does.

    `names` are other names for the agency besides `name`. It existed from the first to the last of its two days, both
    included (None: always). After the last day, `successor` continues its work. `system` and `budget_millions` (pounds)
    are those of a probation area on 31 March 2000.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: AgencyId
    name: _Words
    role: RoleName
    ou_codes: tuple[Annotated[str, Field(pattern=r"^[A-Z0-9]{5}$")], ...] = ()
    area: AgencyId | None = None
    forces: tuple[Annotated[str, Field(pattern=r"^[A-Z0-9]{2}$")], ...] = ()
    acts_for: tuple[RoleName, ...] = ()
    stands_for: tuple[AgencyId, ...] = ()
    names: tuple[_Words, ...] = ()
    existed_from: _Day | None = None
    existed_until: _Day | None = None
    successor: AgencyId | None = None
    system: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)] | None = None
    system_note: _Words | None = None
    budget_millions: Annotated[float, Field(gt=0)] | None = None

    def exists(self, on: date) -> bool:
        return (self.existed_from is None or self.existed_from <= on) and not self.ended(on)

    def ended(self, on: date) -> bool:
        return self.existed_until is not None and self.existed_until < on


@dataclass(frozen=True, slots=True)
class Reception:
    """The prison that receives people of this sex and age group when a court of the area sends them into custody."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    area: AgencyId
    sex: Literal["male", "female"]
    age_group: Literal["adult", "young_adult", "youth"]
    prison: AgencyId


@dataclass(frozen=True, slots=True)
class Agencies:
    """The agencies by id, with the indexes that routing needs. Built by `of`.

    An agency found by a code or a force may have merged since. `current` finds its successor on a given day.
    """

    by_id: Mapping[str, Agency]
    by_name: Mapping[str, Agency]
    by_ou_prefix: Mapping[str, Agency]
    by_force: Mapping[tuple[AgencyRole, str], Agency]
    prison_by_intake: Mapping[tuple[str, str, str], Agency]
    prison_by_plain_name: Mapping[str, Agency]
    predecessors: Mapping[str, tuple[Agency, ...]]

    @classmethod
    def of(cls, agencies: Iterable[Agency], receptions: Iterable[Reception] = ()) -> "Agencies":
        """Index agencies that have been checked: no two claim the same id, name, OU prefix or force of a role, and
        successors form no circle."""
        by_id = {agency.id: agency for agency in agencies}
        known = by_id.values()
        intake: dict[tuple[str, str, str], Agency] = {
            (r.area, r.sex, r.age_group): by_id[r.prison] for r in receptions if r.prison in by_id
        }
        before: dict[str, tuple[Agency, ...]] = {}
        for agency in known:
            if agency.successor is not None:
                before[agency.successor] = (*before.get(agency.successor, ()), agency)
        return cls(
            by_id=MappingProxyType(by_id),
            by_name=MappingProxyType({name.casefold(): a for a in known for name in (a.name, *a.names)}),
            by_ou_prefix=MappingProxyType({prefix: a for a in known for prefix in a.ou_codes}),
            by_force=MappingProxyType({(a.role, force): a for a in known for force in a.forces}),
            prison_by_intake=MappingProxyType(intake),
            prison_by_plain_name=MappingProxyType(
                by_plain_name((n, a) for a in known if a.role is AgencyRole.PRISON for n in (a.name, *a.names))
            ),
            predecessors=MappingProxyType(before),
        )

    def get(self, agency_id: str) -> Agency | None:
        return self.by_id.get(agency_id)

    def resolve(self, reference: str) -> Agency | None:
        """The agency with that id, that OU code of 7 or 5 characters, or that name in upper or lower case.

        Of an OU code, the first five characters are compared. For a CPS unit, `A` and the force show which agency it
        is.
        """
        reference = reference.strip()
        if reference in self.by_id:
            return self.by_id[reference]
        found = self._of_unit(reference.upper()) if len(reference) in (5, 7) else None
        return found or self.by_name.get(reference.casefold())

    def named(self, reference: str) -> Agency:
        """The same as `resolve`. Raises ValueUnusable if the registry has no such agency."""
        agency = self.resolve(reference)
        if agency is None:
            near = did_you_mean(reference, (*self.by_id, *(agency.name for agency in self.by_id.values())))
            cure = near or "use its id, such as court-b10jq, or its OU code"
            raise ValueUnusable("access.not_your_agency", f"the registry has no agency {reference}", cure)
        return agency

    def _of_unit(self, ou_code: str) -> Agency | None:
        found = self.by_ou_prefix.get(ou_code[:5])
        return self.cps_of(ou_code[1:3]) if found is None and ou_code.startswith("A") else found

    def current(self, agency_id: str, on: date) -> Agency:
        """The agency, or the one that continues its work on that day. KeyError if the registry has no such id."""
        agency = self.by_id[agency_id]
        while agency.ended(on) and agency.successor is not None:
            agency = self.by_id[agency.successor]
        return agency

    def current_id(self, agency_id: str, on: date) -> str:
        """The id of the agency that continues its work on that day. The registry may not know the agency."""
        return self.current(agency_id, on).id if agency_id in self.by_id else agency_id

    def history_of(self, agency_id: str) -> tuple[Agency, ...]:
        """All agencies whose work it continues, directly or through others. Its direct predecessors come first."""
        direct = self.predecessors.get(agency_id, ())
        return direct + tuple(older for agency in direct for older in self.history_of(agency.id))

    def only(self, role: AgencyRole) -> Agency | None:
        """The agency of that role, if there is exactly one."""
        found = [agency for agency in self.by_id.values() if agency.role is role]
        return found[0] if len(found) == 1 else None

    def area_of(self, court: Agency) -> Agency | None:
        """The probation area that serves the court."""
        area = self.by_id.get(court.area) if court.area else None
        return area if area is not None and area.role is AgencyRole.PROBATION else None

    def police_of(self, force: str) -> Agency | None:
        """The police force with that two-character code."""
        return self.by_force.get((AgencyRole.POLICE, force.upper()))

    def cps_of(self, force: str) -> Agency | None:
        """The CPS area that prosecutes for the force with that two-character code."""
        return self.by_force.get((AgencyRole.CPS, force.upper()))

    def area_of_force(self, force: str) -> Agency | None:
        """The probation area that covers the force with that two-character code."""
        return self.by_force.get((AgencyRole.PROBATION, force.upper()))

    def prison_for(self, area_id: str, sex: str, age_group: str | None) -> Agency | None:
        """The prison that receives people from the area. An unknown age counts as adult.

        None if the sex is not known. Prisons hold one sex, and a report sent to the wrong prison is a disclosure, so a
        person must decide. For the same reason, people of an age group without a prison of its own are not sent to the
        prison of another group.
        """
        return self.prison_by_intake.get((area_id, sex, age_group or "adult"))

    def prison_called(self, written: str) -> Agency | None:
        """The prison that a court means by what it wrote."""
        return prison_called(written, self.prison_by_plain_name)

    def may_send_for(self, caller: Agency, sender: Agency) -> bool:
        """Every agency sends for itself. A gateway also sends for the roles that it acts for."""
        return caller.id == sender.id or (caller.role is AgencyRole.GATEWAY and sender.role in caller.acts_for)
