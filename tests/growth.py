"""Measures how work grows with its input: a ratio within one run, which is the same on any machine."""

import time
from collections.abc import Callable
from typing import TypeVar

Given = TypeVar("Given")
FOLD = 8
ABOUT_LINEAR = 3 * FOLD
"""Work that reads everything once comes to about FOLD; work that compares each with each comes to its square. The two
are so far apart that a busy machine does not confuse them."""


def growth(
    of: Callable[[int], Given], work: Callable[[Given], object], size: int, below: float = ABOUT_LINEAR
) -> float:
    """Return how much more processor time `work` takes with FOLD times the size; `of` makes its input. A ratio that is
    not `below` is measured again, because another process may have slowed it down."""
    little, much = of(size), of(size * FOLD)
    short = min(_seconds(work, little) for _ in range(3))
    ratio = _seconds(work, much) / short
    for _ in range(2):
        if ratio < below:
            break
        ratio = min(ratio, _seconds(work, much) / short)
    return ratio


def _seconds(work: Callable[[Given], object], given: Given) -> float:
    began = time.process_time()
    work(given)
    return time.process_time() - began
