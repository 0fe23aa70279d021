"""Finds the parts of a message that are about the subject. Parts that are or may be about others are held back. Pure.

In doubt a value is held back and counted, with a reason. A person who knows the case can still add it.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from pydantic import BaseModel

from schemas.category import Category
from schemas.json import Json, JsonMapping, JsonObject
from schemas.kind import Payload
from schemas.parts.person import Defendant
from schemas.shape import Leaf, leaves_of

_At = tuple[str | int, ...]

OTHER_PERSON = "about another person of the same message"
_REASONS: Mapping[Category, str] = {
    Category.VICTIM: "about a victim or a witness",
    Category.STAFF: "names an official",
    Category.NARRATIVE: "free text, which may name others: a person must read it first",
    Category.RISK: "names who is at risk, or who causes the risk: a person must read it first",
    Category.DOCUMENT: "a document, which may name others: a person must read it first",
}
_OUTSIDE = "is outside the person's own entry, and may be about somebody else"
_OF_A_PERSON = frozenset({Category.IDENTITY, Category.CONTACT, Category.DIVERSITY})
_GONE = object()


@dataclass(frozen=True, slots=True)
class OwnPart:
    """`payload` is plain JSON with only the subject's own values. `held_back` counts values by reason."""

    payload: JsonObject
    held_back: Mapping[str, int]


def own_part(payload: Payload, plain: JsonMapping, is_subject: Callable[[Defendant], bool]) -> OwnPart | None:
    """`plain` is the same payload as it is kept. None if nobody in it is the subject."""
    people = tuple(_people(payload, ()))
    own = tuple(at for at, person in people if is_subject(person))
    if not own:
        return None
    others = tuple(at for at, person in people if not is_subject(person))
    cut = _Cut(own, others, {leaf.path: leaf for leaf in leaves_of(type(payload))}, Counter())
    kept = cut.value(dict(plain), ())
    return OwnPart(kept if isinstance(kept, dict) else {}, cut.held_back)


def _people(value: Json, at: _At) -> Iterator[tuple[_At, Defendant]]:
    if isinstance(value, Defendant):
        yield at, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _people(getattr(value, name), (*at, name))
    elif isinstance(value, tuple | list):
        for index, item in enumerate(value):
            yield from _people(item, (*at, index))


@dataclass(frozen=True, slots=True)
class _Cut:
    """One walk over the plain payload. `own` and `others` are the places of people in it."""

    own: tuple[_At, ...]
    others: tuple[_At, ...]
    leaves: Mapping[str, Leaf]
    held_back: Counter[str]

    def value(self, value: Json, at: _At) -> Json:
        if self._anothers(at):
            self.held_back[OTHER_PERSON] += _count(value)
            return _GONE
        if isinstance(value, dict):
            return _left({name: self.value(part, (*at, name)) for name, part in value.items()})
        if isinstance(value, list):
            kept = [self.value(part, (*at, index)) for index, part in enumerate(value)]
            return [part for part in kept if part is not _GONE] or _GONE
        reason = self._reason(at, value)
        if reason is not None:
            self.held_back[reason] += 1
            return _GONE
        return value

    def _anothers(self, at: _At) -> bool:
        """Whether it is another person's entry, or an item of a list that neither contains the subject's entry nor is
        part of it."""
        if any(_within(one, at) for one in self.own):
            return False
        if any(_within(at, other) for other in self.others):
            return True
        if not self.others or not at or not isinstance(at[-1], int):
            return False
        if any(_within(other, at) for other in self.others):
            return True
        entries = (_entry_of(one) for one in self.own)
        return not any(_within(at, entry) for entry in entries)

    def _reason(self, at: _At, value: Json) -> str | None:
        leaf = self.leaves.get(_path(at))
        if leaf is None:
            return _OUTSIDE
        inside = any(_within(at, one) for one in self.own)
        # Outside the subject's entry, a name or an address may be another person's.
        if leaf.category in _OF_A_PERSON and not inside and isinstance(value, str) and leaf.rule is None:
            return _OUTSIDE
        if leaf.category is Category.CONTACT and not inside:
            return _OUTSIDE
        return _REASONS.get(leaf.category)


def _within(at: _At, outer: _At) -> bool:
    return at[: len(outer)] == outer


def _entry_of(person: _At) -> _At:
    """The innermost list item that contains the person's entry. If there is none, the whole message."""
    last = max((index for index, step in enumerate(person) if isinstance(step, int)), default=-1)
    return person[: last + 1]


def _left(kept: JsonObject) -> Json:
    left = {name: part for name, part in kept.items() if part is not _GONE}
    return left or _GONE


def _count(value: Json) -> int:
    if isinstance(value, dict):
        return sum(_count(part) for part in value.values())
    if isinstance(value, list):
        return sum(_count(part) for part in value)
    return 1


def _path(at: _At) -> str:
    """The shape path of a place: `sessions[].cases[].number`."""
    written = ""
    for step in at:
        written += "[]" if isinstance(step, int) else f".{step}" if written else step
    return written


def values_of(value: Json, at: str = "") -> Iterator[tuple[str, Json]]:
    """(place, value) of every value, with positions counted from 1: `sessions 1, cases 2, number`."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from values_of(part, f"{at}, {name}" if at else name)
    elif isinstance(value, list):
        for position, part in enumerate(value, start=1):
            yield from values_of(part, f"{at} {position}")
    else:
        yield at, value
