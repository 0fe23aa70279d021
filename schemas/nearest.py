"""For an unknown name: suggests the known name with the closest spelling, or lists the known names."""

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str], *, all_known_up_to: int = 60) -> str:
    """Return `did you mean X?` and the known names if they are few; an empty text if neither would help."""
    names = sorted(known)
    near = difflib.get_close_matches(name.strip().casefold(), [each.casefold() for each in names], n=1, cutoff=0.6)
    known = f"use one of: {', '.join(names)}" if len(names) <= all_known_up_to else ""
    if near:
        nearest = f"did you mean {next(each for each in names if each.casefold() == near[0])}?"
        return f"{nearest} {known}".strip() if len(names) > 1 else nearest
    return known
