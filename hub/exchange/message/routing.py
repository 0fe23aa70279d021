"""Whom a message is for: finds the agencies for the parties that it names, through the registry. Pure."""

import re
from dataclasses import dataclass
from datetime import date

from adapters.contract import Draft
from hub.exchange.message.stages import Unaddressed
from hub.sharing.terms.agencies import Agencies, Agency, AgencyRole
from schemas.kind import Target
from schemas.shape import Flag

Found = Agency | Unaddressed


def find_agency(reference: str, agencies: Agencies, on: date) -> Agency | None:
    """The agency with that id, OU code, `force:16` or `cps:16AC00`. For an agency that has merged, its successor."""
    scheme, _, code = reference.strip().partition(":")
    if code and scheme == "force":
        agency = agencies.police_of(code)
    elif code and scheme == "cps":
        digits = re.search(r"\d{2}", code)
        agency = agencies.cps_of(digits.group()) if digits else None
    else:
        agency = agencies.resolve(reference)
    return agencies.current(agency.id, on) if agency else None


@dataclass(frozen=True, slots=True)
class Routing:
    """The parties of one message on one day."""

    agencies: Agencies
    draft: Draft
    sender: Agency
    on: date

    def find(self, target: Target) -> tuple[Found, ...]:
        """The agencies for that party: one, or several that are named. Otherwise the reason why there is none."""
        if target is Target.NAMED:
            return self._named()
        found = self._one(target)
        return (self.agencies.current(found.id, self.on) if isinstance(found, Agency) else found,)

    def first(self, target: Target) -> Agency | None:
        """The one agency that a clock names."""
        found = self.find(target)
        return found[0] if found and isinstance(found[0], Agency) else None

    def _named(self) -> tuple[Found, ...]:
        names = (self.draft.recipient,) if self.draft.recipient else self.draft.payload.named()
        if not names:
            return (Unaddressed(Target.NAMED, "the message names no recipient"),)
        return tuple(
            self._known(name) or Unaddressed(Target.NAMED, f"no agency of the exchange is {shown_code(name)}")
            for name in names
        )

    def _one(self, target: Target) -> Found:
        match target:
            case Target.SENDER:
                return self.sender
            case Target.COURT:
                return self._court() or Unaddressed(target, "the message names no court that the exchange knows")
            case Target.AREA:
                return self._area() or Unaddressed(target, "no probation area follows from the message")
            case Target.POLICE:
                force = self._fact("force") or ""
                return self.agencies.police_of(force) or Unaddressed(target, f"no police force has the code {force!r}")
            case Target.CPS:
                return self._cps() or Unaddressed(target, "no CPS area follows from the message")
            case Target.PRISON:
                return self._prison()
            case Target.RESEARCH:
                return self.agencies.only(AgencyRole.RESEARCH) or Unaddressed(
                    target, "the registry knows no research agency"
                )
            case Target.DIRECTORATE:
                return self.agencies.only(AgencyRole.DIRECTORATE) or Unaddressed(
                    target, "the registry knows no directorate"
                )
            case _:
                return Unaddressed(target, "linkage finds who supervises the person")

    def _fact(self, name: str) -> str | None:
        return self.draft.payload.facts().get(name)

    def _known(self, reference: str) -> Agency | None:
        return find_agency(reference, self.agencies, self.on)

    def _court(self) -> Agency | None:
        court = self._fact("court")
        return self._known(court) if court else None

    def _area(self) -> Agency | None:
        named = self._fact("area")
        if named:
            return self._known(named)
        court, force = self._court(), self._fact("force")
        if court is not None:
            return self.agencies.area_of(court)
        return self.agencies.area_of_force(force) if force else None

    def _cps(self) -> Agency | None:
        force, area = self._fact("force"), self._area()
        forces = (force,) if force else area.forces if area is not None else ()
        found = {cps.id: cps for cps in map(self.agencies.cps_of, forces) if cps is not None}
        return found.popitem()[1] if len(found) == 1 else None  # the forces of an area may have several

    def _prison(self) -> Found:
        """The prison that the court named. If the court named none, the prison that usually receives people from that
        area."""
        named, written = self._fact("prison"), self._fact("prison_as_written")
        if named:
            found, missing = self._known(named), "the prison that the message names is not in the registry"
        elif written:
            found, missing = (
                self.agencies.prison_called(written),
                "the registry has no prison with that name",
            )
        else:
            found, missing = self._usual_prison(), "no prison is known to receive these people from that area"
        return found or Unaddressed(Target.PRISON, missing)

    def _usual_prison(self) -> Agency | None:
        area = self._area()
        if area is None:
            return None
        return self.agencies.prison_for(area.id, self._fact("sex") or "not_known", self._fact("age_group"))

    def doubts(self) -> tuple[Flag, ...]:
        """What is odd about the recipients."""
        return (*self._doubts_about_the_prison(), *self._doubts_about_the_recipient())

    def _doubts_about_the_recipient(self) -> tuple[Flag, ...]:
        """The sender addressed somebody, and the kind of message goes to others."""
        targets, named = self.draft.payload.targets(), self.draft.recipient
        if not named or {Target.NAMED, Target.SUPERVISOR} & set(targets):
            return ()
        meant = self._known(named)
        found = [each for target in targets if target is not Target.EXCHANGE for each in self.find(target)]
        if meant is not None and (meant.role is AgencyRole.HUB or meant in found):
            return ()
        problem = f"names {shown_code(named)}, and messages of this kind go to others"
        return (Flag("recipient", "recipient.another", problem),)

    def _doubts_about_the_prison(self) -> tuple[Flag, ...]:
        """The court named another prison than the usual one, or an unknown one; or the prison has closed."""
        if Target.PRISON not in self.draft.payload.targets():
            return ()
        written, found, usual = self._fact("prison_as_written"), self._prison(), self._usual_prison()
        if isinstance(found, Agency) and (closed := self.agencies.current(found.id, self.on)).ended(self.on):
            problem = (
                f"{closed.id} closed on {closed.existed_until} and nobody follows it, so no prison is sent anything"
            )
            return (Flag("receiving_prison", "prison.closed", problem),)
        if not written:
            return ()
        if isinstance(found, Unaddressed):
            problem = "names a prison that the registry does not have, so no prison is sent anything"
            return (Flag("receiving_prison", "prison.name_unknown", problem),)
        if usual is not None and found.id != usual.id:
            problem = f"names {found.id}, which gets it; {usual.id} usually receives these people"
            return (Flag("receiving_prison", "prison.not_the_usual_one", problem),)
        return ()


_ROLES = "|".join(AgencyRole)
_SHOWN = re.compile(rf"(?=.*\d)[A-Z0-9]{{5,7}}|(force|cps):\d{{1,2}}[A-Z0-9]{{0,6}}|({_ROLES})-[a-z0-9-]{{1,40}}")


def shown_code(code: str) -> str:
    """The code, if it looks like one. Otherwise the field may hold a person's name, which no message or log may
    show."""
    return code if _SHOWN.fullmatch(code) else "the value given"
