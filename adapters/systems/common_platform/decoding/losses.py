"""What a list lost while it was read: the problems of what was refused, and the places of the entries.

An entry is one defendant in one hearing or case. A list with lost entries says so, because otherwise its recipients
would believe that the court no longer lists these people.
"""

from collections.abc import Sequence

from adapters.systems.common_platform.decoding.record import Record
from schemas.problem import Problem, Refused


class Losses:
    """Of one list. `problems` is shared by all lists of a document."""

    def __init__(self, problems: list[Problem]) -> None:
        self._problems = problems
        self._places: list[str] = []

    @property
    def places(self) -> tuple[str, ...]:
        return tuple(self._places)

    def refuse(self, refusal: Refused, at: str, entries: Sequence[str] = ()) -> None:
        """Note what was refused. `entries` are the places of the entries in it; without them, `at` is one entry."""
        self._problems.extend(refusal.problems)
        self._places.extend(entries or (at,))

    def of_each(self, holder: Record, *names: str, apart: bool = False) -> list[Record]:
        """Return the objects of the lists with these names, as `Record.each` or `Record.apart` does. What is not an
        object may have been an entry."""
        found = [one for name in names for one in holder.apart(name)] if apart else holder.each(*names)
        self._places.extend(holder.malformed(*names))
        return found
