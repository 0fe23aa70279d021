"""Reads one case of a list: the defendant and the offences. If something required is missing, only this case is
refused."""

from typing import Any, TypeVar

from pydantic import BaseModel

from adapters.fitting import Fitted, doubts_of, fitted
from adapters.systems.libra.fields import (
    ADDRESS_LINES,
    CASE,
    DEFENDANT,
    NO_CODE,
    OFFENCE,
    PARENT_GUARDIAN,
    read_fields,
)
from adapters.systems.libra.names import read_name
from adapters.systems.libra.record import Doubts, Record, refused
from schemas.kinds.court_list.v1 import Case
from schemas.problem import Problem, Refused

M = TypeVar("M", bound=BaseModel)


def read_case(record: Record, block: dict[str, Any], doubts: Doubts) -> Case:
    """Return the case. `block` holds the fields of the block that it is in. Raises Refused."""
    fields = block | read_fields(record, CASE, doubts)
    if "number" not in fields:
        raise refused("libra.case_number_missing", record.where, "the case has no <caseno>", "send the case number")
    kind = record.text("def_type")
    numbers = read_fields(record, DEFENDANT, doubts)
    defendant = numbers | read_name(record, kind.upper() if kind else None, _is_known(numbers), doubts)
    fields |= {
        "defendant_type": kind,
        "defendant": defendant | {"address": _read_address(record, "def_addr", doubts)},
        "parent_guardian": _read_parent_guardian(record, doubts),
        "offences": _read_offences(record, doubts),
    }
    doubts.leftovers(record)
    _doubt_odd(record, fields, doubts)
    return made(fitted(Case, fields), record.where, "case", doubts)


def made(found: Fitted[M], where: str, what: str, doubts: Doubts) -> M:
    """Return the part, with a doubt for values that were left out or cut. Raises Refused if a required value is
    wrong."""
    for doubt in doubts_of(found.misfits, where):
        doubts.add(doubt)
    if found.payload is not None:
        return found.payload
    raise Refused(
        *(
            Problem(
                "libra.value_invalid",
                lacking.place or where,
                f"the {what}'s {lacking.path} is required, but is missing or not in the agreed form",
                "correct the value",
            )
            for lacking in found.needed
        )
    )


def _is_known(numbers: dict[str, Any]) -> bool:
    """Return whether a number identifies the person, if the name does not."""
    return any(name in numbers for name in ("arrest_summons_number", "pnc_id", "cro_number"))


def _doubt_odd(record: Record, fields: dict[str, Any], doubts: Doubts) -> None:
    if fields.get("valid") is False:
        doubts.add(
            Problem(
                "libra.not_valid",
                record.where_of("valid"),
                "the court marks this case as not valid; it was kept and marked",
                "check the case with the court before relying on it",
            )
        )
    if not fields["offences"]:
        doubts.add(
            Problem("libra.no_offences", record.where, "the case lists no offence", "check that none was left out")
        )


def _read_address(record: Record, element: str, doubts: Doubts) -> dict[str, Any] | None:
    address = record.optional(element, doubts)
    if address is None:
        return None
    lines = tuple(line for line in map(address.text, ADDRESS_LINES) if line is not None)
    postcode = address.text("pcode")
    doubts.leftovers(address)
    return {"lines": lines, "postcode": postcode} if lines or postcode else None


def _read_parent_guardian(record: Record, doubts: Doubts) -> dict[str, Any] | None:
    fields = read_fields(record, PARENT_GUARDIAN, doubts)
    address = _read_address(record, "pg_addr", doubts)
    return fields | {"address": address} if fields or address else None


def _read_offences(record: Record, doubts: Doubts) -> tuple[dict[str, Any], ...]:
    offences: list[dict[str, Any]] = []
    for group in record.readable("offences", doubts):
        offences.extend(_read_offence(offence, doubts) for offence in group.readable("offence", doubts))
        doubts.leftovers(group)
    return tuple(offences)


def _read_offence(record: Record, doubts: Doubts) -> dict[str, Any]:
    fields = read_fields(record, OFFENCE, doubts)
    doubts.leftovers(record)
    if fields.get("code", NO_CODE) == NO_CODE:
        fields.pop("code", None)
        problem = "the offence has no <code>; only its title and wording describe it"
        doubts.add(Problem("libra.offence_code_missing", record.where, problem, "send the offence code"))
    return fields
