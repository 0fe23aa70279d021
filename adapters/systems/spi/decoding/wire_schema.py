"""Holds a message against our own XSD. What breaks it is a doubt, never a refusal: real feeds break their schema."""

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
    """The first few breaches. The parser's own words are not passed on, because they quote values."""
    place = message.where.partition(", ")[2]
    return tuple(_doubt(error, place) for error in _schema().problems(message)[:_DOUBTS_MAX])


def _doubt(error: str, place: str) -> Problem:
    match = _ERROR.match(error)
    line, name, attribute, words = match.groups() if match else ("0", "the message", None, "")
    if attribute:
        breach = f"{name} has an attribute that is missing or not as defined"
    elif "not expected" in words or "No matching global" in words:
        breach = f"{name} stands where the schema has no place for it"
    elif "Missing child" in words:
        breach = f"{name} lacks an element that it must hold"
    else:
        breach = f"the content of {name} is not of its defined form"
    return Problem(
        "spi.schema",
        f"line {line}, {place}",
        f"{breach}; it was read all the same",
        "correct it in the sending system when convenient",
    )
