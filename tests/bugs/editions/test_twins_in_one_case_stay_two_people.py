"""Surname and date of birth were taken for one person, so the result of one twin replaced that of the other, and both
had one clock."""

import copy
from typing import Any

from tests.bugs.editions.documents import changed, clocks, first_defendant, first_result, send_tree
from tests.conftest import Bench


def _a_twin_beside(tree: Any) -> None:
    del first_defendant(tree)["pncId"]
    twin = copy.deepcopy(first_defendant(tree))
    twin["id"], twin["masterDefendantId"], twin["offences"][0]["id"] = "d-2", "m-d-2", "o-2"
    twin["personDefendant"]["personDetails"]["firstName"] = "Gwyn"
    tree["hearing"]["prosecutionCases"][0]["defendants"].append(twin)


def _withdrawn_for_the_first(tree: Any) -> None:
    tree["sharedTime"] = "2026-03-10T17:00:00.000Z"
    first_result(tree)["isDeleted"] = True


def _of_one_forename(tree: Any) -> None:
    for each in tree["hearing"]["prosecutionCases"][0]["defendants"]:
        each["personDefendant"]["personDetails"]["firstName"] = "Dafydd"


def test_each_twin_has_a_result_and_a_clock_and_editions_of_their_own(bench: Bench) -> None:
    first, second = send_tree(bench, changed("morning.json", _a_twin_beside))
    assert [bench.hub.stories.show(id)["supersedes"] for id in (first, second)] == [None, None]
    assert clocks(bench) == ["running", "running"]
    again, of_second = send_tree(bench, changed("morning.json", _a_twin_beside, _withdrawn_for_the_first))
    assert [bench.hub.stories.show(id)["supersedes"] for id in (again, of_second)] == [first, second]
    assert sorted(clocks(bench)) == ["running", "void"]


def test_two_defendants_of_one_event_never_replace_each_other(bench: Bench) -> None:
    _, second = send_tree(bench, changed("morning.json", _a_twin_beside, _of_one_forename))
    story = bench.hub.stories.show(second)
    assert story["supersedes"] is None
    assert "edition.unclear" in [doubt["code"] for doubt in story["doubts"]]
