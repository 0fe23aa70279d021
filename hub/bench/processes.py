"""What processes have used until now, with their children, as Linux counts it."""

import os
from dataclasses import dataclass
from pathlib import Path

_TICKS_A_SECOND = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Used:
    """Processor time in seconds, and resident memory in bytes."""

    cpu_seconds: float
    memory_bytes: int

    def __add__(self, other: "Used") -> "Used":
        return Used(self.cpu_seconds + other.cpu_seconds, self.memory_bytes + other.memory_bytes)


def used_by(pid: int) -> Used:
    """What the process and its children have used, those that have ended included. Nothing if it has ended."""
    total = Used(0.0, 0)
    for each in tree(pid):
        total += _used(each)
    return total


def tree(pid: int) -> list[int]:
    """The process and everything below it."""
    found = [pid]
    try:
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += tree(int(child))
    except OSError:  # it has ended meanwhile
        return found
    return found


def _used(pid: int) -> Used:
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return Used(0.0, 0)
    return Used(sum(map(int, words[11:15])) / _TICKS_A_SECOND, int(words[21]) * _PAGE_BYTES)


def reset_peak_memory(pid: int) -> None:
    """Begin to note anew how much memory the process has at most."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_memory(pid: int) -> int:
    """How many bytes of memory the process has had at most."""
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def machine() -> str:
    """The processor, its cores, and how busy it was."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        lines = []
    model = next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown processor"
    )
    cores = len(os.sched_getaffinity(0))
    return f"{cores} cores of {model}; load {os.getloadavg()[0]:.1f} before the run"
