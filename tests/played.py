"""Plays the stories once, for all tests that look at their results."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from hub.local.demonstration.demonstration import Demonstration, SentStep
from hub.settings import Settings
from hub.telemetry.logs import configure_logs


@dataclass(frozen=True)
class Played:
    """`inboxes` is what each agency received. The exchange runs until somebody stops it; the files stay."""

    told: list[SentStep]
    demonstration: Demonstration
    state: Path

    @property
    def inboxes(self) -> Path:
        return self.demonstration.agencies.inboxes.folder


@contextmanager
def play(state: Path) -> Iterator[Played]:
    settings = Settings(state_dir=state, endpoints=None, api_port=0)
    demonstration = Demonstration(settings, configure_logs("test"), lambda _: None)
    try:
        demonstration.start()
        yield Played(demonstration.run(), demonstration, state)
    finally:
        demonstration.close()
