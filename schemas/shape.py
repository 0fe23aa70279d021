"""The shape of a payload: every leaf field with its path, category and identifier rule.

A path names fields from the root, with `[]` for each entry of a list: `sessions[].cases[].defendant.pnc_id`. Sharing
protocols, minimising and flagging all use the same shape.
"""

import re
import types
import typing
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from schemas.category import Category
from schemas.fields import CodeList, IdentifierRule, PlaceholderRule
from schemas.placeholders.table import names_nobody


@dataclass(frozen=True, slots=True)
class Leaf:
    path: str
    category: Category
    rule: IdentifierRule | None
    code_list: str | None = None
    placeholder: str | None = None
    holds: Any = field(default=None, compare=False)
    """The type of the value itself: str, int, bool, a date type or a Literal."""
    marks: tuple[Any, ...] = field(default=(), compare=False, repr=False)
    """What its annotation adds to that type: length, pattern, rules."""


@dataclass(frozen=True, slots=True)
class Flag:
    """A value that was kept as received although it breaks its rule or is not in its list. The value is not repeated
    here."""

    path: str
    code: str
    problem: str


@cache
def leaves_of(model: type[BaseModel]) -> tuple[Leaf, ...]:
    """Return every leaf of the model, in the order of its fields. Raises TypeError if a leaf has no category."""
    return tuple(_leaves(model, ""))


def _leaves(model: type[BaseModel], prefix: str) -> Iterator[Leaf]:
    for name, annotation in _annotations(model).items():
        if name in model.model_fields:
            yield from _leaf(annotation, f"{prefix}.{name}" if prefix else name, (), model)


@cache
def _annotations(model: type[BaseModel]) -> Mapping[str, Any]:
    """Return the types of its fields. Many kinds have the same parts, and to read the types takes long."""
    return get_type_hints(model, include_extras=True)


def _leaf(annotation: Any, path: str, marks: tuple[Any, ...], owner: type[BaseModel]) -> Iterator[Leaf]:
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *extra = get_args(annotation)
        yield from _leaf(inner, path, (*marks, *extra), owner)
    elif origin in (Union, types.UnionType):
        members = [member for member in get_args(annotation) if member is not type(None)]
        if len(members) != 1:
            raise TypeError(f"{owner.__name__}: {path} may be one type or absent, not a choice of types")
        yield from _leaf(members[0], path, marks, owner)
    elif origin in (tuple, list):
        # a limit on the number of entries is not a limit on the length of one
        of_each = tuple(mark for mark in marks if not isinstance(mark, FieldInfo))
        yield from _leaf(get_args(annotation)[0], f"{path}[]", of_each, owner)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield from _leaves(annotation, path)
    else:
        category = next((mark for mark in marks if isinstance(mark, Category)), None)
        if category is None:
            raise TypeError(f"{owner.__name__}: {path} has no data category")
        rule = next((mark for mark in marks if isinstance(mark, IdentifierRule)), None)
        code_list = next((mark.name for mark in marks if isinstance(mark, CodeList)), None)
        placeholder = next((mark.name for mark in marks if isinstance(mark, PlaceholderRule)), None)
        yield Leaf(path, category, rule, code_list, placeholder, annotation, marks)


def values_at(document: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Yield (concrete path with indices, value) for each value at `path` in plain JSON data."""
    yield from _walk(document, path.replace("[]", ".[]").split("."), "")


def value_at(document: Any, place: str) -> Any:
    """Return the value at one place of plain JSON data, such as `offences[0].code`. Raises KeyError or IndexError if
    there is none."""
    node = document
    for name, index in re.findall(r"([^.\[\]]+)|\[([0-9]+)\]", place):
        node = node[int(index)] if index else node[name]
    return node


def _walk(node: Any, steps: list[str], at: str) -> Iterator[tuple[str, Any]]:
    if not steps:
        yield at, node
    elif steps[0] == "[]":
        if isinstance(node, typing.Sequence) and not isinstance(node, str):
            for index, item in enumerate(node):
                yield from _walk(item, steps[1:], f"{at}[{index}]")
    elif isinstance(node, dict) and node.get(steps[0]) is not None:
        yield from _walk(node[steps[0]], steps[1:], f"{at}.{steps[0]}" if at else steps[0])


def flags_of(payload: BaseModel) -> tuple[Flag, ...]:
    """Yield the identifiers in `payload` that break their rule, and the values that are placeholders."""
    document = payload.model_dump(mode="json")
    return tuple(
        flag
        for leaf in leaves_of(type(payload))
        if leaf.rule is not None or leaf.placeholder is not None
        for at, value in values_at(document, leaf.path)
        if (flag := _flag(leaf, at, value) or _whole_name_flag(leaf, document, at)) is not None
    )


def _flag(leaf: Leaf, at: str, value: str) -> Flag | None:
    if leaf.rule is not None and leaf.rule.canonical(value) is None:
        return Flag(at, f"identifier.{leaf.rule.name}", f"is not {leaf.rule.form}; kept as received")
    name = leaf.rule.name if leaf.rule else leaf.placeholder
    return _placeholder(at, name) if name is not None and names_nobody(name, value) else None


def _whole_name_flag(leaf: Leaf, document: Any, at: str) -> Flag | None:
    """Flag a name only if surname and forenames together are a placeholder, such as A MAN."""
    if leaf.placeholder != "surname" or not at.endswith(".surname"):
        return None
    name = value_at(document, at.removesuffix(".surname"))
    whole = " ".join((*(name.get("forenames") or ()), name["surname"]))
    return _placeholder(at, "name") if names_nobody("name", whole) or names_nobody("surname", whole) else None


def _placeholder(at: str, name: str) -> Flag:
    return Flag(at, f"placeholder.{name}", "is a placeholder that identifies nobody; kept as received")
