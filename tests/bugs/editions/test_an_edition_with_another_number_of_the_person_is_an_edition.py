"""A later edition gave a PNC id that the first one lacked, or another number first. It was taken for another person's
result, so the first edition stayed valid, and its sentence with it."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.bugs.editions.documents import changed, clocks, first_defendant, first_result, send_tree
from tests.conftest import Bench


def _without_a_number(tree: Any) -> None:
    del first_defendant(tree)["pncId"]


def _with_an_arrest_number_only(tree: Any) -> None:
    _without_a_number(tree)
    first_defendant(tree)["personDefendant"]["arrestSummonsNumber"] = "1101ZD0100000448754K"


def _withdrawn(tree: Any) -> None:
    tree["sharedTime"] = "2026-03-10T17:00:00.000Z"
    first_result(tree)["isDeleted"] = True


def _as_it_is(tree: Any) -> None:
    """The PNC id only."""


def _of_a_company(tree: Any) -> None:
    defendant = first_defendant(tree)
    del defendant["personDefendant"], defendant["pncId"]
    defendant["legalEntityDefendant"] = {"organisation": {"name": "Pennyfarrow Cheeses Ltd"}}


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (_without_a_number, _as_it_is),
        (_as_it_is, _without_a_number),
        (_with_an_arrest_number_only, _as_it_is),
        (_as_it_is, _with_an_arrest_number_only),
        (_of_a_company, _of_a_company),
    ],
)
def test_the_later_edition_replaces_the_first(
    bench: Bench, first: Callable[[Any], None], later: Callable[[Any], None]
) -> None:
    (before,) = send_tree(bench, changed("morning.json", first))
    (after,) = send_tree(bench, changed("morning.json", later, _withdrawn))
    assert bench.hub.stories.show(after)["supersedes"] == before
    assert set(clocks(bench)) <= {"void"}


def test_an_older_edition_with_another_number_is_overtaken(bench: Bench) -> None:
    (newer,) = send_tree(bench, changed("morning.json", _withdrawn))
    (older,) = send_tree(bench, changed("morning.json", _without_a_number))
    assert bench.hub.stories.show(older)["overtaken_by"] == newer
    assert clocks(bench) == []


def _without_a_hearing_or_a_time(tree: Any) -> None:
    tree["hearing"]["id"] = None
    del first_result(tree)["orderedHearingId"]
    tree["hearing"]["hearingDays"][0]["sittingDay"] = "2026-03-10"


def test_what_may_be_an_edition_is_a_doubt_that_a_person_sees(bench: Bench) -> None:
    send_tree(bench, changed("morning.json", _without_a_hearing_or_a_time))
    (second,) = send_tree(bench, changed("morning.json", _without_a_hearing_or_a_time, _withdrawn))
    story = bench.hub.stories.show(second)
    assert story["supersedes"] is None
    assert "edition.unclear" in [doubt["code"] for doubt in story["doubts"]]
