"""Linkage among as many people as there are, with names as common as names are.

A small population in every run; the size of a country, six draws of each, in `make test-long`.
"""

from statistics import fmean
from time import process_time

import pytest

from hub.identity.linkage import LinkCertainty, link
from hub.identity.linkage.evaluate import measure
from tests.effort import LONG
from tests.populations.bayes import limit
from tests.populations.names import CONCENTRATED, ENGLAND_AND_WALES
from tests.populations.scene import Scene, draw

pytest.importorskip("names", reason="the package with the lists of names is not installed")

_FALSE_SHARE = 5e-5  # as the certain links are chosen
_SEEN_MAX = 0.03


def _links(scene: Scene) -> tuple[float, float, float, int, float]:
    """Recall of the certain links and with the doubtful ones, the share before a person, how many were wrong, and how
    many were expected to be."""
    truth = scene.pairs()
    links = link(scene.left(), scene.right())
    quality = measure(links, truth, len(scene.police), len(scene.people))
    true = set(truth)
    wrong = sum(x.certainty is LinkCertainty.CERTAIN and (x.left, x.right) not in true for x in links)
    return quality.recall, quality.recall_with_doubtful, quality.doubtful_share, wrong, quality.expected_false


@pytest.mark.parametrize("commonest", [ENGLAND_AND_WALES, CONCENTRATED])
def test_in_a_town_no_certain_link_is_wrong_and_most_are_found(commonest: float) -> None:
    scene = draw(1, 8_000, 600, 150, commonest=commonest)
    recall, with_doubtful, before_a_person, wrong, expected = _links(scene)
    assert wrong == 0
    assert expected < 0.1
    assert recall >= 0.8
    assert with_doubtful >= 0.97
    assert before_a_person <= 0.08


def test_what_bayes_rule_allows_is_never_less_than_what_can_be_told_of_anybody() -> None:
    scene = draw(2, 3_000, 200, 50, commonest=ENGLAND_AND_WALES)
    best = limit(scene, wrong=_FALSE_SHARE, shown=_SEEN_MAX)
    assert 0.8 <= best.certain <= best.found <= 1.0


@pytest.mark.long
@pytest.mark.skipif(not LONG, reason="takes half an hour: make test-long")
@pytest.mark.parametrize(("commonest", "least"), [(ENGLAND_AND_WALES, 0.90), (CONCENTRATED, 0.80)])
def test_in_a_country_hardly_a_certain_link_is_wrong_and_as_many_are_found_as_can_be(
    commonest: float, least: float
) -> None:
    certain_wrong, found, found_with_doubtful, possible = 0, [], [], []
    for seed in range(1, 7):
        scene = draw(seed, 250_000, 20_000, 2_000, commonest=commonest)
        began = process_time()
        recall, with_doubtful, before_a_person, wrong, _ = _links(scene)
        assert process_time() - began <= 2 * 60, "a minute on two cores"
        certain_wrong += wrong
        found.append(recall)
        found_with_doubtful.append(with_doubtful)
        possible.append(limit(scene, wrong=_FALSE_SHARE, shown=_SEEN_MAX).certain)
        assert before_a_person <= _SEEN_MAX
        assert recall >= possible[-1] - 0.02
    assert certain_wrong == 0
    assert fmean(found) >= least
    assert fmean(found_with_doubtful) >= 0.998
