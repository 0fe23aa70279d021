"""Reads the registry of codes: one TOML file for each subject, in exchange/ and systems/. It is read once, when first
asked.

A code that the exchange uses and that is not here fails tests/architecture/test_code_registry.py.
"""

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from pydantic import BaseModel, ConfigDict, Field, ValidationError

FOLDERS = ("exchange", "systems")
_TYPE_PREFIX = "/problems/"
_NEAREST_MAX = 3


class _Written(BaseModel):
    """The keys of one entry in a file."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    status: int | None = Field(default=None, ge=400, le=599)
    retryable: bool = False
    cause: str
    cure: str


@dataclass(frozen=True, slots=True)
class Code:
    """One code. `status` is the status of an HTTP answer with this code; None if no answer has it. `retryable` says
    that the same may succeed later although nobody changes it. `cause` and `cure` are true for every use; each
    failure adds its details."""

    code: str
    status: int | None
    retryable: bool
    cause: str
    cure: str


@dataclass(frozen=True, slots=True)
class Subject:
    """The codes of one file. `place` is the file's path below schemas/codes."""

    place: str
    title: str
    codes: tuple[Code, ...]


@dataclass(frozen=True, slots=True)
class CodeRegistry:
    subjects: tuple[Subject, ...]
    by_code: Mapping[str, Code]

    @classmethod
    def of(cls, subjects: tuple[Subject, ...]) -> "CodeRegistry":
        """Collect the codes of all files. Raises ValueError if two files have the same code."""
        by_code: dict[str, Code] = {}
        for subject in subjects:
            for code in subject.codes:
                if code.code in by_code:
                    raise ValueError(f"{subject.place}: {code.code} is in another file already")
                by_code[code.code] = code
        return cls(subjects, by_code)

    def nearest(self, text: str) -> tuple[str, ...]:
        """Return the known codes whose spelling is closest to `text`, the closest first."""
        return tuple(get_close_matches(text, self.by_code, n=_NEAREST_MAX))


def problem_type(code: str) -> str:
    """Return the `type` of an answer in problem+json, the same for every answer with this code: an address of the
    exchange where the code is explained."""
    return _TYPE_PREFIX + code


@cache
def code_registry() -> CodeRegistry:
    """Return the registry as shipped. Raises ValueError that names the file, if the file is wrong."""
    package = files(__package__)
    subjects = [
        read_subject(f"{folder}/{entry.name}", entry.read_text(encoding="utf-8"))
        for folder in FOLDERS
        for entry in sorted(package.joinpath(folder).iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".toml")
    ]
    return CodeRegistry.of(tuple(subjects))


def read_subject(place: str, text: str) -> Subject:
    """Read the codes of one file. Raises ValueError that names the file and the code."""
    tree = tomllib.loads(text)
    title = tree.pop("title", None)
    if not title or not isinstance(title, str):
        raise ValueError(f"{place}: it has no title")
    return Subject(place, title, tuple(sorted(_codes(place, tree), key=lambda code: code.code)))


def _codes(place: str, tree: Mapping[str, object]) -> Iterator[Code]:
    for group, entries in tree.items():
        if not isinstance(entries, dict):
            raise ValueError(f"{place}: {group} is not a table of codes; write [{group}.name]")  # noqa: TRY004 - the file is wrong
        for name, entry in entries.items():
            code = f"{group}.{name}"
            try:
                written = _Written.model_validate(entry)
            except ValidationError as error:
                raise ValueError(f"{place}: {code}: {error}") from error
            yield Code(code, written.status, written.retryable, written.cause, written.cure)
