"""Our own PostgreSQL: a data folder that is made once, and a server on a private unix socket that ends with us."""

import contextlib
import os
import secrets
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from hub.durable_files import sync_folder
from hub.local.account import SystemAccount, our_name
from hub.local.embedded.binaries import Installation, postgres_installation
from hub.local.embedded.reachable import reachable_installation, shared_folder
from hub.local.embedded.sockets import PORT, postgres_folder, postgres_socket
from hub.local.failures import ServerFailed
from hub.local.process import Step, end, end_stranger, has_ended, launch, run, tail, wait_until, working_in
from hub.local.state import FolderLock, StateFolder

ROLE = DATABASE = "hub"
SUPERUSER = "postgres"
RECOVERY_SECONDS = 120
# fast shutdown, then immediate shutdown, after which the next start recovers
_SHUTDOWN: tuple[Step, ...] = ((signal.SIGINT, 10.0), (signal.SIGQUIT, 6.0))
_ORPHANS: tuple[Step, ...] = ((signal.SIGQUIT, 2.0), (signal.SIGKILL, 5.0))
_INITDB = (
    f"--username={SUPERUSER} --encoding=UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8 "
    "--auth-local=peer --auth-host=reject --data-checksums"
).split()
# The role is no superuser, so that privileges and triggers bind the hub itself. Each statement is one line.
_FIRST_STATEMENTS = f"CREATE ROLE {ROLE} LOGIN CREATEDB CREATEROLE\n\nCREATE DATABASE {DATABASE} OWNER {ROLE}\n"
_SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "fsync": "on",
    "full_page_writes": "on",
    "synchronous_commit": "on",
    "max_connections": "60",
    "max_locks_per_transaction": "2048",  # a document of thousands of cases locks each of them, and no others
    "shared_buffers": "128MB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    # Errors quote what was sent, so they go to the client and never to the log. LOG and FATAL are about the server
    # itself.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_destination": "stderr",
    "logging_collector": "off",
    "log_line_prefix": "%m [%p] ",
}


class PostgresServer:
    """The server of one state folder, which the caller holds locked.

    `launch` only starts it, so that others can start at the same time. `wait` returns when it answers.
    """

    name = "postgres"
    title = "PostgreSQL"

    def __init__(self, state: StateFolder, sockets: Path, account: SystemAccount, shared: Path) -> None:
        self._state = state
        self._sockets = sockets
        self._account = account
        self._shared = shared
        self._process: subprocess.Popen[bytes] | None = None
        self._held: FolderLock | None = None

    @property
    def pid(self) -> int | None:
        return self._process.pid if self.running and self._process else None

    @property
    def running(self) -> bool:
        return self._process is not None and not has_ended(self._process)

    def launch(self, progress: Callable[[str], None]) -> None:
        """Clear up after a crash, make the database if there is none, and start the server. Raises ServerFailed."""
        if self.running:
            return
        self._reap()
        home, installation = self._home(), None
        home.mkdir(mode=0o700, exist_ok=True)
        self._account.admit(home)
        if self._held is None:
            held = FolderLock(home)
            held.acquire()
            self._held = held
        data = home / "data"
        if not data.exists():
            installation = self._installation(None)
            progress(f"PostgreSQL {installation.version}: making a new database in {home}")
            self._initialise(installation, home)
        if not home.is_relative_to(self._state.path):
            self._state.write_note(self.name, {"home": str(home)})
        _end_leftovers(data, progress)
        self._write_access(home)
        installation = installation or self._installation(int((data / "PG_VERSION").read_text()))
        progress(f"PostgreSQL {installation.version}: starting")
        settings = _SETTINGS | {
            "unix_socket_directories": str(postgres_folder(self._sockets)),
            "hba_file": str(home / "pg_hba.conf"),
            "ident_file": str(home / "pg_ident.conf"),
        }
        flags = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        self._process = launch(
            [str(installation.program("postgres")), "-D", str(data), *flags],
            log=self._state.log(self.name),
            at_our_death=signal.SIGINT,
            cwd=Path("/"),
            account=self._account,
        )

    def wait(self) -> None:
        """Return when the server answers. A recovery after a crash may take a while. Raises ServerFailed."""
        ready = wait_until(lambda: not self.running or answers(self._sockets), RECOVERY_SECONDS)
        if not (ready and self.running):
            raise self._failed("postgres.not_started", "PostgreSQL did not start")

    def ask_to_stop(self) -> None:
        if self._process and self.running:
            self._process.send_signal(_SHUTDOWN[0][0])

    def stop(self) -> None:
        """Stop with a fast shutdown, then an immediate shutdown, then a kill; at most 25 seconds."""
        self._reap()
        if self._held:
            self._held.release()
            self._held = None

    def _reap(self) -> None:
        """End the process if necessary, and remove it from the process table, because PostgreSQL counts a zombie as
        alive."""
        if self._process:
            end(self._process, *_SHUTDOWN)
            self._process = None

    def _home(self) -> Path:
        """Return the folder around the data: in the state folder, or where the server's account can reach it."""
        noted = self._state.read_note(self.name).get("home")
        inside = self._state.path / "postgres"
        if noted:
            if (Path(noted) / "data").is_dir():
                return Path(noted)
            raise ServerFailed(
                "postgres.data_missing",
                f"The database of this hub was in {noted} and is missing now.",
                f"Restore it from a backup, or remove {self._state.path} to begin with an empty hub.",
            )
        if self._account.reaches(("-x", self._state.path)):
            return inside
        if (inside / "data").exists():
            raise ServerFailed(
                "postgres.unreachable",
                f"The database in {inside} can no longer be reached by the account PostgreSQL runs under.",
                "Give the folders above it their earlier permissions again, or move the state folder elsewhere.",
            )
        return shared_folder(self._shared, self._account) / f"data-{secrets.token_hex(6)}"

    def _installation(self, major: int | None) -> Installation:
        return reachable_installation(postgres_installation(major), self._account, self._shared)

    def _initialise(self, installation: Installation, home: Path) -> None:
        """Make the data under another name and rename the folder when it is complete, so that half a database is never
        used."""
        for half in home.glob("data.*"):
            _end_orphans(half)
            shutil.rmtree(half, ignore_errors=True)  # an initdb may still be ending in it
        fresh = Path(tempfile.mkdtemp(prefix="data.", dir=home))
        self._account.own(fresh)
        log = self._state.log(self.name)
        initdb = [str(installation.program("initdb")), "-D", str(fresh), *_INITDB]
        single = [str(installation.program("postgres")), "--single", "-D", str(fresh), "-c", "exit_on_error=on"]
        made = run(initdb, log=log, account=self._account) and run(
            [*single, SUPERUSER], log=log, account=self._account, stdin=_FIRST_STATEMENTS.encode()
        )
        if not made:
            raise self._failed("postgres.not_initialised", "PostgreSQL could not make its data folder")
        fresh.rename(home / "data")
        sync_folder(home)

    def _write_access(self, home: Path) -> None:
        """Let only our own account in, as the hub's role or, for repairs, as the superuser."""
        name = our_name().replace('"', '""')
        texts = {
            "pg_hba.conf": "local all all peer map=hub\n",
            "pg_ident.conf": "".join(f'hub "{name}" {role}\n' for role in (ROLE, SUPERUSER)),
        }
        for file, text in texts.items():
            (home / file).write_text(text)
            self._account.admit_file(home / file)

    def _failed(self, code: str, problem: str) -> ServerFailed:
        log = self._state.log(self.name)
        return ServerFailed(code, f"{problem}. Its log ends:\n{tail(log)}\n", f"Correct what the log reports ({log}).")


