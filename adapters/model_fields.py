"""Finds out about the fields of a model: which ones can be left out, and which ones hold a date."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, time
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import AwareDatetime, BaseModel
from pydantic.fields import FieldInfo

from adapters.dates import read_birth, read_day, read_moment, read_time
from schemas.fields import DATE_OF_BIRTH

Step = int | str
Steps = tuple[Step, ...]


def optional_beginning(model: type[BaseModel], steps: Steps, whole: tuple[str, ...]) -> Steps | None:
    """Return the longest beginning of the steps that the model can exist without: an optional field, or an entry of a
    list that is not named in `whole`."""
    found: Steps | None = None
    annotation: Any = model
    for length, step in enumerate(steps, start=1):
        annotation = _bare(annotation)
        if isinstance(step, int):
            found = steps[:length]
            annotation = next(iter(get_args(annotation)), None)  # the type of each entry of a list or a tuple
        elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
            known = annotation.model_fields.get(step)
            if known is None or _is_dispensable(known):
                found = steps[:length]
            annotation = known.annotation if known is not None else None
        else:
            break
        if steps[0] in whole and length <= 2:  # the list itself, and an entry of it
            found = None
    return found


def _is_dispensable(known: FieldInfo) -> bool:
    """Return whether the field can be missing without a meaning. A default other than None would say something in its
    place."""
    return not known.is_required() and (
        known.default is None or known.default == () or known.default_factory is not None
    )


def date_reader(model: type[BaseModel], steps: Steps) -> Callable[[str], date | time | str | None] | None:
    """Return the function that reads a text for the field at these steps, if it is a day, a time or a moment."""
    annotation: Any = model
    for step in steps:
        annotation = _bare(annotation)
        if isinstance(step, int):
            annotation = next(iter(get_args(annotation)), None)
        elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
            known = annotation.model_fields.get(step)
            if known is None:
                return None
            annotation = Annotated[known.annotation, *known.metadata] if known.metadata else known.annotation
        else:
            return None
    if DATE_OF_BIRTH in _marks(annotation):
        return read_birth
    return _READERS.get(_bare(annotation))


_READERS: Mapping[Any, Callable[[str], date | time | str | None]] = {
    date: read_day,
    time: read_time,
    AwareDatetime: read_moment,
}


def _marks(annotation: Any) -> Iterator[Any]:
    """Return its annotations, also those within unions."""
    if get_origin(annotation) is Annotated:
        yield from annotation.__metadata__
        yield from _marks(annotation.__origin__)
    elif get_origin(annotation) in (Union, UnionType):
        for one in get_args(annotation):
            yield from _marks(one)


def _bare(annotation: Any) -> Any:
    """Return the type without annotations and without None."""
    while get_origin(annotation) in (Annotated, Union, UnionType):
        # a payload has no choice of types
        annotation = next(one for one in get_args(annotation) if one is not type(None))
    return annotation
