"""A slow partner keeps no worker from the others, and a worker that stops waits for nobody for long."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

from sqlalchemy import select

from hub.exchange.stopping import Stopping
from hub.store.messages.claims import Claimed
from hub.store.messages.tables import delivery
from hub.telemetry.logs import configure_logs
from tests.conftest import Bench
from workers.threads import Over, WorkThreads

PRISON, AREA = "prison-durham", "probation-northumbria"


def test_a_recipient_that_answers_at_once_does_not_wait_for_slow_ones(bench: Bench) -> None:
    bench.send(bench.story()["sentence"])
    claims = sorted(bench.hub.outbox.claim(), key=lambda each: each.recipient == PRISON)
    slow = [each.recipient for each in claims[:-1]]
    assert claims[-1].recipient == PRISON
    assert len(slow) == 2
    with _slow(bench, slow):
        stopping = Stopping()
        threads = WorkThreads(3, stopping, configure_logs("test"))
        for claimed in claims:
            threads.begin(_delivering(bench, claimed, stopping))
        _wait(lambda: bench.agencies.received(PRISON) != [])
        assert not threads.idle(), "the slow ones are still being sent to"
        _wait(threads.idle)
    assert {each.recipient for each in claims} == {PRISON, *slow}


def test_a_slow_recipient_makes_room_when_others_wait(bench: Bench) -> None:
    for _ in range(2):
        bench.send(bench.story()["request"])
    [claimed] = [each for each in bench.hub.outbox.claim() if each.recipient == AREA]
    assert len(claimed.ids) == 2
    stopping = Stopping()
    with _slow(bench, [claimed.recipient]):
        bench.hub.delivery.deliver(claimed.ids, claimed.token, stopping, over=lambda: True)
    assert "worker.turn" in _whys(bench)
    bench.drain()
    assert len(bench.agencies.received(AREA)) == 2


def test_what_may_have_killed_its_workers_runs_with_nothing_beside_it() -> None:
    threads, running, seen = WorkThreads(4, Stopping(), configure_logs("test")), 0, []
    lock = Lock()

    def work(_: Over) -> None:
        nonlocal running
        with lock:
            running += 1
        time.sleep(0.1)
        with lock:
            seen.append(running)
            running -= 1

    for _ in range(3):
        threads.begin(work)
    assert threads.begin_alone(work)
    assert seen[-1] == 1, "the others had ended before it began"
    assert threads.idle(), "and it has ended before anything else can begin"


def test_only_who_is_waited_for_has_a_turn_that_ends() -> None:
    stopping, ended = Stopping(), False
    threads = WorkThreads(1, stopping, configure_logs("test"))
    began = time.monotonic()

    def until_over(over: Over) -> None:
        nonlocal ended
        while not over() and time.monotonic() - began < 30:
            time.sleep(0.02)
        ended = over()

    threads.begin(until_over)
    assert threads.begin(lambda _: None), "the second waits until the first makes room"
    assert ended
    _wait(threads.idle)


def test_a_send_that_takes_too_long_when_its_worker_stops_is_given_up_and_sent_again(bench: Bench) -> None:
    bench.send(bench.story()["list"])
    [claimed] = bench.hub.outbox.claim()
    stopping = Stopping()
    threads = WorkThreads(1, stopping, configure_logs("test"))
    with _slow(bench, [claimed.recipient]):
        threads.begin(_delivering(bench, claimed, stopping))
        _wait(lambda: _begun(bench))
        time.sleep(0.2)
        for give_up in stopping.left_over():
            give_up()
        assert _whys(bench) == ["worker.stopped"]
        _wait(threads.idle)
    assert _whys(bench) == ["worker.stopped"], "an answer that comes too late changes nothing"
    assert not threads.begin(lambda _: None), "a process that stops begins nothing new"
    assert bench.drain() == 1
    assert len({item.message_id for item in bench.agencies.received(claimed.recipient)}) == 1


def test_work_that_fails_is_reported_and_frees_its_thread(capsys: Any) -> None:
    threads = WorkThreads(1, Stopping(), configure_logs("test"))

    def fail(_: Over) -> None:
        raise ArithmeticError("a word of somebody")

    threads.begin(fail)
    _wait(threads.idle)
    assert threads.begin(lambda _: None)
    said = capsys.readouterr().err
    assert "work.unexpected" in said
    assert "somebody" not in said


@contextmanager
def _slow(bench: Bench, recipients: list[str]) -> Iterator[None]:
    bench.agencies.slow_seconds = 1.0
    for recipient in recipients:
        bench.agencies.behave(recipient, "slow")
    yield
    for recipient in recipients:
        bench.agencies.behave(recipient, "ok")


def _delivering(bench: Bench, claimed: Claimed, stopping: Stopping) -> Callable[[Over], object]:
    return lambda over: bench.hub.delivery.deliver(claimed.ids, claimed.token, stopping, over)


def _whys(bench: Bench) -> list[str | None]:
    with bench.hub.store.reading() as connection:
        return [row[0] for row in connection.execute(select(delivery.c.why_code))]


def _begun(bench: Bench) -> bool:
    with bench.hub.store.reading() as connection:
        return any(row[0] for row in connection.execute(select(delivery.c.begun_at)))


def _wait(done: Callable[[], bool]) -> None:
    until = time.monotonic() + 20
    while not done():
        assert time.monotonic() < until, "it did not come to an end"
        time.sleep(0.02)
