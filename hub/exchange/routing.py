"""Whom a message is for: the parties it names by their place, resolved through the registry. Pure."""

from collections.abc import Mapping

from hub.exchange.stages import Unaddressed
from hub.sharing.agencies import Agencies, Agency
from schemas.kind import Target


def resolve(target: Target, facts: Mapping[str, str], named: str | None, agencies: Agencies) -> Agency | Unaddressed:
    """The agency at that place, or why there is none."""
    if target is Target.NAMED:
        agency = agencies.resolve(named) if named else None
        return agency or Unaddressed(target, "the message names no recipient that the exchange knows")
    if target is Target.POLICE:
        force = facts.get("force", "")
        return agencies.police_of(force) or Unaddressed(target, f"no police force has the code {force!r}")
    court = agencies.resolve(facts["court"]) if "court" in facts else None
    if court is None:
        return Unaddressed(target, "the message names no court that the exchange knows")
    if target is Target.COURT:
        return court
    area = agencies.area_of(court)
    if area is None:
        return Unaddressed(target, f"no probation area is known for {court.name}")
    if target is Target.AREA:
        return area
    prison = agencies.prison_for(area.id, facts.get("sex", "not_known"), facts.get("age_group"))
    return prison or Unaddressed(target, f"no prison is known that receives such a person from {court.name}")
