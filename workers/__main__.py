"""Starts the two processes of this package: `python -m workers relay` and `python -m workers worker`."""

import signal
import sys
from types import FrameType

from celery.signals import worker_process_init

from hub.access.pseudonym_key import pseudonym_key
from hub.bootstrap import Hub, build_knowledge, open_hub
from hub.settings import Settings
from hub.telemetry.logs import configure_logs
from workers.app import create_app
from workers.collect import CollectTask
from workers.deliver import DeliverTask
from workers.draining import drain
from workers.hub_task import ProcessHub
from workers.link import LinkTask
from workers.relay import Relay


def main(arguments: list[str]) -> int:
    if arguments not in (["relay"], ["worker"]):
        sys.stderr.write("usage: python -m workers relay|worker\n")
        return 2
    settings = Settings()
    log = configure_logs(arguments[0])
    servers = settings.servers()
    app = create_app(servers.broker, settings.worker_processes)

    knowledge = build_knowledge(settings, pseudonym_key(settings.pseudonym_key()))  # built once, before any fork

    def opened() -> Hub:
        return open_hub(knowledge, servers.database, log)

    if arguments == ["worker"]:
        process_hub = ProcessHub(opened)
        for task in (DeliverTask, LinkTask, CollectTask):
            app.register_task(task(process_hub))
        drain(process_hub.stopping)
        # load it now, so that the first batch does not wait
        worker_process_init.connect(lambda **_: process_hub.get(), weak=False)
        app.worker_main(["worker", "--loglevel=WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"])
        return 0
    stop_asked = False

    def stop(_: int, __: FrameType | None) -> None:
        nonlocal stop_asked
        stop_asked = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    hub = opened()
    try:
        Relay(hub, app, log).run(lambda: stop_asked)
    finally:
        hub.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
