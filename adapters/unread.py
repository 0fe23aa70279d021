"""Finds what an adapter did not read of the envelopes around a message, so that nothing is left out unnoticed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from adapters.says_nothing import QuietLeaves
from adapters.xml import Node

_LOOKED_AT_MAX = 300  # an envelope has some dozens of leaves; further leaves are counted by name


@dataclass(frozen=True, slots=True)
class Unread:
    """Leaves with one name that nobody read: the place of the first, and how many there are."""

    name: str
    where: str
    times: int


def unread_leaves(elements: Iterable[Node], is_read: Callable[[Node], bool], quiet: QuietLeaves) -> tuple[Unread, ...]:
    """Return the unread leaves of these elements themselves, without the elements below them. `is_read` says whether
    the text of an element was read; attributes are never read."""
    found: dict[str, Unread] = {}
    looked_at = 0
    for element in elements:
        for step, value in element.own_leaves():
            name = step or element.name
            if not step and is_read(element):
                continue
            first = found.get(name)
            looked_at += 1
            if looked_at > _LOOKED_AT_MAX:
                if first is not None:
                    found[name] = replace(first, times=first.times + 1)
                continue
            where = f"{element.where}/{step}" if step else element.where
            if not quiet.covers(where, value):
                found[name] = replace(first, times=first.times + 1) if first else Unread(name, where, 1)
    return tuple(found.values())
