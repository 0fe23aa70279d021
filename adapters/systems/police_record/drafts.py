"""Makes the messages of a document: one record of previous convictions, or the reconvictions of a file."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any

from pydantic import BaseModel

from adapters.contract import Decoded, Draft
from adapters.outgoing import Outgoing
from adapters.systems.police_record.disposals import Disposal, disposal
from adapters.systems.police_record.people import force_of, person_of
from adapters.systems.police_record.record import Fields, Findings
from schemas.kinds.previous_convictions.v1 import PreviousConvictions
from schemas.kinds.reconviction_link.v1 import ReconvictionLink
from schemas.parts.person import Defendant
from schemas.problem import Problem, Refused

RECORDS_MAX = 20_000
_NUMBER_MAX = 80


@dataclass(frozen=True, slots=True)
class _Record:
    """`disposals` are paired with the fields that they were read from."""

    person: Defendant
    asn: str | None
    force: str | None
    disposals: tuple[tuple[Fields, Disposal], ...]


def previous_convictions(values: Mapping[str, Any]) -> Decoded:
    """Return the whole document as one person's record. Raises Refused."""
    findings = Findings()
    fields = Fields(values, "$", findings)
    record = _record(fields, None)
    reference = fields.text("reportId")
    if record is None or findings.refusals:
        raise Refused(*findings.refused("$"))
    payload = findings.checked(
        PreviousConvictions,
        {
            "force": record.force,
            "record_reference": reference,
            "defendant": record.person,
            "convictions": tuple(found.conviction for _, found in record.disposals),
        },
        "$",
    )
    if payload is None:
        raise Refused(*findings.refused("$"))
    fields.leftovers()
    number = record.person.arrest_summons_number or record.person.pnc_id or "record"
    draft = Draft(
        "previous_convictions",
        1,
        sender=f"force:{record.force}" if record.force else None,
        recipient=None,
        reference=f"{_label(number)}/{_digest(values)}",
        payload=payload,
        doubts=findings.doubts,
        where="$",
    )
    return Decoded((draft,))


def reconvictions(values: Mapping[str, Any]) -> Decoded:
    """Return the reconvictions. A record that cannot be accepted is refused by itself. Raises Refused if none can."""
    whole = Fields(values, "$", Findings())
    records = values["records"]
    whole.held("records")
    if len(records) > RECORDS_MAX:
        problem = f"the file contains more than {RECORDS_MAX} records"
        raise Refused(Problem("json.too_large", "$.records", problem, "send fewer records at a time"))
    owner = whole.text("ownerCode")
    whole.leftovers()
    drafts: dict[str, Draft] = {}
    refused: list[Problem] = []
    for index, raw in enumerate(records):
        where = f"$.records[{index}]"
        try:
            if not isinstance(raw, Mapping):
                cure = "correct it and send the file again"
                raise Refused(Problem("police_record.type", where, "it is not an object", cure))
            for draft in _links(Fields(raw, where, Findings()), raw, owner):
                if draft.reference in drafts:
                    raise Refused(_twice(draft.where))
                drafts[draft.reference] = replace(draft, doubts=(*draft.doubts, *whole.findings.doubts))
        except Refused as refusal:
            refused += refusal.problems
    refused = [*whole.findings.refused("$"), *refused]
    if not drafts:
        raise Refused(*(refused or [_no_conviction("$.records")]))
    return Decoded(tuple(drafts.values()), tuple(refused))


