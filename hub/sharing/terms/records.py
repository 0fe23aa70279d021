"""Where the records of a kind are: the whole message, or each entry of a list that is about a person. Pure."""

import types
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel

from schemas.json import Json, JsonMapping
from schemas.parts.person import Defendant

WHOLE_MESSAGE = ""


@dataclass(frozen=True, slots=True)
class RecordShape:
    """`path` is the path of the entry (`sessions[].cases[]`), empty for the whole message. `people` holds the steps
    from there to each person that the record is about."""

    path: str
    people: tuple[tuple[str, ...], ...]

    def people_of(self, record: Json) -> Iterator[JsonMapping]:
        """The people who are present; `record` is plain JSON."""
        for steps in self.people:
            node = record
            for step in steps:
                node = node.get(step) if isinstance(node, dict) else None
            if isinstance(node, dict):
                yield node


@cache
def records_of(payload: type[BaseModel]) -> Mapping[str, RecordShape]:
    """Record shapes by path. Victims, guardians and officials do not count as the people of a record."""
    found: dict[str, tuple[tuple[str, ...], ...]] = {}
    for path, steps in _people(payload, WHOLE_MESSAGE, ()):
        found[path] = (*found.get(path, ()), steps)
    return types.MappingProxyType({path: RecordShape(path, people) for path, people in found.items()})


def _people(annotation: object, record: str, steps: tuple[str, ...]) -> Iterator[tuple[str, tuple[str, ...]]]:
    origin = get_origin(annotation)
    if origin in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _people(member, record, steps)
    elif origin in (tuple, list):
        below = ".".join((record, *steps)) if record else ".".join(steps)
        yield from _people(get_args(annotation)[0], f"{below}[]", ())
    elif isinstance(annotation, type) and issubclass(annotation, Defendant):
        yield record, steps
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        for name, inner in get_type_hints(annotation).items():
            yield from _people(inner, record, (*steps, name))
