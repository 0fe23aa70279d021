"""A small bar chart as SVG, made on the server. The table beside it says the same."""

from collections.abc import Sequence
from dataclasses import dataclass

_HEIGHT, _BAR, _GAP, _FOOT, _HEAD = 120, 36, 12, 24, 18


@dataclass(frozen=True, slots=True)
class Bar:
    label: str
    value: int
    x: int
    y: int
    height: int
    middle: int


@dataclass(frozen=True, slots=True)
class Chart:
    """All lengths in units of its own view box."""

    width: int
    height: int
    base: int
    bar_width: int
    bars: tuple[Bar, ...]


def bar_chart(values: Sequence[tuple[str, int]]) -> Chart:
    most = max((value for _, value in values), default=0) or 1
    bars = []
    for number, (label, value) in enumerate(values):
        height = round(_HEIGHT * value / most)
        x = number * (_BAR + _GAP)
        bars.append(Bar(label, value, x, _HEAD + _HEIGHT - height, height, x + _BAR // 2))
    width = max(len(values) * (_BAR + _GAP) - _GAP, _BAR)
    return Chart(width, _HEAD + _HEIGHT + _FOOT, _HEAD + _HEIGHT, _BAR, tuple(bars))
