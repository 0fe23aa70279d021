"""Finds protocols that set different times for one clock of one message. The strictest time counts. Pure."""

from collections.abc import Iterator, Sequence
from itertools import combinations

from hub.sharing.checking.overlap import share_a_day
from hub.sharing.checking.protocol_rules import WrittenProtocol
from hub.sharing.terms.agencies import Agencies
from schemas.catalogue import Catalogue
from schemas.problem import Problem


def differing_clocks(written: Sequence[WrittenProtocol], agencies: Agencies, catalogue: Catalogue) -> Iterator[Problem]:
    """Two protocols apply to the same message if one sender may send it under both, to different recipients."""
    for first, second in combinations(written, 2):
        if first.protocol.id == second.protocol.id or not share_a_day(first, second, written):
            continue
        others = dict(first.protocol.clocks)
        for clock, allowance in second.protocol.clocks:
            other = others.get(clock, allowance)
            if other != allowance and _meet(first, second, _starting(clock, catalogue), agencies):
                yield Problem(
                    "clock.differs",
                    second.source.where(("clocks", clock)),
                    f"{clock} is {allowance} here and {other} in " + first.source.where(("clocks", clock)),
                    "agree one time in both; until then the strictest counts",
                )


def _starting(clock: str, catalogue: Catalogue) -> frozenset[str]:
    return frozenset(name for (name, _), kind in catalogue.kinds.items() if clock in kind.starts)


def _meet(first: WrittenProtocol, second: WrittenProtocol, kinds: frozenset[str], agencies: Agencies) -> bool:
    return any(
        not kinds.isdisjoint(set(one.kinds) & set(other.kinds))
        and any(mine.meets(yours, agencies) for mine in one.senders for yours in other.senders)
        for one in first.protocol.clauses
        for other in second.protocol.clauses
    )
