"""How the work grows with what it is given: a ratio within one run, which says the same on any machine."""

import time
from collections.abc import Callable
from typing import TypeVar

Given = TypeVar("Given")
FOLD = 8
ABOUT_LINEAR = 3 * FOLD
"""What reads everything once comes to about FOLD, what compares each with each to its square: far apart, so that a busy
machine does not mistake one for the other."""


def growth(of: Callable[[int], Given], work: Callable[[Given], object], size: int) -> float:
    """How much more processor time `work` takes with FOLD times the size; `of` makes what it is given."""
    return _shortest(work, of(size * FOLD)) / _shortest(work, of(size))


def _shortest(work: Callable[[Given], object], given: Given) -> float:
    took = []
    for _ in range(3):
        began = time.process_time()
        work(given)
        took.append(time.process_time() - began)
    return min(took)
