"""The embedded PostgreSQL and Redis for real: stored data survive, and a stopped server is gone."""

import os
import signal
import socket
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from hub.local.embedded.binaries import postgres_installation
from hub.local.embedded.sockets import LIMIT
from hub.local.failures import ServerFailed, StateLocked, StateRefused
from hub.local.process import wait_until, working_in
from hub.local.servers import LocalServers, running_urls
from hub.local.state import StateFolder
from tests.integration.servers.embedded.running import (
    Broker,
    connect,
    gone,
    next_queued,
    one,
    pid_of,
    queue,
    remember,
)


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
