"""Shows who gets which fields of which kind under each protocol, and what a change of a protocol changes for whom.
Pure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from hub.sharing.terms.grants import Action, Verdict, verdicts
from hub.sharing.terms.protocols import Clause, SharingProtocol
from hub.sharing.terms.selecting import Party
from hub.sharing.terms.told_back import UNLESS_SAID
from schemas.catalogue import Catalogue


@dataclass(frozen=True, slots=True)
class Cell:
    """What `recipient` gets of a kind that `sender` sends: how many of its fields are passed, masked and so on, and
    what conditions then take away (`under_18: withhold category:contact`)."""

    protocol: str
    version: int
    sender: str
    recipient: str
    kind: str
    fields: dict[str, int]
    conditions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to the field `before` and `after`. It is withheld if no clause lets this recipient have it."""

    sender: str
    recipient: str
    kind: str
    path: str
    before: Action
    after: Action


_Way = tuple[Party, Party, str]


def matrix(protocols: tuple[SharingProtocol, ...], catalogue: Catalogue) -> tuple[Cell, ...]:
    """One cell for each protocol, pair of parties and kind."""
    return tuple(
        Cell(protocol.id, protocol.version, str(sender), str(recipient), kind, _counted(found), conditions)
        for protocol in sorted(protocols, key=lambda each: (each.id, each.version))
        for (sender, recipient, kind), found in _ways(protocol, catalogue).items()
        for conditions in [_conditions(protocol, sender, recipient, kind)]
    )


def changes(before: SharingProtocol, after: SharingProtocol, catalogue: Catalogue) -> tuple[Change, ...]:
    """Compares field by field. It looks at the effect of the clauses, not at how they are written."""
    old, new = _ways(before, catalogue), _ways(after, catalogue)
    return tuple(
        Change(str(way[0]), str(way[1]), way[2], path, old_actions.get(path, Action.WITHHELD), action)
        for way in sorted({*old, *new}, key=str)
        for old_actions, new_actions in [(_actions(old.get(way, ())), _actions(new.get(way, ())))]
        for path in sorted({*old_actions, *new_actions})
        for action in [new_actions.get(path, Action.WITHHELD)]
        if old_actions.get(path, Action.WITHHELD) is not action
    )


def changed_conditions(
    before: SharingProtocol, after: SharingProtocol, catalogue: Catalogue
) -> tuple[tuple[str, str, str, tuple[str, ...], tuple[str, ...]], ...]:
    """(sender, recipient, kind, conditions before, conditions after) for each that differs."""
    ways = {*_ways(before, catalogue), *_ways(after, catalogue)}
    return tuple(
        (str(way[0]), str(way[1]), way[2], old, new)
        for way in sorted(ways, key=str)
        for old, new in [(_conditions(before, *way), _conditions(after, *way))]
        if old != new
    )


def _conditions(protocol: SharingProtocol, sender: Party, recipient: Party, kind: str) -> tuple[str, ...]:
    """Return the conditions, and what the sender learns, if that is more or less than the time of receipt."""
    told = {word for clause in _clauses(protocol, sender, recipient, kind) for word in clause.tells_sender}
    stated = (f"tells the sender: {', '.join(sorted(told)) or 'nothing'}",) if told != set(UNLESS_SAID) else ()
    return stated + tuple(
        str(each)
        for each in protocol.conditions
        if (not each.kinds or kind in each.kinds)
        and (not each.senders or sender in each.senders)
        and (not each.recipients or recipient in each.recipients)
    )


def _ways(protocol: SharingProtocol, catalogue: Catalogue) -> dict[_Way, tuple[Verdict, ...]]:
    return {
        (sender, recipient, kind.name): verdicts(_clauses(protocol, sender, recipient, kind.name), kind.payload)
        for sender, recipient in _pairs(protocol)
        for _, kind in sorted(catalogue.kinds.items())
        if _clauses(protocol, sender, recipient, kind.name)
    }


def _pairs(protocol: SharingProtocol) -> Iterator[tuple[Party, Party]]:
    pairs = {(sender, to) for clause in protocol.clauses for sender in clause.senders for to in clause.recipients}
    yield from sorted(pairs, key=str)


def _clauses(protocol: SharingProtocol, sender: Party, recipient: Party, kind: str) -> tuple[Clause, ...]:
    return tuple(
        clause
        for clause in protocol.clauses
        if kind in clause.kinds and sender in clause.senders and recipient in clause.recipients
    )


def _counted(found: tuple[Verdict, ...]) -> dict[str, int]:
    counts = Counter(verdict.action for verdict in found)
    return {action.value: counts[action] for action in Action}


def _actions(found: tuple[Verdict, ...]) -> dict[str, Action]:
    return {verdict.path: verdict.action for verdict in found}
