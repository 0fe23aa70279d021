"""People may name a thing by its id, or by the first characters of its id if no other id begins so."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from hub.errors import NotFound, ValueUnusable

_T = TypeVar("_T")
_CHARACTERS = frozenset("0123456789abcdef-")


@dataclass(frozen=True, slots=True)
class NotOne:
    """The answers if not exactly one thing matches. `cure` says where to see the ids."""

    failure: type[NotFound]
    no_id: str
    none: str
    several: str
    cure: str


def only_one(wanted: str, find: Callable[[str], Sequence[_T]], otherwise: NotOne) -> _T:
    """`find` returns the things whose id begins so. Raises its failure, or ValueUnusable."""
    plain = wanted.strip().lower()
    if not plain or set(plain) - _CHARACTERS:
        raise ValueUnusable("value.no_id", otherwise.no_id, otherwise.cure)
    found = find(plain)
    if len(found) > 1:
        raise otherwise.failure(otherwise.several, "give more characters of the id")
    if not found:
        raise otherwise.failure(otherwise.none, otherwise.cure)
    return found[0]
