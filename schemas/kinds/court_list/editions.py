"""Finds what a later edition of a court list changed, defendant by defendant."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Protocol

from schemas.kinds.court_list.parts import Change, Incomplete, ListChange, Session
from schemas.parts.offence import Court
from schemas.parts.person import Defendant, Identity
from schemas.spelling import one_spelling

# The court's own row numbers. They change when a case is inserted above, and mean nothing to a reader.
_ROW_NUMBERS = {"id", "block_id", "sequence"}

_NAME_MAX = 250
_ALIKE_MAX = 20
"""At most this many entries of one person in one case are compared with one another, so that no list takes hours."""


class Edition(Protocol):
    """What the comparison needs of a list."""

    @property
    def court(self) -> Court: ...
    @property
    def sessions(self) -> tuple[Session, ...]: ...
    @property
    def incomplete(self) -> Incomplete | None: ...
    @property
    def changes(self) -> tuple[ListChange, ...]: ...


@dataclass(frozen=True, slots=True)
class _Entry:
    """A defendant's entry in a list. `fields` holds the values whose change matters to a reader."""

    number: str
    defendant: Defendant
    identity: Identity
    fields: Mapping[str, object]

    def change(self, change: Change, parts: tuple[str, ...] = ()) -> ListChange:
        return ListChange(number=self.number, defendant=_shown(self.defendant), change=change, parts=parts)


def changes_between(former: Edition, later: Edition) -> tuple[ListChange, ...]:
    """Compare two editions, case by case and defendant by defendant. Returns changes in the order of the later list,
    then entries that are no longer in it.

    Entries with the same case number are about the same defendant if they share a valid identifier. Without one, they
    must share the whole name, and neither an identifier nor the date of birth may differ. Placeholders do not count: if
    nothing identifies the person, only an identical entry is the same.
    """
    before, after = _entries(former), _entries(later)
    pairs = _paired(before, after)
    changes = []
    for index, entry in enumerate(after):
        if index not in pairs:
            changes.append(entry.change("added"))
        elif parts := _changed_parts(before[pairs[index]].fields, entry.fields):
            changes.append(entry.change("changed", parts))
    kept = set(pairs.values())
    gone: Change = "missing" if later.incomplete else "removed"
    left = [entry.change(gone) for index, entry in enumerate(before) if index not in kept]
    return (*_without_the_found(changes, former), *left, *_still_missing(former, after, gone))


def _without_the_found(changes: list[ListChange], former: Edition) -> Iterator[ListChange]:
    """Drop additions that the former edition had already reported as missing: they are not new."""
    missing = Counter((change.number, change.defendant) for change in former.changes if change.change == "missing")
    for change in changes:
        if change.change == "added" and missing[change.number, change.defendant] > 0:
            missing[change.number, change.defendant] -= 1
        else:
            yield change


def _still_missing(former: Edition, after: tuple[_Entry, ...], gone: Change) -> Iterator[ListChange]:
    """Yield entries that were missing in the former edition and are not in the later one either."""
    there = Counter((entry.number, _shown(entry.defendant)) for entry in after)
    for change in former.changes:
        if change.change != "missing":
            continue
        if there[change.number, change.defendant] > 0:
            there[change.number, change.defendant] -= 1
        else:
            yield change.model_copy(update={"change": gone})


def _entries(listed: Edition) -> tuple[_Entry, ...]:
    return tuple(
        _Entry(
            case.number,
            case.defendant,
            case.defendant.identity(),
            case.model_dump(exclude={"known", *_ROW_NUMBERS})
            | {"court": listed.court.ou_code}
            | {f"session.{name}": getattr(session, name) for name in ("on", "room", "starts_at")},
        )
        for session in listed.sessions
        for case in session.cases
    )


def _paired(before: tuple[_Entry, ...], after: tuple[_Entry, ...]) -> dict[int, int]:
    """Return the position in `before` for each matched position in `after`. Nobody is matched twice, and the stronger
    evidence is used first."""
    pairs: dict[int, int] = {}
    for same, grounds in (
        (_share_both, _by_identifiers),
        (_share_an_identifier, _by_identifiers),
        (_share_the_name, _by_name),
        (_are_the_same_text, _by_text),
    ):
        taken = set(pairs.values())
        free: dict[tuple[str, ...], dict[int, None]] = {}
        for index, entry in enumerate(before):
            for ground in grounds(entry) if index not in taken else ():
                free.setdefault(ground, {})[index] = None
        for index, entry in enumerate(after):
            if index in pairs:
                continue
            likely = {one: None for ground in grounds(entry) for one in islice(free.get(ground, ()), _ALIKE_MAX)}
            candidates = [one for one in likely if same(before[one], entry)]
            match = _nearest(entry, candidates, before)
            if match is not None:
                pairs[index] = match
                for ground in grounds(before[match]):
                    del free[ground][match]
    return pairs


def _by_identifiers(entry: _Entry) -> list[tuple[str, ...]]:
    return [(entry.number, scheme, value) for scheme, value in dict.fromkeys(entry.identity.identifiers)]


def _by_name(entry: _Entry) -> list[tuple[str, ...]]:
    name = _telling_name(entry.identity)
    return [(entry.number, name)] if name else []


def _by_text(entry: _Entry) -> list[tuple[str, ...]]:
    return [(entry.number, _written(entry.defendant))]


def _nearest(entry: _Entry, candidates: list[int], before: tuple[_Entry, ...]) -> int | None:
    """Return the candidate that changed least, because one person may have several entries in a list."""
    return min(candidates, key=lambda one: len(_changed_parts(before[one].fields, entry.fields)), default=None)


def _share_both(one: _Entry, other: _Entry) -> bool:
    return _share_an_identifier(one, other) and _share_the_name(one, other)


def _share_an_identifier(one: _Entry, other: _Entry) -> bool:
    return not set(one.identity.identifiers).isdisjoint(other.identity.identifiers)


def _share_the_name(one: _Entry, other: _Entry) -> bool:
    mine, theirs = dict(one.identity.identifiers), dict(other.identity.identifiers)
    born, other_born = one.identity.date_of_birth or "", other.identity.date_of_birth or ""
    return (
        _telling_name(one.identity) == _telling_name(other.identity) != ""
        and all(mine[scheme] == theirs[scheme] for scheme in mine.keys() & theirs.keys())
        and (born.startswith(other_born) or other_born.startswith(born))
    )


def _are_the_same_text(one: _Entry, other: _Entry) -> bool:
    """For people whom nothing identifies: only an identical entry is the same."""
    return one.fields == other.fields


def _telling_name(identity: Identity) -> str:
    name = identity.name
    return one_spelling(" ".join((*name.forenames, name.surname)) if name else identity.organisation or "")


def _written(defendant: Defendant) -> str:
    name = defendant.name
    return " ".join((*name.forenames, name.surname)) if name else defendant.organisation or ""


def _shown(defendant: Defendant) -> str | None:
    return _written(defendant)[:_NAME_MAX] or None


def _changed_parts(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(name for name in after if before.get(name) != after[name])
