"""The legal parties, and how one is found: by id, by OU code, by force, by the area that it serves."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Annotated, ClassVar, Literal

from pydantic import BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError


class Role(StrEnum):
    COURT = "court"
    PROBATION = "probation"
    POLICE = "police"
    PRISON = "prison"
    GATEWAY = "gateway"
    HUB = "hub"
    CPS = "cps"
    RESEARCH = "research"


def read_role(value: object) -> Role:
    """The role of that name; raises the validation error `role.unknown`."""
    try:
        return Role(str(value))
    except ValueError:
        roles = ", ".join(Role)
        raise PydanticCustomError(
            "role.unknown", "there is no such role; the roles are {roles}", {"roles": roles}
        ) from None


AgencyId = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=80)]
RoleName = Annotated[Role, BeforeValidator(read_role)]


@dataclass(frozen=True, slots=True)
class Agency:
    """`ou_codes` are five-character prefixes (courts), `area` is the probation area of a court, `forces` are the
    two-character codes that an area or a police force covers, `acts_for` the roles that a gateway may send for."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    id: AgencyId
    name: Annotated[str, Field(min_length=1, max_length=200)]
    role: RoleName
    ou_codes: tuple[Annotated[str, Field(pattern=r"^[A-Z0-9]{5}$")], ...] = ()
    area: AgencyId | None = None
    forces: tuple[Annotated[str, Field(pattern=r"^[A-Z0-9]{2}$")], ...] = ()
    acts_for: tuple[RoleName, ...] = ()


@dataclass(frozen=True, slots=True)
class Reception:
    """The prison that receives such people when a court of the area sends them into custody."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    area: AgencyId
    sex: Literal["male", "female"]
    age_group: Literal["adult", "young_adult", "youth"]
    prison: AgencyId


@dataclass(frozen=True, slots=True)
class Agencies:
    """The agencies by id, with the indexes that routing asks. Built by `of`."""

    by_id: Mapping[str, Agency]
    by_ou_prefix: Mapping[str, Agency]
    police_by_force: Mapping[str, Agency]
    prison_by_intake: Mapping[tuple[str, str, str], Agency]

    @classmethod
    def of(cls, agencies: Iterable[Agency], receptions: Iterable[Reception] = ()) -> "Agencies":
        """Index agencies that have been checked: no id, OU prefix or police force is claimed twice."""
        by_id = {agency.id: agency for agency in agencies}
        return cls(
            MappingProxyType(by_id),
            MappingProxyType({prefix: agency for agency in by_id.values() for prefix in agency.ou_codes}),
            MappingProxyType(
                {force: agency for agency in by_id.values() if agency.role is Role.POLICE for force in agency.forces}
            ),
            MappingProxyType(
                {
                    (item.area, item.sex, item.age_group): by_id[item.prison]
                    for item in receptions
                    if item.prison in by_id
                }
            ),
        )

    def get(self, agency_id: str) -> Agency | None:
        return self.by_id.get(agency_id)

    def resolve(self, reference: str) -> Agency | None:
        """The agency of an id, or of an OU code of 7 or 5 characters, of which the first five are compared."""
        reference = reference.strip()
        if reference in self.by_id:
            return self.by_id[reference]
        return self.by_ou_prefix.get(reference.upper()[:5]) if len(reference) in (5, 7) else None

    def area_of(self, court: Agency) -> Agency | None:
        """The probation area that serves the court."""
        area = self.by_id.get(court.area) if court.area else None
        return area if area is not None and area.role is Role.PROBATION else None

    def police_of(self, force: str) -> Agency | None:
        """The police force with that two-character code."""
        return self.police_by_force.get(force.upper())

    def prison_for(self, area_id: str, sex: str, age_group: str | None) -> Agency | None:
        """The prison that receives from the area; an unknown age is taken for adult.

        None for a sex that is not known: prisons hold one sex, and a report sent to the wrong one is a disclosure,
        so a person must decide. An age group without a prison of its own is not sent to another's, for the same reason.
        """
        return self.prison_by_intake.get((area_id, sex, age_group or "adult"))

    def may_send_for(self, caller: Agency, sender: Agency) -> bool:
        """Everyone sends for itself; a gateway also for the roles that it acts for."""
        return caller.id == sender.id or (caller.role is Role.GATEWAY and sender.role in caller.acts_for)
