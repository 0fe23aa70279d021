"""Reads the first record of a sample by its draft, so that a person sees what each field was taken for."""

from collections.abc import Iterator
from dataclasses import dataclass

from adapters.mapping.drafts.draft import Draft, look_at
from adapters.mapping.drafts.sample import SeenBlock
from adapters.mapping.profiles.checking import load_profile
from adapters.mapping.profiles.source import Source
from adapters.mapping.system import ProfiledSystem
from schemas.catalogue import Catalogue
from schemas.problem import Problem, Refused
from schemas.shape import values_at


@dataclass(frozen=True, slots=True)
class ReadField:
    """`value` is in the file, and `read` in the message; empty if nothing was read."""

    wire: str
    value: str
    to: str
    read: str


@dataclass(frozen=True, slots=True)
class ReadRow:
    """`problems` say why it could not be read yet."""

    fields: tuple[ReadField, ...]
    problems: tuple[Problem, ...]


def read_first_row(draft: Draft, body: bytes, catalogue: Catalogue) -> ReadRow:
    """The values of people are for the eyes of whoever has the sample. Nothing keeps them."""
    values = dict(_values(look_at(body).record))
    payload: object = None
    problems: tuple[Problem, ...] = ()
    try:
        profile = load_profile(Source("draft.toml", draft.text), catalogue)
        decoded = ProfiledSystem("draft", profile).decode(body, {})
        problems = decoded.refused
        payload = decoded.drafts[0].payload.model_dump(mode="json") if decoded.drafts else None
    except Refused as refused:
        problems = refused.problems
    fields = (ReadField(one.wire, values.get(one.wire, ""), one.to, _read(payload, one.to)) for one in draft.mapped)
    return ReadRow(tuple(fields), problems)


def _values(block: SeenBlock) -> Iterator[tuple[str, str]]:
    for field in block.fields:
        yield field.wire, field.values[0] if field.values else ""
    for group in block.groups:
        yield from _values(group)


def _read(payload: object, path: str) -> str:
    if not isinstance(payload, dict):
        return ""
    found = [value for _, value in values_at(payload, path)]
    return " ".join(str(value) for value in found if value is not None)
