"""Makes drafts from what was read: the payload of the kind, the reference, the sender."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, TypeVar

from pydantic import BaseModel

from adapters.contract import Draft
from adapters.fitting import fitted
from adapters.systems.common_platform.decoding.notes import Notes
from adapters.systems.common_platform.decoding.record import Record
from adapters.systems.common_platform.decoding.wrapping import Facts
from schemas.kind import Payload
from schemas.parts.offence import Court
from schemas.problem import Problem, Refused

_Model = TypeVar("_Model", bound=BaseModel)
_PART_MAX = 40
_CODE_MAX = 80
_OF_COURT = "code of the court"


def built(model: type[_Model], values: Mapping[str, Any], at: Record) -> _Model:
    """Build a part of the message. A value that does not fit is cut or left out, with a doubt. Raises Refused if the
    message cannot exist without it."""
    made = fitted(model, values)
    for misfit in made.misfits:
        where = misfit.place or at.path
        if misfit.most is not None:
            problem = f"its {misfit.path} is longer than {misfit.most}, so its end was cut off"
            doubt = Problem("common_platform.cut", where, problem, "send less")
        else:
            problem = f"its {misfit.path} does not have the agreed form; it was left out"
            doubt = Problem("common_platform.left_out", where, problem, "correct that value and send it again")
        at.notes.add(doubt, f"{at.path}:{misfit.path}")
    if made.payload is None:
        lacking = ", ".join(made.lacking)
        problem = f"its {lacking} is missing or does not have the agreed form, and the message requires it"
        raise Refused(Problem("common_platform.field", at.path, problem, "correct that value and send it again"))
    return made.payload


def draft(
    kind: str, payload: Payload, sender: str, parts: tuple[str | None, ...], facts: Facts, notes: Notes, where: str
) -> Draft:
    """Make a draft. `parts` identify the message with the platform's own numbers.

    The reference also has a digest of the content. So a changed edition is another message, and the same event sent
    twice is the same message.
    """
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
    """Return the court of a hearing. `outer` is what a result for the police says around it, which is used first.
    Raises Refused if no court is named."""
    code, name, area = centre.either("code", "courtHearingLocation", "ouCode"), centre.text("name"), centre.only("lja")
    areas = [(area, "ljaCode"), (centre, "psaCode"), *([(outer, "psaCode")] if outer is not None else [])]
    psa: str | None = None
    for holder, field in areas:
        text = holder.text(field)
        if text and psa and text.lstrip("0") != psa.lstrip("0"):
            holder.contradicts(field, "ljaCode")
        psa = psa or text
    if outer is not None:
        code = usable_code(outer, outer.text("courtHearingLocation"), _OF_COURT) or code
    return court_named(centre, code, name, area.text("ljaName"), psa)


def court_named(
    holder: Record, code: str | None, name: str | None, area: str | None = None, psa: str | None = None
) -> Court:
    """Return the court. A court without a code is identified by its name, in place of the code."""
    code = usable_code(holder, code, _OF_COURT) if name is not None else code
    if code is None and name is None:
        holder.refuse("court.missing", None, "names no court", "send the court's OU code")
    if code is None:
        holder.doubt(
            "common_platform.court_by_name",
            "code",
            "gives no OU code, so the court is identified by its name",
            "send the court's OU code",
        )
    values = {"ou_code": code or name, "name": name, "local_justice_area": area, "psa_code": psa}
    return built(Court, values, holder)


def usable_code(holder: Record, code: str | None, what: str) -> str | None:
    """Return None, with a doubt, for a code that is too long to be one. Another value may identify the same."""
    if code is None or len(code) <= _CODE_MAX:
        return code
    problem = f"its {what} is too long to be one; it is not passed on"
    holder.doubt_here("common_platform.left_out", problem, "correct it in the court's system")
    return None
