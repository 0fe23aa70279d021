"""Moments that a document gives and that lie far ahead of its arrival: a mistyped year, or a clock that is wrong. Pure.

Nothing waits for such a moment. A deadline that counts from it counts from the arrival, and an edition of that moment
does not overtake the editions that come after it.
"""

from datetime import datetime, timedelta

AHEAD_MAX = timedelta(days=30)


def is_far_ahead(moment: datetime, received_at: datetime) -> bool:
    return moment - received_at > AHEAD_MAX


def not_ahead(moment: datetime | None, received_at: datetime) -> datetime | None:
    """The moment itself, or the arrival if the moment lies far ahead of it."""
    return received_at if moment is not None and is_far_ahead(moment, received_at) else moment
