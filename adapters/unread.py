"""What an adapter did not read of the envelopes around a message. Nothing is dropped unseen."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from adapters.says_nothing import QuietLeaves
from adapters.xml import Node

_NAMES_MAX = 100


@dataclass(frozen=True, slots=True)
class Unread:
    """Leaves of one name that nobody read: the place of the first, and how many there are."""

    name: str
    where: str
    times: int


def unread_leaves(elements: Iterable[Node], read: Set[str], quiet: QuietLeaves) -> tuple[Unread, ...]:
    """Of these elements by themselves, without those that stand in them. `read` are the names whose text was read."""
    found: dict[str, Unread] = {}
    for element in elements:
        for step, value in element.own_leaves():
            name = step or element.name
            if name in read:
                continue
            if (first := found.get(name)) is not None:
                found[name] = Unread(name, first.where, first.times + 1)
            elif len(found) < _NAMES_MAX:
                where = f"{element.where}/{step}" if step else element.where
                if not quiet.covers(where, value):
                    found[name] = Unread(name, where, 1)
    return tuple(found.values())
