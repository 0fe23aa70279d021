"""The entry to linkage: identifiers first, then Splink for everybody whom no identifier decided."""

from collections.abc import Sequence
from math import log2

from hub.identity.linkage.assign import Decided, Scored, assign, may_be_kin, names_nobody
from hub.identity.linkage.homes import Relations, relations_at_home
from hub.identity.linkage.identifiers import identifiers_differ, link_by_identifier
from hub.identity.linkage.model import COMPARISONS
from hub.identity.linkage.normalise import comparable
from hub.identity.linkage.posterior import Likely, Sides, likely
from hub.identity.linkage.records import Link, LinkageFailure, LinkEvidence, PersonRecord, Population
from hub.identity.linkage.shares import Shares
from hub.identity.linkage.weigh import UNKNOWN, agreement, weigh

_PEOPLE_MIN = 1000
_RELATIONS_UNLESS_KNOWN = Relations(twins=0.0005, namesakes=0.003)


def link(
    left: Sequence[PersonRecord], right: Sequence[PersonRecord], *, chosen_from: Population | None = None
) -> tuple[Link, ...]:
    """Which records of the two sides are one person, in the order of `left`, the better link first.

    Linkage gives a record at most one certain counterpart; a doubtful link waits for a person. `chosen_from`: the
    people from whom the right side was chosen, if only likely candidates are given. Raises LinkageFailure if an id
    occurs twice in one side.
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
        for found in _link_by_likeness(rest_left, rest_right, known.doubtful, chosen_from)
        if (found.left, found.right) not in pointed_at
    ]
    place = {record.id: number for number, record in enumerate(left)}
    return tuple(sorted((*known.certain, *known.doubtful, *likely), key=lambda found: place[found.left]))


def _link_by_likeness(
    left: Sequence[PersonRecord],
    right: Sequence[PersonRecord],
    disputed: Sequence[Link],
    chosen_from: Population | None,
) -> list[Link]:
    if not left or not right:
        return []
    # Splink and DuckDB take half a second to load, so only linking loads them.
    from hub.identity.linkage.score import pairs_worth_weighing

    sides = [comparable(record) for record in left], [comparable(record) for record in right]
    relations = None if chosen_from is not None else relations_at_home(sides)
    disputed_ids = {found.left for found in disputed}, {found.right for found in disputed}

    def objection(pair: Scored) -> str | None:
        one, other = left[pair.left], right[pair.right]
        if identifiers_differ(one, other):
            return "both have a valid identifier of the same kind, and the two differ"
        if one.id in disputed_ids[0] or other.id in disputed_ids[1]:
            return "an identifier points to another record"
        return names_nobody(pair) or (may_be_kin(pair) if relations is None else None)

    people = max(len(left), len(right), chosen_from.people if chosen_from else 0, _PEOPLE_MIN)
    shares = Shares(*sides, chosen_from)
    pairs = pairs_worth_weighing(*sides, prior=0.5 / people, shares=shares.by_column())
    pairs = sorted(pairs, key=lambda pair: (left[pair.left].id, right[pair.right].id))  # whatever their order was
    weighed = [weigh(pair, sides[0][pair.left], sides[1][pair.right], shares) for pair in pairs]
    found = likely(weighed, Sides(len(left), len(right), people, relations or _RELATIONS_UNLESS_KNOWN))
    return [_as_link(decided, left, right) for decided in assign(map(_scored, found), objection)]


def _scored(found: Likely) -> Scored:
    pair = found.weighed.pair
    evidence = tuple(
        LinkEvidence(comparison.name, "not known" if level == UNKNOWN else comparison.levels[level].words, log2(ratio))
        for comparison, level, ratio in zip(COMPARISONS, pair.levels, found.ratios, strict=True)
    )
    return Scored(pair.left, pair.right, found.error, evidence, agreement(pair))


def _as_link(decided: Decided, left: Sequence[PersonRecord], right: Sequence[PersonRecord]) -> Link:
    pair = decided.pair
    return Link(
        left=left[pair.left].id,
        right=right[pair.right].id,
        certainty=decided.certainty,
        match_weight=log2((1 - pair.error) / pair.error),
        by="linkage",
        evidence=(*pair.evidence, LinkEvidence("chance of error", _in_words(pair.error), None)),
        why=decided.why,
        error=pair.error,
    )


def _in_words(error: float) -> str:
    return f"1 in {round(1 / error):,}" if error <= 0.1 else f"{round(100 * error)} in 100"


def _ids_once(side: Sequence[PersonRecord]) -> None:
    if len({record.id for record in side}) < len(side):
        raise LinkageFailure(
            "linkage.id_repeated", "two records of one side have the same id", "give every record an id of its own"
        )
