"""JSON that cannot be changed, so that what was decided about is what is recorded and sent."""

from typing import NoReturn

from schemas.json import Json, JsonObject


def _refuse(*_: object, **__: object) -> NoReturn:
    raise TypeError("this content is frozen; make a copy to change it")


class FrozenObject(dict[str, Json]):
    """A JSON object that refuses every change. `dict(it)` gives a copy; the top level of the copy can be changed."""

    __slots__ = ()
    __setitem__ = __delitem__ = __ior__ = _refuse
    clear = pop = popitem = setdefault = update = _refuse

    def __deepcopy__(self, _: object) -> "FrozenObject":
        return self


class FrozenArray(list[Json]):
    """A JSON array that refuses every change. `list(it)` gives a copy; the top level of the copy can be changed."""

    __slots__ = ()
    __setitem__ = __delitem__ = __iadd__ = __imul__ = _refuse
    append = clear = extend = insert = pop = remove = reverse = sort = _refuse

    def __deepcopy__(self, _: object) -> "FrozenArray":
        return self


def freeze(value: Json) -> Json:
    """Return the same JSON, frozen at every level. What is frozen already is not copied again."""
    if isinstance(value, FrozenObject | FrozenArray):
        return value
    if isinstance(value, dict):
        return FrozenObject({name: freeze(part) for name, part in value.items()})
    if isinstance(value, list | tuple):
        return FrozenArray(freeze(part) for part in value)
    return value


def freeze_object(value: JsonObject) -> FrozenObject:
    frozen = freeze(value)
    if not isinstance(frozen, FrozenObject):
        raise TypeError("not a JSON object")
    return frozen
