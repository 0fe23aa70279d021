"""Decides which areas really supervise a person whom several areas call theirs.

An area supervises a person if a court or a prison has sent it a matter of theirs, if an area that supervises them has
handed them over, or if it was the first to speak of them. Its own later word is no ground while another area is known.
"""

from collections.abc import Callable, Iterable, Mapping

from hub.store.persons.grounds import Ground


def founded(grounds: Iterable[Ground], is_area: Callable[[str], bool], current: Callable[[str], str]) -> frozenset[str]:
    """The areas that supervise the person, as they are called today. `grounds` are all entries about this person, of
    all areas; `current` gives the area that continues the work of another."""
    known = sorted(grounds, key=lambda ground: ground.since)
    first = known[0].since if known else None
    areas = {current(ground.area) for ground in known if ground.since == first}
    handed_over: dict[str, set[str]] = {}
    for ground in known:
        areas |= {current(ground.area) for by in ground.named_by if not is_area(by)}
        by_areas = {current(by) for by in ground.named_by if is_area(by)}
        handed_over.setdefault(current(ground.area), set()).update(by_areas)
    return _with_successors(areas, handed_over)


def _with_successors(areas: set[str], handed_over: Mapping[str, set[str]]) -> frozenset[str]:
    """Those too to whom one of these areas has handed the person over."""
    found = set(areas)
    while more := {area for area, by in handed_over.items() if area not in found and by & found}:
        found |= more
    return frozenset(found)
