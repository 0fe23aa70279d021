"""Reads CP20 into a case package: all its defendants and all its documents."""

import re
from collections.abc import Iterable
from itertools import islice
from typing import Any

from adapters.dates import read_birth
from adapters.fitting import Placed, words_of
from adapters.says_nothing import leaves_that_say_nothing
from adapters.systems.cps.decoding.documents import DOCUMENT, Material, read_base64
from adapters.systems.cps.decoding.findings import Findings
from adapters.xml import Node

_KNOWN = frozenset({"TransactionID", "CompassCaseId", "URN", "ResponseEmail", "Documents", "Defendants"})
_OF_DOCUMENT = frozenset({"DocumentId", "MaterialType", "FileName", "DocumentContent"})
_OF_DEFENDANT = frozenset({"CMSDefendantID", "Surname", "Forenames", "DOB", "OUCode", "ASN"})
_LISTS = frozenset({"Documents", "Document", "Defendants", "Defendant"})
_PARTS_MAX = 200
_URN = re.compile(r"([0-9A-Za-z]{11}) ?(\( ?[Mm] ?\))? ?(?:/([0-9]{1,3}))?")
MERGED, SPLIT = "merged case", "split case"


def read_case(root: Node, findings: Findings) -> dict[str, Any]:
    """Return the fields of a case package without its documents."""
    _unknown(root, _KNOWN, findings)
    urn, markers = split_urn(root.text("URN"))
    if urn is None:
        findings.refuse("cps.no_urn", root.where, "has no URN", "send the material with the number of its case")
    nodes = _parts(root, "Defendants", "Defendant", findings)
    if not nodes:
        findings.refuse("cps.no_defendants", root.where, "names no Defendant", "send the material with its defendants")
    entries = [_defendant(node, findings) for node in nodes]
    email = root.text("ResponseEmail")
    return {
        "urn": urn,
        "markers": markers,
        "prosecutor_case_id": _placed(root, "CompassCaseId"),
        "prosecutor": {"email": email} if email else None,
        **_courts(entries),
    }


def read_documents(root: Node, findings: Findings, of_documents: Findings) -> Material:
    """Read the documents. `of_documents` collects the problems of those that are refused."""
    material = Material()
    nodes = [node for node in _parts(root, "Documents", "Document", findings) if any(node.children())]
    for node in nodes:
        _unknown(node, _OF_DOCUMENT, findings)
        at = node.where
        reference, type_ = node.text("DocumentId"), node.text("MaterialType")
        content = read_base64(node.text("DocumentContent") or "", at, of_documents)
        if content is not None:
            kind = None if type_ == DOCUMENT else type_
            material.add(node.text("FileName") or "", content, at, of_documents, reference, kind)
    return material


def _parts(root: Node, holders: str, name: str, findings: Findings) -> list[Node]:
    for holder in root.all(holders):
        _unknown(holder, {name}, findings)
    nodes = list(islice(root.all(f"{holders}/{name}"), _PARTS_MAX + 1))
    if len(nodes) > _PARTS_MAX:
        problem = f"contains more than {_PARTS_MAX} of {name}"
        findings.refuse("cps.too_many", root.where, problem, "send the material in several parts")
        return nodes[:_PARTS_MAX]
    return nodes


def split_urn(urn: str | None) -> tuple[str | None, list[str]]:
    """Split the number that all parts of a case share from its suffix: 01AB1234514(M)/2."""
    match = _URN.fullmatch(" ".join(urn.split())) if urn else None
    if match is None:
        return urn, []
    number, merged, part = match.groups()
    return number, [*([MERGED] if merged else []), *([f"{SPLIT} {part}"] if part else [])]


def _defendant(node: Node, findings: Findings) -> dict[str, Any]:
    _unknown(node, _OF_DEFENDANT, findings)
    surname, forenames = _placed(node, "Surname"), words_of(_placed(node, "Forenames"))
    born = _birth(node, findings)
    # The format gives an organisation neither forenames nor a date of birth, so either one shows a person.
    person = bool(forenames or node.text("DOB"))
    number = _placed(node, "ASN")
    if surname is None:
        cure = "send the name of each defendant"
        if number is None:
            findings.refuse("cps.no_name", node.where, "gives neither a Surname nor an ASN", cure)
        else:
            problem = "gives no Surname; only the ASN identifies the defendant"
            findings.doubt("cps.no_name", "Surname", node.where, problem, cure)
    return {
        "defendant": {
            "name": {"forenames": forenames, "surname": surname} if person and surname else None,
            "organisation": None if person else surname,
            "date_of_birth": born,
            "arrest_summons_number": number,
        },
        "prosecutor_id": _placed(node, "CMSDefendantID"),
        "court_ou_code": _placed(node, "OUCode"),
    }


def _placed(node: Node, name: str) -> str | None:
    """Return the text of the one child with that name, with its place."""
    text = node.text(name)
    return Placed.at(f"{node.where}/{name}", text) if text else None


def _birth(node: Node, findings: Findings) -> str | None:
    text = node.text("DOB")
    born = read_birth(text) if text else None
    if text and born is None:
        findings.no_date("DOB", f"{node.where}/DOB")
    return born


def _courts(entries: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the court of the case if all defendants are before the same one; otherwise each defendant's own."""
    named = {entry["court_ou_code"] for entry in entries if entry["court_ou_code"]}
    if len(named) != 1:
        return {"court": None, "defendants": entries}
    alike = [{**entry, "court_ou_code": None} for entry in entries]
    return {"court": {"ou_code": named.pop()}, "defendants": alike}


def _unknown(node: Node, known: Iterable[str], findings: Findings) -> None:
    """Names that the format does not define are not repeated, because a stray < can make an element out of somebody's
    name."""
    quiet, where = leaves_that_say_nothing("cps"), node.where
    values = sum(not quiet.covers(f"{where}/{step}", value) for step, value in node.own_leaves())
    seen: set[str] = set()
    for child in node.children():
        held = _count_values(child)
        if child.name in known and child.name not in seen and child.name not in _LISTS:
            held -= child.text() is not None  # only its text is read
        elif child.name in known and child.name in _LISTS:
            held = 0  # it is checked separately
        values += held
        seen.add(child.name)
    if values:
        findings.unmapped(f"{node.name} contains something that the format does not define there, which", where, values)


def _count_values(node: Node) -> int:
    return sum(1 for _ in node.own_leaves()) + sum(_count_values(child) for child in node.children())
