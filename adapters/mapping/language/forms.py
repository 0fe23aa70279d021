"""The forms that a value can have between the wire and the payload, and the form that each path of a payload needs."""

import typing
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache
from typing import Any, get_args, get_origin

from pydantic import AwareDatetime, BaseModel

from schemas.category import Category
from schemas.fields import DATE_OF_BIRTH, IdentifierRule
from schemas.parts.person import PersonName
from schemas.shape import leaves_of


class Form(StrEnum):
    TEXT = "text"
    TEXTS = "list of texts"
    DAY = "day"
    PARTIAL_DAY = "day that may lack its day or month"
    MOMENT = "moment"
    TIME = "time of day"
    NUMBER = "whole number"
    DECIMAL = "decimal number"
    TRUTH = "truth value"
    NAME = "person's name"
    CONTENT = "bytes of a document"


MEASURED = frozenset({"documents[].sha256", "documents[].size_bytes"})
"""These are computed from the bytes of a document; no profile maps them."""

_ACCEPTED: Mapping[Form, frozenset[Form]] = {
    Form.TEXT: frozenset({Form.TEXT, Form.DAY, Form.PARTIAL_DAY}),
}


@dataclass(frozen=True, slots=True)
class Slot:
    """One path of a payload. `choices` is empty if any text is allowed. `born` says that the text is a date of birth,
    of which the day or the month may be unknown."""

    form: Form
    category: Category
    rule: IdentifierRule | None = None
    choices: tuple[str, ...] = ()
    born: bool = False

    def accepts(self, form: Form) -> bool:
        return form in _ACCEPTED.get(self.form, {self.form})

    def same(self, one: Any, other: Any) -> bool:
        """Return whether two values of this slot mean the same, however they are written."""
        if one == other:
            return True
        if one is None or other is None:
            return False
        try:
            if self.form is Form.MOMENT:
                return datetime.fromisoformat(one) == datetime.fromisoformat(other)
            if self.form is Form.TIME:
                return time.fromisoformat(one) == time.fromisoformat(other)
        except (TypeError, ValueError):
            return False
        kept = self.rule.keep if self.rule and isinstance(one, str) and isinstance(other, str) else None
        return kept is not None and kept(one) == kept(other)


@dataclass(frozen=True, slots=True)
class Shape:
    """The slots of a kind by pattern (`orders[].type`), its lists of parts, and what each part requires.

    `needed` holds, for each part (its own pattern, "" for the payload), the patterns without which it is refused.
    """

    slots: Mapping[str, Slot]
    lists: frozenset[str]
    needed: Mapping[str, tuple[str, ...]]

    def missing(self, filled: Collection[str]) -> Iterator[tuple[str, str]]:
        """Yield (part, path) for each required path of a filled part that nothing fills. All are patterns."""

        def is_filled(path: str) -> bool:
            return any(one == path or one.startswith((f"{path}.", f"{path}[]")) for one in filled)

        # If the bytes of a document come beside the file, its media type comes with them.
        measured = MEASURED if "documents[].content" in filled else MEASURED | {"documents[].media_type"}
        for part, needed in self.needed.items():
            whole_name = part in filled and part in self.slots
            if whole_name or (part and not is_filled(part)):
                continue
            for name in needed:
                path = f"{part}.{name}" if part else name
                if path not in measured and not is_filled(path):
                    yield part, path


@cache
def shape_of(model: type[BaseModel]) -> Shape:
    slots: dict[str, Slot] = {}
    for leaf in leaves_of(model):
        form, choices = _form_of(leaf.holds)
        slots[leaf.path] = Slot(form, leaf.category, leaf.rule, choices, leaf.placeholder == DATE_OF_BIRTH.name)
        if leaf.path.endswith("[]") and form is Form.TEXT:
            slots[leaf.path.removesuffix("[]")] = Slot(Form.TEXTS, leaf.category, leaf.rule, choices)
    parts = dict(_parts(model, ""))
    for pattern, part in parts.items():
        if part is PersonName:
            slots[pattern] = Slot(Form.NAME, Category.IDENTITY)
    if "documents[].name" in slots:
        slots["documents[].content"] = Slot(Form.CONTENT, Category.DOCUMENT)
    lists = frozenset(pattern.removesuffix("[]") for pattern in parts if pattern.endswith("[]"))
    needed = {pattern: tuple(_needed(part)) for pattern, part in parts.items()}
    return Shape(slots, lists, needed)


def _form_of(holds: Any) -> tuple[Form, tuple[str, ...]]:
    if get_origin(holds) is typing.Literal:
        return Form.TEXT, get_args(holds)
    forms = {
        str: Form.TEXT,
        int: Form.NUMBER,
        float: Form.DECIMAL,
        bool: Form.TRUTH,
        date: Form.DAY,
        datetime: Form.MOMENT,
        AwareDatetime: Form.MOMENT,
        time: Form.TIME,
    }
    return forms[holds], ()


def _parts(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, type[BaseModel]]]:
    yield prefix, model
    for name, field in model.model_fields.items():
        inner, listed = _part_in(field.annotation)
        if inner is not None:
            path = f"{prefix}.{name}" if prefix else name
            yield from _parts(inner, f"{path}[]" if listed else path)


def _part_in(annotation: Any) -> tuple[type[BaseModel] | None, bool]:
    """Return the model inside an optional type or a tuple, and whether there may be several."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation, False
    for inner in get_args(annotation):
        found, listed = _part_in(inner)
        if found is not None:
            return found, listed or get_origin(annotation) in (tuple, list)
    return None, False


def _needed(model: type[BaseModel]) -> Iterator[str]:
    for name, field in model.model_fields.items():
        if field.is_required():
            inner, listed = _part_in(field.annotation)
            yield f"{name}[]" if listed and inner is not None else name
