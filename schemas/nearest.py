"""For an unknown name: suggests the known name with the closest spelling, or lists the known names."""

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str], *, all_known_up_to: int = 30) -> str:
    """Return `did you mean X?` or `use one of: …`; an empty text if neither would help."""
    names = sorted(known)
    near = difflib.get_close_matches(name.strip().casefold(), [each.casefold() for each in names], n=1, cutoff=0.6)
    if near:
        return f"did you mean {next(each for each in names if each.casefold() == near[0])}?"
    return f"use one of: {', '.join(names)}" if len(names) <= all_known_up_to else ""
