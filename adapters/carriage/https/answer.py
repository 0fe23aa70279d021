"""What came back of a call: the status, a few headers and the first bytes of the body. Pure."""

from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime

BODY_BYTES_MAX = 65_536


@dataclass(frozen=True, slots=True)
class Answer:
    """`body` is at most BODY_BYTES_MAX bytes; later bytes were not read. `at` is the partner's own time, its Date."""

    status: int
    media_type: str
    wait_seconds: float | None
    body: bytes
    at: datetime | None = None


def read_date(header: str | None) -> datetime | None:
    """None if it is missing, cannot be read, or has no zone."""
    try:
        moment = parsedate_to_datetime(header or "")
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def asked_wait(retry_after: str | None, date: str | None) -> float | None:
    """Return the seconds that a Retry-After header asks for; None if it cannot be understood. If it gives a moment, it
    is compared with the partner's own clock, its Date header."""
    if retry_after is None:
        return None
    if retry_after.strip().isdecimal():
        return float(retry_after.strip()[:9])
    try:
        until = parsedate_to_datetime(retry_after)
        return max(0.0, (until - parsedate_to_datetime(date or "")).total_seconds())
    except (ValueError, TypeError):  # TypeError: only one of them has an offset
        return None
