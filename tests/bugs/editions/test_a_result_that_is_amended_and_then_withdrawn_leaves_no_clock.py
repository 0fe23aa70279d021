"""The second edition of a result started its clock again, so the clock stayed with the first edition. When the third
edition withdrew the sentence, the exchange looked only at the clocks of the second, and the clock ran on."""

from typing import Any

from tests.bugs.editions.documents import changed, clocks, first_result, send, send_tree
from tests.conftest import Bench


def _amended(tree: Any) -> None:
    tree["sharedTime"] = "2026-03-10T16:00:00.000Z"
    first_result(tree)["amendmentReason"] = "the court corrected its words"


def _withdrawn(tree: Any) -> None:
    tree["sharedTime"] = "2026-03-10T17:00:00.000Z"
    first_result(tree)["isDeleted"] = True


def test_the_clock_is_void_once_the_sentence_is_withdrawn(bench: Bench) -> None:
    send(bench, "morning.json")
    send_tree(bench, changed("morning.json", _amended))
    assert clocks(bench) == ["running"]
    send_tree(bench, changed("morning.json", _withdrawn))
    assert clocks(bench) == ["void"]
