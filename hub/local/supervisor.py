"""Watches the hub's own processes, the API, the relay and the workers, and starts them again when they die."""

import signal
import subprocess
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from hub.local.failures import ProcessFailed
from hub.local.process import end, has_ended, kill_group, launch, tail, wait_until
from hub.local.restarts import LIMIT, Restarts

_FIRST_SECONDS = 2.0


@dataclass(slots=True)
class _Watched:
    command: list[str]
    env: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None
    last_code: int | None = None
    restarts: Restarts = field(default_factory=Restarts)


class Supervisor:
    """Processes by name. Each leads its own group. Only the main thread may start them."""

    def __init__(self) -> None:
        self._watched: dict[str, _Watched] = {}

    def spawn(self, name: str, command: list[str], env: Mapping[str, str], log: Path) -> None:
        """Start `command` with `env` as its whole environment, appending to `log`. Raises ProcessFailed."""
        if name in self._watched:
            raise ValueError(f"a process named {name} is already watched")
        watched = _Watched(list(command), dict(env), log)
        watched.process = _launched(name, watched)
        self._watched[name] = watched

    def check(self) -> list[str]:
        """Start dead processes again after their delay, and return their names. Does not block.

        Raises ProcessFailed, with the end of the log, for one that died too often within a minute.
        """
        restarted = []
        for name, watched in self._watched.items():
            if watched.process and has_ended(watched.process):
                _kill_with_children(watched.process)
                watched.last_code, watched.process = watched.process.returncode, None
                watched.restarts.note_death()
            if watched.process:
                continue
            if watched.restarts.exhausted:
                raise _gave_up(name, watched)
            if watched.restarts.due:
                watched.process = _launched(name, watched)
                restarted.append(name)
        return restarted

    def pid(self, name: str) -> int | None:
        """Return the process with that name while it runs."""
        watched = self._watched.get(name)
        if watched is None or watched.process is None or has_ended(watched.process):
            return None
        return watched.process.pid

    def stop_all(self, grace_seconds: float = 12, first: Collection[str] = ()) -> None:
        """Ask all leaders to end, wait for them together, then kill what is left of their groups. The others are asked
        when those named in `first` have ended, or a little later if these take long."""
        early = [each.process for name, each in self._watched.items() if each.process and name in first]
        late = [each.process for name, each in self._watched.items() if each.process and name not in first]
        self._watched.clear()
        _ask(early, _FIRST_SECONDS)
        _ask(late, 0)
        wait_until(lambda: all(has_ended(process) for process in early + late), grace_seconds)
        for process in early + late:
            end(process)


def _ask(processes: Sequence[subprocess.Popen[bytes]], wait_seconds: float) -> None:
    for process in processes:
        if not has_ended(process):
            process.send_signal(signal.SIGTERM)
    wait_until(lambda: all(has_ended(process) for process in processes), wait_seconds)


def _launched(name: str, watched: _Watched) -> subprocess.Popen[bytes]:
    try:
        return launch(watched.command, log=watched.log, at_our_death=signal.SIGTERM, env=watched.env)
    except OSError as error:
        raise ProcessFailed(
            "process.not_started",
            f"The process {name} cannot be started ({error}).",
            "Correct that and start the hub again.",
        ) from error


def _kill_with_children(process: subprocess.Popen[bytes]) -> None:
    """Kill what the dead leader left behind, such as a worker's children, before another process takes its place."""
    kill_group(process)
    process.wait()


def _gave_up(name: str, watched: _Watched) -> ProcessFailed:
    end_of_log = tail(watched.log)
    return ProcessFailed(
        "process.dies",
        f"The process {name} died more than {LIMIT} times in a minute, last with code {watched.last_code}. "
        f"Its log ends:\n{end_of_log}\n",
        f"Correct what the log reports ({watched.log}), and start the hub again.",
    )
