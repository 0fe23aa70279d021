"""The supervisor with real processes: a dead process is started again, and a stopped one is gone with all its
children."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from hub.local.failures import ProcessFailed
from hub.local.process import command_line, wait_until
from hub.local.restarts import LIMIT
from hub.local.supervisor import Supervisor

ENV = {"PATH": os.environ["PATH"], "WORD": "given"}
PARENT = "import os, time; pid = os.fork(); pid and print(os.getpid(), pid, flush=True); time.sleep(60)"
STUBBORN = (
    "import os, signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); pid = os.fork(); "
    "pid and print(os.getpid(), pid, flush=True); time.sleep(60)"
)


@pytest.fixture
def supervisor() -> Iterator[Supervisor]:
    supervisor = Supervisor()
    yield supervisor
    supervisor.stop_all(grace_seconds=0.2)


def python(code: str) -> list[str]:
    return [sys.executable, "-S", "-c", code]


def pids_in(log: Path, line: int = 0) -> list[int]:
    assert wait_until(lambda: log.exists() and len(log.read_text().splitlines()) > line, 5)
    return [int(word) for word in log.read_text().splitlines()[line].split()]


def gone(pid: int) -> bool:
    return not command_line(pid)


def kill(supervisor: Supervisor, name: str) -> None:
    pid = supervisor.pid(name)
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    assert wait_until(lambda: supervisor.pid(name) is None, 5)


def test_a_process_gets_its_environment_only_and_its_log_is_appended_to(supervisor: Supervisor, tmp_path: Path) -> None:
    log = tmp_path / "logs" / "one.log"
    log.parent.mkdir()
    log.write_text("from an earlier run\n")
    supervisor.spawn("one", python("import os, sys; print(sorted(os.environ)); sys.stderr.write('error')"), ENV, log)
    assert wait_until(lambda: "error" in log.read_text(), 5)
    text = log.read_text()
    assert text.startswith("from an earlier run\n")
    assert "'WORD'" in text
    assert "'HOME'" not in text


def test_what_dies_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.spawn("one", python("import time; time.sleep(60)"), ENV, tmp_path / "one.log")
    supervisor.spawn("two", python("import time; time.sleep(60)"), ENV, tmp_path / "two.log")
    first, other = supervisor.pid("one"), supervisor.pid("two")
    assert supervisor.check() == []
    kill(supervisor, "one")
    assert supervisor.check() == ["one"]
    assert supervisor.pid("one") not in (None, first)
    assert supervisor.pid("two") == other


def test_the_children_of_a_dead_leader_go_before_it_is_started_again(supervisor: Supervisor, tmp_path: Path) -> None:
    log = tmp_path / "parent.log"
    supervisor.spawn("parent", python(PARENT), ENV, log)
    leader, child = pids_in(log)
    assert supervisor.pid("parent") == leader
    kill(supervisor, "parent")
    assert not gone(child)
    assert supervisor.check() == ["parent"]
    assert wait_until(lambda: gone(child), 2)
    assert pids_in(log, line=1)[0] == supervisor.pid("parent")


def test_each_further_restart_waits_longer(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.spawn("one", python("import time; time.sleep(60)"), ENV, tmp_path / "one.log")
    kill(supervisor, "one")
    assert supervisor.check() == ["one"], "the first comes at once"
    for wait in (0.25, 0.5):
        kill(supervisor, "one")
        began = time.monotonic()
        assert wait_until(lambda: supervisor.check() == ["one"], 5)
        assert time.monotonic() - began >= wait


def test_a_process_that_cannot_live_is_given_up_with_the_end_of_its_log(
    supervisor: Supervisor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hub.local.restarts._FIRST_DELAY", 0.01)
    log = tmp_path / "one.log"
    supervisor.spawn("one", python("import sys; sys.exit('the cause')"), ENV, log)
    with pytest.raises(ProcessFailed) as failed:
        wait_until(lambda: bool(supervisor.check()) and False, 20)
    assert failed.value.code == "process.dies"
    assert "the cause" in failed.value.problem
    assert log.read_text().count("the cause") == LIMIT + 1
    with pytest.raises(ProcessFailed):
        supervisor.check()


def test_stop_all_ends_leaders_and_children(supervisor: Supervisor, tmp_path: Path) -> None:
    log = tmp_path / "parent.log"
    supervisor.spawn("parent", python(PARENT), ENV, log)
    leader, child = pids_in(log)
    supervisor.stop_all()
    assert gone(leader)
    assert wait_until(lambda: gone(child), 2)
    assert supervisor.pid("parent") is None
    assert supervisor.check() == []
    supervisor.stop_all()


def test_stop_all_kills_what_will_not_listen_once_the_grace_is_over(supervisor: Supervisor, tmp_path: Path) -> None:
    logs = [tmp_path / "one.log", tmp_path / "two.log"]
    for log in logs:
        supervisor.spawn(log.stem, python(STUBBORN), ENV, log)
    pids = [pid for log in logs for pid in pids_in(log)]
    os.kill(pids[0], signal.SIGSTOP)
    began = time.monotonic()
    supervisor.stop_all(grace_seconds=5)
    assert 5 <= time.monotonic() - began < 10, "the grace is shared, not one after the other"
    assert wait_until(lambda: all(gone(pid) for pid in pids), 2)


def test_what_brings_in_work_is_stopped_before_what_does_it(supervisor: Supervisor, tmp_path: Path) -> None:
    told = tmp_path / "told"
    slow = f"trap 'sleep 0.5; echo bringing >> {told}; exit' TERM; echo up >> {told}; while true; do sleep 0.05; done"
    last = f"trap 'echo working >> {told}; exit' TERM; echo up >> {told}; while true; do sleep 0.05; done"
    supervisor.spawn("working", ["/bin/sh", "-c", last], dict(os.environ), tmp_path / "working.log")
    supervisor.spawn("bringing", ["/bin/sh", "-c", slow], dict(os.environ), tmp_path / "bringing.log")
    assert wait_until(lambda: told.exists() and told.read_text().split() == ["up", "up"], 5)
    supervisor.stop_all(first=("bringing",))
    assert told.read_text().split() == ["up", "up", "bringing", "working"]


def test_stop_all_lets_a_process_finish_its_work(supervisor: Supervisor, tmp_path: Path) -> None:
    code = (
        "import signal, sys, time\n"
        "signal.signal(signal.SIGTERM, lambda *_: (time.sleep(0.3), print('finished', flush=True), sys.exit()))\n"
        "print('ready', flush=True)\n"
        "time.sleep(60)"
    )
    log = tmp_path / "one.log"
    supervisor.spawn("one", python(code), ENV, log)
    assert wait_until(lambda: log.read_text() == "ready\n", 5)
    supervisor.stop_all()
    assert log.read_text() == "ready\nfinished\n"


def test_a_command_that_is_not_there_is_reported(supervisor: Supervisor, tmp_path: Path) -> None:
    with pytest.raises(ProcessFailed) as failed:
        supervisor.spawn("one", [str(tmp_path / "missing")], ENV, tmp_path / "one.log")
    assert failed.value.code == "process.not_started"
    assert supervisor.check() == []


def test_a_name_is_taken_once(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.spawn("one", python("import time; time.sleep(60)"), ENV, tmp_path / "one.log")
    with pytest.raises(ValueError, match="one"):
        supervisor.spawn("one", python("pass"), ENV, tmp_path / "one.log")


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process of its parent's death")
def test_processes_go_when_their_owner_is_killed(tmp_path: Path) -> None:
    owner = f"""
import os, sys, time
from pathlib import Path
from hub.local.supervisor import Supervisor
supervisor = Supervisor()
command = [sys.executable, "-c", "import time; time.sleep(60)"]
supervisor.spawn("one", command, dict(os.environ), Path({str(tmp_path)!r}) / "one.log")
print(supervisor.pid("one"), flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, "-c", owner], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        assert not gone(pid)
        process.kill()
    assert wait_until(lambda: gone(pid), 5)
