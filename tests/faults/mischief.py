"""What is done to a hub under test, and when. All of it follows from the seed."""

import math
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from tests.faults.broker import ended, signalled, unwatched
from tests.faults.documents import AREAS
from tests.faults.fetching import FETCHES
from tests.faults.installation import Installation
from tests.faults.operators import Operators
from tests.faults.plan import agencies
from tests.faults.recipients import How


class What(StrEnum):
    KILL = "kill"
    FREEZE = "freeze"  # SIGSTOP first, and the kill only later: a process that is neither alive nor dead
    FLUSH = "flushall"
    FORGET = "broker_restart_without_file"
    IMMEDIATE = "database_immediate_restart"
    BROKER_AWAY = "broker_away"
    DATABASE_AWAY = "database_away"
    FULL_DISK = "full_disk"
    CLOCK_FORWARD = "clock_forward"
    CLOCK_BACK = "clock_back_and_forward"
    PARTNER = "partner"
    PAUSE = "pause"  # by a person


@dataclass(frozen=True)
class Fault:
    """`after` is how many messages have been accepted; `seconds` is how long it lasts."""

    after: int
    what: What
    whom: str = ""
    how: How = How.OK
    seconds: float = 0.0

    def __str__(self) -> str:
        return " ".join(word for word in (self.what, self.whom, "" if self.how is How.OK else self.how) if word)


@dataclass(frozen=True)
class Recovery:
    """When deliveries became possible again; only to `agency` if only that agency had a fault."""

    fault: str
    at: float
    agency: str | None = None


BROKER = "broker"
KILLED = ("api", "relay", "worker", "worker child", "postgres", "postgres child", BROKER, "up")
FROZEN = ("api", "relay", "worker", "worker child", BROKER, "postgres")
BAD = (How.DOWN, How.SLOW, How.HANG, How.ERROR, How.GARBAGE, How.DROP, How.FLAKY)


