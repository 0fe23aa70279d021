"""Decides who sends a case: the CPS area of a unit or of a force, or the police force that charged."""

import re
from collections.abc import Iterable

from schemas.fields import PTIURN

_CPS_UNIT = re.compile(r"A([0-9]{2})[0-9A-Z]{2,4}")
_POLICE_UNIT = re.compile(r"1([0-9A-Z]{2})[0-9A-Z]{4}")
_OF_A_COURT = re.compile(r"[BC]([0-9]{2})[0-9A-Z]{2,4}")


def unit_reference(unit: str | None) -> str | None:
    """Return `cps:A16AC00` or `force:16` for an organisation unit of the CPS or of the police; None for any other."""
    code = (unit or "").upper()
    if _CPS_UNIT.fullmatch(code):
        return f"cps:{code}"
    police = _POLICE_UNIT.fullmatch(code)
    return f"force:{police[1]}" if police else None


def area_reference(urn: str, courts: Iterable[str]) -> str | None:
    """Return `cps:45` by the force in the case number; otherwise by the force in whose area the first court sits."""
    canonical = PTIURN.canonical(urn)
    if canonical and canonical[:2].isdigit():
        return f"cps:{canonical[:2]}"
    # use the first that gives an area, because the defendants of one case come before courts of one area
    sits = next((match for court in courts if (match := _OF_A_COURT.fullmatch(court.upper()))), None)
    return f"cps:{sits[1]}" if sits else None