def url(sockets: Path) -> str:
    """Return the address for SQLAlchemy with psycopg 3. It contains the port, because PGPORT would be used
    otherwise."""
    folder = quote(str(postgres_folder(sockets)), safe="/")
    return f"postgresql+psycopg://{ROLE}@/{DATABASE}?host={folder}&port={PORT}"


def answers(sockets: Path) -> bool:
    """Return whether the server lets the hub into its database, by the first message of the protocol and the first
    reply."""
    asked = f"user\0{ROLE}\0database\0{DATABASE}\0\0".encode()
    try:
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(2)
            door.connect(str(postgres_socket(sockets)))
            door.sendall(struct.pack("!ii", 8 + len(asked), 196_608) + asked)  # protocol 3.0
            let_in = door.recv(1) == b"R"
            with contextlib.suppress(OSError):
                door.sendall(b"X\0\0\0\4")  # end properly, because the server logs a connection that is cut short
                while door.recv(4096):
                    pass
            return let_in
    except OSError:
        return False


def _end_leftovers(data: Path, progress: Callable[[str], None]) -> None:
    """End what a crashed owner left running on `data`, and remove its pid file.

    PostgreSQL would refuse to start while any process of its account, even a zombie, happens to have that number.
    """
    try:
        pid, folder = (data / "postmaster.pid").read_text().splitlines()[:2]
    except (OSError, ValueError):
        pid, folder = "", ""
    mark = f"-D {data} "
    if pid.isdigit() and folder == str(data):
        progress("PostgreSQL: clearing up after a crash")
        if not end_stranger(int(pid), mark, *_SHUTDOWN, (signal.SIGKILL, 5.0)):
            raise ServerFailed(
                "postgres.leftover",
                f"The PostgreSQL of a crashed hub is still running on {data} (process {pid}) and cannot be stopped.",
                "Stop that process yourself.",
            )
    # elsewhere we cannot see orphans, so PostgreSQL itself must find them
    if _end_orphans(data) and sys.platform == "linux":
        (data / "postmaster.pid").unlink(missing_ok=True)


def _end_orphans(data: Path) -> bool:
    """End the server processes of a killed postmaster, because they hold its shared memory. Returns True if none is
    left."""
    for number, seconds in _ORPHANS:
        for pid in working_in(data, "postgres"):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)
        if wait_until(lambda: not working_in(data, "postgres"), seconds):
            return True
    return False
