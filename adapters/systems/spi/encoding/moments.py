"""Writes the moment of a hearing in the interface's form."""

from datetime import UTC, datetime

from adapters.dates import LONDON, instant


def write_moment(moment: datetime) -> tuple[str, str]:
    """Return (DateOfHearing, TimeOfHearing) in London time, with an offset only if it would be read differently without
    one."""
    local = moment.astimezone(LONDON).replace(tzinfo=None, fold=0)
    if instant(local.date(), local.time()) == moment:
        return local.date().isoformat(), local.time().isoformat()
    universal = moment.astimezone(UTC)
    return universal.date().isoformat(), universal.time().isoformat() + "+00:00"
