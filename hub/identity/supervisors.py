"""Decides which areas really supervise a person whom several areas call theirs. Pure.

An area supervises a person if one of these is true: it was the first to speak of them; a person has confirmed it;
another agency has sent it a matter of theirs, and that is more than one agency's word; an area that supervises them
has handed them over. Its own later word is no ground while another area is known.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ClaimedBy:
    """What speaks for an area. `named_by` are agencies, of any role, whose word about this person counts."""

    area: str
    since: datetime
    named_by: frozenset[str]
    confirmed: bool = False


def founded(
    claimed: Iterable[ClaimedBy],
    is_area: Callable[[str], bool],
    current: Callable[[str], str],
    named: frozenset[str] = frozenset(),
) -> frozenset[str]:
    """The areas that supervise the person, as they are called today. `claimed` are all entries about this person, of
    all areas; `current` gives the area that continues the work of another. `named` are the areas that a message itself
    names: another area does not count then only because it was the first to speak."""
    known = sorted(claimed, key=lambda each: each.since)
    first = known[0].since if known else None
    areas = {current(each.area) for each in known if each.since == first} & (named or {current(e.area) for e in known})
    areas |= {current(each.area) for each in known if each.confirmed}
    handed_over: dict[str, set[str]] = {}
    for each in known:
        areas |= {current(each.area) for by in each.named_by if not is_area(by)}
        by_areas = {current(by) for by in each.named_by if is_area(by)}
        handed_over.setdefault(current(each.area), set()).update(by_areas)
    return _with_successors(areas, handed_over)


def _with_successors(areas: set[str], handed_over: Mapping[str, set[str]]) -> frozenset[str]:
    """Those too to whom one of these areas has handed the person over."""
    found = set(areas)
    while more := {area for area, by in handed_over.items() if area not in found and by & found}:
        found |= more
    return frozenset(found)
