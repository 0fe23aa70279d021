"""Checks the conditions of a protocol against its kinds and parties. Each must be able to take something away. Pure."""

from collections.abc import Iterator
from functools import partial

from hub.sharing.checking.selector_rules import picks_something
from hub.sharing.terms.agencies import Agencies
from hub.sharing.terms.grants import Action, possible
from hub.sharing.terms.protocols import Condition, Consequence, SharingProtocol, When
from hub.sharing.terms.records import records_of
from hub.sharing.terms.source import Source
from schemas.catalogue import Catalogue
from schemas.kind import MessageKind
from schemas.problem import Problem
from schemas.shape import leaves_of


def check_conditions(
    protocol: SharingProtocol, source: Source, agencies: Agencies | None, catalogue: Catalogue
) -> Iterator[Problem]:
    seen: set[str] = set()
    for index, condition in enumerate(protocol.conditions):
        place = ("condition", index)
        if condition.id in seen:
            where = source.where((*place, "id"), condition.id)
            yield Problem(
                "condition.duplicate", where, f"an earlier condition has the id {condition.id}", "give it its own id"
            )
        seen.add(condition.id)
        yield from _meaning(condition, source, place)
        yield from _covered(condition, protocol, source, place, agencies)
        kinds = _kinds_of(condition, protocol, catalogue)
        for kind in kinds:
            if not records_of(kind.payload):
                says = f"{kind.name} is about no person, so the condition never holds"
                yield Problem("condition.nobody", source.where(place), says, "name the kinds that are meant")
        yield from _fields(condition, kinds, source, place)


def _meaning(condition: Condition, source: Source, place: tuple[str, int]) -> Iterator[Problem]:
    refuses = condition.action is Consequence.REFUSE
    if refuses and condition.fields:
        where = source.where((*place, "fields"))
        yield Problem("condition.fields_unused", where, "a record that is refused has no fields", "remove them")
    if not refuses and not condition.fields:
        says = f"it does not say what to {condition.action}"
        yield Problem("condition.fields_missing", source.where(place), says, "list the fields")
    if condition.when is not When.UNDER_18 and condition.unknown != "applies":
        where = source.where((*place, "unknown"))
        yield Problem("condition.unknown_unused", where, "only an age can be unknown", "remove it")


def _covered(
    condition: Condition, protocol: SharingProtocol, source: Source, place: tuple[str, int], agencies: Agencies | None
) -> Iterator[Problem]:
    known = agencies or Agencies.of(())
    for key, parties in (("senders", condition.senders), ("recipients", condition.recipients)):
        for party in parties:
            theirs = (other for clause in protocol.clauses for other in getattr(clause, key))
            if not any(party.meets(other, known) for other in theirs):
                says = f"no clause of this protocol has {party} among its {key}"
                yield Problem(
                    "condition.not_covered", source.where((*place, key), str(party)), says, "correct it or remove it"
                )
    for name in condition.kinds:
        if not any(name in clause.kinds for clause in protocol.clauses):
            says = f"no clause of this protocol is about {name}"
            where = source.where((*place, "kinds"), name)
            yield Problem("condition.not_covered", where, says, "correct it or remove it")


def _fields(
    condition: Condition, kinds: tuple[MessageKind, ...], source: Source, place: tuple[str, int]
) -> Iterator[Problem]:
    leaves = tuple(leaf for kind in kinds for leaf in leaves_of(kind.payload))
    for selector in condition.fields if leaves else ():
        where = partial(source.where, (*place, "fields"), str(selector))
        yield from picks_something(selector, leaves, where, ", ".join(kind.name for kind in kinds))
        unfit = next((leaf for leaf in leaves if selector.picks(leaf) and not possible(leaf, Action.MASKED)), None)
        if condition.action is Consequence.MASK and unfit is not None:
            says = f"{unfit.path} cannot be masked: its type has no shorter form"
            yield Problem("mask.impossible", where(), says, "withhold it, or name the fields that are meant")


def _kinds_of(condition: Condition, protocol: SharingProtocol, catalogue: Catalogue) -> tuple[MessageKind, ...]:
    covered = {name for clause in protocol.clauses for name in clause.kinds}
    names = covered & set(condition.kinds) if condition.kinds else covered
    return tuple(kind for (name, _), kind in sorted(catalogue.kinds.items()) if name in names)