def make_mischief(seed: int, messages: int, always_down: str) -> tuple[Fault, ...]:
    """Every fault at least once; in longer runs more often, and longer: a minute without a broker or a database."""
    chance = random.Random(f"mischief {seed}")
    away = max(4.0, 60.0 * min(1.0, messages / 20_000))
    partners = sorted(set(agencies()) - {always_down, FETCHES})
    chosen: list[Fault] = []
    for number in range(1 + messages // 10_000):
        long = away if number == 0 else 5.0
        turn = [Fault(0, What.KILL, part) for part in KILLED]
        turn += [Fault(0, What.FREEZE, part, seconds=chance.uniform(0.5, 3)) for part in FROZEN]
        turn += [Fault(0, what) for what in (What.FLUSH, What.FORGET, What.IMMEDIATE, What.CLOCK_FORWARD)]
        turn += [Fault(0, what, seconds=long) for what in (What.BROKER_AWAY, What.DATABASE_AWAY)]
        turn += [Fault(0, What.FULL_DISK, seconds=4), Fault(0, What.CLOCK_BACK, seconds=3)]
        turn += [Fault(0, What.PARTNER, chance.choice(partners), how, chance.uniform(3, 9)) for how in BAD]
        # one of the agencies that get most, so that there is something to hold back and to release
        refuses, paused = chance.sample([area.probation for area in AREAS], 2)
        turn += [Fault(0, What.PARTNER, refuses, How.REFUSE, chance.uniform(6, 12))]
        turn += [Fault(0, What.PAUSE, paused, seconds=chance.uniform(8, 12))]
        chance.shuffle(turn)
        chosen += turn
    step = messages / (len(chosen) + 1)
    return tuple(
        Fault(round(step * (place + 1)), fault.what, fault.whom, fault.how, fault.seconds)
        for place, fault in enumerate(chosen)
    )


class Mischief:
    """Does what was planned, one after another, in the main thread, because the hub under test ends with that
    thread."""

    def __init__(self, installation: Installation, operators: Operators, seed: int) -> None:
        self._at = installation
        self._operators = operators
        self._chance = random.Random(seed)
        self.recoveries: list[Recovery] = []
        self.kills = 0
        self.skipped: dict[str, str] = {}
        self.without_protocol: list[tuple[float, float]] = []
        """Return from when to when the protocol that ends during the run had ended, by the clock of the hub."""
        self._partners: list[tuple[float, str, str]] = []

    def do(self, fault: Fault) -> None:
        acts: dict[What, Callable[[Fault], None]] = {
            What.KILL: self._kill,
            What.FREEZE: self._freeze,
            What.FLUSH: lambda _: self._at.broker.flush(),
            What.FORGET: lambda _: self._count(self._at.broker.restart_without_file()),
            What.IMMEDIATE: self._immediate,
            What.BROKER_AWAY: lambda fault: self._count(self._at.broker.away(fault.seconds, self._wait)),
            What.DATABASE_AWAY: self._database_away,
            What.FULL_DISK: self._fill,
            What.CLOCK_FORWARD: self._forward,
            What.CLOCK_BACK: self._back,
            What.PARTNER: self._partner,
            What.PAUSE: lambda fault: self._operators.pause(fault.whom, fault.seconds),
        }
        acts[fault.what](fault)
        if fault.what not in (What.PARTNER, What.PAUSE) and str(fault) not in self.skipped:
            self.recoveries.append(Recovery(str(fault), time.time()))

    def let_partners_recover(self, *, all_of_them: bool = False) -> None:
        now = time.time()
        for entry in [entry for entry in self._partners if all_of_them or entry[0] <= now]:
            self._partners.remove(entry)
            self._at.behave(entry[1], How.OK)
            self.recoveries.append(Recovery(entry[2], now, entry[1]))

    def _kill(self, fault: Fault) -> None:
        if fault.whom == BROKER:
            return self._count(self._at.broker.kill())
        pids = self._at.pids(fault.whom)
        return self._count(signalled(self._chance.choice(pids), signal.SIGKILL) if pids else 0)

    def _freeze(self, fault: Fault) -> None:
        if fault.whom == BROKER:
            return self._count(self._at.broker.freeze(fault.seconds, self._wait))
        pids = self._at.pids(fault.whom)
        if not pids:
            return None
        chosen = self._chance.choice(pids)
        signalled(chosen, signal.SIGSTOP)
        self._wait(fault.seconds)
        return self._count(signalled(chosen, signal.SIGKILL))

    def _immediate(self, _: Fault) -> None:
        self._count(sum(ended(pid, signal.SIGQUIT) for pid in self._at.pids("postgres")))

    def _database_away(self, fault: Fault) -> None:
        with unwatched(self._at):
            self._count(sum(ended(pid, signal.SIGKILL) for pid in self._at.pids("postgres")))
            time.sleep(fault.seconds)

    def _fill(self, fault: Fault) -> None:
        if self._at.disk.why_not is not None:
            self.skipped[str(fault)] = self._at.disk.why_not
            return
        self._at.disk.fill()
        self._wait(fault.seconds)
        self._at.disk.empty()

    def _forward(self, _: Fault) -> None:
        self._at.clock.jump(3600)
        if not self.without_protocol:
            self.without_protocol.append((time.time(), math.inf))

    def _back(self, fault: Fault) -> None:
        self._at.clock.jump(-3600)
        if self.without_protocol:
            began, _ = self.without_protocol.pop()
            self.without_protocol.append((began, time.time()))
        self._wait(fault.seconds)
        self._at.clock.jump(3600)
        if self.without_protocol:
            self.without_protocol.append((time.time(), math.inf))

    def _partner(self, fault: Fault) -> None:
        self._at.behave(fault.whom, fault.how)
        self._partners.append((time.time() + fault.seconds, fault.whom, str(fault)))

    def _count(self, killed: int) -> None:
        self.kills += killed

    def _wait(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._at.keep_up()
            time.sleep(0.05)
