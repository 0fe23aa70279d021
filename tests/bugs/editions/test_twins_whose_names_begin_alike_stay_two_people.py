"""Two letters of the forenames told twins apart, so David's result in a second document replaced Daniel's."""

from typing import Any

import pytest

from tests.bugs.editions.documents import changed, clocks, first_defendant, send_tree
from tests.conftest import Bench


def _named(forename: str) -> Any:
    def change(tree: Any) -> None:
        tree["sharedTime"] = "2026-03-10T17:00:00.000Z"
        first_defendant(tree).pop("pncId", None)
        first_defendant(tree)["personDefendant"]["personDetails"]["firstName"] = forename

    return change


@pytest.mark.parametrize(("one", "other"), [("Daniel", "David"), ("Tim", "Jim"), ("Mary", "Maud")])
def test_the_result_of_one_twin_replaces_nothing_of_the_other(bench: Bench, one: str, other: str) -> None:
    send_tree(bench, changed("morning.json", _named(one)))
    (second,) = send_tree(bench, changed("morning.json", _named(other)))
    story = bench.hub.stories.show(second)
    assert story["supersedes"] is None
    assert "edition.unclear" in [doubt["code"] for doubt in story["doubts"]], "it may be one person after all"
    assert clocks(bench) == ["running", "running"]


@pytest.mark.parametrize(("one", "other"), [("Daniel", "Dan"), ("Masie", "Maisie"), ("Robert", "Bob")])
def test_one_person_whose_forename_is_written_otherwise_stays_one(bench: Bench, one: str, other: str) -> None:
    (first,) = send_tree(bench, changed("morning.json", _named(one)))
    (second,) = send_tree(bench, changed("morning.json", _named(other)))
    assert bench.hub.stories.show(second)["supersedes"] == first
    assert clocks(bench) == ["running"]
