"""JSON Schemas of the exchange's own answers, made from the types that they have in the code."""

import types
from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal, NotRequired, Union, get_args, get_origin, get_type_hints, is_typeddict

from schemas.json import Json, JsonObject

_PLAIN: Mapping[object, str] = {str: "string", int: "integer", float: "number", bool: "boolean", type(None): "null"}
PLACE = "#/components/schemas/"


def schemas_of(*shapes: type) -> dict[str, JsonObject]:
    """The schemas of these types, and of all that they are made of, by the names of the types."""
    found: dict[str, JsonObject] = {}
    for shape in shapes:
        _refer(shape, found)
    return dict(sorted(found.items()))


def _refer(shape: type, found: dict[str, JsonObject]) -> JsonObject:
    if shape.__name__ not in found:
        found[shape.__name__] = {}  # a type may hold itself
        found[shape.__name__] = _object(shape, found)
    return {"$ref": f"{PLACE}{shape.__name__}"}


def _object(shape: type, found: dict[str, JsonObject]) -> JsonObject:
    fields = get_type_hints(shape, include_extras=True)
    optional: frozenset[str] = getattr(shape, "__optional_keys__", frozenset())
    described: JsonObject = {
        "type": "object",
        "properties": {name: _schema(type, found) for name, type in fields.items()},
        "required": [name for name in fields if name not in optional],
    }
    words = " ".join((shape.__doc__ or "").split())
    return described | ({"description": words} if words else {})


def _schema(of: Json, found: dict[str, JsonObject]) -> JsonObject:
    origin: Json = get_origin(of)
    within = get_args(of)
    if of is Json:
        return {}
    if of in _PLAIN:
        return {"type": _PLAIN[of]}
    if is_typeddict(of):
        return _refer(of, found)
    if isinstance(of, type) and issubclass(of, StrEnum):
        return {"type": "string", "enum": [str(each) for each in of]}
    if of is datetime:
        return {"type": "string", "format": "date-time"}
    if origin is NotRequired:
        return _schema(within[0], found)
    if origin is Literal:
        return {"enum": list(within)}
    if origin in (Union, types.UnionType):
        return {"anyOf": [_schema(each, found) for each in within]}
    if origin in (list, tuple):
        return {"type": "array", "items": _schema(within[0], found)}
    if origin is dict:
        return {"type": "object", "additionalProperties": _schema(within[1], found)}
    raise TypeError(f"no JSON Schema can be made of {of}")
