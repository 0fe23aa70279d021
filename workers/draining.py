"""Stops a worker in order: its processes finish or give back their work within a time limit."""

import os
import signal

from billiard import active_children
from celery.signals import worker_process_init, worker_shutting_down

from hub.exchange.stopping import Stopping

DRAIN_SECONDS = 10
_BREAK_OFF_AFTER_SECONDS = 5.0  # the remaining time is for recording how the work ended
_ASKED = signal.SIGUSR2  # SIGTERM would end a process of the pool at once


def drain(stopping: Stopping) -> None:
    """Prepare a worker to stop in order. Call this before the worker starts, because its processes inherit `stopping`
    from the fork."""
    worker_process_init.connect(lambda **_: _listen(stopping), weak=False)
    worker_shutting_down.connect(lambda **_: _pass_on(), weak=False)


def _pass_on() -> None:
    for process in active_children():
        os.kill(process.pid, _ASKED)


def _listen(stopping: Stopping) -> None:
    def ask(*_: object) -> None:
        stopping.ask()
        signal.setitimer(signal.ITIMER_REAL, _BREAK_OFF_AFTER_SECONDS)

    signal.signal(_ASKED, ask)
    signal.signal(signal.SIGALRM, lambda *_: stopping.break_off())
