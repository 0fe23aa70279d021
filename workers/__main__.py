"""Starts the two processes of this package: `python -m workers relay` and `python -m workers worker`."""

import signal
import sys
from types import FrameType

from hub.starting import quick_start


def main(arguments: list[str]) -> int:
    if arguments not in (["relay"], ["worker"]):
        sys.stderr.write("usage: python -m workers relay|worker\n")
        return 2
    return _worker() if arguments == ["worker"] else _relay()


def _worker() -> int:
    with quick_start():
        from celery.signals import worker_process_init

        from hub.bootstrap import Hub, keyed_knowledge, open_hub
        from hub.settings import Settings
        from hub.telemetry.logs import configure_logs
        from workers.answer import AnswerTask
        from workers.app import create_app
        from workers.collect import CollectTask
        from workers.deliver import DeliverTask
        from workers.draining import drain
        from workers.hub_task import ProcessHub
        from workers.link import LinkTask

        settings = Settings()
        log = configure_logs("worker")
        servers = settings.servers()
        app = create_app(servers.broker, settings.worker_processes)
        knowledge = keyed_knowledge(settings, servers.database)  # built once, before any fork
        knowledge.adapters.systems.load()
        knowledge.catalogue.load()

    def opened() -> Hub:
        hub = open_hub(knowledge, servers.database, log)
        hub.load()
        return hub

    first = open_hub(knowledge, servers.database, log)
    first.refuse_wrong_database()
    first.store.close()
    process_hub = ProcessHub(opened, settings.partners_at_once, log)
    for task in (DeliverTask, LinkTask, CollectTask, AnswerTask):
        app.register_task(task(process_hub))
    drain(process_hub, log)
    # load it now, so that the first batch does not wait
    worker_process_init.connect(lambda **_: process_hub.get(), weak=False)
    app.worker_main(["worker", "--loglevel=WARNING", "--without-gossip", "--without-mingle", "--without-heartbeat"])
    return 0


def _relay() -> int:
    with quick_start():
        from hub.bootstrap import build_hub
        from hub.settings import Settings
        from hub.telemetry.logs import configure_logs
        from workers.app import create_app
        from workers.relay import Relay

        settings = Settings()
        log = configure_logs("relay")
        servers = settings.servers()
        app = create_app(servers.broker, settings.worker_processes)
        hub = build_hub(settings, servers.database, log)
    hub.refuse_wrong_database()
    stop_asked = False

    def stop(_: int, __: FrameType | None) -> None:
        nonlocal stop_asked
        stop_asked = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    try:
        hub.load()
        Relay(hub, app, log).run(lambda: stop_asked)
    finally:
        hub.close()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
