"""Bare Celery: tasks that do nothing.

`python -m tests.bench.bare_celery worker` does them. `… run NUMBER` publishes so many, waits until all are done, and
prints the seconds, and those of its own processor time. Both read YARDSTICK_BROKER.
"""

import os
import sys
import time
from typing import Any

from celery import Celery

QUEUE = "bare"
app = Celery("bare", broker=os.environ["YARDSTICK_BROKER"])
app.conf.update(
    task_default_queue=QUEUE,
    task_ignore_result=True,
    worker_concurrency=2,
    worker_hijack_root_logger=False,
    broker_transport_options={"global_keyprefix": "bare:"},
)


@app.task(name="bare.nothing")
def nothing(number: int) -> None:
    """Does nothing."""


def main(arguments: list[str]) -> None:
    if arguments == ["worker"]:
        app.worker_main(["worker", "--loglevel=ERROR", "--without-gossip", "--without-mingle", "--without-heartbeat"])
    else:
        seconds, cpu_seconds = _run(int(arguments[1]))
        sys.stdout.write(f"{seconds} {cpu_seconds}\n")


def _run(number: int) -> tuple[float, float]:
    with app.connection_for_write() as connection:
        client = connection.default_channel.client
        producer = app.amqp.Producer(connection)
        nothing.apply_async((0,), producer=producer)
        _drained(client)  # the worker is up, and every connection is made
        began, used = time.monotonic(), time.process_time()
        for each in range(number):
            nothing.apply_async((each,), producer=producer)
        _drained(client)
        return time.monotonic() - began, time.process_time() - used


def _drained(client: Any) -> None:
    while client.llen(QUEUE) or client.hlen("unacked"):
        time.sleep(0.005)


if __name__ == "__main__":
    main(sys.argv[1:])
