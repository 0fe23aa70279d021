"""A worker that is told to stop: its processes finish or give back what they have, and it ends within bounds."""

import os
import signal

from billiard import active_children
from celery.signals import worker_process_init, worker_shutting_down

from hub.exchange.stopping import Stopping

DRAIN_SECONDS = 10
_BREAK_OFF_AFTER_SECONDS = 5.0  # what is left is for writing down how it ended
_ASKED = signal.SIGUSR2  # SIGTERM ends a process of the pool at once


def drain(stopping: Stopping) -> None:
    """To be called before the worker starts; its processes have `stopping` from the fork."""
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
