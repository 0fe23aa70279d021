"""What an agency proves itself by ends one day. Pure."""

from datetime import datetime, timedelta

ENDS_SOON = timedelta(days=90)
"""So long before, everybody who looks is told: commands, the console, the status and the alerts. The next protocol, key
or certificate takes that long to agree or to get."""


def state_in_words(now: datetime, expires_at: datetime, revoked_at: datetime | None, *, do_next: str) -> str:
    """Return `revoked`, `expired`, `in use`, or that it ends soon and what to do."""
    if revoked_at is not None:
        return "revoked"
    if expires_at <= now:
        return "expired"
    return f"ends soon: {do_next}" if expires_at - now < ENDS_SOON else "in use"
