"""Measures how good the links are, against known truth. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from hub.identity.linkage.records import Link, LinkCertainty

Pair = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Quality:
    """Shares from 0 to 1. If nothing was linked, nothing was linked wrongly; if there was nothing to find, nothing was
    missed. Both count as 1.

    `doubtful_share`: records of LEFT that have a doubtful candidate and no certain link, of all records of LEFT.
    `doubtful_share_of_right` is the same, measured on RIGHT. `expected_false`: how many of the certain links linkage
    itself expects to be wrong.
    """

    precision: float
    recall: float
    recall_with_doubtful: float
    doubtful_share: float
    doubtful_share_of_right: float
    certain: int
    doubtful: int
    expected_false: float

    def as_dict(self) -> dict[str, object]:
        return {
            "certain": {
                "precision": self.precision,
                "recall": self.recall,
                "links": self.certain,
                "expected_false": self.expected_false,
            },
            "with_doubtful": {"recall": self.recall_with_doubtful},
            "doubtful_share": self.doubtful_share,
        }


def measure(links: Sequence[Link], truth: Iterable[Pair], records_left: int, records_right: int) -> Quality:
    """`records_left` and `records_right` count all the records that were given."""
    true = frozenset(truth)
    certain = {(link.left, link.right) for link in links if link.certainty is LinkCertainty.CERTAIN}
    doubtful = {(link.left, link.right) for link in links if link.certainty is LinkCertainty.DOUBTFUL}
    return Quality(
        precision=_share(len(certain & true), len(certain), 1.0),
        recall=_share(len(certain & true), len(true), 1.0),
        recall_with_doubtful=_share(len((certain | doubtful) & true), len(true), 1.0),
        doubtful_share=_share(len({a for a, _ in doubtful} - {a for a, _ in certain}), records_left, 0.0),
        doubtful_share_of_right=_share(len({b for _, b in doubtful} - {b for _, b in certain}), records_right, 0.0),
        certain=len(certain),
        doubtful=len(doubtful),
        expected_false=sum(link.error or 0.0 for link in links if link.certainty is LinkCertainty.CERTAIN),
    )


def _share(part: int, whole: int, of_nothing: float) -> float:
    return part / whole if whole else of_nothing
