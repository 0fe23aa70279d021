"""What a sample file shows of itself: its layout, its fields and some of their values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

VALUES_KEPT = 200


@dataclass(frozen=True, slots=True)
class SeenField:
    """`values` are the first that were seen, without the empty ones. `at` and `width` only of fixed-width columns."""

    wire: str
    values: tuple[str, ...]
    at: int | None = None
    width: int | None = None


@dataclass(frozen=True, slots=True)
class SeenBlock:
    """A record, or what repeats in it. `wire` is the row type, element path or key; `repeat` the number of columns."""

    wire: str | None
    fields: tuple[SeenField, ...]
    groups: tuple["SeenBlock", ...] = ()
    repeat: int | None = None


@dataclass(frozen=True, slots=True)
class Sample:
    """`layout` are the keys of [layout]; `remarks` what a person should look at."""

    layout: Mapping[str, object]
    record: SeenBlock
    remarks: tuple[str, ...] = ()


def seen(wire: str, values: Sequence[str], at: int | None = None, width: int | None = None) -> SeenField:
    return SeenField(wire, tuple(value for value in values if value)[:VALUES_KEPT], at, width)
