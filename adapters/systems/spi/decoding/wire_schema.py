"""Checks a message against our own XSD. A breach is a doubt and never a refusal, because real documents break their
schema."""

import re
from functools import cache
from importlib.resources import files

from adapters.xml import Node, XmlSchema
from schemas.problem import Problem

_DOUBTS_MAX = 3
_ERROR = re.compile(r"line (\d+): Element '(?:\{[^}]*\})?([\w.-]+)'(, attribute|: The attribute)?(.*)", re.DOTALL)


@cache
def _schema() -> XmlSchema:
    return XmlSchema(files("adapters.systems.spi") / "wire" / "standard_police.xsd")


def schema_doubts(message: Node) -> tuple[Problem, ...]:
    """Return the first few breaches. The parser's own words are not passed on, because they quote values."""
    place = message.where.partition(", ")[2]
    return tuple(_doubt(error, place) for error in _schema().problems(message)[:_DOUBTS_MAX])


def _doubt(error: str, place: str) -> Problem:
    match = _ERROR.match(error)
    line, name, attribute, words = match.groups() if match else ("0", "the message", None, "")
    if attribute:
        breach = f"{name} has an attribute that is missing or not as defined"
    elif "not expected" in words or "No matching global" in words:
        breach = f"{name} is in a place where the schema does not allow it"
    elif "Missing child" in words:
        breach = f"{name} lacks a required element"
    else:
        breach = f"the content of {name} does not have its defined form"
    return Problem(
        "spi.schema",
        f"line {line}, {place}",
        f"{breach}; it was read anyway",
        "correct it in the sending system when convenient",
    )
