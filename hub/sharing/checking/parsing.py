"""Turns the text of a file into typed content, or into problems that a reader can find and correct. Pure."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, TypeVar

from pydantic import ConfigDict, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from hub.sharing.terms.agencies import Agency, Reception
from hub.sharing.terms.source import Source
from schemas.json import Json, JsonObject
from schemas.problem import Problem


@dataclass(frozen=True, slots=True)
class AgencyFile:
    """One file of `schemas/agencies`."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    agencies: Annotated[tuple[Agency, ...], Field(alias="agency")] = ()
    receptions: Annotated[tuple[Reception, ...], Field(alias="reception")] = ()


_Content = TypeVar("_Content")

_CODES: Mapping[str, tuple[str, str, str]] = {
    "unexpected_keyword_argument": (
        "toml.key_unknown",
        "there is no such key here",
        "correct its spelling or remove it",
    ),
    "missing": ("toml.key_missing", "a required key is missing", "add it"),
}


def read_all(sources: Sequence[Source], content: type[_Content]) -> tuple[list[tuple[_Content, Source]], list[Problem]]:
    """The files that can be read as `content`, and what is wrong with the others."""
    form = TypeAdapter(content)  # Made once, because making it takes longer than reading a file.
    readable: list[tuple[_Content, Source]] = []
    problems: list[Problem] = []
    for source in sources:
        document, found = _toml(source)
        problems.extend(found)
        try:
            if document is not None:
                readable.append((form.validate_python(document), source))
        except ValidationError as error:
            problems.extend(_problem(source, detail) for detail in _innermost(error.errors()))
    return readable, problems


def _toml(source: Source) -> tuple[JsonObject | None, tuple[Problem, ...]]:
    try:
        return tomllib.loads(source.text), ()
    except tomllib.TOMLDecodeError as error:
        line = re.search(r"at line (\d+)", str(error))
        where = source.at_line(int(line[1]) if line else len(source.text.splitlines()) or 1)
        cause = re.sub(r"\s*\(at .*\)$", "", str(error))
        return None, (
            Problem("toml.malformed", where, f"this is not TOML: {cause}", "correct the syntax of this line"),
        )


def _innermost(details: list[ErrorDetails]) -> list[ErrorDetails]:
    """The errors without those about a list that only repeat an error about one of its items."""
    places = [detail["loc"] for detail in details]
    return [
        detail
        for detail in details
        if not any(len(loc) > len(detail["loc"]) and loc[: len(detail["loc"])] == detail["loc"] for loc in places)
    ]


def _problem(source: Source, detail: ErrorDetails) -> Problem:
    place: tuple[int | str, ...] = detail["loc"]
    value: Json = detail["input"]
    key = ".".join(str(step) for step in place if isinstance(step, str)) or "the file"
    if detail["type"] in _CODES:
        code, says, cure = _CODES[detail["type"]]
    elif "." in detail["type"]:  # Our own types raised it with its stable code.
        code, says, cure = detail["type"], detail["msg"], "use one of those, or correct the spelling"
    else:
        code, says, cure = "toml.value_invalid", detail["msg"], "correct the value"
    return Problem(code, source.where(place, value), f"{key}: {says}", cure)
