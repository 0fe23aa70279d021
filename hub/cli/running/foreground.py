"""Staying up in a terminal: until a signal asks it to stop, with a line that says what happens."""

import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import TYPE_CHECKING

import typer

from hub.cli.speaking.screen import err

if TYPE_CHECKING:
    from rich.status import Status

    from hub.local.exchange import LocalExchange

_LOOK_EVERY_SECONDS = 0.2


@contextmanager
def stop_signals() -> Iterator[list[bool]]:
    """A list that becomes non-empty when a signal asks this process to stop: Ctrl-C (SIGINT) or SIGTERM.

    It reacts to SIGINT even if the shell that started it in the background had SIGINT ignored.
    """
    stopped: list[bool] = []

    def stop(_: int, __: FrameType | None) -> None:
        stopped.append(True)
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopped
    except KeyboardInterrupt:
        err().print("stopped")
        raise typer.Exit(0) from None
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def stay(exchange: "LocalExchange", stopped: list[bool]) -> None:
    while not stopped:
        for name in exchange.check():
            err().print(f"{name} had died and was started again")
        time.sleep(_LOOK_EVERY_SECONDS)


def progress(status: "Status") -> Callable[[str], None]:
    def show(words: str) -> None:
        status.update(words)
        if not sys.stderr.isatty():
            err().print(words, markup=False)

    return show
