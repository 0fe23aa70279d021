"""The whole exchange on one machine: servers, migration, API, relay and workers, started and stopped together."""

import sys
import time
from collections.abc import Callable

import urllib3

from hub.bootstrap import Hub, build_hub
from hub.local.failures import ServerFailed
from hub.local.ports import HeldPort
from hub.local.servers import LocalServers
from hub.local.state import StateFolder
from hub.local.supervisor import Supervisor
from hub.settings import Servers, Settings
from hub.store.schema import migrate
from hub.telemetry.logs import Log

Progress = Callable[[str], None]
_READY_WITHIN_SECONDS = 60


class LocalExchange:
    """Start it in the main thread; everything that it starts ends when that thread ends."""

    def __init__(self, settings: Settings, log: Log, progress: Progress) -> None:
        self.settings = settings
        self.state = StateFolder(settings.state_dir)
        self._log = log
        self._progress = progress
        self._embedded: LocalServers | None = None
        self._supervisor = Supervisor()
        self._hub: Hub | None = None
        self._port: HeldPort | None = None
        self.servers = Servers("", "")
        self.address = ""

    @property
    def hub(self) -> Hub:
        if self._hub is None:
            raise RuntimeError("the exchange has not been started")
        return self._hub

    def start(self) -> None:
        """Start everything. If something fails, stop what was started. Raises Failure or ServerFailed."""
        try:
            self.servers = self._start_servers()
            self._hub = build_hub(self.settings, self.servers.database, self._log)
            self._hub.load()
            self._progress("bringing the database to this version")
            migrate(self._hub.store)
            self._hub.store.check_guard()
            self._start_processes()
            self._wait_until_ready()
        except BaseException:
            self.stop()
            raise

    def _start_servers(self) -> Servers:
        """Return the servers that the settings name; embedded ones for those that they do not name."""
        database, broker = self.settings.database_url, self.settings.broker_url
        if database is not None and broker is not None:
            self.state.lock()
            return Servers(database, broker)
        self._embedded = LocalServers(self.state)
        urls = self._embedded.start(self._progress)
        return Servers(database or urls.database, broker or urls.broker)

    def _start_processes(self) -> None:
        self._progress("starting the API, the relay and the workers")
        given = "api_port" in self.settings.model_fields_set
        self._port = HeldPort(self.settings.api_host, self.settings.api_port, or_any=not given)
        self.address = f"http://{self.settings.api_host}:{self._port.number}"
        environment = self.settings.as_environment() | {
            "HUB_DATABASE_URL": self.servers.database,
            "HUB_BROKER_URL": self.servers.broker,
            "HUB_API_PORT": str(self._port.number),
        }
        for name, module in (("api", ["hub.api"]), ("relay", ["workers", "relay"]), ("worker", ["workers", "worker"])):
            command = [sys.executable, "-m", *module]
            own = environment | {"PGAPPNAME": f"hub {name}"}
            self._supervisor.spawn(name, command, own, self.state.log(name))

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + _READY_WITHIN_SECONDS
        with urllib3.PoolManager(retries=False) as http:
            while time.monotonic() < deadline:
                self.check()
                try:
                    if http.request("GET", f"{self.address}/ready", timeout=2).status == 200:
                        return
                except urllib3.exceptions.HTTPError:
                    pass  # it does not listen yet
                time.sleep(0.05)
        raise ServerFailed("api.not_ready", "the API does not answer", f"read {self.state.log('api')}, and start again")

    def check(self) -> list[str]:
        """Restart processes that died. Call it often. Returns the names of the restarted ones."""
        restarted = self._embedded.check() if self._embedded is not None else []
        return restarted + self._supervisor.check()

    def pid(self, name: str) -> int | None:
        return self._supervisor.pid(name)

    def server_pids(self) -> dict[str, int | None]:
        """The processes of the embedded servers, by their names."""
        embedded = self._embedded
        return {name: embedded.pid(name) for name in ("postgres", "redis")} if embedded is not None else {}

    def stop(self) -> None:
        """Stop everything, in the order that loses least time. It may be called twice."""
        # first what brings in new work, so that the workers can finish
        self._supervisor.stop_all(first=("api", "relay"))
        if self._hub is not None:
            self._hub.close()
            self._hub = None
        if self._port is not None:
            self._port.close()
            self._port = None
        if self._embedded is not None:
            self._embedded.stop()
        else:
            self.state.unlock()
