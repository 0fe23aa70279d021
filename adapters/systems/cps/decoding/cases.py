"""Makes the drafts of a document: the cases that it contains, their references, and their sender."""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from adapters.contract import Decoded, Draft
from adapters.json import flaws, parse
from adapters.systems.cps.decoding.charge import read_charge
from adapters.systems.cps.decoding.charge_tree import Part
from adapters.systems.cps.decoding.documents import Material
from adapters.systems.cps.decoding.envelope import search
from adapters.systems.cps.decoding.findings import REFUSALS_MAX, Findings
from adapters.systems.cps.decoding.material import read_case, read_documents
from adapters.systems.cps.decoding.parties import area_reference, unit_reference
from adapters.systems.cps.decoding.wire_schema import schema_doubts
from adapters.xml import Node
from schemas.kinds.case_package.v1 import CasePackage
from schemas.parts.document import Attachment
from schemas.problem import Problem, Refused

_CHARGES_MAX = 500
_PLAIN = re.compile(r"[A-Za-z0-9._-]{1,64}")
Beside = Mapping[str, Attachment]


@dataclass(frozen=True, slots=True)
class _Drafts:
    taken: list[Draft] = field(default_factory=list)
    refused: list[Problem] = field(default_factory=list)
    _seen: dict[str, dict[str, int]] = field(default_factory=dict)

    def add(self, draft: Draft) -> None:
        """Add a case. A different case with the same reference gets a number after it; the same case twice is one."""
        seen = self._seen.setdefault(draft.reference, {})
        content = draft.payload.model_dump_json()
        if content in seen:
            first = self.taken[seen[content]]
            problem = "repeats an earlier case of the same document; it is accepted once"
            repeated = Problem("cps.repeated", draft.where, problem, "nothing, unless another case was meant")
            self.taken[seen[content]] = replace(first, doubts=(*first.doubts, repeated))
            return
        seen[content] = len(self.taken)
        self.taken.append(draft if len(seen) == 1 else replace(draft, reference=f"{draft.reference}/{len(seen)}"))

    def done(self) -> Decoded:
        if not self.taken:
            raise Refused(*self.refused)
        return Decoded(tuple(self.taken), tuple(self.refused))


def material_cases(body: bytes, beside: Beside) -> Decoded:
    held = search(body)
    drafts = _Drafts(refused=list(held.refused))
    for root in held.found:
        draft, refused = _material_case(root, beside if len(held.found) == 1 else {})
        drafts.refused.extend(refused)
        if draft:
            drafts.add(replace(draft, doubts=(*draft.doubts, *held.doubts)))
    if len(held.found) > 1:
        drafts.refused.extend(_unclaimed(beside))
    return drafts.done()


def _material_case(root: Node, beside: Beside) -> tuple[Draft | None, list[Problem]]:
    """Return the draft and its refused documents; or no draft and the reasons."""
    findings, of_documents = Findings(), Findings()
    at = root.where
    values = read_case(root, findings)
    material = read_documents(root, findings, of_documents)
    _add_beside(material, beside, of_documents)
    if not (material.documents or of_documents.refusals):
        findings.refuse("cps.no_documents", at, "contains no document", "send the material itself")
    if findings.refusals or not material.documents:
        return None, [*findings.refusals, *of_documents.refusals][:REFUSALS_MAX]
    package = findings.checked(values | {"documents": material.documents}, at)
    if package is None:
        return None, findings.refusals
    courts = [entry.court_ou_code or "" for entry in package.defendants]
    number = root.text("TransactionID") or ""
    if not _PLAIN.fullmatch(number):
        number = hashlib.sha256(root.bytes()).hexdigest()
    draft = Draft(
        kind="case_package",
        version=1,
        sender=area_reference(package.urn, [package.court.ou_code] if package.court else courts),
        recipient=None,
        reference=_reference("CP20", number, package),
        payload=package,
        attachments=material.attachments,
        doubts=(*schema_doubts(root), *findings.doubts, *of_documents.doubts),
        where=at,
    )
    return draft, of_documents.refusals


def charge_cases(body: bytes, beside: Beside) -> Decoded:
    tree = parse(body)
    charges = list(enumerate(tree)) if isinstance(tree, list) else [(None, tree)]
    if len(charges) > _CHARGES_MAX:
        problem = f"the list contains more than {_CHARGES_MAX} charges"
        raise Refused(Problem("json.too_large", "$", problem, "send fewer at a time"))
    drafts = _Drafts()
    for index, charge in charges:
        at = "$" if index is None else f"$[{index}]"
        try:
            drafts.add(_charge_case(charge, beside if index is None else {}, at))
        except Refused as refused:
            drafts.refused.extend(refused.problems)
    if isinstance(tree, list):
        drafts.refused.extend(_unclaimed(beside))
    return drafts.done()


def _charge_case(charge: Any, beside: Beside, at: str) -> Draft:
    unsafe = tuple(flaws(charge, at))[:REFUSALS_MAX]
    if unsafe:
        raise Refused(*unsafe)
    if not isinstance(charge, dict):
        cure = "send an object with prosecutionSubmissionDetails and defendants"
        raise Refused(Problem("json.not_a_message", at, "a charge is a JSON object", cure))
    findings, of_documents, material = Findings(), Findings(), Material()
    part = Part(charge, at, findings)
    number = part.text("submissionId") or ""
    if not _PLAIN.fullmatch(number):
        number = hashlib.sha256(json.dumps(charge, sort_keys=True).encode()).hexdigest()
    values = read_charge(part, findings)
    part.tell_leftovers()
    _add_beside(material, beside, of_documents)
    package = None
    if not findings.refusals:
        package = findings.checked(values | {"documents": material.documents}, at)
    if package is None or of_documents.refusals:
        raise Refused(*[*findings.refusals, *of_documents.refusals][:REFUSALS_MAX])
    return Draft(
        kind="case_package",
        version=1,
        sender=_charge_sender(package, findings, at),
        recipient=None,
        reference=_reference("charge", number, package),
        payload=package,
        attachments=material.attachments,
        doubts=(*findings.doubts, *of_documents.doubts),
        where=at,
    )


def _charge_sender(package: CasePackage, findings: Findings, at: str) -> str | None:
    unit = package.prosecuting_organisation
    named = unit_reference(unit)
    if named is None:
        problem = (
            "its prosecutingAuthority is not a unit of the CPS or the police, so the CPS area counts as the sender"
        )
        findings.doubt("cps.other_prosecutor", "authority", at, problem, "name the unit that sends the case")
    court = package.hearing.court_ou_code if package.hearing else None
    return named or area_reference(package.urn, [court or ""])


def _reference(form: str, number: str, package: CasePackage) -> str:
    return f"{form}/{number}/{' '.join(package.urn.split())}"


def _add_beside(material: Material, beside: Beside, findings: Findings) -> None:
    """Add documents that came beside the body, as parts of the same request."""
    for number, (name, document) in enumerate(beside.items(), start=1):
        material.add(name, document.content, f"document {number} sent beside the body", findings, None, None)


def _unclaimed(beside: Beside) -> list[Problem]:
    problem, cure = "the request does not say which of the cases it belongs to", "send each case with its own documents"
    return [
        Problem("document.unreferenced", f"document {number} sent beside the body", problem, cure)
        for number in range(1, len(beside) + 1)
    ]
