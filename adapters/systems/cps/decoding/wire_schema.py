"""Checks CP20 against our own XSD. A breach is a doubt and never a refusal, because real documents break their
schema."""

import re
from functools import cache
from importlib.resources import files

from adapters.xml import Node, XmlSchema
from schemas.problem import Problem

_DOUBTS_MAX = 3
_ERROR = re.compile(r"line (\d+): Element '(?:\{[^}]*\})?([\w.-]+)'")
_ELEMENTS = frozenset(
    {
        *("CP20", "TransactionID", "CompassCaseId", "URN", "ResponseEmail", "Documents", "Defendants"),
        *("Document", "DocumentId", "MaterialType", "FileName", "DocumentContent"),
        *("Defendant", "CMSDefendantID", "Surname", "Forenames", "DOB", "OUCode", "ASN"),
    }
)


@cache
def _schema() -> XmlSchema:
    return XmlSchema(files("adapters.systems.cps") / "wire" / "cp20.xsd")


def schema_doubts(root: Node) -> tuple[Problem, ...]:
    """Return the first few breaches. The parser's own words are not passed on, because they quote values."""
    place = root.where.partition(", ")[2]
    return tuple(_doubt(error, place) for error in _schema().problems(root)[:_DOUBTS_MAX])


def _doubt(error: str, place: str) -> Problem:
    match = _ERROR.match(error)
    line, name = match.groups() if match else ("0", "")
    subject = name if name in _ELEMENTS else "an element"
    return Problem(
        "cps.schema",
        f"line {line}, {place}",
        f"{subject} lacks something, is in a wrong place, or does not have its defined form; it was read anyway",
        "correct it in the sending system when convenient",
    )
