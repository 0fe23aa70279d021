"""The moment of a hearing as the interface writes it."""

from datetime import UTC, datetime

from adapters.dates import LONDON, instant


def write_moment(moment: datetime) -> tuple[str, str]:
    """(DateOfHearing, TimeOfHearing): London's, with an offset only where it would be read otherwise."""
    local = moment.astimezone(LONDON).replace(tzinfo=None, fold=0)
    if instant(local.date(), local.time()) == moment:
        return local.date().isoformat(), local.time().isoformat()
    universal = moment.astimezone(UTC)
    return universal.date().isoformat(), universal.time().isoformat() + "+00:00"
