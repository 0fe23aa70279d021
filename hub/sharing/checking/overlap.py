"""No two protocols may cover the same message at the same time, so that each decision has exactly one basis. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations

from hub.sharing.checking.protocol_rules import WrittenProtocol
from hub.sharing.terms.agencies import Agencies
from hub.sharing.terms.protocols import last_day
from schemas.problem import Problem


def overlaps(written: Sequence[WrittenProtocol], agencies: Agencies) -> Iterator[Problem]:
    """Duplicate versions, and protocols that cover one (sender, recipient, kind) on the same day. Versions of one
    protocol follow each other: from its first day only the later one counts.

    Parties are compared by role, so the cost grows with the clauses and not with the agencies.
    """
    protocols = [each.protocol for each in written]
    last_days = [last_day(each, protocols) for each in protocols]
    for (first, ends), (second, second_ends) in combinations(zip(written, last_days, strict=True), 2):
        if (first.protocol.id, first.protocol.version) == (second.protocol.id, second.protocol.version):
            yield Problem(
                "protocol.duplicate",
                second.source.where(("id",)),
                f"version {second.protocol.version} of {second.protocol.id} is in {first.source.name} too",
                "raise the version, or remove one",
            )
        elif first.protocol.id != second.protocol.id and (
            first.protocol.starts <= second_ends and second.protocol.starts <= ends
        ):
            yield from _shared_clauses(first, second, agencies)


def share_a_day(first: WrittenProtocol, second: WrittenProtocol, written: Sequence[WrittenProtocol]) -> bool:
    return first.protocol.starts <= _end(second, written) and second.protocol.starts <= _end(first, written)


def _end(written: WrittenProtocol, all_written: Sequence[WrittenProtocol]) -> date:
    return last_day(written.protocol, (each.protocol for each in all_written))


def _shared_clauses(first: WrittenProtocol, second: WrittenProtocol, agencies: Agencies) -> Iterator[Problem]:
    for index, clause in enumerate(second.protocol.clauses):
        for number, other in enumerate(first.protocol.clauses):
            if clause.meets(other, agencies):
                yield Problem(
                    "protocol.overlap",
                    second.source.where(("permit", index)),
                    f"clause {clause.id} covers what clause {other.id} covers in the same days: see "
                    + first.source.where(("permit", number)),
                    "remove one of the clauses, or separate the dates of the protocols",
                )
