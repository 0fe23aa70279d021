"""Reads a disposal: one case before a court, with the offences that the court dealt with."""

from dataclasses import dataclass

from adapters.systems.police_record.codes import CONVICTED
from adapters.systems.police_record.offences import offence
from adapters.systems.police_record.record import Fields
from schemas.kinds.previous_convictions.v1 import Conviction
from schemas.parts.offence import Offence

_UNFINISHED = "A"


@dataclass(frozen=True, slots=True)
class Disposal:
    """`asns` and `units` are the arrest summons numbers and force units that its charges name, in their order."""

    conviction: Conviction
    asns: tuple[str, ...]
    units: tuple[str, ...]

    def convicted_of(self) -> tuple[Offence, ...]:
        """Return the offences of which the person was convicted. An offence with results and no finding counts as
        one."""
        return tuple(
            one for one in self.conviction.offences if one.finding in CONVICTED or (one.finding is None and one.results)
        )


def disposal(fields: Fields) -> Disposal | None:
    """Return the disposal; None, with a doubt, if it cannot be accepted."""
    court = fields.child("court") or fields
    charges = fields.each("offences", "charges")
    reference = fields.text("courtCaseReference")
    asns: dict[str, None] = {}
    units: dict[str, None] = {}
    for charge in charges:
        charge.overlay("offence")
        if asn := charge.text("arrestSummonsReference", "arrestSummonsNumber", "asn"):
            asns[asn] = None
        for name in ("forceStationChargeOrig", "forceStationInCase"):
            if unit := charge.text(name):
                units[unit] = None
        reference = _agreed(reference, charge)
    _doubt_unfinished(fields)
    values = {
        "convicted_on": fields.day("convictionDate"),
        "court_name": court.text("courtName"),
        "court_code": court.text("courtCode"),
        "reference": reference,
        "offences": tuple(found for charge in charges if (found := offence(charge)) is not None),
    }
    conviction = fields.findings.checked(Conviction, values, fields.path, optional=True)
    return Disposal(conviction, tuple(asns), tuple(units)) if conviction else None


def _agreed(reference: str | None, charge: Fields) -> str | None:
    said = charge.text("courtCaseReferenceNumber")
    if said and reference and said != reference:
        charge.findings.doubt(
            "police_record.contradiction",
            "courtCaseReferenceNumber",
            f"{charge.path}.courtCaseReferenceNumber",
            "the charge names a different court case from its disposal; that of the disposal was used",
            "correct the one that is wrong",
        )
    return reference or said


def _doubt_unfinished(fields: Fields) -> None:
    if fields.text("caseStatusMarker") == _UNFINISHED:
        fields.findings.doubt(
            "police_record.unfinished",
            "caseStatusMarker",
            f"{fields.path}.caseStatusMarker",
            "the case is marked as not finished, so it may not be a conviction",
            "nothing; send the record again when the court has dealt with it",
        )
