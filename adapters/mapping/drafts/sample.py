"""What a sample file shows: its layout, its fields and some of their values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

VALUES_KEPT = 200


@dataclass(frozen=True, slots=True)
class SeenField:
    """`values` are the first values that are not empty. `at` and `width` are only for fixed-width columns."""

    wire: str
    values: tuple[str, ...]
    at: int | None = None
    width: int | None = None


@dataclass(frozen=True, slots=True)
class SeenBlock:
    """A record or a repeated group. `wire` is the row type, element path or key; `repeat` is the number of columns."""

    wire: str | None
    fields: tuple[SeenField, ...]
    groups: tuple["SeenBlock", ...] = ()
    repeat: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """`layout` has the keys of [layout]. `remarks` are what a person should check."""

    layout: Mapping[str, object]
    record: SeenBlock
    remarks: tuple[str, ...] = ()


def seen(wire: str, values: Sequence[str], at: int | None = None, width: int | None = None) -> SeenField:
    return SeenField(wire, tuple(value for value in values if value)[:VALUES_KEPT], at, width)
