"""What is counted about a message."""

from collections.abc import Mapping

from schemas.fields import ETHNICITY
from schemas.parts.person import Defendant

_LONGEST = 100


class Countable:
    """A payload of which something may be counted."""

    def measures(self) -> Mapping[str, str]:
        """Return what may be counted, by name: words of closed lists, days, and names of units. Nothing that says who a
        person is. It is kept unencrypted."""
        return {}


def given(**values: object) -> Mapping[str, str]:
    """Those that are given, each as a short text."""
    return {name: str(value).strip()[:_LONGEST] for name, value in values.items() if value is not None}


def ethnicity_of(person: Defendant) -> str | None:
    """A code of the 16+1 classification; None if none is given, or another text."""
    return ETHNICITY.identifies(person.ethnicity) if person.ethnicity else None
