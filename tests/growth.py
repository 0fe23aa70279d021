"""How the work grows with what it is given: a ratio within one run, which says the same on any machine."""

import time
from collections.abc import Callable
from typing import TypeVar

Given = TypeVar("Given")
FOLD = 8
ABOUT_LINEAR = 3 * FOLD
"""What reads everything once comes to about FOLD, what compares each with each to its square: far apart, so that a busy
machine does not mistake one for the other."""


def growth(
    of: Callable[[int], Given], work: Callable[[Given], object], size: int, below: float = ABOUT_LINEAR
) -> float:
    """How much more processor time `work` takes with FOLD times the size; `of` makes what it is given. What is not
    `below` is measured again, since another process may have slowed it down."""
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
