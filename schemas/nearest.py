"""For a name that is unknown: the known one that is nearest, or all that are known."""

import difflib
from collections.abc import Iterable


def did_you_mean(name: str, known: Iterable[str], *, all_known_up_to: int = 30) -> str:
    """`did you mean X?`, else `use one of: …`, else nothing that helps: an empty text."""
    names = sorted(known)
    near = difflib.get_close_matches(name.strip().casefold(), [each.casefold() for each in names], n=1, cutoff=0.6)
    if near:
        return f"did you mean {next(each for each in names if each.casefold() == near[0])}?"
    return f"use one of: {', '.join(names)}" if len(names) <= all_known_up_to else ""
