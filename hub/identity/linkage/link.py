"""The entry to linkage: identifiers first, then Splink for everybody whom no identifier decided."""

from collections.abc import Sequence

from hub.identity.linkage.assign import DOUBTFUL_FROM, MARGIN, Decided, Scored, assign, may_be_kin, names_nobody
from hub.identity.linkage.homes import homes_are_shared
from hub.identity.linkage.identifiers import identifiers_differ, link_by_identifier
from hub.identity.linkage.normalise import comparable
from hub.identity.linkage.records import Link, LinkageFailure, PersonRecord

_PEOPLE_MIN = 1000


def link(
    left: Sequence[PersonRecord], right: Sequence[PersonRecord], *, preselected_from: int | None = None
) -> tuple[Link, ...]:
    """Which records of the two sides are one person, in the order of `left`, the better link first.

    Linkage gives a record at most one certain counterpart; a doubtful link waits for a person. `preselected_from`: how
    many people the right side was chosen from, if only likely candidates are given. A choice by name cannot show how
    common the name is. Raises LinkageFailure if an id occurs twice in one side.
    """
    for side in (left, right):
        _ids_once(side)
    if not left or not right:
        return ()
    known = link_by_identifier(left, right)
    settled = {found.left for found in known.certain}
    rest_left = [record for record in left if record.id not in settled]
    rest_right = [record for record in right if record.id not in known.settled_right]
    pointed_at = {(found.left, found.right) for found in known.doubtful}
    likely = [
        found
        for found in _link_by_likeness(rest_left, rest_right, known.doubtful, preselected_from)
        if (found.left, found.right) not in pointed_at
    ]
    place = {record.id: number for number, record in enumerate(left)}
    return tuple(sorted((*known.certain, *known.doubtful, *likely), key=lambda found: place[found.left]))


def _link_by_likeness(
    left: Sequence[PersonRecord],
    right: Sequence[PersonRecord],
    disputed: Sequence[Link],
    preselected_from: int | None,
) -> list[Link]:
    if not left or not right:
        return []
    # Splink and DuckDB take half a second to load, so only linking loads them.
    from hub.identity.linkage.score import scored_pairs

    sides = [comparable(record) for record in left], [comparable(record) for record in right]
    kin = preselected_from is not None or homes_are_shared(sides)
    disputed_ids = {found.left for found in disputed}, {found.right for found in disputed}

    def objection(pair: Scored) -> str | None:
        one, other = left[pair.left], right[pair.right]
        if identifiers_differ(one, other):
            return "both have a valid identifier of the same kind, and the two differ"
        if one.id in disputed_ids[0] or other.id in disputed_ids[1]:
            return "an identifier points to another record"
        return names_nobody(pair) or (may_be_kin(pair) if kin else None)

    # The prior assumes that half of these people have a match, and that at least a thousand people were searched.
    people = max(len(left), len(right), preselected_from or 0, _PEOPLE_MIN)
    pairs = scored_pairs(*sides, prior=0.5 / people, at_least=DOUBTFUL_FROM - MARGIN)
    return [_as_link(decided, left, right) for decided in assign(pairs, objection)]


def _as_link(decided: Decided, left: Sequence[PersonRecord], right: Sequence[PersonRecord]) -> Link:
    pair = decided.pair
    return Link(
        left=left[pair.left].id,
        right=right[pair.right].id,
        certainty=decided.certainty,
        match_weight=pair.weight,
        by="linkage",
        evidence=pair.evidence,
        why=decided.why,
    )


def _ids_once(side: Sequence[PersonRecord]) -> None:
    if len({record.id for record in side}) < len(side):
        raise LinkageFailure(
            "linkage.id_repeated", "two records of one side have the same id", "give every record an id of its own"
        )
