"""One case of a list: the defendant and the offences. Whatever is wrong with it refuses this case alone."""

from typing import Any

from pydantic import ValidationError

from adapters.systems.libra.fields import (
    ADDRESS_LINES,
    CASE,
    DEFENDANT,
    OFFENCE,
    PARENT_GUARDIAN,
    read_fields,
)
from adapters.systems.libra.names import read_name
from adapters.systems.libra.record import Doubts, Record, refused
from schemas.kinds.court_list.v1 import Case
from schemas.problem import Problem, Refused


def read_case(record: Record, block: dict[str, Any], doubts: Doubts) -> Case:
    """`block` holds the fields of the block it stands in. Raises Refused."""
    fields = block | read_fields(record, CASE, doubts)
    if "number" not in fields:
        raise refused("libra.case_number_missing", record.where, "the case has no <caseno>", "send the case number")
    kind = record.text("def_type")
    defendant = read_fields(record, DEFENDANT, doubts) | read_name(record, kind.upper() if kind else None, doubts)
    fields |= {
        "defendant_type": kind,
        "defendant": defendant | {"address": _read_address(record, "def_addr", doubts)},
        "parent_guardian": _read_parent_guardian(record, doubts),
        "offences": _read_offences(record, doubts),
    }
    doubts.leftovers(record)
    _doubt_odd(record, fields, doubts)
    try:
        return Case.model_validate(fields)
    except ValidationError as error:
        raise unfit(record.where, "case", error) from None


def unfit(where: str, what: str, error: ValidationError) -> Refused:
    """What the kind itself rejects: field and rule, never the value."""
    return Refused(
        *(
            Problem(
                "libra.value_invalid",
                where,
                f"the {what}'s {'.'.join(str(step) for step in found['loc']) or 'content'}: {found['msg']}",
                "correct the value",
            )
            for found in error.errors(include_url=False, include_context=False, include_input=False)
        )
    )


def _doubt_odd(record: Record, fields: dict[str, Any], doubts: Doubts) -> None:
    if fields.get("valid") is False:
        doubts.add(
            Problem(
                "libra.not_valid",
                record.where_of("valid"),
                "the court marks this case as not valid; it was kept, and marked so",
                "check the case with the court before relying on it",
            )
        )
    if not fields["offences"]:
        doubts.add(
            Problem("libra.no_offences", record.where, "the case lists no offence", "check that none was left out")
        )


def _read_address(record: Record, element: str, doubts: Doubts) -> dict[str, Any] | None:
    address = record.child(element)
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
    for group in record.each("offences"):
        offences.extend(_read_offence(offence, doubts) for offence in group.each("offence"))
        doubts.leftovers(group)
    return tuple(offences)


def _read_offence(record: Record, doubts: Doubts) -> dict[str, Any]:
    fields = read_fields(record, OFFENCE, doubts)
    doubts.leftovers(record)
    if "code" not in fields:
        raise refused("libra.offence_code_missing", record.where, "the offence has no <code>", "send the offence code")
    return fields
