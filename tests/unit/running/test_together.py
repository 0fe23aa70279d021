"""Calls that arrive together are one piece of work; a call that is alone waits for nobody."""

import asyncio
import threading
import time
from collections.abc import Sequence

import pytest

from hub.together import Together

SOON = 10


def test_a_call_that_is_alone_is_done_at_once_and_alone() -> None:
    batches: list[list[int]] = []
    together = Together(lambda calls: batches.append(list(calls)) or [call * 2 for call in calls], 8, "t")
    assert together.submit(4).result(SOON) == 8
    assert together.submit(5).result(SOON) == 10
    assert batches == [[4], [5]]


def test_what_arrives_while_others_are_done_is_done_together_next_in_its_order_and_never_more_than_at_once() -> None:
    began, go = threading.Event(), threading.Event()
    batches: list[list[int]] = []

    def work(calls: Sequence[int]) -> list[int | Exception]:
        batches.append(list(calls))
        began.set()
        assert go.wait(SOON)
        return list(calls)

    together = Together(work, 3, "t")
    first = together.submit(0)
    assert began.wait(SOON)
    others = [together.submit(number) for number in range(1, 6)]
    go.set()
    assert [each.result(SOON) for each in (first, *others)] == [0, 1, 2, 3, 4, 5]
    assert batches == [[0], [1, 2, 3], [4, 5]]


def test_what_one_call_is_told_is_told_to_nobody_else_and_what_fails_as_a_whole_is_told_to_all() -> None:
    go = threading.Event()

    def work(calls: Sequence[int]) -> list[int | Exception]:
        assert go.wait(SOON)
        if 13 in calls:
            raise OSError("all of them")
        return [ValueError("odd") if call % 2 else call for call in calls]

    together = Together(work, 64, "t")
    first, *others = [together.submit(number) for number in (0, 1, 2, 3)]
    go.set()
    assert [first.result(SOON), others[1].result(SOON)] == [0, 2]
    for odd in (others[0], others[2]):
        with pytest.raises(ValueError, match="odd"):
            odd.result(SOON)
    with pytest.raises(OSError, match="all of them"):
        together.submit(13).result(SOON)
    assert together.submit(6).result(SOON) == 6


def test_a_call_that_nobody_waits_for_any_more_is_not_done() -> None:
    began, go = threading.Event(), threading.Event()
    done: list[int] = []

    def work(calls: Sequence[int]) -> list[int | Exception]:
        began.set()
        assert go.wait(SOON)
        done.extend(calls)
        return list(calls)

    together = Together(work, 64, "t")
    first = together.submit(0)
    assert began.wait(SOON)
    given_up, last = together.submit(1), together.submit(2)
    assert given_up.cancel()
    go.set()
    assert (first.result(SOON), last.result(SOON)) == (0, 2)
    assert done == [0, 2]


def test_many_threads_lose_no_call() -> None:
    together = Together(lambda calls: [call + 1 for call in calls], 7, "t")
    found: list[int] = []

    def many(first: int) -> None:
        for number in range(first, first + 200):
            found.append(together.submit(number).result(SOON))
            time.sleep(0)

    threads = [threading.Thread(target=many, args=(1_000 * each,)) for each in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(found) == sorted(1_000 * each + number + 1 for each in range(6) for number in range(200))


def test_an_event_loop_is_woken_once_for_all_that_is_done_together_and_who_waits_no_longer_is_told_nothing() -> None:
    go, woken = threading.Event(), []

    def work(calls: Sequence[int]) -> list[int | Exception]:
        assert go.wait(SOON)
        return [ValueError("odd") if call % 2 else call for call in calls]

    together = Together(work, 64, "t")

    async def ask() -> list[object]:
        loop = asyncio.get_running_loop()
        usual = loop.call_soon_threadsafe
        loop.call_soon_threadsafe = lambda *given: woken.append(given) or usual(*given)
        first = together.ask(0)
        others = [together.ask(number) for number in range(1, 5)]
        others[1].cancel()
        go.set()
        return await asyncio.gather(first, *others, return_exceptions=True)

    first, *others = asyncio.run(ask())
    assert first == 0
    assert [type(each) for each in others] == [ValueError, asyncio.CancelledError, ValueError, int]
    assert len(woken) == 2, "once for the first, and once for all that came meanwhile"
