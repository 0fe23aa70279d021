"""What the exchange writes into a message before it is sent: who is known, what changed, what was left out."""

from collections.abc import Mapping
from typing import ClassVar, Self

from schemas.parts.part import Part
from schemas.parts.supervision import Known, Routed


class Marked(Part):
    """The base of every payload, with nothing marked: a kind that has fields for a mark writes them.

    `on_paper` says that nothing of such a message may be lost: what the recipient's format cannot hold goes along as a
    sheet that a person reads.
    """

    on_paper: ClassVar[bool] = False

    def marked_not_taken_over(self, fields: tuple[str, ...]) -> Self:
        """Return this answer with the fields of what it answers that reached its sender only on paper."""
        return self

    def marked_without(self, owed: frozenset[str]) -> Self:
        """Return this message with what it was written without: `owed` are the clocks of what it voids that have not
        been met."""
        return self

    def marked_routed(self, routed: Routed) -> Self:
        """Return this message with the reason for which a probation area gets it."""
        return self

    def marked_elsewhere(self, areas: Mapping[int, tuple[str, ...]]) -> Self:
        """Return this message for a recipient that is told which other areas know the people of `about()`, by their
        positions there."""
        return self

    def compared_with(self, former: Self) -> Self:
        """Return this edition with what changed since the former one."""
        return self

    def marked(self, known: Mapping[int, Known]) -> Self:
        """Return this message for a recipient that supervises some people of `about()`. `known` is keyed by their
        positions there."""
        return self

    def lacking(self, places: tuple[str, ...]) -> Self:
        """Return this message with a note that entries at these places of the sender's document were refused."""
        return self
