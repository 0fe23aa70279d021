"""Processes that end with us: each is started in its own session, tied to our life, and ended within a time limit."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from hub.local.account import SystemAccount

SERVER_ENV = {"LC_ALL": "C", "TZ": "UTC", "PATH": "/usr/bin:/bin"}  # nothing of the caller's PG* variables is passed on
_PR_SET_PDEATHSIG = 1
_TAIL_BYTES = 8_000
_LOG_BYTES = 5_000_000  # a longer log is set aside, and replaces the one before it

Step = tuple[signal.Signals, float]  # a signal, and the seconds until the next step


def launch(
    command: Sequence[str],
    *,
    log: Path,
    at_our_death: signal.Signals,
    env: Mapping[str, str] = SERVER_ENV,
    cwd: Path | None = None,
    account: SystemAccount | None = None,
    stdin: int = subprocess.DEVNULL,
) -> subprocess.Popen[bytes]:
    """Start `command` with `env` as its whole environment, and append its output to `log`.

    On Linux the kernel sends it `at_our_death` when the calling thread ends, so only the main thread may call this.
    """
    if threading.current_thread() is not threading.main_thread():
        raise RuntimeError("start processes from the main thread: they end when the thread that started them ends")
    who = account or SystemAccount()
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.replace(log.with_name(log.name + ".1"))
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=dict(env),
            cwd=cwd,
            user=who.uid,
            group=who.gid,
            extra_groups=None if who.uid is None else [],
            start_new_session=True,
            preexec_fn=_tether(at_our_death),
        )


def run(command: Sequence[str], *, log: Path, account: SystemAccount, stdin: bytes = b"", seconds: float = 120) -> bool:
    """Run a tool in the root folder. Returns True if it succeeded in time."""
    process = launch(
        command,
        log=log,
        at_our_death=signal.SIGKILL,
        cwd=Path("/"),
        account=account,
        stdin=subprocess.PIPE,
    )
    try:
        process.communicate(stdin, timeout=seconds)
    except subprocess.TimeoutExpired:
        return False
    finally:
        end(process)
    return process.returncode == 0


def end(process: subprocess.Popen[bytes], *steps: Step) -> None:
    """End a child of ours: each step in turn, then SIGKILL for it and the rest of its group."""
    for number, seconds in steps:
        if has_ended(process):
            break
        process.send_signal(number)
        wait_until(lambda: has_ended(process), seconds)
    kill_group(process)
    wait_until(lambda: process.poll() is not None, 5)


def has_ended(process: subprocess.Popen[bytes]) -> bool:
    """Return whether a child of ours is dead. If the system allows it, the child stays in the process table."""
    if process.returncode is not None:
        return True
    if not hasattr(os, "waitid"):
        return process.poll() is not None
    try:
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:  # somebody else removed it
        return process.poll() is not None


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill a child and its group. This is done before the child is reaped, because no other process can have its number
    until then."""
    if process.returncode is not None:
        return
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):  # macOS says the latter about a group of zombies
        return


def end_stranger(pid: int, mark: str, *steps: Step) -> bool:
    """End a process that is not our child, while `mark` is in its command line. Returns True when it is gone."""
    for number, seconds in steps:
        if mark not in command_line(pid):
            return True
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)
        wait_until(lambda: mark not in command_line(pid), seconds)
    return mark not in command_line(pid)


def command_line(pid: int) -> str:
    """Return the command line of a live process; empty if there is none, or it is a zombie."""
    if sys.platform == "linux":
        try:
            return os.fsdecode(Path(f"/proc/{pid}/cmdline").read_bytes()).replace("\0", " ")
        except OSError:
            return ""
    shown = subprocess.run(["/bin/ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True, check=False)
    return os.fsdecode(shown.stdout)


def working_in(folder: Path, program: str) -> list[int]:
    """Return the processes of `program` whose working folder is `folder`; none if the system does not show it (not
    Linux)."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            cwd, exe = (entry / "cwd").readlink(), (entry / "exe").readlink()
        except OSError:
            continue  # it has ended, is a kernel thread, or belongs to another user
        if cwd == folder and exe.name.split(" ")[0] == program:
            found.append(int(entry.name))
    return found


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Ask fifty times a second. Returns True when it is true, and False if it is not within `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(0.02)
    return True


def tail(log: Path, lines: int = 12) -> str:
    """Return the last lines of a log, for finding out why a process died."""
    try:
        with log.open("rb") as written:
            written.seek(max(0, log.stat().st_size - _TAIL_BYTES))
            text = written.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def _tether(number: signal.Signals) -> Callable[[], None] | None:
    if sys.platform != "linux":
        return None
    prctl = ctypes.CDLL(None).prctl  # looked up here, because after the fork only the call itself must be left
    owner = os.getpid()

    def tether() -> None:
        prctl(_PR_SET_PDEATHSIG, int(number), 0, 0, 0)
        if os.getppid() != owner:  # we died between the fork and the call
            os.kill(os.getpid(), signal.SIGKILL)

    return tether
