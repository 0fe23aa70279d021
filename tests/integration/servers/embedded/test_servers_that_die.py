"""Embedded servers that are killed, damaged or started half start again with what they had."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hub.local.failures import ServerFailed
from hub.local.process import wait_until
from hub.local.servers import LocalServers, ServerUrls
from tests.integration.servers.embedded.running import (
    IS_ROOT,
    connect,
    gone,
    next_queued,
    one,
    owner,
    pid_of,
    queue,
    remember,
    said,
)


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