def _links(fields: Fields, values: Mapping[str, Any], owner: str | None) -> tuple[Draft, ...]:
    findings = fields.findings
    record = _record(fields, owner)
    number = fields.text("recordId")
    if number is None:
        cure = "send recordId, the police's own number of the record"
        findings.refuse("police_record.no_record_id", fields.path, "the record has no number", cure)
    shared = {"area": fields.text("area"), "recorded_on": fields.day("recordedOn")}
    if record is None or number is None or findings.refusals:
        raise Refused(*findings.refused(fields.path))
    convicted = [(at, found) for at, found in record.disposals if found.convicted_of()]
    if not convicted:
        raise Refused(_no_conviction(fields.path))
    for at, found in record.disposals:
        _doubt_acquittals(at, found)
    fields.leftovers()
    made = []
    for at, found in convicted:
        conviction = found.conviction
        payload = findings.checked(
            ReconvictionLink,
            {
                **shared,
                "record_reference": number,
                # of its own charges; several are a doubt about the record
                "arrest_summons_number": found.asns[0] if found.asns else record.asn,
                "offender": record.person,
                "convicted_on": conviction.convicted_on,
                "court_name": conviction.court_name,
                "court_code": conviction.court_code,
                "offences": found.convicted_of(),
            },
            at.path,
        )
        if payload is None:
            raise Refused(*findings.refused(fields.path))
        made.append((at, conviction.reference, payload))
    digest = _digest(values)
    return tuple(
        Draft(
            "reconviction_link",
            1,
            sender=f"force:{record.force}" if record.force else None,
            recipient=None,
            reference=f"{_label(number)}/{_label(reference or str(order))}/{order}/{digest}",
            payload=payload,
            doubts=findings.doubts,
            where=at.path,
        )
        for order, (at, reference, payload) in enumerate(made, start=1)
    )


def _record(fields: Fields, owner: str | None) -> _Record | None:
    """Return whose record it is and what is in it; None, with refusals, if it cannot be accepted."""
    pairs = [(at, disposal(at)) for at in fields.each("disposals")]
    found = tuple((at, one) for at, one in pairs if one is not None)
    own = fields.text("asn")
    said = dict.fromkeys(([own] if own else []) + [asn for _, one in found for asn in one.asns])
    asns = tuple(asn for asn in said if len(asn) <= _NUMBER_MAX)
    if len(asns) < len(said):
        fields.findings.doubt(
            "police_record.type",
            "asn",
            fields.path,
            f"an asn or arrestSummonsReference of it is longer than {_NUMBER_MAX}; it is not passed on",
            "correct it and send the record again",
        )
    if len(asns) > 1:
        fields.findings.doubt(
            "police_record.several_asns",
            "asn",
            fields.path,
            f"the record names {len(asns)} arrest summons numbers; the first is used for the person",
            "nothing, if all are numbers of one person",
        )
    units = (fields.text("ownerCode"), owner, *(unit for _, one in found for unit in one.units))
    asn = asns[0] if asns else None  # the record's own number comes first; several are doubted
    person = person_of(fields, asn)
    return _Record(person, asn, force_of(units, asns), found) if person else None


def _doubt_acquittals(at: Fields, found: Disposal) -> None:
    """Doubt other offences, because a reconviction passes on only what the person was convicted of."""
    convicted = found.convicted_of()
    others: list[BaseModel] = [one for one in found.conviction.offences if one not in convicted]
    if not others:
        return
    left = others if convicted else [found.conviction]
    values = sum(len(Outgoing.of(one.model_dump(mode="json", exclude_none=True)).left) for one in left)
    at.findings.doubt(
        "police_record.no_conviction",
        at.path,
        at.path,
        f"{len(others)} of its offences are not convictions; they are not passed on ({values} values)",
        "nothing; they stay in the police record",
    )


def _digest(values: Mapping[str, Any]) -> str:
    canonical = json.dumps(values, sort_keys=True, separators=(",", ":"))
    return sha256(canonical.encode()).hexdigest()[:16]


def _label(text: str) -> str:
    """Return what a reference may contain of it."""
    return re.sub(r"[^A-Za-z0-9.-]", "", text)[:60] or "unnumbered"


def _no_conviction(where: str) -> Problem:
    problem = "it contains no conviction"
    return Problem("police_record.no_conviction", where, problem, "send records of people who were convicted")


def _twice(where: str) -> Problem:
    problem = "an earlier record of the file is the same"
    return Problem("reference.duplicate", where, problem, "send each record once")
