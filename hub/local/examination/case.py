"""A check: what is examined, what it finds, and how a person reads it."""

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum

from hub.bootstrap import Hub
from hub.errors import NotRunning
from hub.exchange.telling.status import Status
from hub.local.servers import ServerUrls
from hub.settings import Settings
from hub.telemetry.logs import Log


class Judgement(StrEnum):
    GOOD = "good"
    ATTEND = "attend"
    WRONG = "wrong"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Examined:
    """`words` say what holds or what is wrong; `cure` says what to do, and is empty if there is nothing to do."""

    what: str
    judgement: Judgement
    words: str
    cure: str = ""


class Unwell(Exception):
    """Something keeps the exchange from working."""

    def __init__(self, words: str, cure: str) -> None:
        super().__init__(words)
        self.words = words
        self.cure = cure


class ToAttend(Exception):
    """The exchange works, and a person should see to these: the words and the cure of each."""

    def __init__(self, *found: tuple[str, str]) -> None:
        super().__init__("; ".join(words for words, _ in found))
        self.found = found


class Case:
    """What is examined. A check leaves here what later ones need."""

    def __init__(self, settings: Settings, log: Log, status_of: Callable[[Hub], Status]) -> None:
        """`status_of` asks for the state of the exchange as the person who acts, and raises what `acting` raises."""
        self.settings = settings
        self.log = log
        self.status_of = status_of
        self.opened = ExitStack()
        self.found_urls: ServerUrls | None = None
        self.found_hub: Hub | None = None

    @property
    def urls(self) -> ServerUrls:
        """Raises NotRunning."""
        if self.found_urls is None:
            raise NotRunning("the servers are not known", "start the exchange with: hub up")
        return self.found_urls

    @property
    def hub(self) -> Hub:
        """Raises NotRunning."""
        if self.found_hub is None:
            raise NotRunning("the database is not open", "start the exchange with: hub up")
        return self.found_hub


@dataclass(frozen=True, slots=True)
class Check:
    """`look` returns what holds, in words, or raises Unwell, ToAttend, Explained or OSError. `needs` are the checks
    without which it cannot look."""

    what: str
    look: Callable[[Case], str]
    needs: tuple[str, ...] = ()
