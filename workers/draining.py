"""Stops a worker in order: its processes finish or give back their work within a time limit. A process whose work never
ends is killed."""

import os
import signal
import threading
import time

from billiard import active_children
from celery.signals import worker_process_init, worker_process_shutdown, worker_shutting_down

from hub.errors import StoreUnavailable
from hub.exchange.stopping import Stopping
from hub.telemetry.logs import Log
from workers.hub_task import ProcessHub
from workers.threads import WorkThreads

DRAIN_SECONDS = 10
_BREAK_OFF_AFTER_SECONDS = 5.0  # The remaining time is for recording how the work ended.
_END_WITHIN_SECONDS = 8.0
_WORK_SECONDS_MAX = 120.0  # work that takes longer is stuck; each send and each look has shorter limits of its own
_LOOK_EVERY_SECONDS = 0.2
_ASKED = signal.SIGUSR2  # SIGTERM would end a process of the pool at once.


def drain(process_hub: ProcessHub, log: Log) -> None:
    """Prepare a worker to stop in order. Call this before the worker starts. What it connects runs in each process of
    the pool after its fork."""
    worker_process_init.connect(lambda **_: _listen(process_hub, log), weak=False)
    worker_process_shutdown.connect(lambda **_: _end(process_hub.threads(), process_hub.stopping), weak=False)
    worker_shutting_down.connect(lambda **_: _pass_on(), weak=False)


def _pass_on() -> None:
    for process in active_children():
        os.kill(process.pid, _ASKED)


def _listen(process_hub: ProcessHub, log: Log) -> None:
    signal.signal(_ASKED, lambda *_: process_hub.stopping.ask())
    watch = threading.Thread(
        target=_watch, args=(process_hub.threads(), process_hub.stopping, log), name="watch", daemon=True
    )
    watch.start()


def _watch(threads: WorkThreads, stopping: Stopping, log: Log) -> None:
    while not stopping.asked:
        time.sleep(_LOOK_EVERY_SECONDS)
        if threads.longest_seconds() > _WORK_SECONDS_MAX:
            log.error("work.hangs", seconds=round(threads.longest_seconds()))
            # Celery starts another process; the stuck work counts as a death of its worker
            os.kill(os.getpid(), signal.SIGKILL)
    _wait_until_idle(threads, _BREAK_OFF_AFTER_SECONDS)
    for give_up in stopping.left_over():
        try:
            give_up()
        except StoreUnavailable as error:  # Its lease ends later, and it is sent again.
            log.warning("store.away", error=error)
    threads.give_up()


def _end(threads: WorkThreads, stopping: Stopping) -> None:
    """Let the process end after its threads have ended or were given up."""
    stopping.ask()
    _wait_until_idle(threads, _END_WITHIN_SECONDS)


def _wait_until_idle(threads: WorkThreads, seconds: float) -> None:
    until = time.monotonic() + seconds
    while not threads.idle() and time.monotonic() < until:
        time.sleep(_LOOK_EVERY_SECONDS / 4)
