"""Checks a protocol against the agencies and kinds that it names. Every part of it must have an effect. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from hub.sharing.checking.condition_rules import check_conditions
from hub.sharing.checking.parsing import read_all
from hub.sharing.checking.selector_rules import check_agreement, check_selectors, nearest
from hub.sharing.terms.agencies import Agencies
from hub.sharing.terms.grants import Action, verdicts
from hub.sharing.terms.protocols import Clause, SharingProtocol
from hub.sharing.terms.selecting import Party
from hub.sharing.terms.source import Source
from schemas.catalogue import Catalogue
from schemas.problem import Problem


@dataclass(frozen=True, slots=True)
class WrittenProtocol:
    """A protocol and its file."""

    protocol: SharingProtocol
    source: Source


def read_protocols(
    sources: Sequence[Source], agencies: Agencies | None, catalogue: Catalogue
) -> tuple[tuple[WrittenProtocol, ...], tuple[Problem, ...]]:
    """Each protocol that can be read, and the faults of each on its own. Without agencies (their own files are broken)
    the parties are not checked, because each would look unknown."""
    readable, problems = read_all(sources, SharingProtocol)
    for protocol, source in readable:
        problems.extend(_check(protocol, source, agencies, catalogue))
    return tuple(WrittenProtocol(protocol, source) for protocol, source in readable), tuple(problems)


def _check(
    protocol: SharingProtocol, source: Source, agencies: Agencies | None, catalogue: Catalogue
) -> Iterator[Problem]:
    yield from _dates(protocol, source)
    yield from _clocks(protocol, source, catalogue)
    seen: set[str] = set()
    for index, clause in enumerate(protocol.clauses):
        place = ("permit", index)
        if clause.id in seen:
            where = source.where((*place, "id"), clause.id)
            yield Problem("clause.duplicate", where, f"an earlier clause has the id {clause.id}", "give it its own id")
        seen.add(clause.id)
        yield from _parties(clause, source, place, agencies)
        yield from _kinds(clause.kinds, source, (*place, "kinds"), catalogue)
        yield from check_selectors(clause, source, place, catalogue)
    yield from check_agreement(protocol.clauses, source, agencies or Agencies.of(()), catalogue)
    yield from check_conditions(protocol, source, agencies, catalogue)
    for index, example in enumerate(protocol.examples):
        yield from _kinds((example.kind,), source, ("example", index, "kind"), catalogue)
        yield from _example(protocol, ("example", index), source, agencies, catalogue)


def _clocks(protocol: SharingProtocol, source: Source, catalogue: Catalogue) -> Iterator[Problem]:
    started = sorted(
        {
            clock
            for (name, _), kind in catalogue.kinds.items()
            if any(name in clause.kinds for clause in protocol.clauses)
            for clock in kind.starts
        }
    )
    for name, _ in protocol.clocks:
        if name not in started:
            yield Problem(
                "clock.unknown",
                source.where(("clocks", name)),
                f"no kind of this protocol starts a clock called {name}",
                f"use one of: {', '.join(started)}" if started else "remove it: its kinds start no clock",
            )


def _dates(protocol: SharingProtocol, source: Source) -> Iterator[Problem]:
    if protocol.expires < protocol.starts:
        yield Problem(
            "protocol.expires_before_start",
            source.where(("expires",)),
            f"it expires on {protocol.expires}, before it starts on {protocol.starts}",
            "correct one of the two dates",
        )
    elif not protocol.starts <= protocol.review <= protocol.expires:
        yield Problem(
            "protocol.review_outside",
            source.where(("review",)),
            f"the review of {protocol.review} does not fall between its start and its expiry",
            "review it while it is in force",
        )


def _parties(clause: Clause, source: Source, place: tuple[str, int], agencies: Agencies | None) -> Iterator[Problem]:
    for key, parties in (("senders", clause.senders), ("recipients", clause.recipients)):
        for party in parties:
            if agencies is not None and party.agency is not None and agencies.get(party.agency) is None:
                yield Problem(
                    "agency.unknown",
                    source.where((*place, key), party.agency),
                    f"{party.agency} is not an agency of the registry",
                    "name one by its id, or a role as role:court" + nearest(party.agency, agencies.by_id),
                )


def _kinds(
    names: tuple[str, ...], source: Source, place: tuple[str | int, ...], catalogue: Catalogue
) -> Iterator[Problem]:
    for name in names:
        if name not in catalogue.names():
            yield Problem(
                "kind.unknown",
                source.where(place, name),
                f"there is no message kind {name}",
                f"the kinds are {', '.join(catalogue.names())}",
            )


def _example(
    protocol: SharingProtocol, place: tuple[str, int], source: Source, agencies: Agencies | None, catalogue: Catalogue
) -> Iterator[Problem]:
    """Compares the protocol with its own example, for the agency or the whole role that the example names."""
    example = protocol.examples[place[1]]
    clauses = tuple(
        clause
        for clause in protocol.clauses
        if example.kind in clause.kinds
        and _within(example.sender, clause.senders, agencies)
        and _within(example.recipient, clause.recipients, agencies)
    )
    kinds = [kind for (name, _), kind in sorted(catalogue.kinds.items()) if name == example.kind]
    says = [verdict for kind in kinds for verdict in verdicts(clauses, kind.payload)]
    for key, selectors, expected in (
        ("passes", example.passes, Action.PASSED),
        ("masks", example.masks, Action.MASKED),
        ("pseudonymises", example.pseudonymises, Action.PSEUDONYMISED),
        ("withholds", example.withholds, Action.WITHHELD),
    ):
        for selector in selectors:
            picked = [verdict.action for verdict in says if selector.picks(verdict)]
            if not picked and expected is Action.WITHHELD and selector.path is None:
                continue  # The example speaks of a category that the kind does not have yet.
            if says and set(picked) != {expected}:
                yield Problem(
                    "example.broken",
                    source.where((*place, key), str(selector)),
                    f"the clauses do not do what this example says of {selector}",
                    "correct the clauses or the example",
                )


def _within(party: Party, parties: Sequence[Party], agencies: Agencies | None) -> bool:
    agency = agencies.get(party.agency) if agencies is not None and party.agency is not None else None
    return party in parties or (agency is not None and any(other.includes(agency) for other in parties))
