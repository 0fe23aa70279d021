"""Links by identifier: a shared valid number decides, unless other facts about the two contradict it. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from hub.identity.linkage.normalise import Comparable, comparable
from hub.identity.linkage.records import Link, LinkCertainty, LinkEvidence, PersonRecord
from schemas.fields import ASN

# Each arrest has its own number, so one person has many. Two different numbers prove nothing.
_MANY_A_PERSON = frozenset({ASN.name})
# The share of letters in common. Identifiers decide, so only names with hardly a letter in common contradict them.
_ALIKE = 0.7
_DIGITS_WRONG_MAX = 2


@dataclass(frozen=True, slots=True)
class ByIdentifier:
    """Certain links, and doubtful ones. Linkage may make no certain link for the records of the doubtful ones
    either."""

    certain: tuple[Link, ...]
    doubtful: tuple[Link, ...]
    settled_right: frozenset[str]  # records of people who are already linked


def link_by_identifier(left: Sequence[PersonRecord], right: Sequence[PersonRecord]) -> ByIdentifier:
    """Each left record gets at most one right record. Several may get the same one, because a number names one
    person."""
    holders: dict[tuple[str, str], list[PersonRecord]] = defaultdict(list)
    for record in right:
        for identifier in record.identifiers:
            holders[identifier].append(record)
    certain: list[Link] = []
    doubtful: list[Link] = []
    settled: set[str] = set()
    for record in left:
        found = {other.id: other for identifier in sorted(record.identifiers) for other in holders.get(identifier, ())}
        candidates = sorted(found.values(), key=lambda other: -len(record.identifiers & other.identifiers))
        if not candidates:
            continue
        doubts = [(other, _doubt(record, other, candidates[0])) for other in candidates]
        if any(doubt for _, doubt in doubts):
            doubtful += [_link(record, other, doubt or _RIVAL) for other, doubt in doubts]
        else:
            certain.append(_link(record, candidates[0], None))
            settled.update(found)
    return ByIdentifier(tuple(certain), tuple(doubtful), frozenset(settled))


_RIVAL = "another record has the same identifier, and the two cannot be one person"


def identifiers_differ(one: PersonRecord, other: PersonRecord) -> bool:
    """True if both have valid numbers of a scheme that gives a person only one number, and share none of them."""
    return any(
        not _of(one, scheme) & _of(other, scheme)
        for scheme in _schemes(one) & _schemes(other)
        if scheme not in _MANY_A_PERSON
    )


def _doubt(record: PersonRecord, other: PersonRecord, best: PersonRecord) -> str | None:
    if identifiers_differ(record, other):
        return "one identifier is the same, but another of the same kind differs"
    if _wholly_different(comparable(record), comparable(other)):
        return "an identifier is the same, but neither the names nor the dates of birth are alike"
    if other.id != best.id and (identifiers_differ(other, best) or not other.identifiers & best.identifiers):
        return _RIVAL
    return None


def _link(record: PersonRecord, other: PersonRecord, doubt: str | None) -> Link:
    schemes = sorted(scheme for scheme, _ in record.identifiers & other.identifiers)
    return Link(
        left=record.id,
        right=other.id,
        certainty=LinkCertainty.DOUBTFUL if doubt else LinkCertainty.CERTAIN,
        match_weight=None,
        by=f"identifier {schemes[0]}",
        evidence=tuple(LinkEvidence(scheme, "the same", None) for scheme in schemes),
        why=doubt or "a valid identifier is the same and nothing contradicts it",
    )


def _schemes(record: PersonRecord) -> set[str]:
    return {scheme for scheme, _ in record.identifiers}


def _of(record: PersonRecord, scheme: str) -> set[str]:
    return {value for name, value in record.identifiers if name == scheme}


def _wholly_different(one: Comparable, other: Comparable) -> bool:
    """Both names are known and differ, in either order, and both dates of birth are known and far apart."""
    mine, theirs = (tuple(name for name in (c.given, c.surname) if name) for c in (one, other))
    if len(mine) < 2 or len(theirs) < 2 or one.born is None or other.born is None:
        return False
    return not any(_similar(name, their) for name in mine for their in theirs) and _dates_differ(one.born, other.born)


def _similar(name: str, other: str) -> bool:
    return SequenceMatcher(None, name, other, autojunk=False).ratio() >= _ALIKE


def _dates_differ(one: str, other: str) -> bool:
    if one[:4] + one[6:] + one[4:6] == other:  # Day and month were swapped.
        return False
    return sum(a != b for a, b in zip(one, other, strict=False)) > _DIGITS_WRONG_MAX
