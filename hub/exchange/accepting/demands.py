"""What whoever hands in a document must meet."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Self

from hub.errors import Failure
from hub.exchange.message.stages import Assessment, Received
from hub.store.database.engine import Transaction
from schemas.problem import Problem

StillMay = Callable[[Transaction], None]
"""Raises if whoever hands in may not do so any more. It is asked in the transactions that keep and record."""


class AskedTogether(ABC):
    """What many calls ask in one transaction is asked of the database once for all of them."""

    @classmethod
    @abstractmethod
    def ask_all(cls, connection: Transaction, asked: Sequence[Self]) -> Sequence[Failure | None]:
        """For each, what it would raise by itself."""


def refusals(connection: Transaction, asked: Collection[StillMay]) -> dict[StillMay, Failure | None]:
    """For each, what it raises."""
    found: dict[StillMay, Failure | None] = {}
    together: dict[type[AskedTogether], list[AskedTogether]] = {}
    for each in asked:
        if isinstance(each, AskedTogether):
            together.setdefault(type(each), []).append(each)
            continue
        try:
            each(connection)
            found[each] = None
        except Failure as failure:
            found[each] = failure
    for kind, several in together.items():
        found |= dict(zip(several, kind.ask_all(connection, several), strict=True))  # type: ignore[arg-type] # callable too
    return found


def anybody(_: Transaction) -> None:
    """For what no key was used for: the command line, and files that the exchange collects."""


@dataclass(frozen=True, slots=True)
class NameGiven:
    """The name under which an agency hands in a document through an interface. If `taken` is given, another document
    under the same name is refused for it. With
    `answers_to`, the address of an interface, its sender is told there later what became of it."""

    interface: str
    name: str
    taken: Problem | None = None
    answers_to: str | None = None


@dataclass(frozen=True, slots=True)
class Demands:
    """Whether the document must be signed, and what is asked again while it is kept and recorded: the key may have been
    revoked since the call began. With `contradictions` to the rest of the call it is kept and refused. `through` is the
    interface by which it came."""

    signature: bool = False
    still_may: StillMay = anybody
    contradictions: tuple[Problem, ...] = ()
    through: str | None = None
    naming: NameGiven | None = None
    assessing: Callable[[Received], Assessment] | None = None
    """How it is assessed, if not by its format."""


NO_DEMANDS = Demands()
