"""Both embedded servers as one unit: started side by side, watched, stopped together."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from hub.local.account import server_account
from hub.local.embedded import postgres, redis
from hub.local.embedded.postgres import PostgresServer
from hub.local.embedded.reachable import SHARED
from hub.local.embedded.redis import RedisServer
from hub.local.embedded.sockets import close_sockets, open_sockets
from hub.local.failures import ServerFailed
from hub.local.restarts import LIMIT, Restarts
from hub.local.state import StateFolder

_NOTE = "servers"
_DIES = {"postgres": "postgres.dies", "redis": "redis.dies"}


@dataclass(frozen=True, slots=True)
class ServerUrls:
    """`database` is a SQLAlchemy URL for psycopg 3; `broker` is a URL for kombu and Celery. Both name unix sockets."""

    database: str
    broker: str


def _silent(_: str) -> None:
    return


class LocalServers:
    """The PostgreSQL and Redis of one state folder. Only the main thread may start them, because they end when it ends.

    `shared` is a folder that root owns, for what the server's account cannot reach otherwise.
    """

    def __init__(self, state: StateFolder, shared: Path = SHARED) -> None:
        self._state = state
        self._shared = shared
        self._sockets: Path | None = None
        self._servers: tuple[RedisServer, PostgresServer] | None = None
        self._restarts: dict[str, Restarts] = {}

    def start(self, progress: Callable[[str], None] = _silent) -> ServerUrls:
        """Start what is not running and wait until it answers. Then the database `hub` exists.

        If it fails, nothing is left running. Raises StateLocked, StateRefused or ServerFailed.
        """
        self._state.lock()
        try:
            return self._start(progress)
        except OSError as error:
            self.stop()
            raise ServerFailed(
                "servers.not_started",
                f"The embedded servers cannot be started ({error}).",
                "Correct that and start again.",
            ) from error
        except BaseException:
            self.stop()
            raise

    def check(self, progress: Callable[[str], None] = _silent) -> list[str]:
        """Start dead servers again, and return their names. The owner's loop calls this from time to time.

        Raises ServerFailed if a server dies several times in a short time.
        """
        dead = [server.name for server in self._servers or () if not server.running]
        for name in dead:
            restarts = self._restarts.setdefault(name, Restarts())
            restarts.note_death()
            if restarts.exhausted:
                log = self._state.log(name)
                problem = f"The embedded {name} died more than {LIMIT} times in a minute."
                raise ServerFailed(_DIES[name], problem, f"Correct what its log reports ({log}).")
        if dead:
            self.start(progress)
        return dead

    def pid(self, name: str) -> int | None:
        """Return the process of `postgres` or `redis` while it runs."""
        return next((server.pid for server in self._servers or () if server.name == name), None)

    def stop(self) -> None:
        """Stop both within a time limit, and release the state folder. It may be called twice."""
        servers, self._servers = self._servers, None
        for server in servers or ():
            server.ask_to_stop()
        for server in servers or ():
            server.stop()
        if self._sockets:
            close_sockets(self._sockets)
            self._sockets = None
            self._state.drop_note(_NOTE)
        self._state.unlock()

    def __enter__(self) -> ServerUrls:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _start(self, progress: Callable[[str], None]) -> ServerUrls:
        account = server_account()
        self._sockets = open_sockets(self._state.path, account)
        if self._servers is None:
            self._servers = (
                RedisServer(self._state, self._sockets),
                PostgresServer(self._state, self._sockets, account, self._shared),
            )
        for server in self._servers:
            server.launch(progress)
        for server in self._servers:
            server.wait()
            progress(f"{server.title}: ready")
        self._state.write_note(_NOTE, {"sockets": str(self._sockets)})
        return _urls(self._sockets)


def running_urls(state: StateFolder) -> ServerUrls | None:
    """Return the servers of that state folder for a second process; None if they do not answer."""
    noted = state.read_note(_NOTE).get("sockets")
    if not noted or not (postgres.answers(Path(noted)) and redis.answers(Path(noted))):
        return None
    return _urls(Path(noted))


def _urls(sockets: Path) -> ServerUrls:
    return ServerUrls(database=postgres.url(sockets), broker=redis.url(sockets))
