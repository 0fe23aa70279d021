"""From what was read to drafts: the payload's own model, the reference, the sender."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from adapters.contract import Draft
from adapters.systems.common_platform.decoding.record import Notes, Record
from adapters.systems.common_platform.decoding.wrapping import Facts
from schemas.kind import Payload
from schemas.offence import Court
from schemas.problem import Problem, Refused

_Model = TypeVar("_Model", bound=BaseModel)
_PART_MAX = 40
_PROBLEMS_MAX = 10


def built(model: type[_Model], values: Mapping[str, Any], where: str) -> _Model:
    """Raises Refused with what the model rejects: field and rule, never the value."""
    try:
        return model.model_validate(values)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False, include_input=False)[:_PROBLEMS_MAX]
        raise Refused(*(_fault(fault["loc"], fault["type"], where) for fault in faults)) from None


def _fault(steps: tuple[int | str, ...], kind: str, where: str) -> Problem:
    path = ".".join(map(str, steps)) or "content"
    breach = "is longer than can be held" if kind.endswith("_too_long") else "is not of the agreed form"
    return Problem("common_platform.field", where, f"its {path} {breach}", "correct that value and send it again")


def draft(
    kind: str, payload: Payload, sender: str, parts: tuple[str | None, ...], facts: Facts, notes: Notes, where: str
) -> Draft:
    """`parts` name the message in the platform's own numbers. A digest of what it says makes a changed edition another
    message, and the same event sent twice the same one."""
    said = payload.model_dump_json() + (facts.event_id or "")
    digest = sha256(said.encode()).hexdigest()[:16]
    named = [part for part in parts if part and len(part) <= _PART_MAX and part.isascii() and part.isprintable()]
    return Draft(
        kind=kind,
        version=1,
        sender=sender,
        recipient=None,
        reference="/".join([*named, digest]),
        payload=payload,
        sent_at=facts.sent_at,
        doubts=tuple(notes),
        where=where,
    )


def read_court(centre: Record, outer: Record | None = None) -> Court:
    """The court of a hearing. Raises Refused if it is not named at all."""
    code = centre.text("code", "courtHearingLocation", "ouCode")
    name = centre.text("name")
    area = centre.only("lja")
    psa = area.text("ljaCode") or centre.text("psaCode")
    if outer is not None:
        code, outer_psa = outer.text("courtHearingLocation") or code, outer.text("psaCode")
        psa = psa or outer_psa
    centre.raw("address")  # of the building, which everybody knows
    return court_named(centre, code, name, area.text("ljaName"), psa)


def court_named(
    holder: Record, code: str | None, name: str | None, area: str | None = None, psa: str | None = None
) -> Court:
    """A court without a code is known by its name, which then stands in the code's place."""
    if code is None and name is None:
        holder.refuse("court.missing", None, "names no court", "send the court's OU code")
    if code is None:
        holder.doubt(
            "common_platform.court_by_name",
            "code",
            "gives no OU code; the court is taken by its name",
            "send the court's OU code",
        )
    values = {"ou_code": code or name, "name": name, "local_justice_area": area, "psa_code": psa}
    return built(Court, values, holder.path)
